"""Programs that tests run. If one is missing, CI fails; elsewhere its tests are skipped."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest


def installed(program: str, *, variable: str = "") -> str:
    """Return the path of a program, or skip the test; fail in CI.

    :param variable: an environment variable that may name another program.
    """
    path = os.environ.get(variable) or shutil.which(program)
    path = path or shutil.which(program, path="/usr/sbin")  # Debian installs servers here
    if path:
        return path
    missing(f"no {program} here: install it, or run script/test as root on Debian")


def missing(what: str) -> NoReturn:
    """Skip the test, which cannot run here for this reason; fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def store_pids(data_dir: Path) -> list[int]:
    """Return the ids of the servers of an embedded store."""
    found = subprocess.run(
        ["pgrep", "-f", f"valkey-server.*{data_dir}/"], capture_output=True, text=True
    )
    return [int(pid) for pid in found.stdout.split()]
