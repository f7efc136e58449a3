"""Charts as numbers for SVG: steps in the units of the data, which the browser scales. Pure.

The templates draw them. They use classes, because colours follow the theme and the CSP forbids
inline style. The table behind a chart has the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_ROUND = (10, 12, 16, 20, 24, 30, 40, 50, 60, 80)
_TOPS = [2, 4, 6, 8, *(factor * int(10**power) for power in range(15) for factor in _ROUND)]


@dataclass(frozen=True, slots=True)
class Layer:
    """One column of the series, ``at``, as an SVG ``path`` in slots and units."""

    at: int
    path: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Layers from the bottom up over ``slots`` steps; ``top`` is the highest value of the scale."""

    slots: int
    top: int
    layers: list[Layer]


def stack(series: Sequence[Sequence[int]]) -> Stack:
    """Stack steps of ``[[value of column 1, ..], ..]``. Leave out columns without any value.

    Steps, not slopes: a count belongs to its whole hour, and there is no count in between.
    """
    slots = len(series)
    top = nice_top(max((sum(row) for row in series), default=0))
    lower = [top] * slots
    layers = []
    for at in range(len(series[0]) if series else 0):
        if not any(row[at] for row in series):
            continue
        upper = [low - row[at] for low, row in zip(lower, series, strict=True)]
        layers.append(Layer(at, f"M0 {upper[0]}{_rightwards(upper)}{_leftwards(lower)}Z"))
        lower = upper
    return Stack(slots, top, layers)


def nice_top(most: int) -> int:
    """Return the lowest round number that is at least ``most`` and 2, and that halves evenly."""
    return next(top for top in _TOPS if top >= most)


def line(values: Sequence[float | None], low: float, high: float, height: int) -> str:
    """Draw a path through the values in the middles of their slots, broken where one is missing."""
    parts = []
    pen = "M"
    for slot, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        y = (high - min(high, max(low, value))) / (high - low) * height
        parts.append(f"{pen}{slot + 0.5:g} {y:.1f}")
        pen = "L"
    return "".join(parts)


def _rightwards(edge: list[int]) -> str:
    parts = []
    for slot, y in enumerate(edge[1:], start=1):
        if y != edge[slot - 1]:
            parts.append(f"H{slot}V{y}")
    return "".join(parts) + f"H{len(edge)}"


def _leftwards(edge: list[int]) -> str:
    parts = [f"V{edge[-1]}"]
    for slot in range(len(edge) - 1, 0, -1):
        if edge[slot - 1] != edge[slot]:
            parts.append(f"H{slot}V{edge[slot - 1]}")
    return "".join(parts) + "H0"
