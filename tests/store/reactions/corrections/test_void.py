"""Votes made void by a filter, and their undo."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import HOUR, by, everything, people
from widget.domain.article import ArticleRef
from widget.domain.errors import CannotCorrect, NotFound
from widget.domain.model import Site, Tally
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.reactions.corrections import Corrections, Filter


def test_a_void_matches_its_preview_and_a_second_one_changes_nothing(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    for number, reader in enumerate(people(300)):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60, hold=number % 10 == 0)
    which = Filter(choice=5, from_hour=HOUR + 1, to_hour=HOUR + 3, status="counted")
    before = counts(visa)
    preview = corrections.preview(site, visa.id, "void", which, now_s=NOW_S)
    assert 0 < preview.votes < 43 and preview.audit_id == ""
    assert counts(visa) == before
    done = corrections.void(site, visa.id, which, by=by(NOW_S), expected=preview.votes)
    assert done.votes == preview.votes == done.by_choice[4]
    assert counts(visa) == (*before[:4], before[4] - done.votes, *before[5:])
    assert verified()
    again = corrections.void(site, visa.id, which, by=by(NOW_S))
    assert (again.votes, again.audit_id) == (0, "")
    entry = Audit(connection).get(site, done.audit_id)
    assert entry is not None
    assert (entry.who, entry.action, entry.object, entry.reason, entry.at_s) == (
        "ed",
        "void",
        visa.id,
        "a bot",
        NOW_S,
    )
    assert f"angry {before[4]}" in entry.before and f"angry {counts(visa)[4]}" in entry.after


def test_undoing_a_void_restores_everything(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
    verified: Callable[..., bool],
) -> None:
    for number, reader in enumerate(people(300)):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60, hold=number % 3 == 0)
    before = everything(connection)
    done = corrections.void(site, visa.id, Filter(), by=by(NOW_S))
    assert done.votes == 300 and everything(connection) != before
    undone = corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert undone.votes == 300
    assert everything(connection) == before and verified()
    entry = Audit(connection).get(site, undone.audit_id)
    assert entry is not None and entry.undoes == done.audit_id
    with pytest.raises(CannotCorrect):
        corrections.undo(site, done.audit_id, by=by(NOW_S))
    with pytest.raises(NotFound):
        corrections.undo(site, undone.audit_id, by=by(NOW_S))


def test_a_void_does_nothing_if_the_number_of_votes_changed_since_the_preview(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    site: Site,
    visa: ArticleRef,
) -> None:
    [first, second] = people(2)
    cast(visa, first, 1, 5)
    preview = corrections.preview(site, visa.id, "void", Filter(choice=5), now_s=NOW_S)
    cast(visa, second, 1, 5)
    outcome = corrections.void(
        site, visa.id, Filter(choice=5), by=by(NOW_S), expected=preview.votes
    )
    assert (outcome.is_stale, outcome.votes, outcome.audit_id) == (True, 2, "")
    assert counts(visa)[4] == 2


def test_a_voided_reader_who_votes_again_sees_the_choice_but_is_not_counted(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 5)
    corrections.void(site, visa.id, Filter(), by=by(NOW_S))
    tally = cast(visa, reader, 2, 3)
    assert (tally.choice, tally.counts, tally.is_held) == (3, (0,) * 7, False)
    assert counts(visa) == (0,) * 7 and verified()
