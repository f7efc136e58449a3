"""The analyzer against upstream: the same scores on ASCII text, in linear time."""

import random
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from bench.tone.sets import rated, rated_sets
from widget.tone import Analyzer
from widget.tone.analyzer import Sense
from widget.tone.emoji import OWN, SILENT

UPSTREAM = SentimentIntensityAnalyzer()
OURS = Analyzer()
OPINIONS = sorted(word for word in UPSTREAM.lexicon if word.isascii())
RULES = sorted(
    {*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES, "but", "no", "or", "nor", "least", "at", "very"}
    | {"never", "so", "this", "without", "doubt", "kind", "of", "the", "table", "a"}
)
MARKS = ("", "", "", "", "!", "?", "!!!", "???", "!?!?!", ",", "...")


def shaped(words: list[tuple[str, str, bool]]) -> str:
    return " ".join((word.upper() if shouts else word) + mark for word, mark, shouts in words)


def generated(count: int) -> list[str]:
    rng = random.Random(1400)
    return [
        shaped(
            [
                (rng.choice(rng.choice((OPINIONS, RULES))), rng.choice(MARKS), rng.random() < 0.1)
                for _ in range(rng.randint(0, 20))
            ]
        )
        for _ in range(count)
    ]


def test_scores_of_ascii_text_equal_upstreams() -> None:
    """Compare a generated corpus, and the rated texts if they are available."""
    texts = generated(5000)
    texts += [row.text for path in rated_sets() for row in rated(path)]
    different = [
        text
        for text in texts
        if text.isascii() and OURS.polarity_scores(text) != UPSTREAM.polarity_scores(text)
    ]
    assert different == []


WORDS = st.tuples(
    st.sampled_from(OPINIONS) | st.sampled_from(RULES), st.sampled_from(MARKS), st.booleans()
)


@settings(max_examples=2000, deadline=None, database=None)
@given(st.lists(WORDS, max_size=12).map(shaped) | st.text(st.characters(max_codepoint=127)))
def test_the_two_agree_on_any_ascii_text(text: str) -> None:
    assert OURS.polarity_scores(text) == UPSTREAM.polarity_scores(text)


@pytest.mark.parametrize(
    "text",
    [
        "good bad but good bad good",  # equal valences on both sides of "but"
        "good okay but bad okay good nice bad",
        "nice but nice but nice",
        "least good",
        "at least good",
        "very least good",
        "the least good",
        "no good",
        "no such good",
        "no bad or good",
        "not bad nor good",
        "never so good",
        "never this good",
        "this is so good",
        "never had this good",
        "without doubt good",
        "without a doubt good",
        "kind of good",
        "just enough of good",
        "the shit",
        "on the bus stop",
        "to die for now",
        "a kiss of death here",
        "VERY good",
        "very GOOD",
        "VERY GOOD",
        "not VERY bad",
        "",
        " ",
        "!?!?",
        "kind",
        "but",
    ],
)
def test_each_rule_agrees_with_upstream(text: str) -> None:
    assert OURS.polarity_scores(text) == UPSTREAM.polarity_scores(text)


def steps(judge: Callable[[str], object], text: str) -> int:
    """Count the functions, Python's and C's, that judging ``text`` calls."""
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        judge(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "unit", ["good ", "the good ", "not a good ", "but good bad nice ", ":) ", "😺", "very GOOD "]
)
def test_twice_the_text_takes_twice_the_work(unit: str) -> None:
    once, twice = (steps(OURS.polarity_scores, unit * times) for times in (400, 800))
    assert twice < 2.2 * once


def test_the_work_of_upstream_grows_with_the_square() -> None:
    once, twice = (steps(UPSTREAM.polarity_scores, "the good " * times) for times in (100, 200))
    assert twice > 3.5 * once


def test_an_emoji_is_one_word_with_its_own_valence_or_that_of_its_name() -> None:
    assert OURS.judge("x😀y") == (["x", "😀", "y"], [0.0, UPSTREAM.lexicon["grinning"], 0.0], 0.0)
    assert OURS.judge("👍")[1] == [OWN["👍"]]
    assert OURS.judge("".join(sorted(SILENT)))[1] == [0.0] * len(SILENT)
    assert not SILENT & OWN.keys()


def test_a_supplement_adds_words_and_silences_others() -> None:
    ours = Analyzer({"corrupt": -2.8, "party": 0.0})
    assert ours.judge("corrupt party") == (["corrupt", "party"], [-2.8, 0.0], 0.0)
    assert OURS.judge("corrupt party")[1] == [0.0, UPSTREAM.lexicon["party"]]


@pytest.mark.parametrize(
    ("text", "is_opinion"),
    [
        ("i like it", True),
        ("really LIKE", True),
        ("looks like it", False),
        ("like", False),
        ("like it", False),
    ],
)
def test_a_word_with_a_sense_is_an_opinion_only_beside_certain_words(
    text: str, is_opinion: bool
) -> None:
    sense = Sense(before=frozenset({"i", "really"}))
    assert any(Analyzer(senses={"like": sense}).judge(text)[1]) == is_opinion


def test_a_sense_may_depend_on_the_word_after() -> None:
    ours = Analyzer(senses={"well": Sense(after=frozenset({"done"}))})
    assert ours.judge("well done")[1] == [UPSTREAM.lexicon["well"], 0.0]
    assert ours.judge("as well as")[1] == [0.0, 0.0, 0.0]
