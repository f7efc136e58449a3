"""The rows of a form of choices: as stored, as typed, and after a button that only moves rows.

Pure. The form works without JavaScript: such a button sends the form, which comes back with one
more row, or with its rows in another order, and with everything that was typed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from widget.domain.comments.cleaning import is_visible
from widget.domain.model import MAX_CHOICES, Choice

FIRST_ROWS = 4  # of a new question
MAX_ROWS = 2 * MAX_CHOICES


@dataclass(frozen=True, slots=True)
class Row:
    """One choice on the form, exactly as the editor typed it.

    :param key: "" for a choice that is new.
    :param is_retired: it is no longer offered; its votes are kept.
    """

    key: str
    label: str
    emoji: str
    is_retired: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether it is a new row in which nothing was typed: it is left out."""
        return not (self.key or is_visible(self.label) or is_visible(self.emoji))


def stored_rows(offered: Iterable[Choice], retired: Iterable[Choice]) -> list[Row]:
    """Make the rows of a stored question: the choices offered, then the retired ones."""
    shown = [Row(choice.key, choice.label, choice.emoji) for choice in offered]
    kept = [Row(choice.key, choice.label, choice.emoji, True) for choice in retired]
    return shown + kept


def first_rows() -> list[Row]:
    """Make the rows of a new question."""
    return [Row("", "", "")] * FIRST_ROWS


def typed_rows(fields: Mapping[str, str]) -> list[Row]:
    """Read the rows of a submitted form. A row is there if its label is."""
    return [
        Row(
            fields.get(f"key-{at}", ""),
            fields[f"label-{at}"],
            fields.get(f"emoji-{at}", ""),
            f"retired-{at}" in fields,
        )
        for at in range(MAX_ROWS)
        if f"label-{at}" in fields
    ]


def moved_rows(act: str, rows: Sequence[Row]) -> list[Row] | None:
    """Return the rows after a button such as ``up-2`` or ``add``; None if it is another button."""
    name, _, number = act.partition("-")
    if name == "add":
        return _with_one_more(rows)
    if name not in _MOVES or not (number.isascii() and number.isdecimal()):
        return None
    at = int(number[:4])
    return _MOVES[name](list(rows), at) if at < len(rows) else list(rows)


def _with_one_more(rows: Sequence[Row]) -> list[Row]:
    """Add an empty row after those that are offered, unless there are as many as there can be."""
    offered = [row for row in rows if not row.is_retired]
    retired = [row for row in rows if row.is_retired]
    more = [Row("", "", "")] if len(offered) < MAX_CHOICES else []
    return offered + more + retired


def _up(rows: list[Row], at: int) -> list[Row]:
    return _swapped(rows, at, at - 1)


def _down(rows: list[Row], at: int) -> list[Row]:
    return _swapped(rows, at, at + 1)


def _swapped(rows: list[Row], at: int, other: int) -> list[Row]:
    if 0 <= other < len(rows) and not (rows[at].is_retired or rows[other].is_retired):
        rows[at], rows[other] = rows[other], rows[at]
    return rows


def _retire(rows: list[Row], at: int) -> list[Row]:
    """Retire a choice that is stored, or drop a new one, which has no votes."""
    row = rows.pop(at)
    return [*rows, replace(row, is_retired=True)] if row.key else rows


def _restore(rows: list[Row], at: int) -> list[Row]:
    """Offer a retired choice again, as the last one."""
    row = replace(rows.pop(at), is_retired=False)
    offered = [one for one in rows if not one.is_retired]
    return [*offered, row, *(one for one in rows if one.is_retired)]


_MOVES = {"up": _up, "down": _down, "retire": _retire, "restore": _restore}
