"""Votes set aside: drawn at random, given back by the undo, and kept aside whatever follows."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.model import ASIDE
from tests.store.reactions.corrections.scene import CHOICES, HOUR, by, everything, people
from widget.domain.article import ArticleRef
from widget.domain.errors import CannotCorrect
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.reactions.corrections import Corrections, Filter
from widget.store.reactions.packed_votes import PackedVote
from widget.store.reactions.votes import Reactions


def test_votes_set_aside_are_drawn_from_those_that_fit_and_their_undo_restores_them(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    for number, reader in enumerate(people(300)):
        kind = Kind.NEW if number % 3 else Kind.KNOWN
        cast(visa, reader, 1, 5 if number % 2 else 3, NOW_S + number * 60, kind=kind)
    before = everything(connection)
    which = Filter(choice=5, from_hour=HOUR + 1, to_hour=HOUR + 3, kind="new")
    fitting = corrections.preview(site, visa.id, "set_aside", which, now_s=NOW_S).votes
    assert fitting == 40
    done = corrections.set_aside(site, visa.id, which, votes=25, by=by(NOW_S))
    assert done.votes == done.by_choice[4] == 25 and verified()
    [tally] = reactions.tallies(site, [(visa, CHOICES)], now_s=NOW_S)
    assert (tally.counts[4], tally.aside, tally.aside_hour) == (125, 25, HOUR + 1)
    entry = Audit(connection).get(site, done.audit_id)
    assert entry is not None and entry.action == "set_aside" and "25 set aside" in entry.after
    rest = corrections.set_aside(site, visa.id, which, votes=99, by=by(NOW_S))
    assert rest.votes == 15 and verified()
    assert corrections.set_aside(site, visa.id, which, votes=9, by=by(NOW_S)).audit_id == ""
    for one in (done, rest):
        corrections.undo(site, one.audit_id, by=by(NOW_S))
        assert verified()
    assert everything(connection) == before


def test_votes_set_aside_of_several_windows_have_no_hour_in_common(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    visa: ArticleRef,
) -> None:
    for number, reader in enumerate(people(40)):
        cast(visa, reader, 1, 5, NOW_S + number % 2 * 86400, kind=Kind.NEW)

    def aside_hour() -> int:
        return reactions.tallies(site, [(visa, CHOICES)], now_s=NOW_S)[0].aside_hour

    def set_aside(hour: int) -> str:
        which = Filter(choice=5, from_hour=hour, to_hour=hour + 1)
        return corrections.set_aside(site, visa.id, which, votes=4, by=by(NOW_S)).audit_id

    first, again, other = set_aside(HOUR), set_aside(HOUR), set_aside(HOUR + 24)
    assert aside_hour() == 0
    corrections.undo(site, other, by=by(NOW_S))
    assert aside_hour() == HOUR
    assert cast(visa, people(41)[40], 1, 5).aside_hour == HOUR
    for one in (first, again):
        corrections.undo(site, one, by=by(NOW_S))
    set_aside(HOUR + 24)
    assert aside_hour() == HOUR + 24


def test_the_draw_takes_every_vote_as_often_as_any_other(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    for reader in people(12):
        cast(visa, reader, 1, 5, kind=Kind.NEW)
    key, drawn = keys.bucket(site.key, visa.partition, visa.id, 0), dict[bytes, int]()
    for _ in range(300):
        done = corrections.set_aside(site, visa.id, Filter(kind="new"), votes=3, by=by(NOW_S))
        for mark, packed in connection.client.hgetall(key).items():
            drawn[mark] = drawn.get(mark, 0) + (PackedVote.of(int(packed)).status == ASIDE)
        corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert sum(drawn.values()) == 900
    assert all(35 <= times <= 120 for times in drawn.values()), drawn  # 75 +- 5.3 deviations


def test_a_vote_set_aside_stays_aside_whatever_its_reader_changes(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    [reader, other] = people(2)
    cast(visa, reader, 1, 5)
    cast(visa, other, 1, 1)
    done = corrections.set_aside(site, visa.id, Filter(choice=5), votes=1, by=by(NOW_S))
    assert (cast(visa, reader, 2, 3).choice, counts(visa)) == (3, (1, 0, 0, 0, 0, 0, 0))
    assert verified()
    merged = corrections.merge(site, visa, rent, by=by(NOW_S))
    assert cast(rent, reader, 2, 4).counts == (1, 0, 0, 0, 0, 0, 0) and verified()
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert verified()


@pytest.mark.parametrize("other", ["rent", "story-3"])
def test_votes_set_aside_stay_so_when_their_voters_are_forgotten(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    reactions: Reactions,
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
    other: str,
) -> None:
    visa, target = articles["visa"], articles[other]

    def aside(article: ArticleRef) -> int:
        return reactions.tallies(site, [(article, CHOICES)], now_s=NOW_S)[0].aside

    for reader in people(30):
        cast(visa, reader, 1, 5, kind=Kind.NEW)
    done = corrections.set_aside(site, visa.id, Filter(choice=5), votes=20, by=by(NOW_S))
    later = NOW_S + 31 * 86400
    corrections.reopen(site, visa.id, by=by(later))
    assert (counts(visa)[4], aside(visa)) == (10, 20) and verified(later)
    with pytest.raises(CannotCorrect):
        corrections.undo(site, done.audit_id, by=by(later))
    cast(visa, b"a-new-1.", 1, 5, later)
    cast(target, b"a-new-2.", 1, 5, later)
    merged = corrections.merge(site, visa, target, by=by(later))
    assert (counts(target)[4], aside(target)) == (12, 20) and verified(later)
    corrections.undo(site, merged.audit_id, by=by(later))
    assert (aside(visa), aside(target)) == (20, 0) and verified(later)
    reset = corrections.reset(site, visa.id, by=by(later))
    assert (sum(counts(visa)), aside(visa)) == (0, 0) and verified(later)
    corrections.undo(site, reset.audit_id, by=by(later))
    assert (counts(visa)[4], aside(visa)) == (11, 20) and verified(later)
