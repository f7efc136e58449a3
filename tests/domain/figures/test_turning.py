"""Which stories turned, and which did not."""

import random

from widget.domain.figures.moods import Mix
from widget.domain.figures.turning import HOURS, turn

KEYS = ("like", "angry")


def mix(like: int, angry: int) -> Mix:
    return Mix.of((like, angry), KEYS)


def test_a_story_turned_when_another_reaction_leads_beyond_chance() -> None:
    hours = [(100, mix(80, 20)), (101, mix(15, 85)), (102, mix(10, 40))]
    found = turn(mix(400, 200), hours)
    assert found is not None
    assert (found.at, found.hour) == (1, 101)
    assert (found.before.n, found.since.n) == (450, 150)


def test_a_story_did_not_turn_without_enough_votes_on_both_sides() -> None:
    assert turn(mix(10, 40), [(100, mix(8, 2)), (101, mix(0, 30))]) is None  # 20 before
    assert turn(mix(400, 20), [(101, mix(0, 20))]) is None  # 20 since
    assert turn(mix(0, 0), []) is None


def test_votes_of_quiet_hours_since_are_not_from_before() -> None:
    quiet = [(102 + at, mix(0, 9)) for at in range(20)]
    found = turn(mix(80, 280), [(100, mix(80, 20)), (101, mix(0, 80)), *quiet])
    assert found is not None
    assert (found.at, found.hour, found.before.n, found.since.n) == (1, 101, 100, 260)
    begins_quietly = turn(mix(80, 200), [(100, mix(80, 20)), *quiet])
    assert begins_quietly is None


def test_more_of_the_reaction_that_led_before_is_no_turn() -> None:
    assert turn(mix(100, 300), [(100, mix(5, 200))]) is None


def test_another_leader_by_chance_or_by_few_points_is_no_turn() -> None:
    assert turn(mix(55, 50), [(100, mix(15, 20))]) is None
    assert turn(mix(50_000, 50_100), [(100, mix(24_500, 25_500))]) is None


def test_votes_that_moved_between_two_reads_leave_nothing_below_zero() -> None:
    assert mix(1, 5).minus(mix(2, 3)) == mix(0, 2)


def test_chance_alone_hardly_ever_turns_a_story() -> None:
    chance = random.Random(7)
    turned = 0
    for _ in range(300):
        hours = []
        for hour in range(HOURS):
            angry = sum(chance.random() < 0.5 for _ in range(20))
            hours.append((hour, mix(20 - angry, angry)))
        total = mix(300, 300)
        for _, one in hours:
            total = total.plus(one)
        turned += turn(total, hours) is not None
    assert turned <= 15
