"""The embedded store of a command, and of another server's application, is rewritten too."""

import shutil
import subprocess
import sys
from pathlib import Path

from redis import Redis

from tests.support.files import bytes_below
from tests.support.server import ROOT, Server, wait_for
from widget.store.embedded import EmbeddedStore

SECRET = b"what-a-reader-did"


def kept_with_something_expired(folder: Path) -> Path:
    """Make the files of a store that was stopped after a key expired."""
    store = EmbeddedStore(folder, fsync="always")
    store.start()
    with Redis(unix_socket_path=str(store.socket)) as client:
        client.set("gone", SECRET, px=1)
        client.set("stays", "a-count")
    store.stop()
    assert SECRET in bytes_below(folder)
    return folder


def test_a_command_on_a_copy_of_the_files_cleans_it(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(kept_with_something_expired(tmp_path / "v"), copy)
    assert Server(copy).cli("verify").returncode == 0
    assert SECRET not in bytes_below(copy) and b"a-count" in bytes_below(copy)


def test_the_store_of_an_application_under_another_server_is_kept(tmp_path: Path) -> None:
    folder = kept_with_something_expired(tmp_path / "v")
    waits = "from app import app; import sys; sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", waits], cwd=ROOT, env=Server(folder).env, stdin=subprocess.PIPE
    ) as process:
        wait_for(lambda: (folder / "rewritten").exists())
        wait_for(lambda: SECRET not in bytes_below(folder))
        process.terminate()
