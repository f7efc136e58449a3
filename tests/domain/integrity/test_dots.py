"""Votes in doubt as dots."""

import pytest

from widget.domain.integrity.dots import MOST_DOTS, dots


@pytest.mark.parametrize(
    ("votes", "honest", "each", "count", "marked"),
    [
        (412, 5.8, 1, 412, 6),
        (1, 0.2, 1, 1, 0),
        (0, 0.0, 1, 1, 0),
        (601, 30, 10, 60, 3),
        (24_000, 205, 40, 600, 5),
        (9, 20, 1, 9, 9),
    ],
)
def test_a_dot_is_one_vote_or_so_many(
    votes: int, honest: float, each: int, count: int, marked: int
) -> None:
    drawn = dots(votes, honest)
    in_rows = sum(round((end - drawn.start) / drawn.step) + 1 for _, end in drawn.rows)
    assert (drawn.each, in_rows, len(drawn.honest)) == (each, count, marked)
    assert len(set(drawn.honest)) == marked
    assert in_rows <= MOST_DOTS
    ends = dict(drawn.rows)
    assert all(drawn.start <= x <= ends[y] for x, y in drawn.honest)
