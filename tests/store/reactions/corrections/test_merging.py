"""Two stories that become one, and two again."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import both_voted, by, everything, people
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import CannotCorrect
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.corrections import Corrections, Filter


@pytest.mark.parametrize("other", ["rent", "story-3"])
def test_a_merge_adds_the_totals_and_its_undo_separates_them(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
    connection: Connection,
    other: str,
) -> None:
    visa, rent = articles["visa"], articles[other]
    both_voted(cast, visa, rent)
    before, sums = everything(connection), (counts(visa), counts(rent))
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    assert counts(visa) == tuple(map(sum, zip(*sums, strict=True))) and verified()
    assert connection.client.zscore(keys.articles(site.key, rent.partition), rent.id) is None
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    assert (counts(visa), counts(rent)) == sums and verified()
    assert everything(connection) == before


def test_a_reader_who_voted_on_both_counts_once_after_reacting_again(
    corrections: Corrections,
    cast: Callable[..., Tally],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 3)
    cast(rent, reader, 7, 5)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    tally = cast(visa, reader, 2, 1)
    assert (tally.counts, tally.choice) == ((1, 0, 0, 0, 0, 0, 0), 1) and verified()
    assert cast(rent, reader, 7, 5).choice == 1  # a repeat of the old vote at the other address
    tally = cast(rent, reader, 8, 6)
    assert (tally.counts, tally.choice) == ((0, 0, 0, 0, 0, 1, 0), 6) and verified()
    assert cast(visa, reader, 3, 0).counts == (0,) * 7 and verified()
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    assert verified()


def test_votes_cast_at_the_merged_address_move_back_with_it(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    both_voted(cast, visa, rent, 30)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    before = counts(visa)
    for reader in people(200, seed=2):
        cast(rent, reader, 1, 7)
    assert counts(visa)[6] == before[6] + 200
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    assert counts(rent)[6] == 200 and counts(visa)[6] == before[6] and verified()


def test_a_voided_reader_stays_void_under_another_address(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    [reader, other] = people(2)
    cast(rent, reader, 1, 5)
    cast(visa, other, 1, 1)
    corrections.void(site, rent.id, Filter(), by=by(NOW_S))
    corrections.merge(site, rent, visa, by=by(NOW_S))
    assert cast(visa, reader, 1, 3).choice == 3
    assert counts(visa) == (1, 0, 0, 0, 0, 0, 0) and verified()


def test_an_article_whose_voters_were_forgotten_can_be_merged_and_split(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    both_voted(cast, visa, rent, 30)
    later = NOW_S + 31 * 86400
    cast(resolve_for(site, "new"), b"8bytes..", 1, 1, later)
    new = resolve_for(site, "new")
    sums = counts(rent)
    merged = corrections.merge(site, rent, new, by=by(later))
    assert counts(new) == (sums[0] + 1, *sums[1:]) and verified(later)
    corrections.undo(site, merged.audit_id, by=by(later))
    assert counts(rent) == sums and counts(new)[0] == 1 and verified(later)


def test_a_merge_cannot_be_undone_once_its_voters_are_forgotten(
    corrections: Corrections,
    cast: Callable[..., Tally],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    both_voted(cast, visa, rent, 30)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    later = NOW_S + 32 * 86400
    with pytest.raises(CannotCorrect, match="forgotten"):
        corrections.undo(site, merged.audit_id, by=by(later))
    assert verified(later)
