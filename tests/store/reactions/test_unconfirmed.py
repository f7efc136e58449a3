"""Stories that nobody confirms go, exactly; confirmed ones stay."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.up_to_date import bring_up_to_date
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.model import Site
from widget.domain.page import Page, PageEdits
from widget.domain.readers.network import Allowance
from widget.services.sweeping import Sweeper
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.naming import Naming
from widget.store.reactions.recount import Recount
from widget.store.reactions.unconfirmed import Unconfirmed
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites

DAY_S = 86400
WEEK_S = 7 * DAY_S
PAGE = Page("A story", "City")
CHOICES = 7

Vote = Callable[..., None]


@pytest.fixture
def ref(site: Site) -> ArticleRef:
    return resolve_for(site, "https://news.example/invented")


@pytest.fixture
def unconfirmed(connection: Connection) -> Unconfirmed:
    return Unconfirmed(connection)


@pytest.fixture
def corrections(connection: Connection) -> Corrections:
    clock = iter(range(0, 10**9, 10)).__next__  # caches nothing
    return Corrections(connection, Aliases(connection, clock=clock))


@pytest.fixture
def vote(reactions: Reactions, site: Site, ref: ArticleRef) -> Vote:
    chance = random.Random(1)

    def vote(*networks: int, now_s: int = NOW_S, on: ArticleRef = ref, **more: Any) -> None:
        """Cast a new reader's vote from a network, and its wide one if that is given too."""
        marks = b"".join(network.to_bytes(8) + (network + 900).to_bytes(8) for network in networks)
        cast = Cast(
            1,
            1 + chance.randrange(7),
            now_s,
            CHOICES,
            page=PAGE,
            networks=marks,
            allowance=Allowance(50, 1234),
            goes_after_s=WEEK_S,
            **more,
        )
        reactions.cast(site, on, Voter(chance.randbytes(8)), cast)

    return vote


@pytest.fixture
def goes(connection: Connection, site: Site, ref: ArticleRef) -> Callable[[], bool]:
    """Say whether the story is among those that go."""
    key = keys.new_stories(site.key, ref.partition)
    return lambda: connection.client.zscore(key, ref.id) is not None


def keys_left(connection: Connection) -> set[bytes]:
    bring_up_to_date(connection)
    passing = (b"}:past", b"}:seen", b"}:w:")
    return {key for key in connection.client.scan_iter() if not any(p in key for p in passing)}


def test_a_story_of_one_network_goes_after_a_week_and_leaves_nothing(
    vote: Vote,
    unconfirmed: Unconfirmed,
    connection: Connection,
    site: Site,
    ref: ArticleRef,
    recount: Recount,
) -> None:
    other = resolve_for(site, "https://news.example/real")
    vote(1, on=other)
    Unconfirmed(connection).confirm(site, [other.id])
    before = keys_left(connection)
    for number in range(4):
        vote(1, now_s=NOW_S + number * 60)
    vote(2, hold=True)
    assert unconfirmed.due(site, now_s=NOW_S + WEEK_S - 1, most=9) == []
    assert not unconfirmed.drop(site, ref.id, now_s=NOW_S + WEEK_S - 1)
    assert unconfirmed.due(site, now_s=NOW_S + WEEK_S, most=9) == [ref.id]
    assert unconfirmed.drop(site, ref.id, now_s=NOW_S + WEEK_S)
    assert list(recount.mismatches(site, now_s=NOW_S + WEEK_S)) == []
    assert keys_left(connection) == before
    assert recount.articles(site) == 1
    vote(1, now_s=NOW_S + WEEK_S + 5)
    assert list(recount.mismatches(site, now_s=NOW_S + WEEK_S + 5)) == []
    assert recount.articles(site) == 2


def test_an_own_question_goes_too(
    vote: Vote, unconfirmed: Unconfirmed, connection: Connection, site: Site, recount: Recount
) -> None:
    question = resolve_for(site, "https://news.example/invented", "quiz")
    vote(1, on=question)
    assert unconfirmed.drop(site, question.id, now_s=NOW_S + WEEK_S)
    assert keys_left(connection) == set()


def test_a_second_network_confirms_a_story(vote: Vote, goes: Any) -> None:
    vote(1)
    vote(1)
    assert goes()
    vote(2)
    assert not goes()


def test_a_second_network_confirms_a_story_on_the_next_day_too(vote: Vote, goes: Any) -> None:
    vote(1)
    vote(1001, now_s=NOW_S + DAY_S)  # yesterday's mark is another one's
    assert not goes()


def test_the_same_network_on_the_next_day_confirms_nothing(
    reactions: Reactions, vote: Vote, goes: Any, site: Site, ref: ArticleRef
) -> None:
    vote(1)
    marks = (77).to_bytes(8) + (1).to_bytes(8)  # today's mark, and yesterday's
    cast = Cast(1, 1, NOW_S + DAY_S, CHOICES, networks=marks, allowance=Allowance(50, 1234))
    reactions.cast(site, ref, Voter(b"8bytes.."), cast)
    assert goes()


def test_a_network_on_a_later_day_may_be_the_same_and_confirms_nothing(
    vote: Vote, goes: Any
) -> None:
    vote(1)
    vote(1001, now_s=NOW_S + 3 * DAY_S)
    assert goes()


def test_another_part_of_one_ipv6_customer_confirms_nothing(vote: Vote, goes: Any) -> None:
    vote(1, 10)
    vote(2, 10)
    assert goes()
    vote(3, 11)
    assert not goes()


def test_held_votes_confirm_nothing_and_six_counted_voters_do(vote: Vote, goes: Any) -> None:
    vote(1)
    vote(2, hold=True)
    for _ in range(4):
        vote(1)
    assert goes()
    vote(1)
    assert not goes()


def test_two_networks_that_agree_on_the_name_confirm_a_story(
    vote: Vote, goes: Any, connection: Connection, site: Site, ref: ArticleRef
) -> None:
    vote(1)
    for network in (b"1" * 16, b"2" * 16):
        Naming(connection).hear(site, ref, PAGE, network, now_s=NOW_S)
    assert not goes()


def test_an_editor_confirms_a_story(
    vote: Vote, goes: Any, corrections: Corrections, site: Site, ref: ArticleRef
) -> None:
    vote(1)
    assert corrections.keep(site, ref.id, by=Actor("ed", NOW_S)).audit_id
    assert not goes()
    assert not corrections.keep(site, ref.id, by=Actor("ed", NOW_S)).audit_id


def test_any_correction_confirms_a_story(
    vote: Vote, goes: Any, corrections: Corrections, site: Site, ref: ArticleRef
) -> None:
    vote(1)
    corrections.name(site, ref.id, PageEdits(title="Real"), by=Actor("ed", NOW_S))
    assert not goes()


def test_a_merged_story_stays_with_the_other(
    vote: Vote,
    goes: Any,
    corrections: Corrections,
    unconfirmed: Unconfirmed,
    connection: Connection,
    site: Site,
    ref: ArticleRef,
    recount: Recount,
) -> None:
    real = resolve_for(site, "https://news.example/real")
    vote(1)
    vote(1, on=real)
    corrections.merge(site, ref, real, by=Actor("ed", NOW_S))
    assert unconfirmed.due(site, now_s=NOW_S + WEEK_S, most=9) == []
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_a_sweep_removes_what_is_due_and_no_more(
    vote: Vote, unconfirmed: Unconfirmed, connection: Connection, site: Site, recount: Recount
) -> None:
    for number in range(60):
        vote(1, on=resolve_for(site, f"https://news.example/{number}"), now_s=NOW_S + number)
    sites = Sites(connection, site)
    sweeper = Sweeper(sites, unconfirmed, days=7)
    assert sweeper.sweep(now_s=NOW_S + WEEK_S + 29) == 30
    assert recount.articles(site) == 30
    assert list(recount.mismatches(site, now_s=NOW_S + WEEK_S)) == []


def test_a_new_story_takes_two_of_its_partition_along(
    vote: Vote, unconfirmed: Unconfirmed, connection: Connection, site: Site, recount: Recount
) -> None:
    names = (resolve_for(site, f"https://news.example/{number}") for number in range(1000))
    same = [one for one in names if one.partition == 3][:5]
    for one in same:
        vote(1, on=one)
    sweeper = Sweeper(Sites(connection, site), unconfirmed, days=7)
    sweeper.sweep_beside(site, 3, now_s=NOW_S + WEEK_S)
    assert recount.articles(site) == 3


def test_one_process_at_a_time_sweeps(unconfirmed: Unconfirmed) -> None:
    assert unconfirmed.may_sweep()
    assert not unconfirmed.may_sweep()
