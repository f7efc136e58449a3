"""Votes in doubt as dots, one a vote or one for many, some of them expected to be honest. Pure."""

from dataclasses import dataclass

MOST_DOTS = 600
_COLUMNS = 60
_STEP = 9
_GOLDEN = 0.6180339887498949


@dataclass(frozen=True, slots=True)
class Dots:
    """Rows of dots for an SVG, in its units.

    :param each: votes that a dot means.
    :param rows: ``[(y, x of its last dot), ...]``; the first dot of each is at ``start``.
    :param honest: the centres of the dots that are expected to be honest.
    """

    each: int
    rows: list[tuple[float, float]]
    honest: list[tuple[float, float]]

    start = _STEP / 2
    step = _STEP
    width = _COLUMNS * _STEP

    @property
    def height(self) -> int:
        return len(self.rows) * _STEP


def dots(votes: int, honest: float) -> Dots:
    """Draw ``votes`` of which about ``honest`` may be honest, scattered: nobody knows which."""
    each = 1
    while votes > MOST_DOTS * each:
        each *= 10 if each == 1 else 2
    count = max(1, round(votes / each))
    marked = min(count, round(honest / each))
    full, rest = divmod(count, _COLUMNS)
    lengths = [_COLUMNS] * full + ([rest] if rest else [])
    rows = [
        (_STEP * at + _STEP / 2, _STEP * (length - 1) + _STEP / 2)
        for at, length in enumerate(lengths)
    ]
    # Multiples of the golden ratio are far from one another, so the marked dots make no pattern.
    places = sorted(range(count), key=lambda at: at * _GOLDEN % 1)[:marked]
    return Dots(
        each,
        rows,
        [
            (_STEP * (at % _COLUMNS) + _STEP / 2, _STEP * (at // _COLUMNS) + _STEP / 2)
            for at in places
        ],
    )
