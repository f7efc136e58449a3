"""What a story could expect, from the lives of earlier ones."""

import pytest

from widget.domain.figures.expected import MARKS_H, MIN_LIKE, Life, Lives


def lives(section: str, *votes: int, age_h: int = 1000) -> list[Life]:
    """Return lives with an even pace over their first week, and nothing after."""
    return [
        Life(section, age_h, tuple(n * min(mark, 168) // 168 for mark in MARKS_H)) for n in votes
    ]


def test_a_story_expects_the_median_of_its_sections_stories_at_the_same_age() -> None:
    city = lives("City", *([100] * 4), *([200] * 3), *([9000] * 4))
    found = Lives([*city, *lives("Sport", *[10] * 20)]).expected("City", 0, 168)
    assert found is not None
    assert (found.votes, found.like, found.section) == (200, 11, "City")


@pytest.mark.parametrize(
    ("start_h", "end_h", "votes"),
    [(0, 84, 84), (-50, 84, 84), (84, 168, 84), (0, 5000, 168), (168, 400, 0), (600, 700, 0)],
    ids=["half", "begun in the period", "the second half", "old now", "older", "very old"],
)
def test_a_story_expects_only_the_votes_of_its_age(start_h: int, end_h: int, votes: int) -> None:
    found = Lives(lives("City", *[168] * MIN_LIKE)).expected("City", start_h, end_h)
    assert found is not None and found.votes == pytest.approx(votes, abs=1)


def test_few_stories_of_a_section_are_no_median_and_few_of_the_site_neither() -> None:
    known = Lives([*lives("City", *[900] * (MIN_LIKE - 1)), *lives("Sport", *[100] * 20)])
    of_all = known.expected("City", 0, 168)
    assert of_all is not None and (of_all.votes, of_all.section) == (100, "")
    assert Lives(lives("City", *[900] * (MIN_LIKE - 1))).expected("City", 0, 168) is None


def test_stories_that_are_younger_say_nothing_about_later_votes() -> None:
    young = Lives(lives("City", *[900] * 20, age_h=24))
    assert young.expected("City", 0, 24) is not None
    assert young.expected("City", 0, 25) is None
