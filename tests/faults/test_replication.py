"""READBACK_REPLICATE: nothing is acknowledged that a replica has not, and nothing counts twice."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.faults.support.node import HOST, Node, until
from tests.faults.support.served import server_for
from tests.support.commenter import Commenter
from tests.support.server import Serve, nonce
from widget.domain.article import resolve_for
from widget.domain.errors import NotReplicated, StoreUnavailable
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.desk.notes import Notes
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites

SITE = Site("news", "The News", ("https://news.example",))
STORY = resolve_for(SITE, "story")
BY = Actor("Ann", NOW_S)


@pytest.fixture
def primary(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "a").start()
    yield node
    node.end()


@pytest.fixture
def replica(tmp_path: Path, primary: Node) -> Iterator[Node]:
    fast = ("--repl-diskless-sync-delay", "0")
    primary("CONFIG", "SET", *(part.removeprefix("--") for part in fast))
    node = Node(tmp_path / "b", *fast, "--replicaof", f"{HOST} {primary.port}").start()
    until(lambda: node.has_its_primary, "the replica is in touch")
    yield node
    node.end()


@pytest.fixture
def store(primary: Node, replica: Node) -> Connection:
    return Connection(f"redis://{primary.address}/0", timeout_ms=1000, replicas=1)


def vote(
    connection: Connection, *, seq: int = 1, choice: int = 3, mark: bytes = b"8bytes.."
) -> int:
    """Cast a vote, and return the count of its choice."""
    tally = Reactions(connection).cast(SITE, STORY, Voter(mark), Cast(seq, choice, NOW_S, 7))
    return tally.counts[choice - 1]


def bulk(connection: Connection) -> None:
    with BulkCasts(connection) as casts:
        for number in range(40):
            story = resolve_for(SITE, f"story-{number}")
            casts.cast(SITE, story, Voter(os.urandom(8)), Cast(1, 2, NOW_S, 7))


WRITES: dict[str, Callable[[Connection], Any]] = {
    "vote": vote,
    "bulk": bulk,
    "audit": lambda c: Audit(c).append(SITE, "Ann", "done", "x", at_s=NOW_S),
    "note": lambda c: Notes(c).add(SITE, STORY.id, "A note", "Ann", NOW_S),
    "site": lambda c: Sites(c, SITE).add(Site("other", "O", ("https://o.example",))),
    "correction": lambda c: Corrections(c, Aliases(c)).close(SITE, STORY.id, by=BY),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_waits_for_the_replica_and_what_only_reads_does_not(
    store: Connection, replica: Node, name: str
) -> None:
    vote(store, mark=b"another.")
    replica.pause()
    with pytest.raises(NotReplicated):
        WRITES[name](store)
    assert Reactions(store).tallies(SITE, [(STORY, 7)], now_s=NOW_S)
    replica.resume()
    assert [*Recount(store).mismatches(SITE, now_s=NOW_S)] == []


def test_a_vote_sent_again_is_acknowledged_only_once_the_replica_has_it_and_counts_once(
    store: Connection, primary: Node, replica: Node
) -> None:
    assert vote(store) == 1
    replica.pause()
    for connection in (
        store,
        Connection(f"redis://{primary.address}/0", timeout_ms=1000, replicas=1),
    ):
        for _ in range(2):  # nothing changes any more, and the replica still has not got it
            with pytest.raises(NotReplicated):
                vote(connection, seq=2, choice=4)
    replica.resume()
    assert vote(store, seq=2, choice=4) == 1
    behind = Connection(f"redis://{replica.address}/0", timeout_ms=1000)
    [tally] = Reactions(behind).tallies(SITE, [(STORY, 7)], now_s=NOW_S)
    assert sum(tally.counts) == 1 and tally.counts[3] == 1


def test_replicas_that_are_back_are_noticed(store: Connection, replica: Node) -> None:
    replica.pause()
    for seq in range(1, 4):
        with pytest.raises(NotReplicated):
            vote(store, seq=seq)
    assert store.state.snapshot().is_away
    replica.resume()

    def is_well() -> bool:
        try:
            return vote(store, seq=9) == 1
        except NotReplicated:
            return False

    until(is_well, "a vote is acknowledged")
    assert not store.state.snapshot().is_away


def test_a_primary_that_was_demoted_and_lost_its_replica_acknowledges_nothing(
    store: Connection, primary: Node, replica: Node
) -> None:
    assert vote(store) == 1
    replica("REPLICAOF", "NO", "ONE")  # as a planned failover begins: both take writes
    with pytest.raises(NotReplicated):
        vote(store, seq=2, choice=4)
    primary("REPLICAOF", HOST, replica.port)
    with pytest.raises(StoreUnavailable):
        vote(store, seq=2, choice=4)
    promoted = Connection(f"redis://{replica.address}/0", timeout_ms=1000, replicas=1)
    until(lambda: primary.has_its_primary, "the old primary follows")
    assert vote(promoted, seq=2, choice=4) == 1


def test_a_lost_script_and_a_lost_connection_are_made_good(store: Connection) -> None:
    assert vote(store) == 1
    store.client.script_flush()
    bulk(store)
    store.client.script_flush()
    assert vote(store, seq=2) == 1
    store.client.client_kill_filter(_type="normal", skipme=False)
    assert vote(store, seq=3) == 1


def test_merged_votes_are_on_the_replica_at_each_step(store: Connection, replica: Node) -> None:
    corrections = Corrections(store, Aliases(store))
    vote(store)
    for number in range(4):  # in the same partition and in others
        target = resolve_for(SITE, f"target-{number}")
        merged = corrections.merge(SITE, STORY, target, by=BY)
        assert merged.votes == 1
        corrections.undo(SITE, merged.audit_id, by=BY)
    assert [*Recount(store).mismatches(SITE, now_s=NOW_S)] == []


def test_over_http_a_paused_replica_is_a_503_and_everything_sent_again_counts_once(
    primary: Node, replica: Node, tmp_path: Path, serve: Serve
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    server = serve.start(server_for(f"redis://{primary.address}/0", served, READBACK_REPLICATE="1"))
    who = nonce()
    reader = Commenter(server, "a")
    assert server.react(nonce=who).status == 200
    assert reader.post("First.").status == 201
    replica.pause()
    refused = server.react(nonce=who, reaction="sad", seq=2)
    assert (refused.status, refused.code) == (503, "not_replicated")
    assert "again" in refused.json["error"]["message"] and refused.headers["Retry-After"]
    unsaved = reader.post("Second.")
    assert (unsaved.status, unsaved.code) == (503, "not_replicated")
    replica.resume()
    until(lambda: server.react(nonce=who, reaction="sad", seq=2).status == 200, "it counts")
    until(lambda: reader.post("Second.").status == 201, "it is stored")
    assert server.counts()["total"] == 1
    listed = server.uncached("/v1/comments?site=home&article=a").json
    assert sorted(one["text"] for one in listed["comments"]) == ["First.", "Second."]


def test_a_stranger_sent_again_after_a_paused_replica_is_let_in_and_counted_once(
    primary: Node, replica: Node, tmp_path: Path, serve: Serve
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    settings = {"READBACK_REPLICATE": "1", "READBACK_NEW_READERS": "3"}
    server = serve.start(server_for(f"redis://{primary.address}/0", served, **settings))
    assert server.react(nonce=nonce()).status == 200
    stranger = nonce()
    replica.pause()
    refused = server.react(nonce=stranger)
    assert (refused.status, refused.code) == (503, "not_replicated")
    replica.resume()
    until(lambda: server.react(nonce=stranger).status == 200, "it counts")
    assert server.counts()["total"] == 2
    assert server.react(nonce=nonce()).status == 200  # the third: the stranger was let in once
    assert server.react(nonce=nonce()).status == 428
    assert server.counts()["total"] == 3
