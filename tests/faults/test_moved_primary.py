"""Primaries that move while connections to the former one stay open: an address, and Sentinel."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import NOW_S
from tests.faults.support.node import HOST, Node, until
from tests.faults.support.proxy import Proxy
from tests.faults.support.sentinel import Watched
from widget.domain.article import resolve_for
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.connection.deadline import deadline
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

SITE = Site("news", "The News", ("https://news.example",))
ARTICLE = resolve_for(SITE, "story")
THREADS = 4


@dataclass
class Votes:
    """Threads that vote as a server's do, each with a connection of its own."""

    connection: Connection
    acknowledged: list[bytes] = field(default_factory=list)
    refused: int = 0
    slowest_s: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._vote) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def wait_for(self, more: int) -> None:
        """Wait until some more votes are acknowledged."""
        enough = len(self.acknowledged) + more
        until(lambda: len(self.acknowledged) >= enough, f"{more} more votes are acknowledged")

    def _vote(self) -> None:
        reactions = Reactions(self.connection)
        while not self._ended.is_set():
            mark, began_s = os.urandom(8), time.monotonic()
            try:
                with deadline(1.0):
                    reactions.cast(SITE, ARTICLE, Voter(mark), Cast(1, 3, NOW_S, 7))
                self.acknowledged.append(mark)
            except StoreUnavailable:
                self.refused += 1
            self.slowest_s = max(self.slowest_s, time.monotonic() - began_s)
            time.sleep(0.01)

    def assert_none_is_lost(self) -> None:
        reactions = Reactions(self.connection)
        lost = [
            m for m in self.acknowledged if not reactions.own_vote(SITE, ARTICLE, Voter(m)).choice
        ]
        assert not lost, f"{len(lost)} of {len(self.acknowledged)} acknowledged votes are lost"
        assert list(Recount(self.connection).mismatches(SITE, now_s=NOW_S)) == []


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Watched]:
    pair = Watched(tmp_path / "p")
    with ExitStack() as running:
        running.callback(pair.end)
        yield pair.start()


def test_a_planned_switch_of_sentinels_loses_no_acknowledged_vote(pair: Watched) -> None:
    former = pair.primary
    votes = Votes(Connection(pair.url, timeout_ms=1000))
    with votes.going_on():
        votes.wait_for(50)
        pair.fail_over()
        votes.wait_for(50)
        # The former primary has taken writes until now, had anybody sent it one.
        until(lambda: not former.is_primary, "the former primary follows the new one")
        votes.wait_for(50)
    votes.assert_none_is_lost()
    assert votes.slowest_s < 1.5


def test_one_sentinel_is_enough_to_find_the_primary(pair: Watched) -> None:
    for sentinel in pair.sentinels[1:]:
        sentinel.kill()
    votes = Votes(Connection(pair.url, timeout_ms=1000))
    with votes.going_on():
        votes.wait_for(10)
    assert not votes.refused


def test_an_address_that_leads_elsewhere_comes_back_alone(tmp_path: Path) -> None:
    with ExitStack() as running:
        first, second = (Node(tmp_path / name).start() for name in "ab")
        for node in (first, second):
            running.callback(node.kill)
        second("REPLICAOF", HOST, first.port)
        until(lambda: second.has_its_primary, "the replica is in touch")
        proxy = running.enter_context(Proxy(first.port))
        votes = Votes(Connection(proxy.url, timeout_ms=1000))
        with votes.going_on():
            votes.wait_for(50)
            hand_over(first, second)
            proxy.aim(second.port)
            began_s = time.monotonic()
            votes.wait_for(50)
            assert time.monotonic() - began_s < 10
        votes.assert_none_is_lost()


def hand_over(first: Node, second: Node) -> None:
    """Make the replica the primary and the primary its replica, as managed stores do."""
    first("CLIENT", "PAUSE", 10_000, "WRITE")
    until(
        lambda: (
            second.info("replication")["slave_repl_offset"]
            == first.info("replication")["master_repl_offset"]
        ),
        "the replica has everything",
    )
    second("REPLICAOF", "NO", "ONE")
    first("REPLICAOF", HOST, second.port)
    first("CLIENT", "UNPAUSE")
