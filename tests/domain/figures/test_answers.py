"""What the votes of a question can say."""

import pytest

from widget.domain.figures.answers import verdict


@pytest.mark.parametrize(
    ("counts", "kind", "first", "second"),
    [
        ([0, 0, 0], "none", 0, 1),
        ([1, 0], "few", 0, 1),
        ([0, 2, 2], "few", 1, 2),
        ([5, 0], "early", 0, 1),
        ([0, 29], "early", 1, 0),
        ([0, 30], "majority", 1, 0),
        ([15, 15], "close", 0, 1),
        ([40, 38, 22], "close", 0, 1),
        ([20, 100, 80, 90], "close", 1, 3),
        ([45, 20, 19, 16], "ahead", 0, 1),
        ([0, 90, 10], "majority", 1, 2),
        ([10**9, 10**9 - 10**6], "majority", 0, 1),
    ],
)
def test_a_result_is_named_only_as_far_as_the_votes_allow(
    counts: list[int], kind: str, first: int, second: int
) -> None:
    found = verdict(counts)
    assert (found.kind, found.first, found.second) == (kind, first, second)


def test_one_vote_more_or_less_does_not_name_a_winner() -> None:
    assert verdict([51, 50]).kind == "close"
