"""How many votes a story like this one usually gets, from the lives of earlier stories. Pure.

docs/adr/0102-votes-above-expectation.md says why.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

# Ages at which an earlier story's votes are known, in hours. A story has nearly all of its votes
# after three weeks, so none is expected later.
MARKS_H = (1, 2, 3, 6, 12, 24, 48, 72, 120, 168, 336, 504)
MIN_LIKE = 10  # earlier stories, for a median that two odd ones do not move far


@dataclass(frozen=True, slots=True)
class Life:
    """How an earlier story got its votes.

    :param age_h: hours since its first vote, when it was read.
    :param votes: its votes before each age of MARKS_H.
    """

    section: str
    age_h: int
    votes: tuple[int, ...]

    def between(self, start_h: int, end_h: int) -> float:
        """Return its votes from one age to another. Between two marks they are taken as even."""
        return self._before(end_h) - self._before(start_h)

    def _before(self, age_h: int) -> float:
        if age_h >= MARKS_H[-1]:
            return float(self.votes[-1])
        at = bisect_left(MARKS_H, age_h)
        start_h, start = (MARKS_H[at - 1], self.votes[at - 1]) if at else (0, 0)
        part = (age_h - start_h) / (MARKS_H[at] - start_h)
        return start + part * (self.votes[at] - start)


@dataclass(frozen=True, slots=True)
class Expected:
    """The median votes of earlier stories at the same age.

    :param like: how many earlier stories.
    :param section: theirs, "" if the section had too few and they are of all sections.
    """

    votes: float
    like: int
    section: str


class Lives:
    """The earlier stories of a site."""

    def __init__(self, lives: Iterable[Life]) -> None:
        self.all = list(lives)
        self._by_section: dict[str, list[Life]] = {}
        for one in self.all:
            self._by_section.setdefault(one.section, []).append(one)

    def expected(self, section: str, start_h: int, end_h: int) -> Expected | None:
        """Return what a story of a section gets from one age to another.

        None if fewer than MIN_LIKE earlier stories are that old, of the section or of the site.
        """
        start_h = max(0, start_h)
        if section and (found := _median(self._by_section.get(section, ()), start_h, end_h)):
            return Expected(*found, section)
        found = _median(self.all, start_h, end_h)
        return Expected(*found, "") if found else None


def _median(lives: Sequence[Life], start_h: int, end_h: int) -> tuple[float, int] | None:
    least_h = min(end_h, MARKS_H[-1])
    votes = [one.between(start_h, end_h) for one in lives if one.age_h >= least_h]
    return (median(votes), len(votes)) if len(votes) >= MIN_LIKE else None
