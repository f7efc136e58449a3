"""``readback backup`` beside a running server, and ``readback restore`` into an empty store."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis
from click.testing import CliRunner

from tests.store.backup.test_copying import content
from tests.support.server import ROOT, Serve, Server, free_port, nonce, wait_for
from widget.commands.__main__ import cli
from widget.secrets import new_secrets_file
from widget.settings import SettingError
from widget.store import keys
from widget.store.backup.errors import BackupError
from widget.store.backup.selection import is_backed_up
from widget.store.connect import Connection
from widget.store.desk.audit import ALL_SITES
from widget.store.embedded import EmbeddedStore, socket_path
from widget.store.identity import begin_restore, is_half_restored

HOSTILE = "\u202e<script>&\\'\" \U0001f4a5"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    """Return a server whose store has something of everything."""
    server = module_serve()
    me = nonce()
    for seq, reaction in enumerate(("love", "sad", "like"), 1):
        for article, number in (("story", seq), (f"story-{seq}", 1)):
            cast = server.react(article=article, reaction=reaction, seq=number, nonce=me)
            assert cast.status == 200, cast.body
    added = server.cli("site", "add", "news", "--name", HOSTILE, "--origin", "https://news.example")
    assert added.returncode == 0, added.stderr
    with client_of(server.data_dir) as client:
        client.hset("rb:editors", HOSTILE, b"\x00\xff")
        client.hset("rb:links:news", "a" * 64, b"\xff{")
        client.set("rb:{news:3}:cz:1-1", "removed words", ex=86400)
        wait_for(lambda: client.exists(keys.site("home")))  # copied within seconds of the start
    return server


@contextmanager
def client_of(data_dir: Path) -> Iterator[Any]:
    with redis.Redis(unix_socket_path=str(socket_path(data_dir))) as client:
        yield client


@contextmanager
def stopped(data_dir: Path) -> Iterator[Connection]:
    """Start the store of a folder that no server has."""
    store = EmbeddedStore(data_dir)
    store.start()
    try:
        yield Connection(store.url, timeout_ms=5000)
    finally:
        store.stop()


def kept(client: Any) -> dict[bytes, Any]:
    return {key: one for key, one in content(client).items() if is_backed_up(key)}


def command(env: dict[str, str], *arguments: str, data: bytes | None = None) -> Any:
    """Run a command in this process, which is quicker than starting another."""
    return CliRunner().invoke(cli, arguments, env=env, input=data)


def refused(done: Any) -> str:
    """Return the one line in which a command refuses."""
    assert isinstance(done.exception, (BackupError, SettingError)), done.exception
    assert done.exit_code == 1 and "\n" not in str(done.exception)
    return str(done.exception)


@pytest.fixture(scope="module")
def backup(own: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "readback.backup"
    done = own.cli("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture
def elsewhere(own: Server, tmp_path: Path) -> dict[str, str]:
    """Return the environment of another, empty store with the same secrets."""
    secrets = str(own.data_dir / "secrets.json")
    return {**own.env, "READBACK_DATA_DIR": str(tmp_path / "v"), "READBACK_SECRETS": secrets}


def test_a_restored_store_has_what_the_other_had(
    own: Server, backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    done = command(elsewhere, "restore", str(backup))
    assert done.exit_code == 0, done.output
    assert command(elsewhere, "verify").stdout == own.cli("verify").stdout
    with client_of(own.data_dir) as client, stopped(tmp_path / "v") as connection:
        log = keys.audit(ALL_SITES.key, 0)
        [(entry, fields)] = connection.client.xrevrange(log, count=1)
        assert fields[b"action"] == b"store restored"
        connection.client.xdel(log, entry)
        assert kept(connection.client) == kept(client)
        assert not is_half_restored(connection.client)
    assert "not empty" in refused(command(elsewhere, "restore", str(backup)))


def test_a_store_whose_files_are_lost_is_restored_in_its_place(
    backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    assert command(elsewhere, "restore", str(backup)).exit_code == 0
    shutil.rmtree(tmp_path / "v" / "appendonlydir")
    assert "restore a back-up" in refused(command(elsewhere, "site", "list"))
    assert command(elsewhere, "restore", str(backup)).exit_code == 0
    assert HOSTILE[1:] in command(elsewhere, "site", "list").output


def test_only_its_owner_can_read_the_file_and_no_file_is_overwritten(
    own: Server, backup: Path
) -> None:
    before = backup.read_bytes()
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "never overwritten" in refused(command(own.env, "backup", str(backup)))
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_a_back_up_goes_through_pipes(
    own: Server, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    made = command(own.env, "backup", "-")
    assert made.exit_code == 0, made.output
    done = command(elsewhere, "restore", "-", data=made.stdout_bytes)
    assert done.exit_code == 0, done.output


def test_other_secrets_and_a_damaged_file_are_refused_before_anything_is_written(
    backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    new_secrets_file(tmp_path / "other.json")
    other = {**elsewhere, "READBACK_SECRETS": str(tmp_path / "other.json")}
    assert "secrets" in refused(command(other, "restore", str(backup)))
    missing = {**elsewhere, "READBACK_SECRETS": ""}
    assert "secrets" in refused(command(missing, "restore", str(backup)))
    assert not (tmp_path / "v" / "secrets.json").exists()
    cut = tmp_path / "cut"
    cut.write_bytes(backup.read_bytes()[:-100])
    assert "incomplete" in refused(command(elsewhere, "restore", str(cut)))
    with stopped(tmp_path / "v") as connection:
        assert connection.client.keys() == []


def test_a_store_that_is_only_half_restored_is_refused_until_it_is_restored_again(
    backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    with stopped(tmp_path / "v") as connection:
        begin_restore(connection.client)
        connection.client.set("rb:{news:1}:past", "of the first try")
    assert "was interrupted" in refused(command(elsewhere, "verify"))
    server = subprocess.run(
        [*Server.program, "serve"],
        cwd=ROOT,
        env={**elsewhere, "PORT": str(free_port())},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert server.returncode != 0 and "readback restore PATH" in server.stderr
    done = command(elsewhere, "restore", str(backup))
    assert done.exit_code == 0, done.output
    with stopped(tmp_path / "v") as connection:
        assert not is_half_restored(connection.client)
        assert connection.client.get("rb:{news:1}:past") is None


def test_a_store_that_a_server_uses_is_refused(
    own: Server, backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    with stopped(tmp_path / "v") as connection:
        connection.client.set("rb:watch", 1, ex=50)
    assert "Stop every server" in refused(command(elsewhere, "restore", str(backup)))


def test_a_full_disk_ends_the_back_up_and_leaves_no_file(own: Server, tmp_path: Path) -> None:
    program = [*Server.program, "backup", str(tmp_path / "kept")]
    limited = ["sh", "-c", 'ulimit -f 1; trap "" XFSZ; exec "$@"', "sh", *program]
    done = subprocess.run(limited, cwd=ROOT, env=own.env, capture_output=True, timeout=60)
    assert done.returncode == 1 and b"Make room" in done.stderr
    assert list(tmp_path.iterdir()) == []
