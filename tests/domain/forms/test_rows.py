"""Rows of a form of choices, after the buttons that only move them."""

import pytest

from widget.domain.forms.rows import Row, first_rows, moved_rows, typed_rows

A, B, NEW = Row("a", "A", ""), Row("b", "B", ""), Row("", "New", "")
GONE = Row("gone", "Gone", "", is_retired=True)


@pytest.mark.parametrize(
    ("act", "keys"),
    [
        ("up-1", ["b", "a", "", "gone"]),
        ("down-0", ["b", "a", "", "gone"]),
        ("up-0", ["a", "b", "", "gone"]),
        ("down-2", ["a", "b", "", "gone"]),  # the next row is retired
        ("down-3", ["a", "b", "", "gone"]),
        ("retire-0", ["b", "", "gone", "a"]),
        ("retire-2", ["a", "b", "gone"]),  # a new choice has no votes to keep
        ("restore-3", ["a", "b", "", "gone"]),
        ("add", ["a", "b", "", "", "gone"]),
        ("up-99", ["a", "b", "", "gone"]),
    ],
)
def test_a_button_moves_rows(act: str, keys: list[str]) -> None:
    rows = moved_rows(act, [A, B, NEW, GONE])
    assert rows is not None and [row.key for row in rows] == keys
    assert all(row.is_retired == (row.key == "a") for row in rows[-1:] if act == "retire-0")


@pytest.mark.parametrize("act", ["", "save", "up", "up-", "up--1", "up-²", "remove-0", "preview"])
def test_another_button_moves_nothing(act: str) -> None:
    assert moved_rows(act, [A, B]) is None


def test_a_restored_choice_is_offered_last() -> None:
    rows = moved_rows("restore-2", [A, B, GONE, Row("x", "X", "", is_retired=True)])
    assert rows is not None
    assert [(row.key, row.is_retired) for row in rows][1:] == [
        ("b", False),
        ("gone", False),
        ("x", True),
    ]


def test_a_form_has_no_more_rows_than_choices_are_allowed() -> None:
    rows: list[Row] = first_rows()
    for _ in range(30):
        rows = moved_rows("add", rows) or []
    assert len(rows) == 15


def test_odd_fields_are_no_rows() -> None:
    fields = {"label-0": "A", "label-40": "B", "key-1": "b", "label-x": "C", "retired-0": "1"}
    assert typed_rows(fields) == [Row("", "A", "", is_retired=True)]
