"""Names of stories: who gives them, who can change them, and that votes move to a new section."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import CannotCorrect, NotFound
from widget.domain.model import Site
from widget.domain.page import Page, PageEdits
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.naming import Naming
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

DAY_S = 86400
CHOICES = 7
TRUE = Page("Council votes", "Politics", "Ada", ("budget",))
EDITED = Page("Council votes again", "Politics", "Ada", ("budget",))
FALSE = Page("Mayor has died", "Obituaries")
BY = Actor("ed", NOW_S, "")

Vote = Callable[..., bool]


@pytest.fixture
def ref(site: Site) -> ArticleRef:
    return resolve_for(site, "https://news.example/council")


@pytest.fixture
def corrections(connection: Connection) -> Corrections:
    clock = iter(range(0, 10**9, 10)).__next__  # caches nothing
    return Corrections(connection, Aliases(connection, clock=clock))


@pytest.fixture
def vote(connection: Connection, reactions: Reactions, site: Site, ref: ArticleRef) -> Vote:
    """Cast the vote of a new reader, as the service does. Return whether its page was heard."""
    naming, chance = Naming(connection), random.Random(1)

    def vote(
        page: Page,
        network: int,
        *,
        now_s: int = NOW_S,
        hold: bool = False,
        choice: int = 1,
        before: int = 0,
    ) -> bool:
        shown = Page(url=page.url) if hold else page
        cast = Cast(1, choice, now_s, CHOICES, page=shown, may_name=not hold, hold=hold)
        tally = reactions.cast(site, ref, Voter(chance.randbytes(8)), cast)
        if tally.is_news:
            marks = network.to_bytes(8) + before.to_bytes(8)
            naming.hear(site, ref, page, marks, now_s=now_s)
        return tally.is_news

    return vote


@pytest.fixture
def named(reactions: Reactions, site: Site, ref: ArticleRef) -> Callable[[], tuple[str, str, bool]]:
    """Return title, section and whether the section is settled."""

    def named() -> tuple[str, str, bool]:
        record = reactions.page(site, ref)
        [tally] = reactions.tallies(site, [(ref, CHOICES)], now_s=NOW_S)
        assert record is not None
        assert record.section == (tally.section or "")
        is_settled = reactions.section(site, ref) is not None
        assert is_settled == tally.is_section_settled
        return record.title, record.section, is_settled

    return named


def verified(recount: Recount, site: Site, now_s: int = NOW_S) -> bool:
    return list(recount.mismatches(site, now_s=now_s)) == []


def test_one_network_names_a_story_only_provisionally(vote: Vote, named: Any) -> None:
    for _ in range(20):
        vote(FALSE, network=1)
    assert named() == ("Mayor has died", "Obituaries", False)
    vote(TRUE, network=2)
    assert named() == ("Council votes", "Politics", False)
    vote(TRUE, network=3)
    assert named() == ("Council votes", "Politics", True)


def test_one_network_changes_nothing_that_two_others_made(vote: Vote, named: Any) -> None:
    vote(TRUE, network=2)
    vote(TRUE, network=3)
    for _ in range(50):
        vote(FALSE, network=1)
    assert named() == ("Council votes", "Politics", True)


def test_three_of_the_latest_seven_networks_do_not_rename_a_story(vote: Vote, named: Any) -> None:
    for network in range(2, 20):
        vote(TRUE, network)
    for network in range(101, 104):
        vote(FALSE, network)
    assert named() == ("Council votes", "Politics", True)


def test_the_readers_of_an_edited_page_rename_it(vote: Vote, named: Any) -> None:
    for network in range(2, 20):
        vote(TRUE, network)
    for network in range(20, 24):
        vote(EDITED, network)
    assert named() == ("Council votes again", "Politics", True)


def test_readers_of_the_true_page_outlast_two_attackers(vote: Vote, named: Any) -> None:
    vote(FALSE, network=1)
    vote(FALSE, network=2)
    assert named()[1:] == ("Obituaries", True)
    for network in range(3, 7):
        vote(TRUE, network)
    assert named() == ("Council votes", "Politics", True)


def test_a_page_that_says_what_is_known_costs_nothing(vote: Vote) -> None:
    assert vote(TRUE, network=1)
    assert vote(TRUE, network=2)
    assert not any(vote(TRUE, network) for network in range(3, 30))
    assert vote(FALSE, network=99)
    # Readers of the true page are asked until the other claim is no longer among the latest seven.
    assert [vote(TRUE, network) for network in range(30, 38)] == [True] * 7 + [False]


def test_a_held_vote_names_nothing(vote: Vote, named: Any) -> None:
    assert not vote(FALSE, network=1, hold=True)
    assert named() == ("", "", False)
    vote(TRUE, network=2)
    assert named() == ("Council votes", "Politics", False)


def test_a_network_is_the_same_after_midnight_and_forgotten_a_day_later(
    vote: Vote, named: Any, connection: Connection, site: Site, ref: ArticleRef
) -> None:
    vote(FALSE, network=1)
    vote(FALSE, network=11, before=1, now_s=NOW_S + DAY_S)
    assert not named()[2]
    vote(FALSE, network=21, before=12, now_s=NOW_S + 2 * DAY_S)
    assert named()[2], "only yesterday's networks are still known"
    key = keys.said(site.key, ref.partition, ref.id)
    assert 0 < connection.client.ttl(key) <= 2 * DAY_S


def test_one_network_a_day_settles_nothing(vote: Vote, named: Any) -> None:
    for day in range(0, 20, 2):
        vote(FALSE, network=100 + day, now_s=NOW_S + day * DAY_S)
    assert not named()[2]


def test_a_new_section_takes_the_votes_of_all_days_with_it(
    vote: Vote, named: Any, connection: Connection, site: Site, ref: ArticleRef, recount: Recount
) -> None:
    for day in range(3):
        for network in range(2):
            vote(FALSE, network=10 * day + network, now_s=NOW_S + day * DAY_S, choice=1 + network)
    past = int(connection.client.get(keys.past(site.key, ref.partition)) or 0)
    now_s = NOW_S + 3 * DAY_S
    for network in range(100, 104):
        vote(TRUE, network, now_s=now_s)
    assert named()[1] == "Politics"
    days = [keys.sections(site.key, ref.partition, NOW_S // DAY_S + day) for day in range(4)]
    found = [connection.client.hgetall(day) for day in days]
    assert found == [{b"1:Politics": b"1", b"2:Politics": b"1"}] * 3 + [{b"1:Politics": b"4"}]
    assert verified(recount, site, now_s)
    assert int(connection.client.get(keys.past(site.key, ref.partition))) > past


def test_a_story_of_an_earlier_version_keeps_its_section_until_four_networks_differ(
    vote: Vote, named: Any, connection: Connection, site: Site, ref: ArticleRef, recount: Recount
) -> None:
    vote(FALSE, network=1, choice=2)
    connection.client.hdel(keys.article(site.key, ref.partition, ref.id), "d")
    connection.client.delete(keys.said(site.key, ref.partition, ref.id))
    assert named() == ("Mayor has died", "Obituaries", True)
    for network in range(2, 5):
        vote(TRUE, network)
    assert named()[1] == "Obituaries"
    vote(TRUE, network=5)
    assert named() == ("Council votes", "Politics", True)
    assert verified(recount, site)


def test_the_record_has_the_canonical_address_only(
    vote: Vote, reactions: Reactions, connection: Connection, site: Site, ref: ArticleRef
) -> None:
    vote(TRUE, network=1)
    key = keys.page(site.key, ref.partition, ref.id)
    raw = json.loads(connection.client.get(key))
    raw["url"] = "https://news.example/council?reset_token=abc&fbclid=1"  # by an earlier version
    connection.client.set(key, json.dumps(raw))
    record = reactions.page(site, ref)
    assert record is not None and record.url == "https://news.example/council"
    vote(EDITED, network=2)
    assert b"reset_token" not in connection.client.get(key)


def test_an_editor_comes_first_until_the_fields_are_emptied(
    vote: Vote, named: Any, corrections: Corrections, site: Site, ref: ArticleRef, recount: Recount
) -> None:
    vote(FALSE, network=1)
    corrections.name(site, ref.id, PageEdits(section="Politics"), by=BY)
    assert named() == ("Mayor has died", "Politics", True)
    assert verified(recount, site)
    for network in range(2, 12):
        vote(FALSE, network)
    assert named() == ("Mayor has died", "Politics", True)
    done = corrections.name(site, ref.id, PageEdits(title="Council", tags=("a", "b")), by=BY)
    assert named() == ("Council", "Obituaries", True)
    [entry] = [c.entry for c in corrections.records.of(site, ref.id) if c.entry.id == done.audit_id]
    assert entry.before == "title: as pages say; section: Politics; tags: as pages say"
    assert entry.after == "title: Council; section: as pages say; tags: a, b"
    corrections.undo(site, done.audit_id, by=BY)
    assert named() == ("Mayor has died", "Politics", True)
    assert verified(recount, site)
    with pytest.raises(CannotCorrect):
        corrections.undo(site, done.audit_id, by=BY)


def test_an_editors_name_is_not_undone_after_a_later_one(
    vote: Vote, corrections: Corrections, site: Site, ref: ArticleRef
) -> None:
    vote(TRUE, network=1)
    first = corrections.name(site, ref.id, PageEdits(title="One"), by=BY)
    corrections.name(site, ref.id, PageEdits(title="Two"), by=BY)
    with pytest.raises(CannotCorrect, match="changed this since"):
        corrections.undo(site, first.audit_id, by=BY)
    assert not corrections.name(site, ref.id, PageEdits(title="Two"), by=BY).audit_id


def test_a_storys_own_file_names_it_at_once(
    vote: Vote, named: Any, connection: Connection, site: Site, ref: ArticleRef
) -> None:
    for network in range(5):
        vote(FALSE, network)
    Naming(connection).settle(site, ref, TRUE, now_s=NOW_S)
    assert named() == ("Council votes", "Politics", True)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), st.sampled_from((TRUE, EDITED, FALSE)), st.integers(1, 9)),
        st.tuples(st.just("edit"), st.sampled_from(("", "Politics", "Sport")), st.just(0)),
        st.tuples(st.just("merge"), st.just(0), st.just(0)),
        st.tuples(st.just("undo"), st.just(0), st.just(0)),
        st.tuples(st.just("later"), st.just(0), st.integers(1, 40)),
    ),
    max_size=30,
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_every_total_stays_exact_however_a_story_is_named(
    connection: Connection, reactions: Reactions, recount: Recount, site: Site, steps: Any
) -> None:
    connection.client.flushall()
    chance, naming, now_s = random.Random(1), Naming(connection), NOW_S
    aliases = Aliases(connection, clock=iter(range(0, 10**9, 10)).__next__)
    corrections = Corrections(connection, aliases)
    story = resolve_for(site, "https://news.example/council")
    other = resolve_for(site, "https://news.example/other")
    made: list[str] = []
    for kind, what, number in steps:
        try:
            if kind == "later":
                now_s += number * 3600
            elif kind == "vote":
                at = aliases.follow(site.key, story)
                marks = [(one, chance.randbytes(8)) for one in at.others]
                cast = Cast(1, 1 + number % 7, now_s, CHOICES, page=what, may_name=True)
                voter = Voter(chance.randbytes(8), marks)
                if reactions.cast(site, at, voter, cast).is_news:
                    naming.hear(site, at, what, number.to_bytes(8) * 2, now_s=now_s)
            elif kind == "edit":
                at = aliases.follow(site.key, story)
                by = Actor("ed", now_s)
                made.append(corrections.name(site, at.id, PageEdits(section=what), by=by).audit_id)
            elif kind == "merge":
                made.append(corrections.merge(site, story, other, by=Actor("ed", now_s)).audit_id)
            elif made:
                corrections.undo(site, made.pop(), by=Actor("ed", now_s))
        except (CannotCorrect, NotFound):
            pass
        assert verified(recount, site, now_s)
