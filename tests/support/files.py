"""What is in the files below a folder, as somebody who copied them reads it."""

from pathlib import Path
from typing import Any

from tests.support.server import wait_for


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


def wait_until_expired(client: Any) -> None:
    """Wait until what was given a millisecond has expired by the store's own clock."""

    def now_us() -> int:
        seconds, microseconds = client.time()
        return int(seconds) * 1_000_000 + int(microseconds)

    since = now_us()
    wait_for(lambda: now_us() > since + 2000)
