"""Progress of a label session: what counts, the next goal, and an editor's pace."""

from dataclasses import replace

import pytest

from widget.domain.labels import ANSWERS, Label, Progress, answer_of
from widget.domain.labels import progress as progress_of

ONE = Label("c", "Ana", "neutral", "random", 1000, "t")


def many(number: int, each_s: int = 6, **more: str) -> list[Label]:
    return [replace(ONE, comment_id=f"{n}", at_s=1000 + n * each_s, **more) for n in range(number)]


def progress(labels: list[Label], editor: str, first: int = 100) -> Progress:
    return progress_of(labels, editor, first=first, each=50)


def test_a_comment_counts_once_whoever_labelled_it() -> None:
    labels = [
        ONE,
        replace(ONE, editor="Bo"),
        replace(ONE, comment_id="d", answer="cannot_say"),
        replace(ONE, comment_id="e", draw="correction"),
        replace(ONE, comment_id="c", editor="Cy", draw="correction"),
    ]
    found = progress(labels, "Ana")
    assert (found.labelled, found.corrected) == (2, 1)
    assert found.classes == {"negative": 0, "neutral": 2, "positive": 0}
    assert found.own == {"negative": 0, "neutral": 1, "positive": 0, "cannot_say": 1}
    assert found.own_total == 2
    assert progress(labels, "Dee").own_total == 0


@pytest.mark.parametrize(
    ("labelled", "goal"), [(0, 100), (99, 100), (100, 150), (149, 150), (150, 200)]
)
def test_the_next_goal(labelled: int, goal: int) -> None:
    assert progress(many(labelled), "Ana").goal == goal
    assert progress(many(labelled), "Ana", 200).goal == (250 if labelled > 199 else 200)


def test_the_pace_is_the_editors_own_without_pauses() -> None:
    assert progress(many(5), "Ana").minutes_left is None
    assert progress(many(6), "Bo").minutes_left is None
    assert progress(many(40), "Ana").minutes_left == 6
    with_lunch = [*many(30), *(replace(one, at_s=one.at_s + 3600) for one in many(40)[30:])]
    assert progress(with_lunch, "Ana").minutes_left == 6
    assert progress(many(40, each_s=0), "Ana").minutes_left == 1


def test_a_corrected_label_as_an_answer() -> None:
    assert [answer_of(one) for one in ANSWERS] == list(ANSWERS)
    assert [answer_of(one) for one in ("mixed", "unclear", "no_opinion_words")] == [
        "cannot_say"
    ] * 3
