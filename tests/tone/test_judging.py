"""Figures of how right a scorer is, against numbers worked out by hand."""

import pytest

from widget.tone.judging import UNSURE, Answered, better, by_story, judge, macro_f1, share_of

NEGATIVE, NEUTRAL, POSITIVE = range(3)


def test_macro_f1_is_the_mean_of_the_classes() -> None:
    # Negative: 2 of 3 found, 1 called wrongly: 4/6. Neutral: 1 found of 2 + 2. Positive: nobody.
    confusion = by_story([""] * 5, [0, 0, 0, 1, 1], [0, 0, 1, 1, 0])[""]
    assert macro_f1(confusion) == pytest.approx((4 / 6 + 2 / 4 + 0) / 3)
    assert macro_f1([0] * 9) == 0
    assert macro_f1([1, 0, 0, 0, 1, 0, 0, 0, 1]) == 1


def test_a_judgement_counts_what_is_shown_and_how_sure_it_is() -> None:
    sure, unsure = (0.85, 0.1, 0.05), (0.4, 0.35, 0.25)
    answers = [
        Answered("a", NEGATIVE, sure, NEGATIVE),
        Answered("a", NEGATIVE, sure, NEGATIVE),
        Answered("b", POSITIVE, sure, NEGATIVE),
        Answered("b", NEGATIVE, unsure, UNSURE),
    ]
    found = judge(answers)
    negative, _, positive = found.found
    assert (negative.labelled, negative.called, negative.both) == (3, 3, 2)
    assert (positive.labelled, positive.called, positive.both) == (1, 0, 0)
    assert [one.n for one in found.bins] == [1, 0, 0, 0, 3, 0]
    assert found.bins[4].right == 2 and found.bins[4].mean == pytest.approx(0.85)
    assert found.ece == pytest.approx((abs(2 - 3 * 0.85) + abs(1 - 0.4)) / 4)
    assert found.f1.low <= found.f1.value <= found.f1.high


def test_a_probability_is_in_one_bin() -> None:
    edges = [(1 / 3, 1 / 3, 1 / 3), (0.5, 0.5, 0.0), (0.9, 0.1, 0.0), (1.0, 0.0, 0.0)]
    found = judge([Answered("a", NEGATIVE, three, NEGATIVE) for three in edges])
    assert [one.n for one in found.bins] == [1, 1, 0, 0, 0, 2]


def test_chance_is_that_of_stories() -> None:
    """Ten stories whose comments agree are ten comments, not a thousand."""
    alike = [(f"s{at}", NEGATIVE if at < 5 else NEUTRAL) for at in range(10) for _ in range(100)]
    apart = [(f"s{at}", NEGATIVE if at % 2 else NEUTRAL) for at in range(1000)]
    of_stories, of_comments = share_of(alike, NEGATIVE), share_of(apart, NEGATIVE)
    assert of_stories.value == of_comments.value == 0.5
    assert of_stories.high - of_stories.low > 4 * (of_comments.high - of_comments.low)


def test_a_tie_is_not_better() -> None:
    stories, opinions = [f"s{at}" for at in range(12)], [0, 1, 2] * 4
    right = by_story(stories, opinions, opinions)
    wrong = by_story(stories, opinions, [0] * 12)
    assert better(right, right) == 0
    assert better(right, wrong) == 1
    assert better(wrong, right) == 0
    assert better(right, wrong, least=1.0) == 0
