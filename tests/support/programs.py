"""Programs the tests drive. Where one is missing CI fails, and elsewhere its tests are named."""

import os
import shutil

import pytest


def installed(program: str, *, variable: str = "") -> str:
    """The path of a program.

    :param variable: an environment variable that may name another one.
    """
    path = os.environ.get(variable) or shutil.which(program)
    path = path or shutil.which(program, path="/usr/sbin")  # where Debian puts servers
    if path:
        return path
    missing = f"no {program} here: install it, or run script/test as root on Debian"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
