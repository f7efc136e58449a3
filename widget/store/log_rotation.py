"""The embedded server's log, in three files of bounded size: valkey.log, valkey.log.1 and .2.

The server opens its log anew for each line, so a renamed file needs no word to the server.
"""

import os
from pathlib import Path

MAX_BYTES = 1_000_000
KEPT = 2  # beside the present one


def log_path(data_dir: Path) -> Path:
    """Return the path of the server's log."""
    return data_dir / "valkey.log"


def rotate(data_dir: Path) -> None:
    """Rename the log if it is too long, and remove the oldest.

    Only the store's owner may call it. A disk that refuses leaves the log as it is.
    """
    path = log_path(data_dir)
    try:
        if path.stat().st_size <= MAX_BYTES:
            return
        for number in range(KEPT, 0, -1):
            newer = path if number == 1 else path.with_name(f"{path.name}.{number - 1}")
            if newer.exists():
                os.replace(newer, path.with_name(f"{path.name}.{number}"))
    except OSError:
        pass  # it is looked at again


def lines_since(path: Path, mark: int) -> list[str]:
    """Return the lines of a log after so many bytes; all of them if it was renamed meanwhile."""
    try:
        with open(path, "rb") as log:
            size = os.fstat(log.fileno()).st_size
            log.seek(mark if mark <= size else 0)
            return log.read(MAX_BYTES).decode(errors="replace").splitlines()
    except OSError:
        return []


def size_of(path: Path) -> int:
    """Return the bytes of a log; 0 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
