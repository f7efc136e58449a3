"""A direction of tone beside what is usual: how often it is wrong, and what it needs."""

import math
import random
from collections.abc import Callable

import pytest

from widget.domain.figures.statistics import Mean, mean, share
from widget.domain.figures.tone import (
    MIN_USUAL,
    MIN_USUAL_N,
    TOO_POSITIVE,
    Direction,
    EarlierTones,
    conflict,
    earlier_tones,
    usual_tone,
)

SPREAD = 0.6  # of the leans of a story's comments, as measured on Reddit
SECTIONS, STORIES = 300, 10
ERROR = 0.25

Subject = Callable[[random.Random], float]


def story(chance: random.Random, centre: float, least: int) -> Mean:
    """Draw the mean lean of a story's comments, and the error that its comments show."""
    n = least + int(chance.lognormvariate(3, 1))
    error = SPREAD / math.sqrt(n)
    shown = error * math.sqrt(chance.gammavariate((n - 1) / 2, 2 / (n - 1)))
    value = chance.gauss(centre, error)
    return Mean(n, value, value - 2 * shown, value + 2 * shown, shown)


def named(before: int, subject: Subject, shift: float) -> float:
    """Return how many stories get a direction, beside earlier ones of the same section."""
    chance = random.Random(14)
    found = 0
    for _ in range(SECTIONS):
        usual = usual_tone([story(chance, subject(chance), MIN_USUAL_N) for _ in range(before)])
        for _ in range(STORIES):
            found += usual.direction(story(chance, subject(chance) + shift, 30)) != "usual"
    return found / SECTIONS / STORIES


def by(deviation: float) -> Subject:
    return lambda chance: chance.gauss(-0.1, deviation)


def two_kinds(chance: random.Random) -> float:
    """Draw from a section of which one story in four reads darker than readers mean it."""
    return chance.gauss(-0.4 if chance.random() < 0.25 else 0.0, 0.05)


@pytest.mark.parametrize("subject", [by(0.0), by(0.1), by(0.25), two_kinds])
@pytest.mark.parametrize("before", [MIN_USUAL, 40])
def test_at_most_one_story_in_twenty_is_called_unusual_by_chance(
    before: int, subject: Subject
) -> None:
    false = named(before, subject, 0)
    power = named(before, subject, -0.4)
    print(f"beside {before}: {false:.1%} of ordinary stories, {power:.0%} of those .4 below")
    assert false <= 0.05
    assert power > 3 * false


def test_a_clear_difference_is_found() -> None:
    for shift in (-0.5, 0.5):
        assert named(40, by(0.1), shift) > 0.85


def flat(*values: float, n: int = 40) -> list[Mean]:
    return [Mean(n, value, value - 0.1, value + 0.1, 0.05) for value in values]


USUAL = flat(*(0.1 + 0.02 * at for at in range(-5, 6)))


@pytest.mark.parametrize(
    ("now", "earlier", "expected"),
    [
        (-0.4, USUAL, "below"),
        (0.5, USUAL, "above"),
        (0.1, USUAL, "usual"),
        (-0.4, USUAL[:9], ""),
        (-0.4, [], ""),
        (-0.4, flat(*(one.value for one in USUAL), n=9), ""),
        # The level decides nothing: a positive story among more positive ones is more negative.
        (0.3, flat(*(0.8 + 0.01 * at for at in range(12))), "below"),
        # Sections whose stories are far apart have no news in this one.
        (-0.4, flat(*(-0.9 + 0.18 * at for at in range(11))), "usual"),
    ],
)
def test_a_direction_needs_enough_stories_to_compare_with(
    now: float, earlier: list[Mean], expected: str
) -> None:
    [story] = flat(now)
    assert usual_tone(earlier).direction(story) == expected
    assert usual_tone(earlier).direction(mean(29, now * 29, 29)) == ""


def test_equal_stories_of_many_comments_leave_the_chance_of_this_one() -> None:
    usual = usual_tone([Mean(4000, 0.1, 0.1, 0.1, 0.0)] * 12)
    assert usual.direction(Mean(30, 0.2, -0.1, 0.5, 0.15)) == "usual"
    assert usual.direction(Mean(30, 0.9, 0.8, 1.0, 0.05)) == "above"


def test_a_section_with_too_few_stories_is_compared_with_the_site() -> None:
    city, life = [("City", one) for one in USUAL], [("Life", one) for one in flat(0.9, 0.9)]
    earlier = earlier_tones([*city, *life], USUAL)
    assert (earlier.of("City").section, earlier.of("City").of) == ("City", 11)
    for section in ("Life", "", "nothing"):
        assert (earlier.of(section).section, earlier.of(section).of) == ("", 13)
    assert earlier.of_days.is_enough
    assert not EarlierTones().of("City").is_enough


WARM, COLD, APART = (90, 5), (5, 90), (50, 45)
CROSS, BITTER, GLAD, JOYFUL = flat(-0.2, -0.5, 0.5, 0.9)


@pytest.mark.parametrize(
    ("votes", "tone", "direction", "expected"),
    [
        (WARM, BITTER, "below", "warm_above"),
        (COLD, JOYFUL, "above", "cold_above"),
        # Within what the scorer may be wrong by.
        (WARM, CROSS, "below", ""),
        (COLD, GLAD, "above", ""),
        # As negative as the comments of this section always are, or not compared.
        (WARM, BITTER, "usual", ""),
        (WARM, BITTER, "", ""),
        (COLD, JOYFUL, "usual", ""),
        # The comments agree with the reactions, or the reactions have no direction.
        (WARM, JOYFUL, "above", ""),
        (COLD, BITTER, "below", ""),
        (APART, BITTER, "below", ""),
    ],
)
def test_comments_contradict_reactions_only_beyond_the_scorers_error(
    votes: tuple[int, int], tone: Mean, direction: Direction, expected: str
) -> None:
    assert ERROR < TOO_POSITIVE
    warm, cold = (share(of, 100) for of in votes)
    assert conflict(warm, cold, tone, direction, ERROR) == expected
    few_warm, few_cold = (share(of * 29 // 100, 29) for of in votes)
    assert conflict(few_warm, few_cold, tone, direction, ERROR) == ""
