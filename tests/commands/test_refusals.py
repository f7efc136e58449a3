"""What a command says when its store goes away in the middle."""

import subprocess
import sys
from pathlib import Path

from tests.support.server import ROOT, Server, complaint
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


def test_a_command_makes_no_store_where_there_is_none(tmp_path: Path) -> None:
    """Run as in another terminal: without the server's environment, and in another folder."""
    server = Server(tmp_path / "elsewhere" / "var")
    for command in (("site", "add", "news", "--origin", "https://news.example"), ("verify",)):
        refused = server.cli(*command)
        assert refused.returncode == 1 and complaint(refused).count("\n") == 1
        assert f"There is no store in {server.data_dir}" in refused.stderr
        assert "`readback serve`" in refused.stderr and "`readback store new`" in refused.stderr
    assert not server.data_dir.parent.exists()


def test_the_one_command_that_makes_a_store_makes_it_whole(tmp_path: Path) -> None:
    server = Server(tmp_path / "d")
    assert server.cli("store", "new").returncode == 0
    added = server.cli("site", "add", "news", "--origin", "https://news.example")
    assert added.returncode == 0, added.stderr
    assert added.stderr == f"Store: the embedded one in {tmp_path / 'd'} (from the environment)\n"
    store = EmbeddedStore(server.data_dir)
    store.start()
    assert not store.is_new and not store.stop().trouble


def test_a_store_whose_secrets_are_lost_gets_no_new_ones_by_a_command(tmp_path: Path) -> None:
    server = Server(tmp_path / "d")
    server.cli("store", "new")
    (server.data_dir / "secrets.json").unlink()
    refused = server.cli("site", "list")
    assert refused.returncode == 1 and "adopt-key" in refused.stderr
    assert not (server.data_dir / "secrets.json").exists()
    verified = server.cli("verify")
    assert verified.returncode == 0 and "There is no secrets file" in verified.stdout
