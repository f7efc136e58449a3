"""A flagged window beside the story's other hours, and where its votes in doubt were cast."""

import pytest

from tests.support.findings import finding
from widget.domain.integrity.arrivals import Arrivals, compare
from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence

HOURS = [
    HourEvidence(99, {1: ChoiceEvidence(4, 6)}, origins={"https://link.example": 3}),
    HourEvidence(100, {1: ChoiceEvidence(30, 5), 2: ChoiceEvidence(1, 4)}, forms=10, worked=2),
    HourEvidence(101, {1: ChoiceEvidence(10, 5)}, held_at_gate=7, held_by_alarm=1, turned_away=4),
    HourEvidence(104, {2: ChoiceEvidence(2, 8)}, open_hearts=5, asked_to_work=9),
]


def test_a_window_is_told_from_the_other_hours() -> None:
    found = compare(finding(), 20, HOURS)
    inside, others = found.inside, found.others
    assert (inside.votes, inside.new, inside.forms, inside.worked) == (55, 41, 10, 2)
    assert (inside.held, inside.turned_away, inside.asked_to_work) == (8, 4, 0)
    assert (others.votes, others.origins) == (25, {"https://link.example": 3})
    assert (inside.script.k, inside.of_new.k) == (45, 41)
    assert (others.script.k, others.of_new.n) == (20, 20)


def test_counters_that_votes_taken_back_made_negative_count_as_none() -> None:
    found = Arrivals.of([HourEvidence(1, {1: ChoiceEvidence(-2, 3)}, forms=9)])
    assert (found.votes, found.new, found.script.value) == (3, 0, 0.0)


@pytest.mark.parametrize(
    ("kind", "most", "votes", "expected"),
    [
        ("new", None, 20, {100: 15, 101: 5}),
        ("any", None, 10, {100: 7, 101: 3}),
        ("new", {100: 12, 101: 8}, 20, {100: 12, 101: 8}),
        ("new", {100: 2, 101: 1, 102: 4}, 20, {100: 2, 101: 1, 102: 4}),
        ("new", {}, 20, {}),
    ],
)
def test_votes_in_doubt_are_spread_as_their_readers_voted_and_no_hour_has_more_than_it_counts(
    kind: str, most: dict[int, int] | None, votes: int, expected: dict[int, int]
) -> None:
    assert compare(finding(kind=kind), votes, HOURS, most).doubted == expected


def test_without_evidence_every_hour_has_as_many() -> None:
    assert compare(finding(), 6, []).doubted == {100: 2, 101: 1, 102: 2, 103: 1}
