"""Readers' text of the worst kind: every pattern and loop over it is linear."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hostile_text import FUNCTIONS

pytestmark = pytest.mark.hosts  # it takes a minute: script/test-hosts runs it


@pytest.mark.parametrize("name", FUNCTIONS)
def test_hostile_text_costs_no_more_than_its_length(root: Path, name: str) -> None:
    # It takes a few seconds. With one quadratic step it would take minutes.
    command = [sys.executable, "-m", "tests.support.hostile_text", name]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
