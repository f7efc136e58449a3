"""cast.lua, compared with a model in plain Python after each operation, and under 64 threads."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from tests.support.packed import stored
from tests.support.up_to_date import bring_up_to_date
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import Closed, RateLimited
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site, Tally
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.packed_votes import PackedVote
from widget.store.reactions.recount import Mismatch, Recount
from widget.store.reactions.votes import Cast, NewStory, Reactions, Voter, bucket_of

CHOICES = 7


def cast(
    reactions: Reactions,
    site: Site,
    article: ArticleRef,
    mark: bytes,
    seq: int,
    choice: int,
    now_s: int = NOW_S,
    **more: Any,
) -> Tally:
    return reactions.cast(site, article, Voter(mark), Cast(seq, choice, now_s, CHOICES, **more))


def mismatches(recount: Recount, site: Site, now_s: int = NOW_S) -> list[Mismatch]:
    return list(recount.mismatches(site, now_s=now_s))


@pytest.fixture
def article(site: Site) -> ArticleRef:
    return resolve_for(site, "visa")


def test_a_vote_sent_repeatedly_is_counted_once(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount
) -> None:
    for _ in range(50):
        tally = cast(reactions, site, article, b"8bytes..", 1, 3)
    assert (tally.counts, tally.choice, tally.seq) == ((0, 0, 1, 0, 0, 0, 0), 3, 1)
    assert mismatches(recount, site) == []


def test_changing_and_taking_back_a_vote_moves_the_count(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount
) -> None:
    cast(reactions, site, article, b"8bytes..", 1, 3)
    assert cast(reactions, site, article, b"8bytes..", 2, 6).counts == (0, 0, 0, 0, 0, 1, 0)
    assert cast(reactions, site, article, b"8bytes..", 3, 0).counts == (0,) * 7
    assert cast(reactions, site, article, b"8bytes..", 2, 1).choice == 0
    assert mismatches(recount, site) == []


def test_taking_back_before_any_vote_counts_nothing(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount
) -> None:
    tally = cast(reactions, site, article, b"8bytes..", 1, 0)
    assert (tally.counts, tally.choice) == ((0,) * 7, 0)
    assert mismatches(recount, site) == []


def test_a_vote_can_be_taken_back_once_even_on_a_closed_article(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    def take_back(mark: bytes) -> Any:
        return reactions.take_back(site, article, Voter(mark), choices=CHOICES, now_s=NOW_S)

    assert not take_back(b"8bytes..")
    assert not connection.client.exists(keys.article(site.key, article.partition, article.id))
    cast(reactions, site, article, b"8bytes..", 5, 3)
    cast(reactions, site, article, b"another.", 1, 3)
    cast(reactions, site, article, b"held....", 1, 2, hold=True)
    connection.client.hset(keys.article(site.key, article.partition, article.id), "s", "c")
    assert take_back(b"8bytes..") and not take_back(b"8bytes..") and take_back(b"held....")
    assert not take_back(b"unknown.")
    [tally] = reactions.tallies(site, [(article, CHOICES)], now_s=NOW_S)
    assert tally.counts == (0, 0, 1, 0, 0, 0, 0)
    assert connection.client.zcard(keys.held(site.key, article.partition)) == 0
    assert mismatches(recount, site) == []


def test_an_editors_own_question_is_in_no_total_of_the_site(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    question = resolve_for(site, "visa", "library")
    assert question.partition != article.partition
    cast(reactions, site, article, b"8bytes..", 1, 3)
    for seq, choice in ((1, 3), (2, 1)):
        cast(reactions, site, question, b"8bytes..", seq, choice)
    cast(reactions, site, question, b"held....", 1, 2, hold=True)
    tallies = reactions.tallies(site, [(question, CHOICES), (article, CHOICES)], now_s=NOW_S)
    assert [s.counts for s in tallies] == [(1, 0, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0, 0)]
    client, partition = connection.client, question.partition
    for key in (
        keys.hours(site.key, partition, NOW_S // 86400),
        keys.days(site.key, partition),
        keys.top(site.key, partition, NOW_S // 86400, 0),
        keys.articles(site.key, partition),
    ):
        assert not client.exists(key), key
    assert client.zscore(keys.polls(site.key, partition), question.id) is not None
    assert client.zscore(keys.held(site.key, partition), question.id) == 1
    assert mismatches(recount, site) == [] and recount.articles(site) == 2
    client.hincrby(keys.article(site.key, partition, question.id), 1, 5)
    assert mismatches(recount, site)


def test_a_changed_vote_is_subtracted_from_its_own_hour(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    cast(reactions, site, article, b"8bytes..", 1, 3)
    cast(reactions, site, article, b"8bytes..", 2, 6, now_s=NOW_S + 90_000)
    assert mismatches(recount, site, NOW_S + 90_000) == []
    bring_up_to_date(connection)
    day = NOW_S // 86400
    assert connection.client.hgetall(keys.hours(site.key, article.partition, day)) == {}
    assert connection.client.zcard(keys.top(site.key, article.partition, day)) == 0
    assert connection.client.zcard(keys.top(site.key, article.partition, day + 1)) == 1
    hour = NOW_S // 3600
    assert connection.client.zcard(keys.hot(site.key, article.partition, hour)) == 0
    assert connection.client.zcard(keys.hot(site.key, article.partition, hour + 25)) == 1


def test_a_manual_change_of_an_hours_ranking_is_reported(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    cast(reactions, site, article, b"8bytes..", 1, 3)
    bring_up_to_date(connection)
    hot = keys.hot(site.key, article.partition, NOW_S // 3600)
    assert 0 < connection.client.ttl(hot) <= 3 * 86400
    connection.client.zincrby(hot, 1, article.id)
    assert len(mismatches(recount, site)) == 1


def test_a_closed_article_keeps_its_counts_and_forgets_its_voters(
    reactions: Reactions, site: Site, article: ArticleRef, connection: Connection
) -> None:
    cast(reactions, site, article, b"8bytes..", 1, 3)
    closes_s = NOW_S + 30 * 86400
    with pytest.raises(Closed) as closed:
        cast(reactions, site, article, b"8bytes..", 2, 1, now_s=closes_s)
    assert closed.value.extra["tally"].counts == (0, 0, 1, 0, 0, 0, 0)
    bucket = keys.bucket(site.key, article.partition, article.id, 0)
    assert 30 * 86400 - 60 < connection.client.ttl(bucket) <= 30 * 86400


def test_a_reader_who_casts_too_often_gets_an_answer_only_to_a_repeat(
    reactions: Reactions, site: Site, article: ArticleRef
) -> None:
    cast(reactions, site, article, b"8bytes..", 1, 3)
    repeated = cast(reactions, site, article, b"8bytes..", 1, 3, is_too_often=True)
    assert repeated.is_repeat and (repeated.choice, repeated.counts[2]) == (3, 1)
    with pytest.raises(RateLimited):
        cast(reactions, site, article, b"8bytes..", 2, 1, is_too_often=True)
    assert cast(reactions, site, article, b"8bytes..", 2, 3).counts == (0, 0, 1, 0, 0, 0, 0)


def test_a_first_vote_that_may_not_begin_a_story_writes_nothing(
    connection: Connection, reactions: Reactions, site: Site, article: ArticleRef
) -> None:
    with pytest.raises(NewStory):
        cast(reactions, site, article, b"8bytes..", 1, 3, may_begin=False)
    assert not connection.client.keys("*")
    cast(reactions, site, article, b"8bytes..", 1, 3)
    cast(reactions, site, article, b"9bytes..", 1, 3, may_begin=False)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(1, 6),
            st.integers(0, CHOICES),
            st.integers(0, 100_000),
            st.booleans(),
        ),
        max_size=40,
    )
)
def test_the_script_and_the_model_agree(
    reactions: Reactions,
    site: Site,
    article: ArticleRef,
    recount: Recount,
    connection: Connection,
    operations: list[tuple[int, int, int, int, bool]],
) -> None:
    connection.client.flushall()
    page = Page(title="A story", section="City")
    choices: dict[int, tuple[int, int]] = {}
    held: set[int] = set()
    for reader, seq, choice, later_s, hold in operations:
        old_seq, _ = choices.get(reader, (0, 0))
        if reader not in choices and hold:
            held.add(reader)
        if seq > old_seq:
            choices[reader] = (seq, choice)
        counted = [c for who, (_, c) in choices.items() if who not in held]
        expected = tuple(counted.count(n) for n in range(1, CHOICES + 1))
        mark = reader.to_bytes(8, "big")
        tally = cast(
            reactions, site, article, mark, seq, choice, NOW_S + later_s, hold=hold, page=page
        )
        assert tally.counts == expected
        assert tally.is_held == (reader in held)
        assert (tally.seq, tally.choice) == choices[reader]
    assert mismatches(recount, site, NOW_S) == []


def test_64_threads_casting_changing_and_undoing_leave_exact_totals(
    reactions: Reactions, site: Site, recount: Recount
) -> None:
    articles = [resolve_for(site, f"story-{n}") for n in range(3)]
    marks = [os.urandom(8) for _ in range(300)]

    def one_thread(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(60):
            cast(
                reactions,
                site,
                chance.choice(articles),
                chance.choice(marks),
                chance.randint(1, 9),
                chance.randint(0, CHOICES),
                NOW_S + chance.randint(0, 9999),
            )

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(one_thread, range(64)))
    assert mismatches(recount, site, NOW_S) == []


def test_buckets_split_and_no_mark_is_lost(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    marks = [os.urandom(8) for _ in range(4000)]

    def one_thread(part: int) -> None:
        for number, mark in enumerate(marks[part::16]):
            cast(reactions, site, article, mark, 1, 1 + number % CHOICES, NOW_S)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one_thread, range(16)))
    assert mismatches(recount, site, NOW_S) == []
    key = keys.article(site.key, article.partition, article.id)
    buckets = int(connection.client.hget(key, "b"))
    assert buckets == 4000 // 128 + (4000 % 128 > 0)
    for mark in marks[:200]:
        bucket = keys.bucket(site.key, article.partition, article.id, bucket_of(mark, buckets))
        assert connection.client.hexists(bucket, mark)
        assert connection.client.object("encoding", bucket) == b"listpack"
        assert connection.client.ttl(bucket) > 0


def test_500_simultaneous_readers_give_500_votes(
    reactions: Reactions, site: Site, article: ArticleRef
) -> None:
    with ThreadPoolExecutor(64) as pool:
        list(
            pool.map(
                lambda n: cast(reactions, site, article, os.urandom(8), 1, 3, NOW_S), range(500)
            )
        )
    [tally] = reactions.tallies(site, [(article, CHOICES)], now_s=NOW_S)
    assert tally.counts == (0, 0, 500, 0, 0, 0, 0)


def test_a_manual_change_of_a_count_is_reported(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    cast(reactions, site, article, b"8bytes..", 1, 3, NOW_S)
    connection.client.hincrby(keys.article(site.key, article.partition, article.id), "3", 5)
    assert len(mismatches(recount, site, NOW_S)) >= 2


def test_a_vote_that_an_unfinished_build_stored_is_read_and_changed(
    reactions: Reactions, site: Site, article: ArticleRef, recount: Recount, connection: Connection
) -> None:
    cast(reactions, site, article, b"8bytes..", 5, 3, kind=Kind.KNOWN)
    bucket = keys.bucket(site.key, article.partition, article.id, 0)
    vote = PackedVote.of(int(connection.client.hget(bucket, b"8bytes..")))
    assert (vote.choice, vote.seq, vote.kind) == (3, 5, Kind.KNOWN)
    packed = stored(vote._replace(kind=Kind.NONE)) + (Kind.KNOWN << 51)
    connection.client.hset(bucket, b"8bytes..", packed)
    assert PackedVote.of(packed) == vote and mismatches(recount, site) == []
    assert cast(reactions, site, article, b"8bytes..", 6, 2).counts == (0, 1, 0, 0, 0, 0, 0)
    assert mismatches(recount, site) == []
