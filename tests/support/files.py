"""What is in the files below a folder, as somebody who copied them reads it."""

from pathlib import Path


def bytes_below(folder: Path) -> bytes:
    """Return the names and the bytes of every file below a folder."""
    parts: list[bytes] = []
    for path in sorted(folder.rglob("*")):
        parts.append(str(path.relative_to(folder)).encode())
        try:
            if path.is_file():
                parts.append(path.read_bytes())
        except FileNotFoundError:
            pass  # removed meanwhile
    return b"\n".join(parts)
