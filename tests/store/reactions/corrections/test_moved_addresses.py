"""Votes under an address that resolves to another story."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import CHOICES, both_voted, by, people
from widget.domain.article import ArticleRef
from widget.domain.errors import CannotCorrect, Moved
from widget.domain.model import Site, Tally
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections
from widget.store.reactions.votes import Cast, Reactions, Voter


def test_a_moved_address_resolves_to_the_article_before_and_after_its_first_vote(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    aliases: Aliases,
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    moved = corrections.merge(site, rent, visa, by=by(NOW_S))
    [reader] = people(1)
    assert cast(rent, reader, 1, 3).counts[2] == 1
    assert cast(visa, reader, 1, 5).counts == (0, 0, 0, 0, 1, 0, 0)
    assert counts(rent) == (0,) * 7 and verified()
    assert aliases.all(site.key)[rent.id].named == "rent"
    corrections.undo(site, moved.audit_id, by=by(NOW_S))
    assert cast(rent, reader, 2, 3).counts[2] == 1 and counts(visa)[4] == 1 and verified()


def test_chains_and_loops_of_addresses_are_refused(
    corrections: Corrections,
    cast: Callable[..., Tally],
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
) -> None:
    visa, rent, third = articles.values()
    both_voted(cast, visa, rent, 30)
    corrections.merge(site, rent, visa, by=by(NOW_S))
    for source, target in ((visa, rent), (third, rent), (visa, third), (visa, visa), (rent, third)):
        with pytest.raises(CannotCorrect):
            corrections.merge(site, source, target, by=by(NOW_S))
    corrections.merge(site, third, visa, by=by(NOW_S))
    assert verified()


def test_a_vote_with_an_outdated_address_is_refused_as_moved(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
    counts: Callable[[ArticleRef], tuple[int, ...]],
) -> None:
    both_voted(cast, visa, rent, 30)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    before = counts(visa)
    with pytest.raises(Moved):
        reactions.cast(site, rent, Voter(b"8bytes.."), Cast(1, 1, NOW_S, CHOICES))
    followed = Aliases(corrections._connection).follow(site.key, rent)
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    with pytest.raises(Moved):
        reactions.cast(
            site, followed, Voter(b"8bytes..", [(visa.id, b"8bytes.,")]), Cast(1, 1, NOW_S, CHOICES)
        )
    assert sum(counts(visa)) + sum(counts(rent)) == sum(before)


def test_a_vote_that_knows_too_few_addresses_is_refused_as_moved_and_counts_nobody_twice(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    articles: dict[str, ArticleRef],
    verified: Callable[..., bool],
) -> None:
    target, one, two = articles.values()
    [reader] = people(1)
    for number, article in enumerate((one, two)):
        cast(article, reader, 1, number + 1)
    corrections.merge(site, one, target, by=by(NOW_S))
    knows_one = Aliases(corrections._connection).follow(site.key, target)
    second = corrections.merge(site, two, target, by=by(NOW_S))
    vote = Cast(1, 3, NOW_S, CHOICES)
    for outdated in (target, knows_one):  # as a worker remembers them while a shard is away
        others = [(i, b"8bytes.,") for i in outdated.others]
        with pytest.raises(Moved):
            reactions.cast(site, outdated, Voter(b"8bytes..", others), vote)
    assert cast(target, reader, 1, 3).counts == (0, 0, 1, 0, 0, 0, 0) and verified()
    corrections.undo(site, second.audit_id, by=by(NOW_S))
    cast(target, reader, 2, 4)
    assert verified()
