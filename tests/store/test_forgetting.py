"""What has expired leaves the files of the embedded store; nothing else does."""

import logging
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.conftest import NOW_S
from tests.support.files import bytes_below, wait_until_expired
from tests.support.server import wait_for
from widget.store.embedded import EmbeddedStore
from widget.store.forgetting import AGAIN_S, remove_leftovers

DAY_S = 86400
SECRET = b"what-a-reader-did"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "v", fsync="always")
    store.start()
    yield store
    store.stop()


@pytest.fixture
def client(store: EmbeddedStore) -> Iterator[Any]:
    with Redis(unix_socket_path=str(store.socket)) as client:
        yield client


def rewrites(client: Any) -> int:
    return int(client.info("persistence")["aof_rewrites"])


def slow_down(client: Any) -> None:
    """Have a rewrite take a second for each of the ten keys that this adds."""
    client.mset({f"kept{n}": "kept" for n in range(10)})
    client.config_set("rdb-key-save-delay", 1_000_000)


def child_of(store: EmbeddedStore) -> int:
    """Wait for the process that rewrites the store's files."""
    found: list[str] = []

    def is_there() -> bool:
        pgrep = subprocess.run(["pgrep", "-P", str(store.pid)], capture_output=True, text=True)
        found[:] = pgrep.stdout.split()
        return bool(found)

    wait_for(is_there)
    return int(found[0])


def test_a_key_that_expired_unseen_leaves_the_files_and_the_others_stay(
    store: EmbeddedStore, client: Any, tmp_path: Path
) -> None:
    client.config_set("hz", 1)
    for number in range(2000):
        client.set(f"gone{number}", SECRET, px=1)
    client.set("stays", b"a-count")
    client.set("later", b"a-session", ex=DAY_S)
    wait_until_expired(client)
    assert bytes_below(tmp_path).count(SECRET) >= 2000
    store.forget(now_s=NOW_S)
    wait_for(lambda: SECRET not in bytes_below(tmp_path))
    assert b"gone" not in bytes_below(tmp_path)
    store.stop()
    again = EmbeddedStore(tmp_path / "v")
    again.start()
    with Redis(unix_socket_path=str(again.socket)) as client:
        assert sorted(client.keys()) == [b"later", b"stays"]
    again.stop()


def test_the_files_are_written_anew_once_a_day_soon_after_midnight(
    store: EmbeddedStore, client: Any
) -> None:
    midnight = NOW_S - NOW_S % DAY_S
    for now_s, done in (
        (midnight + 100, 1),
        (midnight + DAY_S - 1, 1),
        (midnight + DAY_S, 1),
        (midnight + DAY_S + 59, 1),
        (midnight + DAY_S + 60, 2),
        (midnight + DAY_S + 61, 2),
        (midnight + 9 * DAY_S, 3),
        (midnight + 100, 4),  # the clock was set back
    ):
        store.forget(now_s=now_s)
        assert rewrites(client) == done, now_s


def test_a_start_on_another_day_does_it_and_one_on_the_same_day_does_not(tmp_path: Path) -> None:
    for now_s, done in ((NOW_S, 1), (NOW_S + 60, 0), (NOW_S + DAY_S, 1)):
        store = EmbeddedStore(tmp_path / "v")
        store.start()
        store.forget(now_s=now_s)
        with Redis(unix_socket_path=str(store.socket)) as client:
            assert rewrites(client) == done
        store.stop()


def test_a_kept_store_is_rewritten_without_being_asked(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "v")
    store.start()
    with Redis(unix_socket_path=str(store.socket)) as client:
        client.set("gone", SECRET, px=1)
        wait_for(lambda: SECRET in bytes_below(tmp_path))
        store.keep()
        wait_for(lambda: SECRET not in bytes_below(tmp_path))
        assert rewrites(client) == 1
    store.stop()


def test_a_process_that_shares_the_store_leaves_the_files_alone(
    store: EmbeddedStore, client: Any, tmp_path: Path
) -> None:
    guest = EmbeddedStore(tmp_path / "v")
    guest.start()
    guest.forget(now_s=NOW_S)
    guest.stop()
    assert not guest.is_owned and rewrites(client) == 0
    assert not (tmp_path / "v" / "rewritten").exists()


def test_a_rewrite_that_began_before_the_keys_were_looked_at_is_not_enough(
    store: EmbeddedStore, client: Any, tmp_path: Path
) -> None:
    slow_down(client)
    client.set("gone", SECRET, px=300)
    client.bgrewriteaof()
    child = child_of(store)
    client.config_set("rdb-key-save-delay", 0)
    store.forget(now_s=NOW_S)
    assert not Path(f"/proc/{child}").exists() and rewrites(client) == 2
    wait_for(lambda: SECRET not in bytes_below(tmp_path))


def test_a_failed_rewrite_is_logged_once_and_tried_again(
    store: EmbeddedStore,
    client: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow_down(client)
    client.set("gone", SECRET, px=1)
    monkeypatch.setattr("redis.Redis.info", failing(store, Redis.info, 2))
    for now_s in (NOW_S, NOW_S + 1, NOW_S + AGAIN_S):
        store.forget(now_s=now_s)
        assert not (tmp_path / "v" / "rewritten").exists()
    assert SECRET in bytes_below(tmp_path)
    client.config_set("rdb-key-save-delay", 0)
    [line] = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert "READBACK_DATA_DIR" in line
    store.forget(now_s=NOW_S + 2 * AGAIN_S)
    wait_for(lambda: SECRET not in bytes_below(tmp_path))
    assert len(caplog.records) == 1


def failing(store: EmbeddedStore, info: Callable[..., Any], times: int) -> Callable[..., Any]:
    """Return an INFO that ends the process of a rewrite when it finds one, so many times."""
    left = [times]

    def kills(client: Redis, section: str) -> Any:
        answer = info(client, section)
        if left[0] and answer["aof_rewrite_in_progress"]:
            left[0] -= 1
            os.kill(child_of(store), signal.SIGKILL)
        return answer

    return kills


def test_what_a_killed_store_left_of_a_rewrite_is_removed_at_the_next_start(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "v", fsync="always")
    store.start()
    with Redis(unix_socket_path=str(store.socket)) as client:
        slow_down(client)
        client.bgrewriteaof()
        child, pid = child_of(store), store.pid
        wait_for(lambda: any((tmp_path / "v").rglob("temp-*")))
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        os.kill(child, signal.SIGKILL)
    store.stop()
    folder = tmp_path / "v" / "appendonlydir"
    (folder / "appendonly.aof.7.base.rdb").write_bytes(SECRET)  # written, and never in the manifest
    (folder / "appendonly.aof.7.incr.aof").touch()  # begun, and never in the manifest
    assert any((tmp_path / "v").rglob("temp-*"))
    store = EmbeddedStore(tmp_path / "v")
    store.start()
    assert not any((tmp_path / "v").rglob("temp-*")) and not any(folder.glob("*.7.*"))
    assert SECRET not in bytes_below(tmp_path)
    with Redis(unix_socket_path=str(store.socket)) as client:
        assert client.get("kept3") == b"kept" and client.dbsize() == 10
    store.stop()


@pytest.mark.parametrize("manifest", ["", "file appendonly.aof.1.base.rdb", "\0"])
def test_no_data_is_removed_where_the_manifest_cannot_be_read(
    tmp_path: Path, manifest: str
) -> None:
    folder = tmp_path / "appendonlydir"
    folder.mkdir()
    kept = [folder / "appendonly.aof.1.base.rdb", tmp_path / "temp-of-somebody-else"]
    for path in kept:
        path.write_bytes(b"data")
    (folder / "appendonly.aof.manifest").write_text(manifest)
    remove_leftovers(tmp_path)
    assert all(path.exists() for path in kept)


def test_the_store_keeps_no_command_in_a_log_and_rewrites_by_size_too(client: Any) -> None:
    of = client.config_get("*")
    assert of["slowlog-log-slower-than"] == "-1" and of["hide-user-data-from-log"] == "yes"
    assert {of[f"commandlog-{what}-larger-than"] for what in ("request", "reply")} == {"-1"}
    assert of["aof-timestamp-enabled"] == "no" and of["save"] == ""
    assert int(of["auto-aof-rewrite-percentage"]) > 0
    client.eval("for i = 1, 400000 do redis.call('PING') end", 0)
    assert client.slowlog_get() == []
