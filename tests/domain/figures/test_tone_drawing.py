"""Where a tone is drawn beside what is usual, and the words that weighed in it."""

from widget.domain.figures.statistics import Mean
from widget.domain.figures.timeline import Timeline, ToneStep, tone_steps
from widget.domain.figures.tone import UsualTone, usual_tone
from widget.domain.figures.tone_drawing import HEIGHT, WIDTH, beside_usual, tone_line
from widget.domain.figures.weighed import MOST_WORDS, weighed

USUAL = UsualTone(12, "City", 0.2, 0.1, 0.3, 0.01, 0.001)


def test_what_is_usual_is_in_the_middle_and_everything_is_drawn_inside() -> None:
    for value in (-1.0, 0.0, 0.2, 1.0):
        drawn = beside_usual(Mean(40, value, max(-1, value - 0.2), min(1, value + 0.2), 0.1), USUAL)
        assert drawn.start + drawn.end == WIDTH
        assert 0 <= drawn.low <= drawn.at <= drawn.high <= WIDTH
        assert (drawn.at < drawn.start) == (value < 0.1)
        assert (drawn.at > drawn.end) == (value > 0.3)


def test_equal_means_are_drawn_too() -> None:
    usual = usual_tone([Mean(10, 0.2, 0.2, 0.2, 0.0)] * 12)
    drawn = beside_usual(Mean(40, 0.2, 0.2, 0.2, 0.0), usual)
    assert drawn.start == drawn.low == drawn.at == drawn.end == WIDTH // 2


def step(start: float, end: float, value: float) -> ToneStep:
    return ToneStep(start, end, Mean(30, value, value - 0.1, value + 0.1, 0.05))


def test_the_tone_over_time_is_drawn_beside_the_band() -> None:
    line = tone_line([step(0, 2, 0.2), step(2, 5, -0.6)], USUAL)
    assert line and line.path.startswith("M0 50H2M2 ")
    assert line.top + line.bottom == HEIGHT and 0 < line.top < 50
    lowest = float(line.path.split()[-1].partition("H")[0])
    assert line.bottom < lowest <= HEIGHT


def test_nothing_is_drawn_over_time_without_a_change_or_a_band() -> None:
    assert tone_line([step(0, 2, 0.2)], USUAL) is None
    assert tone_line([step(0, 2, 0.2), step(2, 5, 0.1)], UsualTone(9)) is None


def test_a_step_has_thirty_comments_and_a_smaller_rest_joins_the_last() -> None:
    line = Timeline(list(range(100, 111)), "hour", [[0]] * 10)
    hours = [(100 + at, 12, 1.2, 3.0) for at in range(8)]
    steps = tone_steps(hours, line)
    assert [(one.start, one.end, one.mean.n) for one in steps] == [(0, 3, 36), (3, 8, 60)]
    assert tone_steps(hours[:2], line) == []


def test_words_are_counted_once_a_comment_and_those_that_pulled_down_come_first() -> None:
    found = weighed(
        [
            [("Love", 3.2), ("love", 3.2), ("!", 0.6)],
            [("lied", -1.8), ("love", 3.2)],
            [("lied", -1.8), ("disgrace", -2.2), ("??", 0.2)],
            [("good", 1.9), ("love", 3.2)],
            [("good", -1.4)],
        ]
    )
    assert [(one.word, one.comments, one.weight > 0) for one in found] == [
        ("lied", 2, False),
        ("disgrace", 1, False),
        ("love", 3, True),
        ("good", 2, True),
    ]


def test_only_the_heaviest_words_are_named() -> None:
    found = weighed([[(f"word-{at:02}", float(at)) for at in range(20)]])
    assert len(found) == MOST_WORDS and {one.word for one in found} == {
        f"word-{at}" for at in range(12, 20)
    }
