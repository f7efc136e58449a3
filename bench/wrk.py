"""Driving a server with wrk, and reading what it reports."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """What wrk saw of one load."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def a_second(self) -> float:
        return self.requests / self.seconds


def find() -> str:
    """The wrk program; without one, ends with how to get it."""
    found = shutil.which("wrk")
    if found is None:
        sys.exit("The benchmark drives the server with wrk. Install it: apt-get install wrk")
    return found


def run(
    url: str, *, seconds: int, script: str = "report.lua", arguments: tuple[str, ...] = ()
) -> Load:
    """One load of a bounded time over 16 kept connections, from one thread.

    :raise RuntimeError: an answer was not 2xx, or a connection failed: then nothing was measured.
    """
    command = [find(), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "5s"]
    command += ["-s", str(FOLDER / script), url, "--", *arguments]
    ended = subprocess.run(
        command, cwd=FOLDER, capture_output=True, text=True, timeout=seconds + 30, check=True
    )
    return read(ended.stdout)


def read(output: str) -> Load:
    """The line that report.lua prints, among wrk's own. :raise RuntimeError: as :func:`run`."""
    line = next((line for line in output.splitlines() if line.startswith('{"requests"')), None)
    if line is None:
        raise RuntimeError(f"wrk reported nothing: {output}")
    seen = json.loads(line)
    if seen["refused"] or seen["failed"] or not seen["requests"]:
        raise RuntimeError(f"not every request was answered: {line}")
    return Load(seen["requests"], seen["us"] / 1e6, seen["p50_us"] / 1000, seen["p99_us"] / 1000)
