"""Each kind of store address, with real servers: TCP, a unix socket, Sentinel and a cluster."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import NOW_S
from tests.support.server import free_port, wait_for
from widget.domain.article import resolve_for
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.valkey_server import valkey_server


@contextmanager
def valkey(folder: Path, *options: str, port: int | None = None) -> Iterator[int]:
    """Start a server with these options, and yield its port."""
    port = port or free_port()
    folder.mkdir()
    arguments = [*options, "--port", str(port), "--dir", str(folder), "--save", ""]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen([str(valkey_server()), *arguments], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 10
        while not _accepts(port):
            assert process.poll() is None and time.monotonic() < deadline, (
                folder / "log"
            ).read_text()
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def votes_are_exact(connection: Connection) -> None:
    """Cast and change votes in several partitions, and recount them."""
    site = Site("news", "The News", ("https://news.example",))
    reactions = Reactions(connection)
    articles = [resolve_for(site, f"story-{n}") for n in range(12)]
    for number, article in enumerate(articles):
        for reader in range(3):
            mark = os.urandom(8)
            for seq in (1, 2):
                vote = Cast(seq, 1 + (number + reader + seq) % 7, NOW_S, 7)
                reactions.cast(site, article, Voter(mark), vote)
    tallies = reactions.tallies(site, [(a, 7) for a in articles], now_s=NOW_S)
    assert [sum(tally.counts) for tally in tallies] == [3] * 12
    assert list(Recount(connection).mismatches(site, now_s=NOW_S)) == []


def test_one_server_with_a_password(tmp_path: Path) -> None:
    with valkey(tmp_path / "v", "--requirepass", "p@ss word") as port:
        url = f"redis://default:p%40ss%20word@127.0.0.1:{port}/0"
        votes_are_exact(Connection(url, timeout_ms=5000))


def test_a_unix_socket(redis_server: EmbeddedStore, connection: Connection) -> None:
    votes_are_exact(Connection(redis_server.url, timeout_ms=5000))


def test_a_cluster_keeps_each_vote_in_one_slot(tmp_path: Path) -> None:
    with valkey(
        tmp_path / "v", "--cluster-enabled", "yes", "--cluster-port", str(free_port())
    ) as port:
        node = Connection(f"redis://127.0.0.1:{port}", timeout_ms=5000).client
        node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
        deadline = time.monotonic() + 10
        while b"cluster_state:ok" not in node.execute_command("CLUSTER", "INFO"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        votes_are_exact(Connection(f"redis+cluster://127.0.0.1:{port}", timeout_ms=5000))


def test_sentinel_finds_the_master(tmp_path: Path) -> None:
    with valkey(tmp_path / "v") as port:
        configuration = tmp_path / "sentinel.conf"
        configuration.write_text(f"sentinel monitor mymaster 127.0.0.1 {port} 1\n")
        with valkey(tmp_path / "s", str(configuration), "--sentinel") as watcher:
            url = f"redis+sentinel://127.0.0.1:{watcher}/mymaster"
            votes_are_exact(Connection(url, timeout_ms=5000))


def casts(reactions: Reactions, voter: Voter, vote: Cast) -> bool:
    site = Site("news", "The News", ("https://news.example",))
    try:
        reactions.cast(site, resolve_for(site, "story"), voter, vote)
    except StoreUnavailable:
        return False
    return True


@pytest.mark.parametrize("how", ["away", "full", "replica"])
def test_a_store_that_cannot_write_is_unavailable_and_counts_nothing_later(
    tmp_path: Path, how: str
) -> None:
    site = Site("news", "The News", ("https://news.example",))
    article = resolve_for(site, "story")
    with valkey(tmp_path / "v") as port:
        connection = Connection(f"redis://127.0.0.1:{port}", timeout_ms=1000)
        reactions = Reactions(connection)
        voter, vote = Voter(b"8bytes.."), Cast(1, 3, NOW_S, 7)
        admin = Connection(f"redis://127.0.0.1:{port}", timeout_ms=1000).client
        break_it = {
            "away": lambda: admin.execute_command("CLIENT", "PAUSE", 60_000, "WRITE"),
            "full": lambda: admin.config_set("maxmemory", 1),
            "replica": lambda: admin.replicaof("127.0.0.1", 1),
        }
        mend_it = {
            "away": lambda: admin.execute_command("CLIENT", "UNPAUSE"),
            "full": lambda: admin.config_set("maxmemory", 0),
            "replica": lambda: admin.replicaof("NO", "ONE"),
        }
        break_it[how]()
        with pytest.raises(StoreUnavailable):
            reactions.cast(site, article, voter, vote)
        mend_it[how]()
        # A paused write may still have been done when the pause ended: casting again is safe.
        wait_for(lambda: casts(reactions, voter, vote))
        assert reactions.cast(site, article, voter, vote).counts[2] == 1
        assert list(Recount(connection).mismatches(site, now_s=NOW_S)) == []
