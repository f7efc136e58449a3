"""Setting the votes of a flag aside and restoring them, on real votes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import NOW_S
from tests.support.findings import finding
from widget.domain.article import resolve_for
from widget.domain.errors import CannotCorrect
from widget.domain.integrity.evidence import Kind
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site, Tally
from widget.services.integrity.acts import FlagActs
from widget.store.connect import Connection
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

HOUR = NOW_S // 3600
ANA, BO = Actor("Ana", NOW_S), Actor("Bo", NOW_S)
NEW_LOVE, KNOWN_LOVE = 60, 20


@pytest.fixture
def corrections(connection: Connection) -> Corrections:
    return Corrections(connection, Aliases(connection))


@pytest.fixture
def acts(connection: Connection, corrections: Corrections) -> FlagActs:
    return FlagActs(Flags(connection), corrections)


@pytest.fixture
def flag(connection: Connection, site: Site) -> Flag:
    article = resolve_for(site, "story")
    kinds = [Kind.NEW] * NEW_LOVE + [Kind.KNOWN] * KNOWN_LOVE
    with BulkCasts(connection) as casts:
        for number, kind in enumerate(kinds):
            cast = Cast(1, 3, NOW_S, 7, kind=kind)
            casts.cast(site, article, Voter(number.to_bytes(8, "big")), cast)
    found = finding(choice=3, from_hour=HOUR, to_hour=HOUR + 1, excess=45)
    return Flags(connection).put(site, article.id, found, now_s=NOW_S)


@pytest.fixture
def tally(reactions: Reactions, site: Site) -> Callable[[], Tally]:
    def tally() -> Tally:
        [found] = reactions.tallies(site, [(resolve_for(site, "story"), 7)], now_s=NOW_S)
        return found

    return tally


@pytest.fixture
def aside(tally: Callable[[], Tally]) -> Callable[[], int]:
    return lambda: tally().aside


@pytest.fixture
def counted(tally: Callable[[], Tally]) -> Callable[[], int]:
    return lambda: tally().counts[2]


def test_the_excess_goes_and_comes_back(
    acts: FlagActs,
    site: Site,
    flag: Flag,
    aside: Callable[[], int],
    counted: Callable[[], int],
    recount: Recount,
) -> None:
    assert acts.preview(site, flag, now_s=NOW_S).votes == NEW_LOVE
    done = acts.set_aside(site, flag.id, by=ANA)
    assert (done.state, done.by, done.votes_aside) == ("set_aside", "Ana", 45)
    assert (aside(), counted()) == (45, 35)
    assert acts.restore(site, flag.id, by=ANA) == flag
    assert (aside(), counted()) == (0, 80)
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_of_many_editors_one_sets_aside(
    acts: FlagActs, site: Site, flag: Flag, aside: Callable[[], int]
) -> None:
    def act(number: int) -> bool:
        try:
            acts.set_aside(site, flag.id, by=Actor(f"e{number}", NOW_S))
        except CannotCorrect:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(act, range(16))) == 1
    assert aside() == 45


def test_votes_that_came_back_by_the_storys_own_page_let_the_flag_wait(
    acts: FlagActs, corrections: Corrections, connection: Connection, site: Site, flag: Flag
) -> None:
    done = acts.set_aside(site, flag.id, by=ANA)
    corrections.undo(site, done.audit_id, by=BO)
    acts.after_undo(site, flag.article_id, done.audit_id, by=BO)
    assert Flags(connection).get(site, flag.id) == flag
    acts.set_aside(site, flag.id, by=ANA)
    again = Flags(connection).get(site, flag.id)
    corrections.undo(site, again.audit_id, by=BO)
    assert acts.restore(site, flag.id, by=ANA) == flag  # nobody told the flag of the undo


def test_a_window_without_votes_is_not_set_aside(
    acts: FlagActs, corrections: Corrections, connection: Connection, site: Site, flag: Flag
) -> None:
    corrections.reset(site, flag.article_id, by=ANA)
    with pytest.raises(CannotCorrect, match="No counted votes"):
        acts.set_aside(site, flag.id, by=ANA)
    assert Flags(connection).get(site, flag.id).state == "waiting"
