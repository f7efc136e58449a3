"""Figures: the median of several rounds, what they are held to, and how they are printed."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line of a table.

    :param most: the figure is held to at most this; ``least``: to at least this.
    """

    what: str
    unit: str
    median: float
    low: float
    high: float
    most: float | None = None
    least: float | None = None

    @property
    def is_held(self) -> bool:
        too_high = self.most is not None and self.median > self.most
        return not too_high and not (self.least is not None and self.median < self.least)

    @property
    def limit(self) -> str:
        if self.most is not None:
            return f"<= {_short(self.most)}"
        return "" if self.least is None else f">= {_short(self.least)}"


def figure(
    what: str,
    unit: str,
    rounds: Sequence[float],
    *,
    most: float | None = None,
    least: float | None = None,
) -> Figure:
    """:param rounds: the same measurement, once from each round."""
    return Figure(what, unit, median(rounds), min(rounds), max(rounds), most, least)


def ratios(upper: Sequence[float], lower: Sequence[float]) -> list[float]:
    """Round by round, so that what slows the whole machine slows both."""
    return [a / b for a, b in zip(upper, lower, strict=True)]


def show(title: str, figures: Sequence[Figure]) -> bool:
    """Print a table, then the same as one line of JSON. False if a held figure is missed."""
    table = Table(title=title, title_justify="left")
    table.add_column("what")
    for heading in ("median", "min", "max"):
        table.add_column(heading, justify="right")
    for heading in ("unit", "held to", ""):
        table.add_column(heading)
    for line in figures:
        verdict = "" if not line.limit else "yes" if line.is_held else "MISSED"
        numbers = (_short(line.median), _short(line.low), _short(line.high))
        table.add_row(line.what, *numbers, line.unit, line.limit, verdict)
    Console(width=110).print(table)
    print(json.dumps({"title": title, "figures": [asdict(line) for line in figures]}), flush=True)
    return all(line.is_held for line in figures)


def _short(number: float) -> str:
    """Four digits are more than any of these measurements knows."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
