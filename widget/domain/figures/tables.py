"""The desk's figures as plain tables, for CSV, JSON and reading. Pure: no Flask, no redis.

A table has what its page shows, and the sample size beside every share. A share of fewer than five
is left empty here as there.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from widget.domain.figures.statistics import Mean, Share

Cell = str | int | float | None
# A spreadsheet runs a cell that begins like this, also with the wide signs of East Asian keyboards;
# an apostrophe before it makes it text. Where a comma is for decimals, a semicolon ends a cell too.
_RUNS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """:param name: what names it in an address; ``title`` what it is called on a page."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def number_columns(self) -> set[int]:
        """Which columns have numbers, and so line up at their end."""
        return {
            at for row in self.rows for at, cell in enumerate(row) if isinstance(cell, (int, float))
        }

    def records(self) -> list[dict[str, Cell]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def csv_text(table: Table) -> str:
    """RFC 4180 with a byte order mark, without which Excel reads UTF-8 as something else."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_safe(cell) for cell in row] for row in table.rows)
    return "\ufeff" + text.getvalue()


def share_cells(share: Share) -> tuple[Cell, Cell, Cell]:
    """Share and interval, 0 to 1; empty where it is withheld."""
    if share.is_withheld:
        return None, None, None
    return round(share.value, 4), round(share.low, 4), round(share.high, 4)


def mean_cells(mean: Mean) -> tuple[Cell, Cell, Cell]:
    if mean.is_withheld:
        return None, None, None
    return round(mean.value, 4), round(mean.low, 4), round(mean.high, 4)


def moment(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    return ";".join(f"'{part}" if part[:1] in _RUNS else part for part in cell.split(";"))
