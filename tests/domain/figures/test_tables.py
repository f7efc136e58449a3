"""Exported tables: a spreadsheet reads them correctly and runs nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.figures.statistics import mean, share
from widget.domain.figures.tables import Cell, Table, csv_text, mean_cells, share_cells


def written(*cells: Cell) -> tuple[str, list[str]]:
    """Write a row to a file and read it back as a program would."""
    text = csv_text(Table("t", "T", [f"c{at}" for at, _ in enumerate(cells)], [cells]))
    assert text.startswith('\ufeff"c0"')
    [_, row] = csv.reader(io.StringIO(text[1:], newline=""))
    return text, row


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1+cmd",
        "\uff20A1",
        "--1",
        "-",
        "=",
        "-1e9",
    ],
)
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(text: str) -> None:
    assert written(text)[1] == [f"'{text}"]


def test_a_formula_after_a_semicolon_becomes_text_too() -> None:
    assert written("Rents;=HYPERLINK(1)")[1] == ["Rents;'=HYPERLINK(1)"]


@pytest.mark.parametrize("text", ["-12", "-0.25", "12", "a=b", "x@y.example", "3 - 2", "'", ""])
def test_a_harmless_cell_is_unchanged(text: str) -> None:
    assert written(text)[1] == [text]


def test_numbers_stay_numbers_and_withheld_shares_are_empty() -> None:
    row = written(-3, -0.5, None, *share_cells(share(1, 4)), *mean_cells(mean(4, 1.0, 1.0)))[1]
    assert row == ["-3", "-0.5", *[""] * 7]
    assert written(*share_cells(share(81, 263)))[1] == ["0.308", "0.2553", "0.3662"]


@pytest.mark.parametrize("cell", ["plain", "", None, 5, -0.5, "a;b", "two words", "=1", "1.200,5"])
def test_every_cell_and_every_column_is_quoted(cell: Cell) -> None:
    """A spreadsheet that ends cells at spaces, tabs or decimal commas keeps each in its place."""
    text = csv_text(Table("t", "T", ("a", "b b"), [(cell, cell)]))
    head, row, end = text.removeprefix("\ufeff").split("\r\n")
    for line in (head, row):
        first, last = line.split('","')
        assert first.startswith('"') and last.endswith('"')
    assert end == ""


def test_a_column_that_a_spreadsheet_would_run_becomes_text() -> None:
    text = csv_text(Table("t", "T", ("=1+1 share", "votes"), [("x", 1)]))
    assert text.removeprefix("\ufeff").startswith('"\'=1+1 share",')


def test_line_breaks_quotes_and_every_script_survive() -> None:
    cells = (
        "two\nlines",
        'a "quoted", word',
        "one\r\ntwo",
        "\u05d4\u05e0\u05de\u05dc",
        "\U0001f620",
    )
    text, row = written(*cells)
    assert row == list(cells)
    assert text.endswith("\r\n") and text.encode().startswith(b"\xef\xbb\xbf")


def test_ten_thousand_rows_with_long_cells_are_complete() -> None:
    rows = [(f"={at}" + "\u00fc" * 200, at, None) for at in range(10_000)]
    text = csv_text(Table("t", "T", ("title", "votes", "share"), rows))
    read = list(csv.reader(io.StringIO(text[1:], newline="")))
    assert len(read) == 10_001 and all(len(row) == 3 for row in read)
    assert read[-1] == ["'=9999" + "\u00fc" * 200, "9999", ""]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_any_text_survives_except_for_the_apostrophes(cells: list[str]) -> None:
    cells = [cell.replace("\0", "") for cell in cells]
    back = written("first", *cells)[1][1:]
    assert [b.replace("'", "") for b in back] == [c.replace("'", "") for c in cells]
    assert not any(b[:1] in tuple("=+@\t\r\n\uff1d\uff0b\uff0d\uff20") for b in back if b)


def test_columns_of_numbers_are_recognised_even_if_some_are_withheld() -> None:
    table = Table(
        "t", "T", ("title", "votes", "share", "note"), [("a", 1, None, None), ("b", 2, 0.5, "x")]
    )
    assert table.number_columns == {1, 2}
