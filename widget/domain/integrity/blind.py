"""What a blind experiment found: whether seeing the counts moves what readers choose. Pure.

Each first vote is of the arm that its page drew when it loaded. If seeing the counts moved nobody,
the blind votes would be a random part of each choice's votes, whatever the stories, hours and
readers. So the number of blind votes of a choice has a known distribution, and the test is exact.

The result is looked at a few times only, whenever the blind votes have doubled, and always at the
end of a day. An editor may open the page as often as they like: in between, nothing changes. All
looks and choices together raise a false alarm in at most ``FALSE_ALARM`` of all experiments.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

from widget.domain.experiment import Arm
from widget.domain.figures.statistics import Share, difference, share

LOOKS = tuple(250 * 2**step for step in range(8))  # blind votes that each needs; 32,000 at last
FALSE_ALARM = 0.05
BLIND_SHARE = 0.1
UNEVEN_Z = 4.0  # of the blind votes' number: chance does this once in 16,000 experiments
_NORMAL = NormalDist()
_FOUR_OF_FIVE = _NORMAL.inv_cdf(0.8)

# First votes by day since the epoch, arm and choice number.
Days = Mapping[int, Mapping[Arm, Mapping[int, int]]]


@dataclass(frozen=True, slots=True)
class Arms:
    """First votes by choice number, in each arm."""

    shown: Counter[int] = field(default_factory=Counter)
    blind: Counter[int] = field(default_factory=Counter)

    @property
    def is_uneven(self) -> bool:
        """Whether the blind votes are not the tenth of all that was drawn.

        Then seeing the counts changes how many readers react, or pages lie about their arm.
        """
        n = self.shown.total() + self.blind.total()
        spread = math.sqrt(n * BLIND_SHARE * (1 - BLIND_SHARE))
        return abs(self.blind.total() - n * BLIND_SHARE) > UNEVEN_Z * spread

    def plus(self, day: Mapping[Arm, Mapping[int, int]]) -> "Arms":
        return Arms(
            self.shown + Counter(day.get("shown", {})), self.blind + Counter(day.get("blind", {}))
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """One choice in both arms.

    :param points: its share where counts were shown less that where they were not, -1 to 1.
    :param low, high: interval of ``points``; those of all looks and choices hold together in 95 %.
    :param is_found: the difference is more than chance.
    """

    choice: int
    shown: Share
    blind: Share
    points: float
    low: float
    high: float
    is_found: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw.

    :param day: the last day in it, since the epoch.
    :param effects: by choice number.
    :param findable: a difference that such a look finds in four of five cases, whatever the choice.
    """

    day: int
    arms: Arms
    effects: tuple[Effect, ...]
    findable: float

    @property
    def found(self) -> list[Effect]:
        """The choices that moved, the furthest first."""
        return sorted((e for e in self.effects if e.is_found), key=lambda e: -abs(e.points))


@dataclass(frozen=True, slots=True)
class Result:
    """:param so_far: every first vote until now, which no look may have seen yet.
    :param look: the latest one; None before the first.
    :param next_at: blind votes that the next look needs; None after the last.
    """

    so_far: Arms
    look: Look | None
    next_at: int | None


def result(days: Days, *, today: int) -> Result:
    """Return what the experiment has found by the end of the day before ``today``."""
    arms, look, reached = Arms(), None, 0
    for day, votes in sorted(days.items()):
        arms = arms.plus(votes)
        now_reached = sum(arms.blind.total() >= needed for needed in LOOKS)
        if day < today and now_reached > reached:
            look, reached = look_at(arms, day), now_reached
    return Result(arms, look, LOOKS[reached] if reached < len(LOOKS) else None)


def look_at(arms: Arms, day: int) -> Look:
    """Compare the arms, at the level that leaves the other looks theirs."""
    level = FALSE_ALARM / len(LOOKS) / _tests(arms)
    z = _NORMAL.inv_cdf(1 - level / 2)
    effects = tuple(_effects(arms, level, z))
    n_shown, n_blind = arms.shown.total(), arms.blind.total()
    widest = max(_spread((one.shown.k + one.blind.k) / (n_shown + n_blind)) for one in effects)
    error = widest * math.sqrt(1 / max(1, n_shown) + 1 / n_blind)
    return Look(day, arms, effects, (z + _FOUR_OF_FIVE) * error)


def _tests(arms: Arms) -> int:
    """Return how many tests there are: of two choices, the second says the same as the first."""
    choices = len(arms.shown + arms.blind)
    return 1 if choices == 2 else choices


def _effects(arms: Arms, level: float, z: float) -> Iterator[Effect]:
    n_shown, n_blind = arms.shown.total(), arms.blind.total()
    for choice, votes in sorted((arms.shown + arms.blind).items()):
        blind = arms.blind[choice]
        shown_share, blind_share = share(votes - blind, n_shown, z), share(blind, n_blind, z)
        low, high = difference(shown_share, blind_share)
        is_rare = exact_p(blind, votes, n_blind, n_shown + n_blind) <= level
        yield Effect(
            choice,
            shown_share,
            blind_share,
            shown_share.value - blind_share.value,
            low,
            high,
            is_found=is_rare and not low <= 0 <= high,
        )


def _spread(part: float) -> float:
    return math.sqrt(part * (1 - part))


def exact_p(k: int, marked: int, drawn: int, n: int) -> float:
    """Return how likely a draw has so many or so few marked ones: at most 1, of both sides.

    ``drawn`` of ``n`` are drawn at random, ``marked`` of the ``n`` are marked, ``k`` of the drawn.
    Source: Fisher (1935), JRSS 98; twice the smaller tail of the hypergeometric distribution.
    """
    at_k = math.exp(
        _log_choose(marked, k) + _log_choose(n - marked, drawn - k) - _log_choose(n, drawn)
    )
    fewer = more = term = at_k
    for x in range(k, min(marked, drawn)):
        term *= (marked - x) * (drawn - x) / ((x + 1) * (n - marked - drawn + x + 1))
        more += term
        if term < more * 1e-12:
            break
    term = at_k
    for x in range(k, max(0, marked + drawn - n), -1):
        term *= x * (n - marked - drawn + x) / ((marked - x + 1) * (drawn - x + 1))
        fewer += term
        if term < fewer * 1e-12:
            break
    return min(1.0, 2 * min(fewer, more))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
