"""The comparison that all tests of faults rely on: it must see each kind of damage."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import redis

from tests.faults.support.comparison import HOME_SITE, Comparison
from tests.faults.support.load import Load, wait_for_votes
from tests.faults.support.node import HOST, Node
from tests.faults.support.served import assert_exact, compared, server_for
from tests.support.kept_store import KeptStore
from tests.support.packed import stored
from tests.support.server import Server
from widget.domain.article import resolve_for
from widget.store import keys
from widget.store.reactions.packed_votes import PackedVote


class Damaged:
    """A store with acknowledged votes and comments, for tests to damage."""

    def __init__(self, load: Load, server: Server, client: redis.Redis) -> None:
        self.load, self.server, self.client = load, server, client

    def compared(self) -> Comparison:
        return compared(self.load, self.server)

    def keys(self, pattern: str) -> list[bytes]:
        return sorted(self.client.scan_iter(pattern))

    def bucket_with_votes(self) -> bytes:
        return next(key for key in self.keys("rb:{home:*}:m:*") if self.client.hlen(key) > 3)


@pytest.fixture(scope="module")
def voted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Damaged]:
    folder = tmp_path_factory.mktemp("c")
    with ExitStack() as running:
        node = Node(folder / "store").start()
        running.callback(node.end)
        server = server_for(f"redis://{node.address}/0", folder).start()
        running.callback(server.stop)
        with Load([server], a_second=150, articles=5, comments=0.1) as load:
            wait_for_votes(load, 150)
        assert_exact(load, server)
        yield Damaged(load, server, running.enter_context(redis.Redis(HOST, node.port)))


@pytest.fixture
def damaged(voted: Damaged) -> Iterator[Damaged]:
    """Restore every key after a test."""
    kept = KeptStore.of(voted.client, "rb:{home:*}:*")
    yield voted
    kept.put_back(voted.client)


def test_an_untouched_store_is_exact(damaged: Damaged) -> None:
    found = damaged.compared()
    assert found.is_exact and found.votes > 100 and found.comments > 5


def test_a_removed_vote_is_lost(damaged: Damaged) -> None:
    bucket = damaged.bucket_with_votes()
    mark = damaged.client.hkeys(bucket)[0]
    damaged.client.hdel(bucket, mark)
    found = damaged.compared()
    assert len(found.lost) == 1 and not found.is_exact


def test_an_older_vote_is_lost(damaged: Damaged) -> None:
    ballot, choice = next(
        (b, c) for b, c in damaged.load.memory.votes.items() if c.seq > 1 and c.key is not None
    )
    article = resolve_for(HOME_SITE, ballot[0])
    pattern = keys.bucket("home", article.partition, article.id, 0)[:-1] + "*"
    for bucket in damaged.keys(pattern):
        for mark, packed in damaged.client.hgetall(bucket).items():
            vote = PackedVote.of(int(packed))
            if vote.seq == choice.seq:
                damaged.client.hset(bucket, mark, stored(vote._replace(seq=vote.seq - 1)))
    found = damaged.compared()
    assert ballot in found.lost and not found.is_exact


def test_another_choice_is_wrong(damaged: Damaged) -> None:
    bucket = damaged.bucket_with_votes()
    mark, packed = next((m, int(p)) for m, p in damaged.client.hgetall(bucket).items())
    vote = PackedVote.of(packed)
    damaged.client.hset(bucket, mark, stored(vote._replace(choice=vote.choice % 7 + 1)))
    found = damaged.compared()
    assert len(found.wrong) == 1 and not found.is_consistent


@pytest.mark.parametrize(("by", "field"), [(1, "doubled"), (-1, "missing")])
def test_a_total_that_is_not_the_votes_is_seen(damaged: Damaged, by: int, field: str) -> None:
    article = next(
        key for key in damaged.keys("rb:{home:*}:a:*") if damaged.client.hget(key, "1") is not None
    )
    damaged.client.hincrby(article, "1", by)
    found = damaged.compared()
    assert getattr(found, field) == 1 and not found.is_consistent


def test_a_removed_comment_and_a_doubled_one_are_seen(damaged: Damaged) -> None:
    one, other = damaged.keys("rb:{home:*}:c:*")[:2]
    damaged.client.hset(one, "t", damaged.client.hget(other, "t") or b"")
    found = damaged.compared()
    assert (found.lost_comments, found.doubled_comments) == (1, 1)
    assert not found.is_exact and not found.is_consistent


def test_an_odd_answer_is_seen(damaged: Damaged) -> None:
    damaged.load.memory.odd.append("vote: 500")
    assert not damaged.compared().is_consistent
    damaged.load.memory.odd.clear()
