"""What follows votes later is, once somebody looks, what it would be if it had followed at once."""

import random
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.conftest import NOW_S
from tests.support.up_to_date import bring_up_to_date
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.figures import trends
from widget.store.figures.trends import Trends
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections, Filter
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

CHOICES = 7
HOUR, DAY = NOW_S // 3600, NOW_S // 86400
LATE = (b"}:top:", b"}:mix:", b"}:hot:", b"}:h:", b"}:sec:", b"}:d")


@pytest.fixture
def site() -> Site:
    return Site("news", "The News", ("https://news.example",))


@pytest.fixture
def article(site: Site) -> ArticleRef:
    return resolve_for(site, "https://news.example/visa")


@pytest.fixture
def reactions(connection: Connection) -> Reactions:
    return Reactions(connection)


def cast(
    reactions: Reactions,
    site: Site,
    article: ArticleRef,
    seq: int,
    choice: int,
    *,
    now_s: int = NOW_S,
    mark: bytes = b"8bytes..",
    kind: Kind | None = Kind.KNOWN,
) -> None:
    page = Page(section="City")
    vote = Cast(seq, choice, now_s, CHOICES, page=page, kind=kind)
    reactions.cast(site, article, Voter(mark), vote)


def late_keys(connection: Connection) -> dict[bytes, Any]:
    """Return the values of what may follow later."""
    client = connection.client
    found: dict[bytes, Any] = {}
    for key in client.scan_iter():
        if any(part in key for part in LATE):
            is_ranking = client.type(key) == b"zset"
            found[key] = (
                client.zrange(key, 0, -1, withscores=True) if is_ranking else client.hgetall(key)
            )
    return found


def with_lists(found: dict[bytes, Any]) -> dict[bytes, Any]:
    """Return them with a day's mixes as a list for each choice, as a store of schema 1 has them."""
    lists: dict[bytes, dict[bytes, float]] = {}
    for key, votes in found.items():
        stem, _, day = key.partition(b"mix:")
        if day:
            for article, packed in votes.items():
                for choice, number in enumerate(msgspec.msgpack.decode(packed, type=list[int]), 1):
                    of_choice = lists.setdefault(b"%stop:%s:%d" % (stem, day, choice), {})
                    of_choice[article] = of_choice.get(article, 0) + number
        elif b"}:top:" in key:
            of_choice = lists.setdefault(key, {})
            for article, number in votes:
                of_choice[article] = of_choice.get(article, 0) + number
    ranked = {
        key: sorted((number, article) for article, number in votes.items() if number)
        for key, votes in lists.items()
    }
    others = {key: votes for key, votes in found.items() if not re.search(b"}:(mix|top):", key)}
    return others | {key: votes for key, votes in ranked.items() if votes}


def is_exact(connection: Connection, site: Site, now_s: int = NOW_S) -> bool:
    return list(Recount(connection).mismatches(site, now_s=now_s)) == []


def some_votes(site: Site) -> Iterator[tuple[ArticleRef, bytes, int, int, int]]:
    """Yield (article, mark, seq, choice, time), of few readers who change their minds for days."""
    chance = random.Random(7)
    articles = [resolve_for(site, f"https://news.example/{n}") for n in range(3)]
    now_s = NOW_S
    for seq in range(1, 250):
        now_s += chance.choice((0, 60, 1800, 3600, 40_000))
        mark = bytes([chance.randrange(12)]) * 8
        yield chance.choice(articles), mark, seq, chance.randrange(CHOICES + 1), now_s


def test_late_and_at_once_come_to_the_same(
    reactions: Reactions, connection: Connection, site: Site
) -> None:
    found = []
    for upgraded in (1000, 0, 60, 220):  # a store of schema 1 files at once
        connection.client.flushall()
        chance = random.Random(upgraded)
        for article, mark, seq, choice, now_s in some_votes(site):
            kind = None if seq < upgraded else Kind.NEW
            cast(reactions, site, article, seq, choice, now_s=now_s, mark=mark, kind=kind)
            if chance.random() < 0.1:
                bring_up_to_date(connection)
        bring_up_to_date(connection)
        assert is_exact(connection, site, now_s)
        found.append(late_keys(connection))
    at_once, late, long_ago, mixed = found
    assert with_lists(at_once).keys() <= at_once.keys()  # as earlier releases read it
    assert with_lists(late) == with_lists(at_once) and len(late) > 50
    assert with_lists(long_ago) == with_lists(mixed) == with_lists(at_once)
    of_choices = re.compile(rb"}:top:\d+:[1-9]")
    assert not any(of_choices.search(key) or b"}:mix:" in key for key in late.keys() & at_once)
    assert any(map(of_choices.search, mixed)) and any(b"}:mix:" in key for key in mixed)


def test_a_vote_writes_no_total_until_somebody_looks(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    for number in range(1, 100):
        cast(reactions, site, article, 1, number % CHOICES + 1, mark=bytes([number]) * 8)
    behind = keys.behind(site.key, article.partition)
    assert late_keys(connection) == {} and is_exact(connection, site)
    assert connection.client.smembers(behind) == {article.id.encode()}
    [counted] = Trends(connection).ask(site, trends.hours(site, HOUR, HOUR + 1))
    assert sum(counted[0]) == 99
    assert not connection.client.exists(behind)
    assert is_exact(connection, site)


def test_bringing_up_to_date_twice_adds_nothing(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    cast(reactions, site, article, 1, 3)
    bring_up_to_date(connection)
    before = late_keys(connection)
    connection.client.sadd(keys.behind(site.key, article.partition), article.id, "gone")
    bring_up_to_date(connection)
    assert late_keys(connection) == before and is_exact(connection, site)


def test_verify_sees_what_is_filed_wrongly_while_a_story_is_behind(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    client, partition = connection.client, article.partition
    cast(reactions, site, article, 1, 3)
    bring_up_to_date(connection)
    cast(reactions, site, article, 2, 4)
    assert is_exact(connection, site)
    client.hincrby(keys.days(site.key, partition), DAY * 16 + 3, 1)
    assert not is_exact(connection, site)
    client.hincrby(keys.days(site.key, partition), DAY * 16 + 3, -1)
    client.srem(keys.behind(site.key, partition), article.id)
    assert not is_exact(connection, site)


def test_an_old_vote_that_changes_is_filed_at_once_after_what_was_behind(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    cast(reactions, site, article, 1, 3)
    later_s = NOW_S + 5 * 86400  # nobody has looked
    cast(reactions, site, article, 2, 0, now_s=later_s)
    assert not connection.client.exists(keys.behind(site.key, article.partition))
    assert not connection.client.exists(keys.mixes(site.key, article.partition, DAY))
    assert is_exact(connection, site, later_s)


def test_a_story_that_nobody_looks_at_stays_small(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    for number in range(200):
        now_s = NOW_S + number * 3600
        cast(reactions, site, article, 1, 3, now_s=now_s, mark=number.to_bytes(8, "big"))
    key = keys.article(site.key, article.partition, article.id)
    assert connection.client.object("encoding", key) == b"listpack"
    assert len(connection.client.hget(key, "u") or b"") <= 64
    assert is_exact(connection, site, now_s)


def test_a_correction_counts_what_was_behind(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    for number in range(40):
        cast(reactions, site, article, 1, 5, mark=bytes([number]) * 8)
    done = Corrections(connection, Aliases(connection)).void(
        site, article.id, Filter(choice=5), by=Actor("ed", NOW_S, "a bot")
    )
    assert done.votes == 40 and is_exact(connection, site)
    [counted] = Trends(connection).ask(site, trends.hours(site, HOUR, HOUR + 1))
    assert sum(counted[0]) == 0


def test_a_full_store_shows_what_was_filed_before(
    reactions: Reactions, connection: Connection, site: Site, article: ArticleRef
) -> None:
    client = connection.client
    cast(reactions, site, article, 1, 3)
    bring_up_to_date(connection)
    cast(reactions, site, article, 1, 3, mark=b"another.")
    client.config_set("maxmemory", "1mb")
    try:
        [counted] = Trends(connection).ask(site, trends.hours(site, HOUR, HOUR + 1))
    finally:
        client.config_set("maxmemory", "0")
    assert sum(counted[0]) == 1
    [counted] = Trends(connection).ask(site, trends.hours(site, HOUR, HOUR + 1))
    assert sum(counted[0]) == 2 and is_exact(connection, site)
