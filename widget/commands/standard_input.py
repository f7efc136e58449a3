"""The standard input as a file, for what reads its file more than once."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def local_file(path: Path) -> Iterator[Path]:
    """Give a file's path; the standard input, -, is first copied to a temporary file."""
    if str(path) != "-":
        yield path
        return
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)
