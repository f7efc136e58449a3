"""The drawing of how far a scorer's probabilities can be relied on, and its table."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.figures.statistics import Share, share
from widget.domain.figures.tables import Table, share_cells
from widget.tone.judging import BIN_EDGES, Bin

_LOWEST = 1 / 3  # the likeliest of three classes is never less likely


@dataclass(frozen=True, slots=True)
class Point:
    """A dot of the drawing, in a square of 100.

    :param said: the range of probabilities, in words: ``70 to 80 %``.
    :param x: the mean probability; 0 is a third, 100 certainty.
    :param y: the share that was right: 0 is all, 100 none; ``top`` and ``end`` its interval.
    """

    said: str
    mean: float
    right: Share
    x: float
    y: float
    top: float
    end: float


def points(bins: Sequence[Bin]) -> list[Point]:
    """Return the dots of a drawing, those without comments too."""
    found = []
    for at, one in enumerate(bins):
        right = share(one.right, one.n)
        x = (max(one.mean, _LOWEST) - _LOWEST) / (1 - _LOWEST) * 100
        y, top, end = (round((1 - at) * 100, 1) for at in (right.value, right.high, right.low))
        found.append(Point(_range(at), one.mean, right, round(x, 1), y, top, end))
    return found


def reliability_table(bins: Sequence[Bin]) -> Table:
    """Return the drawing as a table."""
    columns = ("said", "comments", "mean_said", "right", "right_low", "right_high")
    rows = []
    for one in points(bins):
        value, low, high = share_cells(one.right)
        mean = round(one.mean, 4) if one.right.n else None
        rows.append((one.said, one.right.n, mean, value, low, high))
    return Table("reliability", "What it says, and how often that is right", columns, rows)


def _range(at: int) -> str:
    low, high = (round(edge * 100) for edge in BIN_EDGES[at : at + 2])
    return f"under {high}\u202f%" if at == 0 else f"{low} to {high}\u202f%"
