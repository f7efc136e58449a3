"""Held votes in a real store: released in one act, or by themselves, and back by undo."""

from collections.abc import Sequence

import pytest

from tests.conftest import NOW_S
from tests.support.findings import finding
from widget.domain.article import resolve_for
from widget.domain.integrity import alike
from widget.domain.model import Site
from widget.services.integrity.held import HeldReleases, Released
from widget.store.connect import Connection
from widget.store.desk.audit import BY_ITSELF, Audit
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.held_votes import HeldVotes
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

ANA = Actor("Ana", NOW_S, "Looked at them")
ALIKE = (20, 20, 20)


@pytest.fixture
def corrections(connection: Connection) -> Corrections:
    return Corrections(connection, Aliases(connection))


@pytest.fixture
def fewer_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 60 votes be enough; tests/domain/integrity/test_alike.py has the true bound."""
    monkeypatch.setattr(alike, "MARGIN", 0.45)


@pytest.fixture
def releases(connection: Connection, corrections: Corrections) -> HeldReleases:
    return HeldReleases(HeldVotes(connection), corrections, Flags(connection))


def story(
    connection: Connection, site: Site, name: str, counted: Sequence[int], held: Sequence[int]
) -> str:
    article = resolve_for(site, name)
    votes = [(choice, False) for choice, n in enumerate(counted, 1) for _ in range(n)]
    votes += [(choice, True) for choice, n in enumerate(held, 1) for _ in range(n)]
    with BulkCasts(connection) as casts:
        for number, (choice, hold) in enumerate(votes):
            voter = Voter(name.encode()[:4] + number.to_bytes(4, "big"))
            casts.cast(site, article, voter, Cast(1, choice, NOW_S, 7, hold=hold))
    return article.id


def held_on(connection: Connection, site: Site, article_id: str) -> int:
    return HeldVotes(connection).of(site, article_id)


def test_all_held_votes_are_released_in_one_act_each_logged_on_its_story(
    releases: HeldReleases,
    corrections: Corrections,
    connection: Connection,
    site: Site,
    recount: Recount,
) -> None:
    ids = [story(connection, site, f"s{n}", (3, 1), (2, n)) for n in range(4)]
    assert releases.release_all(site, by=ANA, expected=13) == Released(is_stale=True)
    assert releases.release_all(site, by=ANA, expected=14) == Released(14, 4)
    assert HeldVotes(connection).most(site, limit=9) == []
    log = Audit(connection).page(site)
    assert {entry.object for entry in log} == set(ids)
    assert {(entry.who, entry.action, entry.reason) for entry in log} == {
        ("Ana", "release", "Looked at them")
    }
    for entry in log:
        corrections.undo(site, entry.id, by=ANA)
    assert sum(votes for _, votes in HeldVotes(connection).most(site, limit=9)) == 14
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_nothing_to_release_is_no_act(
    releases: HeldReleases, connection: Connection, site: Site
) -> None:
    assert releases.release_all(site, by=ANA, expected=0) == Released()
    assert Audit(connection).page(site) == []


def test_one_act_leaves_stories_alone_on_which_a_flag_waits(
    releases: HeldReleases, connection: Connection, site: Site
) -> None:
    plain = story(connection, site, "plain", (3, 1), (2, 1))
    flagged = story(connection, site, "flagged", (3, 1), (9, 9))
    flag = Flags(connection).put(site, flagged, finding(), now_s=NOW_S)
    assert releases.releasable(site) == [(plain, 3)]
    assert releases.release_all(site, by=ANA, expected=3) == Released(3, 1)
    assert held_on(connection, site, flagged) == 18
    Flags(connection).explain(site, flag.id, "A link", by=ANA)
    assert releases.release_all(site, by=ANA).votes == 18


def test_a_story_that_closed_meanwhile_is_left_alone(
    releases: HeldReleases, connection: Connection, site: Site
) -> None:
    story(connection, site, "open", (3,), (2,))
    late = Actor("Ana", NOW_S + 400 * 86400)
    assert releases.release_all(site, by=late).votes == 0


@pytest.mark.usefixtures("fewer_are_enough")
def test_votes_that_chose_alike_are_released_by_themselves_and_those_that_did_not_wait(
    releases: HeldReleases, connection: Connection, site: Site, reactions: Reactions
) -> None:
    same = story(connection, site, "alike", [n * 2 for n in ALIKE], ALIKE)
    other = story(connection, site, "other", ALIKE, (60, 0, 0))
    few = story(connection, site, "few", ALIKE, (5, 3, 2))
    flagged = story(connection, site, "flagged", ALIKE, ALIKE)
    Flags(connection).put(site, flagged, finding(), now_s=NOW_S)
    assert releases.release_alike(site, now_s=NOW_S) == 60
    left = {one: held_on(connection, site, one) for one in (same, other, few, flagged)}
    assert left == {same: 0, other: 60, few: 10, flagged: 60}
    [tally] = reactions.tallies(site, [(resolve_for(site, "alike"), 7)], now_s=NOW_S)
    assert tally.counts[:3] == tuple(n * 3 for n in ALIKE)
    [entry] = Audit(connection).page(site)
    assert (entry.who, entry.action, entry.object) == (BY_ITSELF, "release", same)
    assert releases.release_alike(site, now_s=NOW_S) == 0


@pytest.mark.usefixtures("fewer_are_enough")
def test_what_an_editor_took_back_is_not_released_by_itself_again(
    releases: HeldReleases, corrections: Corrections, connection: Connection, site: Site
) -> None:
    same = story(connection, site, "alike", [n * 2 for n in ALIKE], ALIKE)
    releases.release_alike(site, now_s=NOW_S)
    [entry] = Audit(connection).page(site)
    corrections.undo(site, entry.id, by=ANA)
    assert held_on(connection, site, same) == 60
    assert releases.release_alike(site, now_s=NOW_S + 300) == 0
    assert releases.release_all(site, by=ANA).votes == 60
