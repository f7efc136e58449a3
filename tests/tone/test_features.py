"""What the head reads of a text: bounded numbers, and words that know whether they are negated."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.tone.features import NAMES, Features, features, words_of
from widget.tone.normal import CAP_CHARS

HOSTILE = [
    "",
    "?" * CAP_CHARS,
    "!" * CAP_CHARS,
    "A " * (CAP_CHARS // 2),
    "AB " * (CAP_CHARS // 3),
    "no " * (CAP_CHARS // 3),
    "\U0001f600" * CAP_CHARS,
    "\ud800" * CAP_CHARS,
    "\u0627\u0644 " * (CAP_CHARS // 3),
    "a\u0336\u0337\u0338" * (CAP_CHARS // 4),
    "'" * CAP_CHARS,
    "n't " * (CAP_CHARS // 4),
]


def named(found: Features) -> dict[str, float]:
    return dict(zip(NAMES, found.dense, strict=True))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("values", [(), (4.0,) * 5000, (-4.0,) * 5000, (1e-9, -1e-9)])
def test_no_text_has_a_number_beyond_those_of_usual_texts(
    text: str, values: tuple[float, ...]
) -> None:
    found = features(text, 1.0, values)
    assert all(math.isfinite(value) and -2 <= value <= 2 for value in found.dense)


@settings(max_examples=500, deadline=None, database=None)
@given(st.text(st.characters()), st.floats(-1, 1), st.lists(st.floats(-8, 8), max_size=9))
def test_any_text_has_finite_features(text: str, compound: float, values: list[float]) -> None:
    found = features(text, compound, values)
    assert len(found.dense) == len(NAMES)
    assert all(math.isfinite(value) and -2 <= value <= 2 for value in found.dense)
    assert len(set(found.words)) == len(found.words)


def test_the_form_of_a_text_is_read() -> None:
    form = named(features('WHY DO you "ask" this... again?', 0.5, [2.0, -1.0]))
    assert (form["asks"], form["ends_asking"], form["asked"]) == (1, 1, 0.5)
    assert (form["quotes"], form["you"], form["trails_off"], form["both"]) == (1, 1, 1, 1)
    assert form["capitals"] == pytest.approx(2 / 6)
    plain = named(features("It is a table", 0.0, []))
    assert (plain["asks"], plain["you"], plain["negates"], plain["no_hit"]) == (0, 0, 0, 1)


def test_one_abbreviation_is_no_shouting() -> None:
    assert named(features("She is from the UK today", 0.0, []))["capitals"] == 0
    assert named(features("SHE IS from here", 0.0, []))["capitals"] == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It is good", "it is good"),
        ("It is not good", "it is not,not good"),
        ("I don't think it is good", "i don't,not think,not it,not is,not good"),
        ("I don't think it is any good", "i don't,not think,not it,not is,not any,good"),
        ("No, it is good", "no it is good"),
        ("not good. Good", "not,not good,good"),
        ("good good GOOD", "good"),
    ],
)
def test_a_word_within_reach_of_a_negation_is_another_word(text: str, words: str) -> None:
    expected = [
        word
        for part in words.split(",")
        for word in ([part] if part.startswith("not ") else part.split())
    ]
    assert list(features(text, 0.0, []).words) == expected


def test_words_are_read_in_lower_case_with_their_apostrophes() -> None:
    assert words_of("Don't SHOUT, it's 3 o'clock") == ["don't", "shout", "it's", "o'clock"]
