"""Sections beside what is usual for them: which reactions differ, and by how much. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from widget.domain.figures.absent import TOO_FEW_EARLIER, TOO_FEW_VOTES
from widget.domain.figures.moods import Mix
from widget.domain.figures.statistics import MIN_RANKED_N, Share, against_baseline, difference

MIN_WEEKS = 3  # with enough votes, for a range of weeks
MOST_DIFFERENT = 3


class Band(NamedTuple):
    """The lowest and the highest share of a reaction in the weeks before."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Section:
    """
    :param usual: its baseline, the votes of the previous 28 days.
    :param weeks: those of each of the four weeks.
    """

    name: str
    mix: Mix
    usual: Mix
    weeks: Sequence[Mix] = ()

    @property
    def why_not_compared(self) -> str:
        """Why the section has no comparison, or "" if it has one."""
        if self.mix.n < MIN_RANKED_N:
            return TOO_FEW_VOTES
        return TOO_FEW_EARLIER if self.usual.n < MIN_RANKED_N else ""

    def band(self, at: int) -> Band | None:
        """Return the range of a reaction's share in the weeks before; None if too few had votes."""
        shares = [week.share(at).value for week in self.weeks if week.n >= MIN_RANKED_N]
        return Band(min(shares), max(shares)) if len(shares) >= MIN_WEEKS else None

    def against(self, at: int) -> str:
        """Compare one reaction's share with the baseline. See :func:`against_baseline`.

        A share that one of the weeks before had as well is usual: weeks differ by more than chance.
        """
        now = self.mix.share(at)
        side = against_baseline(now, self.usual.share(at))
        band = self.band(at)
        if band and side in ("above", "below") and band.low <= now.value <= band.high:
            return "usual"
        return side

    @property
    def unusual(self) -> list[tuple[int, str]]:
        """Reactions whose share is unusual, largest difference first: ``[(at, side), ...]``."""
        sides = ((at, self.against(at)) for at in range(len(self.mix.counts)))
        found = [(at, side) for at, side in sides if side in ("above", "below")]
        return sorted(found, key=lambda pair: -self._distance(pair[0]))

    def _distance(self, at: int) -> float:
        return abs(self.mix.share(at).value - self.usual.share(at).value)


@dataclass(frozen=True, slots=True)
class Different:
    """A section's reaction that differs from usual.

    :param least: by how much at least: the end of the difference's interval that is closer to 0.
    :param band: the weeks before; None if too few of them had votes.
    """

    name: str
    at: int
    side: str
    share: Share
    usual: Share
    band: Band | None
    least: float


def most_different(sections: Iterable[Section], most: int = MOST_DIFFERENT) -> list[Different]:
    """Return the sections that differ most, each by one reaction, ranked by the sure part of it.

    Shares add up to one, so what grew pushes others down: a reaction that shrank is named only if
    none clearly grew.
    """
    found = []
    for section in sections:
        of_section = [_different(section, at, side) for at, side in section.unusual]
        found += sorted(of_section, key=lambda one: (one.side != "above", -one.least))[:1]
    return sorted(found, key=lambda one: (-one.least, one.name))[:most]


def reach(found: Iterable[Different]) -> float:
    """Return the end of a scale that has room for all of them: a full tenth."""
    ends = [max(one.share.high, one.usual.value, one.band.high if one.band else 0) for one in found]
    return math.ceil(max(ends, default=1) * 10) / 10


def _different(section: Section, at: int, side: str) -> Different:
    now, usual = section.mix.share(at), section.usual.share(at)
    low, high = difference(now, usual)
    least = low if side == "above" else -high
    return Different(section.name, at, side, now, usual, section.band(at), least)
