"""What a command says when its store goes away in the middle."""

import subprocess
import sys
from pathlib import Path

from tests.support.server import ROOT, Server
from widget.store.embedded import EmbeddedStore

AWAY = """
import sys
from widget.commands import __main__ as readback
from widget.commands.verify import verify
from widget.domain.errors import {error}
def fails(*_, **__):
    raise {error}
verify.callback = fails
sys.argv[:] = ["readback", "verify"]
readback.main()
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=Server(folder).env,
        capture_output=True,
        text=True,
    )


def test_a_command_does_not_say_that_nothing_was_saved(tmp_path: Path) -> None:
    for error, named in (("StoreUnavailable", "Check that it runs"), ("StoreFull", "is full")):
        refused = run(tmp_path / "d", AWAY.format(error=error))
        assert refused.returncode == 1 and refused.stderr.count("\n") == 1
        assert named in refused.stderr and "is kept" in refused.stderr
        assert "Nothing was saved" not in refused.stderr


def test_a_command_on_an_empty_folder_says_that_it_begins_a_store(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    listed = Server(folder).cli("site", "list")
    assert listed.returncode == 0 and "A new, empty store begins" in listed.stderr
    store = EmbeddedStore(folder)
    store.start()
    assert not store.is_new and not store.stop().trouble
