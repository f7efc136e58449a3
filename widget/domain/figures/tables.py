"""The desk's figures as plain tables, for pages, CSV and JSON. Pure: no Flask, no redis.

A table has the figures of its page, and the sample size beside every share. Here too, a share of
fewer than five votes is left empty.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.figures.statistics import Mean, Share
from widget.domain.zones import Zone

Cell = str | int | float | None
REACTION_COLUMN = "reaction"  # its cells are keys of choices
LABEL_COLUMN = "label"  # its cells are labels of comments
# Spreadsheets run a cell that begins with one of these, including the full-width signs of East
# Asian keyboards. An apostrophe before it makes it text. In countries with a decimal comma, a
# semicolon ends a cell too.
_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of figures.

    :param name: its name in an address; ``title``, its title on a page.
    :param note: what to know before reading it, "" if nothing.
    """

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    @property
    def number_columns(self) -> set[int]:
        """The indexes of the columns with numbers, which are aligned at their end."""
        return {
            at for row in self.rows for at, cell in enumerate(row) if isinstance(cell, (int, float))
        }

    def records(self) -> list[dict[str, Cell]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def csv_text(table: Table) -> str:
    """Format a table as CSV (RFC 4180), with the byte order mark that Excel needs for UTF-8.

    Every field is quoted, so that none ends early at a sign that another program takes for its end.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([_safe(name) for name in table.columns])
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return "\ufeff" + text.getvalue()


def share_cells(share: Share) -> tuple[Cell, Cell, Cell]:
    """Return the cells of a share and its interval, 0 to 1; empty if it is withheld."""
    if share.is_withheld:
        return None, None, None
    return round(share.value, 4), round(share.low, 4), round(share.high, 4)


def mean_cells(mean: Mean) -> tuple[Cell, Cell, Cell]:
    if mean.is_withheld:
        return None, None, None
    return round(mean.value, 4), round(mean.low, 4), round(mean.high, 4)


def moment(at_s: int, zone: Zone) -> str:
    """Return ``2026-11-24T09:00+01:00``, with Z for the offset of UTC."""
    text = zone.time(at_s).isoformat(timespec="minutes")
    return text.removesuffix("+00:00") + "Z" if zone.is_utc else text


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    parts = cell.split(";")
    return ";".join(f"'{part}" if part[:1] in _FORMULA_STARTS else part for part in parts)
