"""A disk that takes no more, or nothing: votes are refused, none is lost, and it recovers."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.programs import missing
from tests.support.server import Serve, Server, nonce, wait_for

MANY = {"READBACK_NEW_READERS": "100000", "READBACK_NEW_READERS_WIDE": "100000"}
LIMIT_BYTES = 300_000
_LIMITED = (
    "import resource, runpy, sys;"
    f"resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMIT_BYTES}, resource.RLIM_INFINITY));"
    "sys.argv[:] = ['readback', 'serve']; runpy.run_module('widget.commands', run_name='__main__')"
)


class LimitedServer(Server):
    """A server none of whose files may grow beyond a limit, as on a full disk."""

    command = (sys.executable, "-c", _LIMITED)


def vote_until_refused(server: Server, article: str, most: int = 3000) -> list[str]:
    """Vote until a vote is refused, and return the readers whose votes were acknowledged."""
    acknowledged: list[str] = []
    for _ in range(most):
        me = nonce()
        answer = server.react(article=article, nonce=me)
        if answer.status != 200:
            assert answer.status == 503 and answer.code == "store_unavailable"
            assert int(answer.headers["Retry-After"]) > 0
            return acknowledged
        acknowledged.append(me)
    raise AssertionError("never refused")


def all_stand(server: Server, article: str, acknowledged: list[str], *, lost: int = 0) -> None:
    """Find every acknowledged vote, at most one more, and none twice.

    :param lost: how many of the latest may be missing.
    """
    total = server.counts(article)["total"]
    assert len(acknowledged) - lost <= total <= len(acknowledged) + 1
    for me in acknowledged[: total - 1 : max(1, total // 50)]:
        assert server.react(article=article, nonce=me).json["counts"]["love"] == total
    assert server.cli("verify").returncode == 0


@pytest.mark.parametrize("fsync", ["always", "everysec"])
def test_a_file_that_may_not_grow_refuses_votes_and_loses_none(serve: Serve, fsync: str) -> None:
    limited = LimitedServer(serve.folder(), READBACK_FSYNC=fsync, **MANY)
    server = serve.start(limited)
    acknowledged = vote_until_refused(server, "full")
    assert len(acknowledged) > 100
    assert server.get("/articles/talent-visa").status == 200
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(30)
    said = server.output().splitlines()[-1]
    if code == 0:
        assert "Readback has stopped" in said
    else:
        assert code == 1 and "may not be on disk" in said
    whole = serve.start(Server(server.data_dir, READBACK_FSYNC=fsync, **MANY))
    # With everysec, the votes of the moment in which the first write fails are acknowledged.
    all_stand(whole, "full", acknowledged, lost=code if fsync == "everysec" else 0)


@pytest.fixture
def small_disk(serve: Serve) -> Iterator[Path]:
    """Mount a disk of two megabytes, as root."""
    folder = serve.folder()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        missing("mounting a disk needs root")
    yield folder
    serve.close()
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path) -> None:
    with open(folder / "filling", "wb", buffering=0) as filling, suppress(OSError):
        while True:
            filling.write(bytes(4096))


def remount(folder: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)


@pytest.mark.parametrize("fsync", ["always", "everysec"])
def test_a_full_disk_refuses_votes_until_there_is_room(
    serve: Serve, small_disk: Path, fsync: str
) -> None:
    server = serve.start(Server(small_disk, READBACK_FSYNC=fsync, **MANY))
    fill(small_disk)
    acknowledged = vote_until_refused(server, "full")
    remount(small_disk, "size=20m")
    me = nonce()
    wait_for(lambda: server.react(article="full", nonce=me).status == 200, 30)
    all_stand(server, "full", [*acknowledged, me])
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(30) == 0, server.output()


def test_a_start_without_room_says_so(serve: Serve, small_disk: Path) -> None:
    fill(small_disk)
    run = Server(small_disk).cli("serve")
    assert run.returncode == 1 and "READBACK_DATA_DIR" in run.stderr
    assert "room" in run.stderr or "No space left" in run.stderr


def test_a_disk_that_is_read_only_is_named_at_the_start(small_disk: Path) -> None:
    remount(small_disk, "ro")
    run = Server(small_disk).cli("serve")
    assert run.returncode == 1 and run.stderr.count("\n") == 1
    assert "READBACK_DATA_DIR" in run.stderr and "Read-only" in run.stderr
