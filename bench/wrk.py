"""Driving a server with wrk, and reading its report."""

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
    """The result of one load."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def a_second(self) -> float:
        return self.requests / self.seconds


def find() -> str:
    """Return the path of wrk. Without it, end the process and say how to install it."""
    found = shutil.which("wrk")
    if found is None:
        sys.exit("The benchmark drives the server with wrk. Install it: apt-get install wrk")
    return found


def run(
    url: str,
    *,
    seconds: int,
    script: str = "report.lua",
    arguments: tuple[str, ...] = (),
    connections: int = CONNECTIONS,
) -> Load:
    """Load a server for some seconds from one thread, over connections that it may keep.

    :raise RuntimeError: a response was not 2xx, or a connection failed, so nothing was measured.
    """
    command = [find(), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s"]
    command += ["-s", str(FOLDER / script), url, "--", *arguments]
    ended = subprocess.run(
        command, cwd=FOLDER, capture_output=True, text=True, timeout=seconds + 30, check=True
    )
    return read(ended.stdout)


def read(output: str) -> Load:
    """Read the line of report.lua among wrk's own lines.

    :raise RuntimeError: as :func:`run`.
    """
    line = next((line for line in output.splitlines() if line.startswith('{"requests"')), None)
    if line is None:
        raise RuntimeError(f"wrk reported nothing: {output}")
    report = json.loads(line)
    if report["refused"] or report["failed"] or not report["requests"]:
        raise RuntimeError(f"not every request was answered: {line}")
    return Load(
        report["requests"], report["us"] / 1e6, report["p50_us"] / 1000, report["p99_us"] / 1000
    )
