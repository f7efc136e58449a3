"""Charts as numbers for SVG: bars in the units of the data, which the browser scales. Pure.

The templates draw them. They use classes and SVG's own attributes, because colours follow the theme
and the CSP forbids inline style. The table behind a chart has the same numbers.
docs/adr/0090-charts-that-can-be-read.md has the reasons.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from widget.domain.figures.axis import Axis
from widget.domain.figures.statistics import MIN_SHARE_N

MOST_FLAGS = 3
MIN_PEAK = 5  # votes; a lower top is no news
_ROUND = (10, 12, 16, 20, 24, 30, 40, 50, 60, 80)
_TOPS = [2, 4, 6, 8, *(factor * int(10**power) for power in range(15) for factor in _ROUND)]
_SEPARATE_BARS = 60  # more are drawn as steps, without gaps
_GAP = 0.12
_WHOLE = 1000  # of a chart of shares
# How much of a chart's length a label may take, in per cent: on a wide screen and on a phone.
_WIDE, _NARROW = 30, 50
_BESIDE = 42  # what the text of a span needs
_MOST_ROWS = 4


@dataclass(frozen=True, slots=True)
class Layer:
    """One column of the series, ``at``, as an SVG ``path`` in slots and units."""

    at: int
    path: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a place on the axis: to its right, or to its left in the second half.

    :param x: per cent. ``row`` and ``narrow_row``: from 0, so that texts do not overlap; None for
        one that has no room.
    :param at: the place in slots. ``top``: where its bar ends, in the chart's units from above.
    :param title: the whole text, for one that is shortened.
    :param said: what the crosshair adds at this slot.
    """

    x: float
    at: float
    text: str
    title: str
    article_id: str = ""
    top: int = 0
    row: int | None = 0
    narrow_row: int | None = 0
    said: str = ""

    @property
    def is_left(self) -> bool:
        return self.x >= 50


@dataclass(frozen=True, slots=True)
class Span:
    """Slots that are marked below a chart, from ``x`` over ``width`` per cent, with a text beside.

    :param short: for a phone.
    """

    x: float
    width: float
    text: str
    short: str

    @property
    def side(self) -> Literal["before", "after", "over"]:
        """Where its text has most room."""
        after = 100 - self.x - self.width
        if max(self.x, after) < _BESIDE:
            return "over"
        return "before" if self.x > after else "after"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart of votes over time, stacked by choice from the bottom up.

    :param order: indexes of the choices with votes, from the bottom up.
    :param top: the highest value of the scale.
    :param rows: votes by choice of each slot, in ``order``: what is read out.
    :param is_share: every slot is drawn as a whole.
    :param doubted: votes of each slot that are in doubt and in no row; ``doubt`` is their path, on
        top of the others. No share has them. ``doubt_name`` says what became of them.
    :param spans: where the votes in doubt were cast.
    """

    axis: Axis
    order: list[int]
    top: int
    layers: list[Layer]
    rows: list[list[int]]
    totals: list[int]
    is_share: bool
    flags: list[Label]
    notes: list[Label]
    doubted: list[int]
    doubt: str
    doubt_name: str
    spans: list[Span]

    @property
    def slots(self) -> int:
        return self.axis.slots

    @property
    def scale(self) -> list[str]:
        if self.is_share:
            return ["100\u202f%", "50\u202f%", "0"]
        return [f"{value:,}" for value in (self.top, self.top // 2, 0)]

    @property
    def data(self) -> dict[str, object]:
        """What the crosshair reads out."""
        return {
            "labels": self.axis.labels,
            "rows": self.rows,
            "doubted": self.doubted,
            "doubt": self.doubt_name.lower(),
            "tops": self._tops,
            "leading": {int(flag.at): flag.said for flag in self.flags},
        }

    @property
    def flag_rows(self) -> tuple[int, int]:
        return _rows_of(self.flags)

    @property
    def note_rows(self) -> tuple[int, int]:
        return _rows_of(self.notes)

    @property
    def n(self) -> int:
        return sum(self.totals)

    @property
    def _tops(self) -> list[int]:
        """How high each bar is, in per cent."""
        if self.is_share:
            return [100 if sum(row) >= MIN_SHARE_N else 0 for row in self.rows]
        sums = map(sum, self.rows)
        whole = zip(sums, self.doubted, strict=True) if self.doubted else ((n, 0) for n in sums)
        return [round((n + doubted) / self.top * 100) for n, doubted in whole]


def draw(
    series: Sequence[Sequence[int]],
    axis: Axis,
    order: Sequence[int],
    *,
    is_share: bool = False,
    flags: Iterable[Label] = (),
    notes: Iterable[Label] = (),
    doubted: Sequence[int] = (),
    doubt_name: str = "In doubt",
    spans: Iterable[Span] = (),
) -> Drawing:
    """Draw ``[[votes of choice 1, ..], ..]``. Choices without any votes are left out.

    :param doubted: votes of each slot that the series does not have, since they are in doubt.
    """
    totals = [sum(row[at] for row in series) for at in order]
    shown = [at for at, total in zip(order, totals, strict=True) if total]
    rows = [[row[at] for at in shown] for row in series]
    rows += [[0] * len(shown) for _ in range(axis.slots - len(rows))]
    on_top = [*doubted, *[0] * (axis.slots - len(doubted))] if any(doubted) else []
    drawn = [_whole(row) for row in rows] if is_share else rows
    if on_top and not is_share:
        drawn = [[*row, more] for row, more in zip(rows, on_top, strict=True)]
    top = _WHOLE if is_share else nice_top(max(map(sum, drawn), default=0))
    layers = stack(drawn, top)
    doubt = next((layer.path for layer in layers if layer.at == len(shown)), "")
    layers = [Layer(shown[layer.at], layer.path) for layer in layers if layer.at < len(shown)]
    return Drawing(
        axis,
        shown,
        top,
        layers,
        rows,
        [total for total in totals if total],
        is_share,
        arranged(flags),
        arranged(notes),
        on_top,
        doubt,
        doubt_name,
        list(spans),
    )


def stack(series: Sequence[Sequence[int]], top: int) -> list[Layer]:
    """Stack bars or steps of ``[[value of column 1, ..], ..]``.

    Steps, not slopes: a count belongs to its whole hour, and there is no count in between.
    """
    lower = [top] * len(series)
    path = _bars if len(series) <= _SEPARATE_BARS else _steps
    layers = []
    for at in range(len(series[0]) if series else 0):
        upper = [low - row[at] for low, row in zip(lower, series, strict=True)]
        if upper != lower:
            layers.append(Layer(at, path(upper, lower)))
        lower = upper
    return layers


def peaks(totals: Sequence[int], unit: str, limit: int = MOST_FLAGS) -> list[int]:
    """Return the slots of the highest tops, highest first.

    A top is no lower than what is near it, so that the hours beside a peak are no peaks.
    """
    near = 8 if unit == "hour" else 2
    found: list[int] = []
    for slot in sorted(range(len(totals)), key=lambda slot: (-totals[slot], slot)):
        if totals[slot] < MIN_PEAK or len(found) == limit:
            break
        beside = totals[max(0, slot - near) : slot + near + 1]
        if totals[slot] == max(beside) and all(abs(slot - other) > near for other in found):
            found.append(slot)
    return found


def arranged(labels: Iterable[Label]) -> list[Label]:
    """Give labels rows in which they do not overlap, from left to right."""
    ordered = sorted(labels, key=lambda label: (label.x, label.text))
    wide, narrow = _free_rows(ordered, _WIDE), _free_rows(ordered, _NARROW)
    return [
        replace(label, row=row, narrow_row=narrow_row)
        for label, row, narrow_row in zip(ordered, wide, narrow, strict=True)
    ]


def nice_top(most: int) -> int:
    """Return the lowest round number that is at least ``most`` and 2, and that halves evenly."""
    return next(top for top in _TOPS if top >= most)


def _whole(row: Sequence[int]) -> list[int]:
    """Return a slot's shares of _WHOLE, rounded so that they add up; nothing below five votes."""
    n = sum(row)
    if n < MIN_SHARE_N:
        return [0] * len(row)
    shares, before, sum_before = [], 0, 0
    for votes in row:
        sum_before += votes
        after = round(sum_before * _WHOLE / n)
        shares.append(after - before)
        before = after
    return shares


def _free_rows(labels: Sequence[Label], width: int) -> list[int | None]:
    rows: list[list[tuple[float, float]]] = [[] for _ in range(_MOST_ROWS)]
    found: list[int | None] = []
    for label in labels:
        start, end = (label.x - width, label.x) if label.is_left else (label.x, label.x + width)
        free = (
            at
            for at, taken in enumerate(rows)
            if all(end <= first or last <= start for first, last in taken)
        )
        row = next(free, None)
        if row is not None:
            rows[row].append((start, end))
        found.append(row)
    return found


def _rows_of(labels: Sequence[Label]) -> tuple[int, int]:
    """Return how many rows the labels take, on a wide screen and on a phone."""
    wide = [label.row for label in labels if label.row is not None]
    narrow = [label.narrow_row for label in labels if label.narrow_row is not None]
    return max(wide, default=-1) + 1, max(narrow, default=-1) + 1


def _bars(upper: list[int], lower: list[int]) -> str:
    return "".join(
        f"M{slot + _GAP / 2:g} {low}h{1 - _GAP:g}V{high}h{_GAP - 1:g}z"
        for slot, (high, low) in enumerate(zip(upper, lower, strict=True))
        if high != low
    )


def _steps(upper: list[int], lower: list[int]) -> str:
    return f"M0 {upper[0]}{_rightwards(upper)}{_leftwards(lower)}Z"


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
