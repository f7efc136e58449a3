"""A program that runs beside a test."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def background(
    command: list[str], log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, and those it starts, during the block.

    If the block fails, the end of what they wrote is printed.
    """
    with log.open("wb") as written:
        process = subprocess.Popen(
            command, stdout=written, stderr=written, env=env, cwd=cwd, start_new_session=True
        )
    try:
        yield process
    except BaseException:
        print(log.read_text(errors="replace")[-4000:])
        raise
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
