"""The figures of the tone: their arithmetic, and that the card has those of the data that exist."""

from pathlib import Path

import pytest

from bench.tone.accuracy import calibration_error, compared, macro_f1, plain, precision
from bench.tone.card import CARD, checklist_lines, put, set_lines
from bench.tone.measuring import REDDIT, measured
from bench.tone.sets import DATA, Judged, reddit

RIGHT = [0, 0, 1, 1, 2, 2]
FOUND = [0, 1, 1, 1, 2, 0]


def test_the_macro_f1_is_the_mean_of_the_three_classes() -> None:
    assert macro_f1(RIGHT, RIGHT) == 1
    assert macro_f1(RIGHT, FOUND) == pytest.approx((1 / 2 + 4 / 5 + 2 / 3) / 3)
    assert macro_f1([0, 0], [1, 1]) == 0


def test_precision_counts_those_found() -> None:
    assert str(precision(RIGHT, FOUND, 1)) == "67 % of 3"
    assert precision(RIGHT, [0] * 6, 2).texts == 0


def test_a_comparison_has_intervals_around_its_figures() -> None:
    found = compared(RIGHT * 40, FOUND * 40, RIGHT * 40)
    assert found.old.low < found.old.value < found.old.high
    assert (found.new.low, found.new.value, found.new.high) == (1, 1, 1)
    assert found.gain.value == pytest.approx(found.new.value - found.old.value)
    assert found.gain.low > 0
    assert compared(RIGHT, FOUND, RIGHT) == compared(RIGHT, FOUND, RIGHT)


def test_the_calibration_error_is_none_where_shares_equal_probabilities() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == 0
    assert calibration_error([1.0] * 4, [True, True, False, False]) == 0.5
    assert calibration_error([], []) == 0


def test_figures_are_written_without_their_zero() -> None:
    assert [plain(number) for number in (0.5, -0.016, 0.0, 1.0)] == [
        ".500",
        "-.016",
        ".000",
        "1.000",
    ]


def test_stories_beyond_the_level_error_are_counted() -> None:
    texts = [Judged("I love this wonderful paper", 2)] * 8 + [Judged("I hate it", 2)] * 8
    found = measured("made up", texts, ["one"] * 8 + ["two"] * 8)
    assert found.stories and (found.stories.beyond, found.stories.wrong) == (2, 1)
    assert measured("made up", texts).stories is None


def test_a_line_of_the_card_is_replaced_by_its_beginning() -> None:
    assert put("a\n| x | old |\nb", {"| x |": "| x | new |"}) == "a\n| x | new |\nb"
    with pytest.raises(ValueError, match="0 lines"):
        put("a", {"| x |": "| x | new |"})


def test_the_card_has_the_rates_of_the_checklist() -> None:
    card = CARD.read_text()
    assert put(card, checklist_lines()) == card


@pytest.mark.skipif(not (DATA / "goemotions").is_dir(), reason="the judged texts are not here")
def test_the_card_has_the_figures_of_the_comments_that_are_held() -> None:
    card, found = CARD.read_text(), measured(REDDIT, reddit("test"))
    assert put(card, set_lines(found)) == card
    assert found.f1.new.value >= 0.69


def test_the_card_names_the_data_and_the_licence(root: Path) -> None:
    card = (root / "docs" / "tone-card.md").read_text()
    for word in ("Demszky", "Hutto", "CC BY 4.0", "people.txt", "LEVEL_ERROR", "script/train-tone"):
        assert word in card
