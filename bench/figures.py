"""Figures: the median of several rounds with its bound and its plausible range, and the table."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

IMPLAUSIBLE = "IMPLAUSIBLE"
MISSED = "MISSED"


@dataclass(frozen=True)
class Range:
    """Values that a working measurement can give, both ends included. See :func:`sane`."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high  # False for NaN

    def __str__(self) -> str:
        return f"{_short(self.low)} to {_short(self.high)}"


def sane(low: float, high: float) -> Range:
    """Return the plausible range of a figure: outside of it, the measurement itself is broken.

    Choose it from what must be true on any machine (a vote has at least one request, eight bytes
    are stored), and wide. What we want to be true is a bound.
    """
    return Range(low, high)


@dataclass(frozen=True)
class Figure:
    """One line of a table.

    :param plausible: the range that every round must be in.
    :param most: the bound is at most this; ``least``: at least this.
    """

    what: str
    unit: str
    median: float
    low: float
    high: float
    plausible: Range
    most: float | None = None
    least: float | None = None

    @property
    def is_plausible(self) -> bool:
        in_order = self.low <= self.median <= self.high  # False for NaN
        return in_order and self.low in self.plausible and self.high in self.plausible

    @property
    def is_met(self) -> bool:
        """Whether the figure is a measurement at all, and within its bound if it has one."""
        too_high = self.most is not None and self.median > self.most
        too_low = self.least is not None and self.median < self.least
        return self.is_plausible and not too_high and not too_low

    @property
    def bound(self) -> str:
        if self.most is not None:
            return f"<= {_short(self.most)}"
        return "" if self.least is None else f">= {_short(self.least)}"

    @property
    def verdict(self) -> str:
        if not self.is_plausible:
            return IMPLAUSIBLE
        if not self.bound:
            return ""
        return "met" if self.is_met else MISSED


def figure(
    what: str,
    unit: str,
    rounds: Sequence[float],
    plausible: Range,
    *,
    most: float | None = None,
    least: float | None = None,
) -> Figure:
    """Summarize rounds.

    :param rounds: the same measurement, once from each round. Without any, nothing was measured.
    """
    rounds = rounds or [math.nan]
    # min and max skip a NaN, depending on its place, so one makes the whole figure NaN.
    broken = next((value for value in rounds if value != value), None)
    values = rounds if broken is None else [broken]
    return Figure(what, unit, median(values), min(values), max(values), plausible, most, least)


def ratios(upper: Sequence[float], lower: Sequence[float]) -> list[float]:
    """Divide round by round, so that what slows the whole machine slows both."""
    return [a / b if b else float("nan") for a, b in zip(upper, lower, strict=True)]


def show(title: str, figures: Sequence[Figure]) -> bool:
    """Print a table, then the same as one line of JSON.

    :return: False if a figure is implausible or misses its bound.
    """
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    for heading in ("median", "min", "max"):
        table.add_column(heading, justify="right")
    for heading in ("unit", "bound", ""):
        table.add_column(heading)
    for line in figures:
        numbers = (_short(line.median), _short(line.low), _short(line.high))
        table.add_row(line.what, *numbers, line.unit, line.bound, line.verdict)
    Console(width=110).print(table)
    for line in figures:
        if not line.is_plausible:
            print(
                f"{IMPLAUSIBLE}: {line.what}: {_short(line.low)} to {_short(line.high)} "
                f"{line.unit}; a working measurement gives {line.plausible}. Nothing was measured."
            )
    entries = [asdict(line) | {"verdict": line.verdict} for line in figures]
    print(json.dumps({"title": title, "figures": entries}), flush=True)
    return all(line.is_met for line in figures)


def _short(number: float) -> str:
    """Format a number. Four digits are more than any of these measurements knows."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
