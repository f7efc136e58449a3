"""Stories that are closed and opened again, and the note to readers."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import CHOICES, by, people
from widget.domain.article import ArticleRef
from widget.domain.errors import CannotCorrect, Closed
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.corrections import Corrections, Filter
from widget.store.reactions.votes import Reactions


def test_a_closed_article_refuses_votes_until_it_is_opened(
    corrections: Corrections, cast: Callable[..., Tally], site: Site, visa: ArticleRef
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 3)
    done = corrections.close(site, visa.id, by=by(NOW_S))
    assert corrections.close(site, visa.id, by=by(NOW_S)).audit_id == ""
    with pytest.raises(Closed):
        cast(visa, reader, 2, 1)
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert cast(visa, reader, 2, 1).counts[0] == 1


def test_an_article_reopened_without_its_voters_keeps_its_counts_and_says_so(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    readers = people(300)
    for reader in readers:
        cast(visa, reader, 1, 3)
    cast(visa, b"a-held..", 1, 3, hold=True)
    later = NOW_S + 31 * 86400
    outcome = corrections.reopen(site, visa.id, by=by(later))
    assert outcome.forgotten and counts(visa)[2] == 300 and verified(later)
    assert cast(visa, readers[0], 1, 3, later).counts[2] == 301 and verified(later)
    fields = connection.client.hgetall(keys.article(site.key, visa.partition, visa.id))
    assert b"h3" not in fields
    with pytest.raises(CannotCorrect, match="forgotten"):
        corrections.void(site, visa.id, Filter(), by=by(later + 31 * 86400))
    done = corrections.reset(site, visa.id, by=by(later))
    assert (done.votes, counts(visa)) == (301, (0,) * 7) and verified(later)
    corrections.undo(site, done.audit_id, by=by(later))
    assert counts(visa)[2] == 301 and verified(later)


def test_a_note_appears_with_the_counts_and_its_undo_restores_the_one_before(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    visa: ArticleRef,
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 3)

    def note() -> Any:
        return reactions.tallies(site, [(visa, CHOICES)], now_s=NOW_S)[0].note

    first = corrections.note(site, visa.id, "200 votes of a bot were taken out.", by=by(1))
    second = corrections.note(site, visa.id, "201 votes.", by=by(1))
    assert note() == "201 votes."
    with pytest.raises(CannotCorrect):
        corrections.undo(site, first.audit_id, by=by(1))
    corrections.undo(site, second.audit_id, by=by(1))
    assert note() == "200 votes of a bot were taken out."
    corrections.undo(site, first.audit_id, by=by(1))
    assert note() == ""


def test_an_article_without_votes_cannot_be_corrected(
    corrections: Corrections, site: Site, visa: ArticleRef, connection: Connection
) -> None:
    for act in (corrections.close, corrections.release, corrections.reset):
        with pytest.raises(CannotCorrect, match="Nobody"):
            act(site, visa.id, by=by(NOW_S))
    assert connection.client.dbsize() == 0
