"""Each reaction of a story with its interval, beside what is usual in the section. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.figures.moods import Mix
from widget.domain.figures.order import warm_to_cold
from widget.domain.figures.statistics import Share, against_baseline

_SCALES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Reaction:
    """
    :param at: its index among the choices.
    :param usual: its share in the section before the story; None if too few votes say.
    :param side: ``"above"``, ``"below"``, ``"usual"`` or ``""``. See :func:`against_baseline`.
    """

    at: int
    share: Share
    usual: Share | None
    side: str

    @property
    def is_unusual(self) -> bool:
        return self.side in ("above", "below")


def reactions(mix: Mix, usual: Mix | None, keys: Sequence[str]) -> list[Reaction]:
    """Return every reaction, warm to cold.

    :param usual: the section's votes before the story; None for a question, which has no usual.
    """
    found = []
    for at in warm_to_cold(keys):
        share, before = mix.share(at), usual.share(at) if usual else None
        side = against_baseline(share, before) if before else ""
        has_usual = before is not None and against_baseline(before, before) != ""
        found.append(Reaction(at, share, before if has_usual else None, side))
    return found


def farthest(found: Sequence[Reaction]) -> Reaction | None:
    """Return the reaction farthest from what is usual; None if all are about as usual."""
    unusual = [
        (abs(one.share.value - one.usual.value), one)
        for one in found
        if one.is_unusual and one.usual
    ]
    return max(unusual, key=lambda pair: pair[0])[1] if unusual else None


def scale(found: Sequence[Reaction]) -> float:
    """Return the share at the end of all bars: a quarter, a half, three quarters or all."""
    ends = [one.share.high for one in found if not one.share.is_withheld]
    ends += [one.usual.value for one in found if one.usual]
    most = max(ends, default=1.0)
    return next((one for one in _SCALES if most <= one), 1.0)


def changed(differences: Sequence[tuple[float, float] | None], keys: Sequence[str]) -> list[int]:
    """Return the indexes of choices that differ beyond chance, warm to cold.

    :param differences: for each choice the interval of one share less the other.
    """
    return [
        at
        for at in warm_to_cold(keys)
        if (interval := differences[at]) and (interval[0] > 0 or interval[1] < 0)
    ]
