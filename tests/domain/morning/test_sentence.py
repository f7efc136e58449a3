"""The morning sentence over many sets of figures, in every language."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.figures.statistics import share
from widget.domain.morning.figures import MorningFigures, Moved, Split
from widget.domain.morning.sentence import LANGUAGE_NAMES, Clause, sentence
from widget.domain.todos import Target, ToDo

NOTHING = MorningFigures(0, "week", None, None, None, 0, ())
MOVED = Moved("lib", "Council closes the library", "Angry", share(600, 1000))
SPLIT = Split("rents", "Rents", share(520, 1000), share(440, 1000))
VOTES = ToDo("votes", Target("held"), 412, stories=1)
COMMENTS = ToDo("comments", Target("comments"), 17)
TURNED = ToDo("turned", Target("story", "lib"), 600, about="Council closes the library")
FULL = MorningFigures(11_596, "week", 0.46, MOVED, SPLIT, 412, (VOTES, TURNED, COMMENTS))


def text(figures: MorningFigures, lang: str = "en") -> str:
    return " ".join(clause.text for clause in sentence(figures, lang)).replace("\u202f", " ")


def test_it_answers_the_four_questions_with_their_n() -> None:
    assert text(FULL) == (
        "Readers reacted 11,596 times, 46 % more than the week before. "
        "“Council closes the library” moved them most: 60 % Angry, out of 1,000 votes. "
        "“Rents” split them: 52 % warm, 44 % cold, out of 1,000 votes. "
        "412 votes are held in doubt and need your decision. "
        "Now: see why “Council closes the library” turned."
    )


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "No reader has reacted in this period yet. Nothing needs you right now."),
        ({"n": 1}, "One reaction so far: too few to say more. Nothing needs you right now."),
        ({"n": 29}, "29 reactions so far: too few to say more. Nothing needs you right now."),
        (
            {"n": 30},
            "Readers reacted 30 times. No story has 30 votes yet: too few to say what moved them. "
            "As far as our counts show, all of it looks organic: no votes are held. "
            "Nothing needs you right now.",
        ),
        # All votes are held: nothing moved anybody, and it does not look organic.
        (
            {"held": 1, "todos": (replace(VOTES, n=1),)},
            "No reader has reacted in this period yet. "
            "One vote is held in doubt and needs your decision.",
        ),
        # Done or snoozed: still held, but nobody is asked.
        (
            {"held": 2},
            "No reader has reacted in this period yet. 2 votes are held in doubt and not counted. "
            "Nothing needs you right now.",
        ),
        # Behind a shared link nobody has anything to do.
        ({"todos": None}, "No reader has reacted in this period yet."),
        (
            {"n": 5, "todos": (COMMENTS,)},
            "5 reactions so far: too few to say more. Now: review 17 comments.",
        ),
    ],
)
def test_it_is_honest_about_small_figures(changed: dict[str, Any], expected: str) -> None:
    assert text(replace(NOTHING, **changed)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (None, "times."),
        (0.0, "times, about as often as the day before."),
        (-0.099, "times, about as often as the day before."),
        (-0.5, "times, 50 % fewer than the day before."),
        (-1.0, "times, 100 % fewer than the day before."),
        (0.5, "times, 50 % more than the day before."),
        (1.0, "times, twice as often as the day before."),
        (1.5, "times, 2.5 times as often as the day before."),
        (9.98, "times, 11 times as often as the day before."),
        (12_345.0, "times, 12,346 times as often as the day before."),
    ],
)
def test_a_change_is_said_in_words_that_fit_its_size(change: float | None, expected: str) -> None:
    figures = MorningFigures(1_000_000, "day", change, None, None, 0, None)
    assert (
        sentence(figures)[0].text.replace("\u202f", " ") == f"Readers reacted 1,000,000 {expected}"
    )


def test_a_story_that_turned_says_from_where_to_where() -> None:
    turned = replace(FULL, moved=replace(MOVED, before=share(12, 100)))
    assert "moved them most: Angry rose from 12 to 60 % of 1,000 votes." in text(turned)


def test_it_says_what_is_not_organic() -> None:
    flag = ToDo("flag", Target("integrity", "a-1"), 289, about="Rents", reaction="Love")
    figures = replace(FULL, held=0, flags=2, aside=300, todos=(flag, TURNED))
    said = text(figures)
    assert "2 choices got votes that may not be organic." in said
    assert "300 votes were set aside and are not counted." in said
    assert "Now: decide on 289 votes on “Rents”." in said and "looks organic" not in said
    assert "One vote was set aside and is not counted." in text(replace(FULL, held=0, aside=1))
    shared = text(replace(figures, todos=None))
    assert "2 choices got votes that may not be organic." in shared and "Now:" not in shared


def test_a_tie_names_one_story_and_no_split_is_said_so() -> None:
    assert "No story clearly split them." in text(replace(FULL, split=None))


def test_each_clause_with_something_to_see_is_a_link() -> None:
    targets = [clause.target.path("news") for clause in sentence(FULL) if clause.target]
    assert targets == [
        "/desk/news/articles",
        "/desk/news/articles/lib",
        "/desk/news/articles/rents",
        "/desk/news/held-votes",
        "/desk/news/articles/lib",
    ]
    assert all(any(part.is_linked for part in clause.parts) for clause in sentence(FULL))


@pytest.mark.parametrize(
    "title", ["[a] {n} {title}", "<script>alert(1)</script>", "שלום", "x" * 400]
)
def test_a_hostile_title_stays_one_name(title: str) -> None:
    clause = sentence(replace(FULL, moved=replace(MOVED, title=title)))[1]
    [name] = [part for part in clause.parts if part.is_name]
    assert name.text == title if len(title) <= 90 else len(name.text) == 90
    assert name.is_linked


@pytest.mark.parametrize("lang", LANGUAGE_NAMES)
@pytest.mark.parametrize("kind", ["flag", "votes", "comments", "turned", "talk", "section"])
def test_every_language_says_everything(lang: str, kind: Any) -> None:
    for n in (1, 2, 1_000_000):
        todos = (ToDo(kind, Target("story", "a"), n, about="Title"),)
        for figures in (FULL, NOTHING, replace(NOTHING, n=n), replace(NOTHING, n=30, held=n)):
            said = text(replace(figures, todos=todos), lang)
            assert not set("{}[]") & set(said), said
            assert "  " not in said


def test_numbers_are_written_as_the_language_writes_them() -> None:
    figures = MorningFigures(11_596, "week", 1.5, None, None, 0, None)
    assert "11.596-mal reagiert, 2,5-mal so oft" in text(figures, "de")
    assert "11\u202f596 fois" in sentence(figures, "fr")[0].text


def test_a_language_without_the_sentence_gets_english() -> None:
    assert text(FULL, "ja") == text(FULL)


@given(
    st.builds(
        MorningFigures,
        st.integers(0, 10**9),
        st.sampled_from(["today", "day", "week", "other"]),
        st.none() | st.floats(-1, 1e9),
        st.none() | st.just(MOVED),
        st.none() | st.just(SPLIT),
        st.integers(0, 10**6),
        st.none() | st.lists(st.sampled_from([VOTES, COMMENTS, TURNED])).map(tuple),
    )
)
def test_it_always_says_something_and_never_more_than_five_clauses(figures: MorningFigures) -> None:
    clauses: list[Clause] = sentence(figures)
    assert 1 <= len(clauses) <= 5
    assert all(clause.text.endswith(".") for clause in clauses)
