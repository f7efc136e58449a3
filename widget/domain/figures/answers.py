"""The result of an editor's own question, as far as its votes can say. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.figures.statistics import MIN_RANKED_N, MIN_SHARE_N, Share, share


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the votes say.

    :param kind: ``"none"``; ``"few"``: too few votes for a share; ``"early"``: too few to name a
        result; ``"close"``: the first two could be in either order; ``"ahead"``; or
        ``"majority"``: more than half of all chose the first.
    :param first: the index of the choice with most votes; of equals, the first.
    :param second: the index of the next one.
    :param duel: the first one's share of the votes for these two.
    """

    kind: str
    first: int
    second: int
    duel: Share


def verdict(counts: Sequence[int]) -> Verdict:
    """Return what the votes of a question with two or more choices say, with 95 % confidence."""
    n = sum(counts)
    ranked = sorted(range(len(counts)), key=lambda at: -counts[at])
    first, second = ranked[0], ranked[min(1, len(ranked) - 1)]
    duel = share(counts[first], counts[first] + counts[second])
    if not n:
        kind = "none"
    elif n < MIN_SHARE_N:
        kind = "few"
    elif n < MIN_RANKED_N:
        kind = "early"
    elif share(counts[first], n).low > 0.5:
        kind = "majority"
    else:
        kind = "ahead" if duel.low > 0.5 else "close"
    return Verdict(kind, first, second, duel)
