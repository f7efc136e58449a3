"""Releasing held votes, and taking back all votes of a story."""

from collections.abc import Callable

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import by, everything, people
from widget.domain.article import ArticleRef
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.corrections import Corrections


def test_released_votes_count_in_the_hour_in_which_they_were_cast(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    [held, open_] = people(2)
    cast(visa, held, 1, 5, NOW_S, hold=True)
    cast(visa, open_, 1, 5, NOW_S + 7200)
    done = corrections.release(site, visa.id, by=by(NOW_S + 7200))
    assert (done.votes, counts(visa)[4]) == (1, 2) and verified()
    hours = connection.client.hgetall(keys.hours(site.key, visa.partition, NOW_S // 86400))
    assert hours == {b"%d" % (8 * 16 + 5): b"1", b"%d" % (10 * 16 + 5): b"1"}
    assert cast(visa, held, 2, 1).counts[0] == 1  # and count from then on
    corrections.undo(site, done.audit_id, by=by(NOW_S + 7200))
    assert counts(visa) == (0, 0, 0, 0, 1, 0, 0) and verified()


# Reset


def test_a_reset_takes_back_every_vote_and_its_undo_restores_them(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    readers = people(300)
    for number, reader in enumerate(readers):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60, hold=number % 10 == 0)
    before = everything(connection)
    done = corrections.reset(site, visa.id, by=by(NOW_S))
    assert (done.votes, counts(visa)) == (300, (0,) * 7) and verified()
    assert cast(visa, readers[1], 1, 2).choice == 0  # a repeat of the old vote counts nothing
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert everything(connection) == before and verified()


def test_a_vote_cast_after_a_reset_survives_its_undo(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
) -> None:
    [first, second] = people(2)
    cast(visa, first, 1, 5)
    cast(visa, second, 1, 5)
    done = corrections.reset(site, visa.id, by=by(NOW_S))
    assert cast(visa, first, 2, 3).counts == (0, 0, 1, 0, 0, 0, 0)
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert counts(visa) == (0, 0, 1, 0, 1, 0, 0) and verified()
