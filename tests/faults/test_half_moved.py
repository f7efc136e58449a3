"""Half of a slot's keys on each of two nodes: what a script and a read may do then.

docs/redis-keys.md explains the guard.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec
import pytest
from redis.exceptions import AskError, ResponseError

from tests.faults.support.cluster import Cluster
from tests.faults.support.node import Node, redis_7, valkey
from tests.faults.support.resharding import half_moved, keys_in, slot_of
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import StoreUnavailable
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.figures.trends import Trends, span
from widget.store.reactions.catch_up import CatchUp
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import CAST_SCRIPT, Cast, Reactions, Voter, cast_call
from widget.store.scripts import script_text

LOVE = 3
CHOICES = 7
VOTES = 5


@pytest.fixture(scope="module", params=["valkey", "redis"])
def cluster(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    program = {"valkey": valkey, "redis": redis_7}[request.param]()
    cluster = Cluster(tmp_path_factory.mktemp("h"), program=program, has_replicas=False)
    try:
        yield cluster.start()
    finally:
        cluster.end()


@dataclass
class Story:
    """A story with votes, whose slot a test moves. Each test has a site of its own."""

    site: Site
    article: ArticleRef
    connection: Connection
    cluster: Cluster

    @property
    def slot(self) -> int:
        return slot_of(self.stem)

    @property
    def stem(self) -> str:
        return keys.stem(self.site.key, self.article.partition)

    @property
    def hash(self) -> str:
        return keys.article(self.site.key, self.article.partition, self.article.id)

    def cast(self, mark: bytes = b"8 bytes.") -> int:
        """Vote, and return the count of the choice."""
        cast = Cast(1, LOVE, int(time.time()), CHOICES)
        tally = Reactions(self.connection).cast(self.site, self.article, Voter(mark), cast)
        return tally.counts[LOVE - 1]

    def catch_up(self) -> None:
        CatchUp(self.connection).run(self.site, [self.article.partition])

    def mismatches(self) -> list[object]:
        return list(Recount(self.connection).mismatches(self.site, now_s=int(time.time())))

    @contextmanager
    def half_moved(self, *staying: str) -> Iterator[tuple[Node, Node]]:
        """Move all keys of the slot but these, and yield the node that has them and the other."""
        source = self.cluster.owner_of(self.slot)
        target = next(node for node in self.cluster.primaries if node is not source)
        names = [name.encode() for name in staying]
        with half_moved(self.cluster, self.slot, source, target, staying=names):
            yield source, target


@pytest.fixture
def story(cluster: Cluster) -> Story:
    site = Site(f"s{os.urandom(4).hex()}", "News", ("https://news.example",))
    article = resolve_for(site, "story")
    story = Story(site, article, Connection(cluster.url, timeout_ms=5000), cluster)
    for _ in range(VOTES):
        story.cast(os.urandom(8))
    return story


def hour_now() -> int:
    return int(time.time()) // 3600


def test_a_vote_is_refused_whole_and_can_be_sent_again(story: Story) -> None:
    with story.half_moved(story.hash), pytest.raises(StoreUnavailable):
        story.cast()
    assert story.mismatches() == []
    assert story.cast() == VOTES + 1
    assert story.mismatches() == []


def test_a_vote_without_the_guard_would_be_half_written(story: Story) -> None:
    text = script_text(*CAST_SCRIPT).replace("= KEYS[1], KEYS[2]", f"= KEYS[1], '{story.stem}'")
    cast = Cast(1, LOVE, int(time.time()), CHOICES, kind=Kind.NONE)
    names, args = cast_call(story.site, story.article, Voter(b"8 bytes."), cast)
    of = (story.site.key, story.article.partition, story.article.id)
    story.catch_up()  # so that the vote falls behind, after it was filed in the timeline
    with story.half_moved(story.hash, keys.bucket(*of, 0), keys.timeline(*of)) as (source, _):
        with pytest.raises(ResponseError, match="non local key"):
            source("EVAL", text, 1, names[0], *args)
    assert story.mismatches() != []


def test_a_figure_is_refused_rather_than_half_of_it(story: Story) -> None:
    today = span(story.site, hour_now() - 1, hour_now() + 1)
    trends = Trends(story.connection)
    with story.half_moved(story.hash), pytest.raises(StoreUnavailable):
        trends.ask(story.site, today)
    assert trends.ask(story.site, today)[0][LOVE - 1] == VOTES


def test_a_figure_without_the_guard_would_be_half_of_it(story: Story) -> None:
    hours = keys.hours(story.site.key, story.article.partition, hour_now() // 24)
    act = {"first": hour_now() - 1, "stop": hour_now() + 1, "choices": CHOICES}
    text = script_text("shared/act.lua", "figures/span.lua")
    sent = msgspec.json.encode(act)
    client = story.connection.client
    story.catch_up()
    whole = client.eval(text, 1, story.stem, sent)
    assert VOTES in msgspec.msgpack.decode(whole)
    with story.half_moved(hours):
        assert client.eval(text, 1, story.stem, sent) != whole


def test_a_plain_read_follows_its_key(story: Story) -> None:
    page = keys.page(story.site.key, story.article.partition, story.article.id)
    client = story.connection.client
    whole = client.hmget(story.hash, "3"), client.get(page)
    assert whole == ([b"5"], client.get(page))
    with story.half_moved(story.hash) as (source, target):
        assert source("HGET", story.hash, "3") == "5"
        with pytest.raises(AskError):  # never nil
            source("GET", page)
        assert (client.hmget(story.hash, "3"), client.get(page)) == whole
        pipe = client.pipeline(transaction=False)
        pipe.hmget(story.hash, "3")
        pipe.get(page)
        assert tuple(pipe.execute()) == whole
        assert page.encode() in keys_in(target, story.slot)


def test_the_guard_never_exists(story: Story) -> None:
    guards = (story.stem, keys.guard(story.site.key, story.article.partition))
    assert [story.connection.client.exists(guard) for guard in guards] == [0, 0]
