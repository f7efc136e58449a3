"""How many votes of a window to set aside, and how many of those may be honest. Pure."""

from dataclasses import dataclass
from math import erfc, exp, log, pi, sqrt
from typing import Literal

from widget.domain.integrity.usual import Usual
from widget.domain.integrity.window import Window

LENT = 60.0  # the story's own share before the window counts like so many known votes
SITE_VOTES = 10.0  # ... and the site's usual share like so many votes before it
STRAY = 0.2  # new readers' odds differ from known ones' by themselves, relatively
CAUTION = 0.25  # standard errors that are left in place for the benefit of the doubt
SURE = 3.29  # standard errors of a lower bound of 99.95 %
MOST = 1.645  # of an upper bound of 95 %


@dataclass(frozen=True, slots=True)
class Excess:
    """What would be set aside.

    :param votes: how many.
    :param kind: whose votes they are: new readers', or anybody's.
    :param honest: of the votes drawn, those expected to be honest; ``honest_most`` with 95 %.
    :param beyond: votes expected to be taken too many, so what the count would lack of the truth;
        ``beyond_most`` with 95 %.
    """

    votes: int
    kind: Literal["new", "any"]
    honest: float
    honest_most: float
    beyond: float
    beyond_most: float


def excess(window: Window, usual: Usual) -> Excess:
    """Return what a window has beyond the votes to be expected for its choice."""
    if window.signal == "odds":
        share = share_before(window, usual)
        return _excess(
            window.new_chosen,
            window.new_other,
            (window.known_chosen + LENT * share, window.known_other + LENT * (1 - share)),
            "new",
        )
    # Known readers are part of it, so the story's day before is all there is to compare with.
    share = (window.chosen_day_before + SITE_VOTES * usual.share(window.choice)) / (
        window.all_day_before + SITE_VOTES
    )
    weight = SITE_VOTES + window.all_day_before / 2
    return _excess(
        window.new_chosen + window.known_chosen,
        window.new_other + window.known_other,
        (weight * share, weight * (1 - share)),
        "any",
    )


def share_before(window: Window, usual: Usual) -> float:
    """Return the choice's share of the story's votes before the window."""
    votes = window.chosen_before + SITE_VOTES * usual.share(window.choice)
    return votes / (window.all_before + SITE_VOTES)


def _excess(
    chosen: int, other: int, expected: tuple[float, float], kind: Literal["new", "any"]
) -> Excess:
    """Compare ``chosen`` against ``other`` votes with votes that were expected to be honest."""
    yes, no = max(expected[0], 0.01), max(expected[1], 0.01)
    odds = yes / no
    honest = odds * (other + 0.5)
    error = sqrt(honest * (1 + odds) + honest**2 * (1 / yes + 1 / no + STRAY**2))
    votes = min(chosen, max(0, round(chosen - honest - CAUTION * error)))
    if votes == 0:
        return Excess(0, kind, 0.0, 0.0, 0.0, 0.0)
    share, most = min(1.0, honest / chosen), min(1.0, (honest + MOST * error) / chosen)
    beyond = error * (_density(CAUTION) - CAUTION * _above(CAUTION))
    return Excess(
        votes=votes,
        kind=kind,
        honest=votes * share,
        honest_most=votes * most,
        beyond=min(votes, beyond),
        beyond_most=min(votes, (MOST - CAUTION) * error),
    )


def _density(z: float) -> float:
    return exp(-z * z / 2) / sqrt(2 * pi)


def _above(z: float) -> float:
    """Return the normal law's share above z."""
    return erfc(z / sqrt(2)) / 2


def odds_of(window: Window) -> tuple[float, float]:
    """Return new readers' odds over known ones', and their lower bound of 99.95 % (Woolf 1955)."""
    a, b = window.new_chosen + 0.5, window.new_other + 0.5
    d, e = window.known_chosen + 0.5, window.known_other + 0.5
    ratio = log(a * e / (b * d))
    return exp(ratio), exp(ratio - SURE * sqrt(1 / a + 1 / b + 1 / d + 1 / e))


def purity(window: Window, usual: Usual) -> float:
    """Return which part of the surplus of new votes went to the one choice: 1 if all of it did.

    A link elsewhere brings new readers to every choice, an attack to one.
    """
    before = (window.new_before + usual.new_per_known * 25) / (window.known_before + 25)
    surplus = window.new_chosen - window.new_other * (window.known_chosen + 0.5) / (
        window.known_other + 0.5
    )
    others = max(0.0, window.new_other - before * window.known_other)
    return surplus / (surplus + others) if surplus > 0 else 0.0
