"""Files of the embedded store that are damaged or missing: each start says what to do."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from redis import Redis

from tests.conftest import NOW_S
from tests.support.programs import missing
from tests.support.server import Server, wait_for
from widget.settings import SettingError
from widget.store.append_only import FOLDER, MANIFEST, DamagedFiles, check_files, read_manifest
from widget.store.embedded import EmbeddedStore
from widget.store.log_rotation import KEPT, MAX_BYTES, log_path, rotate
from widget.store.repair import plan_of, repair
from widget.store.stopping import why_not_on_disk

BASE, COMMANDS = "appendonly.aof.2.base.rdb", "appendonly.aof.2.incr.aof"
Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a stopped store with a snapshot and commands since."""
    folder = tmp_path_factory.mktemp("v")
    store = EmbeddedStore(folder)
    store.start()
    with Redis(unix_socket_path=str(store.socket)) as client:
        write(client, "before")
        client.bgrewriteaof()
        wait_for(lambda: (folder / FOLDER / BASE).exists())
        wait_for(lambda: not client.info("persistence")["aof_rewrite_in_progress"])
        write(client, "after")
    assert not store.stop().trouble
    return folder


def write(client: Redis, name: str) -> None:
    for number in range(100):
        client.hset("votes", f"{name}{number}", "x" * 30)


def votes(folder: Path) -> int:
    """Start the store, and return how many votes it has."""
    store = EmbeddedStore(folder)
    store.start()
    try:
        with Redis(unix_socket_path=str(store.socket)) as client:
            return int(client.hlen("votes"))
    finally:
        assert not store.stop().trouble


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    return copytree(sound, tmp_path / "v")


def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
    path.write_bytes(change(path.read_bytes()))


def garbled(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + b"\x00\xff garbage" * 4 + data[middle + 40 :]


DAMAGED: dict[str, tuple[Damage, str]] = {
    "commands": (lambda f: edit(f / COMMANDS, garbled), COMMANDS),
    "zeros": (lambda f: edit(f / COMMANDS, lambda data: data + bytes(4096)), COMMANDS),
    "snapshot": (lambda f: edit(f / BASE, garbled), BASE),
    "newer": (lambda f: edit(f / BASE, lambda d: d.replace(b"VALKEY080", b"VALKEY999")), "release"),
    "no snapshot": (lambda f: (f / BASE).unlink(), BASE),
    "no commands": (lambda f: (f / COMMANDS).unlink(), COMMANDS),
    "no manifest": (lambda f: (f / MANIFEST).unlink(), MANIFEST),
    "empty manifest": (lambda f: (f / MANIFEST).write_text(""), MANIFEST),
    "cut manifest": (lambda f: edit(f / MANIFEST, lambda data: data[:-9]), MANIFEST),
    "half a manifest": (lambda f: edit(f / MANIFEST, lambda d: d.splitlines(True)[0]), MANIFEST),
    "not a manifest": (lambda f: (f / MANIFEST).write_bytes(b"\xff\x00"), MANIFEST),
    "no folder": (lambda f: f.rename(f.with_name("moved")), FOLDER),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_damaged_files_are_refused_with_the_file_and_the_remedy_and_stay_as_they_are(
    folder: Path, what: str
) -> None:
    damage, named = DAMAGED[what]
    (folder / "rewritten").write_text("2025-11-12")
    damage(folder / FOLDER)
    before = {path: path.read_bytes() for path in folder.rglob("appendonly*") if path.is_file()}
    with pytest.raises(SettingError) as refusal:
        EmbeddedStore(folder).start()
    message = str(refusal.value)
    assert named in message and "READBACK_DATA_DIR" in message and "\n" not in message
    assert any(remedy in message for remedy in ("readback store", "estore", "Install"))
    after = {path: path.read_bytes() for path in folder.rglob("appendonly*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    ("what", "left"), [("commands", range(120, 180)), ("zeros", [200]), ("half a manifest", [200])]
)
def test_a_repair_keeps_a_copy_and_all_that_can_be_read(
    folder: Path, what: str, left: range | list[int]
) -> None:
    DAMAGED[what][0](folder / FOLDER)
    damaged = (folder / FOLDER / COMMANDS).read_bytes()
    plan = plan_of(folder)
    copy = repair(folder, plan, now=datetime.fromtimestamp(NOW_S, UTC))
    assert copy.name == f"{FOLDER}.before-repair-20251112T080000"
    assert (copy / COMMANDS).read_bytes() == damaged
    whole_bytes = (folder / FOLDER / COMMANDS).stat().st_size
    assert sum(cut.lost_bytes for cut in plan.cuts) == len(damaged) - whole_bytes
    assert not plan_of(folder).is_needed
    assert votes(folder) in left


def test_half_a_command_at_the_end_is_dropped_and_said(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(folder / FOLDER / COMMANDS, lambda data: data[:-5])
    assert votes(folder) == 199
    assert COMMANDS in caplog.text and "dropped" in caplog.text


@pytest.mark.parametrize("what", ["snapshot", "newer", "no snapshot", "no commands"])
def test_what_cannot_be_repaired_is_refused(folder: Path, what: str) -> None:
    DAMAGED[what][0](folder / FOLDER)
    with pytest.raises(DamagedFiles):
        plan_of(folder)


def test_no_room_for_the_copy_leaves_everything_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DAMAGED["zeros"][0](folder / FOLDER)
    damaged = (folder / FOLDER / COMMANDS).read_bytes()
    monkeypatch.setattr("shutil.copytree", no_room)
    with pytest.raises(SettingError, match="Nothing was changed"):
        repair(folder, plan_of(folder), now=datetime.fromtimestamp(NOW_S, UTC))
    assert (folder / FOLDER / COMMANDS).read_bytes() == damaged


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def cli(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return Server(folder).cli("store", *arguments)


def test_the_commands_say_what_is_lost(folder: Path) -> None:
    DAMAGED["zeros"][0](folder / FOLDER)
    checked = cli(folder, "check")
    assert checked.returncode == 1 and "readback store repair" in checked.stderr
    repaired = cli(folder, "repair")
    assert repaired.returncode == 0, repaired.stderr
    assert "4,096 of" in repaired.stdout and "A copy of the files" in repaired.stdout


def test_a_manifest_is_not_guessed_where_two_files_may_be_meant(folder: Path) -> None:
    (folder / FOLDER / MANIFEST).unlink()
    (folder / FOLDER / "appendonly.aof.1.incr.aof").write_bytes(b"*1\r\n$4\r\nPING\r\n")
    with pytest.raises(DamagedFiles, match="2 files of commands"):
        plan_of(folder)
    assert not (folder / FOLDER / MANIFEST).exists()


def test_an_empty_store_where_there_was_one_is_begun_only_when_asked_for(folder: Path) -> None:
    (folder / "rewritten").write_text("2025-11-12")
    (folder / FOLDER).rename(folder / "elsewhere")
    with pytest.raises(DamagedFiles, match="mounted"):
        EmbeddedStore(folder).start()
    begun = cli(folder, "new")
    assert begun.returncode == 0 and votes(folder) == 0
    assert cli(folder, "new").returncode == 1


def test_secrets_alone_do_not_make_a_folder_the_one_of_a_store(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    assert votes(tmp_path) == 0


def test_files_of_a_running_store_are_not_touched(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.start()
    try:
        refused = cli(folder, "repair")
        assert refused.returncode == 1 and "end it first" in refused.stderr
    finally:
        store.stop()


def test_a_file_of_another_user_is_named_with_the_remedy(folder: Path) -> None:
    if os.geteuid():
        missing("only root can become another user")
    for path in (*folder.parents[:4], folder, *folder.rglob("*")):
        os.chmod(path, 0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(DamagedFiles) as refusal:
            check_files(folder, may_be_new=False)
    finally:
        os.seteuid(0)
    assert f"{BASE}: Permission denied" in str(refusal.value)
    assert "chown -R 65534" in str(refusal.value)


def test_the_next_store_waits_for_one_that_still_ends(folder: Path) -> None:
    first = EmbeddedStore(folder)
    first.start()
    assert first.pid
    os.kill(first.pid, signal.SIGSTOP)  # its owner is gone, and it hangs
    assert first._lock
    first._lock.close()
    try:
        second = EmbeddedStore(folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("widget.store.embedded.START_TIMEOUT_S", 1.5)
            with pytest.raises(SettingError, match="has not ended"):
                second.start()
    finally:
        os.kill(first.pid, signal.SIGCONT)
        first.stop()
    second.stop()
    assert votes(folder) == 200


def test_the_log_is_kept_in_three_files(tmp_path: Path) -> None:
    log = log_path(tmp_path)
    for number in range(5):
        log.write_bytes(b"%d" % number * (MAX_BYTES + 1))
        rotate(tmp_path)
    assert not log.exists()
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == [f"valkey.log.{n}" for n in range(1, KEPT + 1)]
    assert (tmp_path / "valkey.log.1").read_bytes()[:1] == b"4"


def test_a_running_server_goes_on_in_a_new_log(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.start()
    try:
        with open(log_path(folder), "ab") as log:
            log.write(b"x" * MAX_BYTES)
        rotate(folder)
        with Redis(unix_socket_path=str(store.socket)) as client:
            client.bgrewriteaof()
        wait_for(lambda: log_path(folder).exists() and log_path(folder).stat().st_size > 0)
    finally:
        assert not store.stop().trouble


ENDED = ["1:M x * Calling fsync() on the AOF file.", "1:M x # Valkey is now ready to exit, bye"]


@pytest.mark.parametrize(
    ("code", "lines", "was_written", "why"),
    [
        (0, ENDED, True, ""),
        (0, [*ENDED, "1:M x # Fail to fsync the AOF file: No space left"], True, "No space left"),
        (0, ENDED, False, "could not write"),
        (0, ["1:M x # AOF write error looks solved.", *ENDED], False, ""),
        (0, [], True, "without a word"),
        (1, ENDED, True, "code 1"),
        (-9, [], True, "signal 9"),
    ],
)
def test_everything_is_on_disk_only_if_the_store_has_said_so(
    code: int, lines: list[str], was_written: bool, why: str
) -> None:
    found = why_not_on_disk(code, lines, was_written=was_written)
    assert why in found and bool(found) == bool(why)


def test_a_store_that_was_killed_or_could_not_be_stopped_is_said(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.start()
    assert store.pid
    os.kill(store.pid, signal.SIGKILL)
    assert "signal 9" in store.stop().trouble
    store = EmbeddedStore(folder)
    store.start()
    assert store.pid
    os.kill(store.pid, signal.SIGSTOP)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("widget.store.embedded.STOP_TIMEOUT_S", 0.5)
        assert "was killed" in store.stop().trouble
    assert votes(folder) == 200


def test_a_manifest_is_written_as_the_server_does(folder: Path) -> None:
    assert read_manifest(folder).text() == (folder / FOLDER / MANIFEST).read_text()
