"""Sections beside their usual: what is named as different, and in which order."""

import pytest

from widget.domain.figures.moods import Mix
from widget.domain.figures.sections import Band, Section, most_different, reach
from widget.domain.figures.spark import spark

KEYS = ("like", "sad", "angry")


def mix(like: int, sad: int, angry: int) -> Mix:
    return Mix.of((like, sad, angry), KEYS)


def section(name: str, now: Mix, *weeks: Mix) -> Section:
    usual = weeks[0]
    for week in weeks[1:]:
        usual = usual.plus(week)
    return Section(name, now, usual, weeks)


WEEKS = (mix(80, 0, 20), mix(75, 0, 25), mix(70, 0, 30), mix(80, 0, 20))


def test_a_share_that_one_of_the_weeks_had_is_usual() -> None:
    city = section("City", mix(660, 0, 340), *WEEKS)
    assert city.band(2) == Band(0.2, 0.3) and city.against(2) == "above"
    assert section("City", mix(660, 0, 340), *WEEKS[1:], mix(65, 0, 35)).against(2) == "usual"


@pytest.mark.parametrize("weeks", [WEEKS[:2], (*WEEKS[:2], mix(20, 0, 9))])
def test_few_weeks_with_votes_are_no_range(weeks: tuple[Mix, ...]) -> None:
    city = section("City", mix(600, 0, 400), *weeks)
    assert city.band(2) is None and city.against(2) == "above"


def test_the_surest_difference_leads_and_what_grew_is_named_first() -> None:
    city = section("City", mix(600, 0, 400), *WEEKS)  # Like shrank by as much
    small = section("Life", mix(15, 0, 16), *WEEKS)
    found = most_different([small, city])
    assert [(one.name, one.at, one.side) for one in found] == [
        ("City", 2, "above"),
        ("Life", 2, "above"),
    ]
    assert found[0].share.value < found[1].share.value and found[0].least > found[1].least
    assert reach(found) == 0.7
    assert most_different([section("City", mix(77, 0, 23), *WEEKS)]) == [] and reach([]) == 1


def test_a_small_line_shows_when_a_story_had_its_votes() -> None:
    line = spark({10: [3, 1], 12: [2, 0], 99: [9, 9]}, 10, 14)
    assert line == "M0 28L12.5 2.0L37.5 28.0L62.5 15.0L87.5 28.0L100 28Z"
    assert spark({99: [9, 9]}, 10, 14) == "" == spark({}, 10, 10)
