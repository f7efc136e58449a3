"""How often the blind experiment raises a false alarm, and how often it finds what was planted.

Each run is an experiment whose result is read on every day, as an impatient editor would.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.figures import Figure, sane, show
from bench.shorter import times
from widget.domain.experiment import Arm
from widget.domain.figures.statistics import share
from widget.domain.integrity.blind import BLIND_SHARE, FALSE_ALARM, result

RUNS = 1000
DAYS = 20
BLIND_VOTES = 4000  # when the run ends, at the end of that day
POINTS = 0.05
FOUND_LEAST = 0.8
SEED = 135
# Shares of seven reactions, and of a site with one that is far ahead.
USUAL = (0.30, 0.06, 0.25, 0.08, 0.14, 0.07, 0.10)
AHEAD = (0.50, 0.05, 0.15, 0.05, 0.10, 0.05, 0.10)


@dataclass(frozen=True)
class Case:
    """:param planted: the choice to which seeing the counts adds ``POINTS``; None: it moves nobody.
    :param blind: the share of loads that is blind.
    """

    title: str
    mix: Sequence[float] = USUAL
    planted: int | None = None
    blind: float = BLIND_SHARE


CASES = (
    Case("nothing planted: alarm on any day"),
    Case("5 points on a choice of 30 %: found", planted=0),
    Case("5 points on a choice of 6 %: found", planted=1),
    Case("5 points on a choice of 14 %: found", planted=4),
    Case("5 points on a choice of 50 %: found", AHEAD, planted=0),
    Case("half of the loads blind, 30 %: found", planted=0, blind=0.5),
    Case("half of the loads blind, 50 %: found", AHEAD, planted=0, blind=0.5),
)


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    rng = Random(SEED)
    figures = []
    for case in CASES:
        runs = times(RUNS)
        part = share(sum(ended_with(case, rng) for _ in range(runs)), runs)
        is_alarm = case.planted is None
        figures.append(
            Figure(
                f"{case.title} ({runs:,} runs)",
                "of 1",
                part.value,
                part.low,
                part.high,
                sane(0, 1),
                most=FALSE_ALARM if is_alarm else None,
                least=None if is_alarm else FOUND_LEAST,
            )
        )
    votes = round(BLIND_VOTES / BLIND_SHARE)
    return show(f"The blind experiment; 4,000 blind votes are about {votes:,} votes", figures)


def ended_with(case: Case, rng: Random) -> bool:
    """Run an experiment; say whether any day showed a difference, or the last one the planted."""
    days: dict[int, dict[Arm, Counter[int]]] = {}
    blind_votes, was_found = 0, False
    votes_a_day = round(BLIND_VOTES / case.blind / DAYS)
    shown_mix = _moved(case.mix, case.planted)
    found: set[int] = set()
    while blind_votes < BLIND_VOTES:
        blind = sum(rng.random() < case.blind for _ in range(votes_a_day))
        day = len(days)
        days[day] = {
            "blind": _votes(rng, case.mix, blind),
            "shown": _votes(rng, shown_mix, votes_a_day - blind),
        }
        blind_votes += blind
        look = result(days, today=day + 1).look
        found = {one.choice for one in look.found} if look else set()
        was_found = was_found or bool(found)
    return was_found if case.planted is None else case.planted + 1 in found


def _moved(mix: Sequence[float], planted: int | None) -> Sequence[float]:
    """Return a mix with more of one choice, and less of all others in proportion."""
    if planted is None:
        return mix
    left = 1 - POINTS / (1 - mix[planted])
    return [part + POINTS if at == planted else part * left for at, part in enumerate(mix)]


def _votes(rng: Random, mix: Sequence[float], votes: int) -> Counter[int]:
    return Counter(rng.choices(range(1, len(mix) + 1), mix, k=votes))
