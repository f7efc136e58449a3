"""What a story's verdict says: of many votes, of few, of none, and for whom."""

import re

import pytest

from widget.domain.figures.absent import NOTHING_TO_DO
from widget.domain.figures.moods import Mix
from widget.domain.figures.reactions import changed, farthest, reactions, scale
from widget.domain.figures.story import StoryFigures, Waiting, verdict
from widget.domain.figures.turning import turn_of_story
from widget.domain.morning.sentence import LANGUAGE_NAMES

KEYS = ("like", "dislike", "love", "funny", "angry", "sad", "wow")
LABELS = ["Like", "Dislike", "Love", "Funny", "Angry", "Sad", "Wow"]
NONE = Mix.of([0] * 7, KEYS)


def told(
    counts: list[int],
    *,
    usual: Mix | None = None,
    held: int = 0,
    waiting: Waiting | None = None,
    section: str = "City",
) -> str:
    mix = Mix.of(counts, KEYS)
    unusual = farthest(reactions(mix, usual, KEYS))
    story = StoryFigures(mix, LABELS, True, None, unusual, section, held, waiting)
    return " ".join(clause.text for clause in verdict(story)).replace("\u202f", " ")


def test_no_share_is_said_below_thirty_votes() -> None:
    assert told([0] * 7) == "No votes count on this story now."
    one = told([1, 0, 0, 0, 0, 0, 0], waiting=Waiting())
    assert one == (
        "Too few votes yet to say: one vote of the 30 it needs. Nothing needs you right now."
    )
    assert "%" not in told([29, 0, 0, 0, 0, 0, 0])
    assert "%" in told([30, 0, 0, 0, 0, 0, 0])


def test_a_lean_has_its_interval_and_its_votes() -> None:
    assert told([60, 5, 20, 0, 5, 5, 5]).startswith(
        "Readers lean warm: 80 % are warm (71 to 87) of 100 votes. It did not clearly split them."
    )
    assert told([5, 40, 5, 0, 45, 5, 0]).startswith("Readers lean cold: 85 % are cold")


def test_two_leaders_within_chance_are_level() -> None:
    assert told([0, 0, 0, 0, 52, 55, 0]).startswith("Sad and Angry are level, 51 and 49 % of")
    assert told([10, 0, 10, 0, 10, 90, 70]).startswith("Sad and Wow are level")
    assert told([10, 10, 10, 0, 10, 90, 30]).startswith("Sad leads with 56 % (49 to 64) of 160")


def test_what_is_farthest_from_usual_is_named_with_the_section() -> None:
    usual = Mix.of([300, 100, 250, 100, 120, 80, 50], KEYS)
    text = told([60, 20, 40, 10, 90, 20, 10], usual=usual, section="<script>")
    assert "Angry is at 36 %, usually 12 % in <script>." in text
    assert "usually" not in told([60, 20, 40, 10, 90, 20, 10], usual=NONE)


def test_held_votes_are_said_even_of_a_story_without_votes() -> None:
    assert told([0] * 7, held=1).endswith("One vote is held in doubt and not counted.")
    assert "1,200 votes are held" in told([0] * 7, held=1200)


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (Waiting(votes=4, comments=2, has_turned=True), "Now: decide on 4 votes."),
        (Waiting(comments=1, has_turned=True), "Now: review one comment."),
        (Waiting(has_turned=True), "Now: see when it turned."),
        (Waiting(is_contradicted=True), "Now: read the comments, which say the opposite."),
        (Waiting(), "Nothing needs you right now."),
        (None, "no votes are held."),
    ],
)
def test_the_last_clause_is_the_most_urgent_thing_to_do(waiting: Waiting | None, said: str) -> None:
    assert told([40, 0, 0, 0, 0, 0, 0], waiting=waiting).endswith(said)


@pytest.mark.parametrize("lang", LANGUAGE_NAMES)
def test_a_verdict_is_whole_in_every_language(lang: str) -> None:
    many, few = Mix.of([40, 30, 5, 0, 45, 5, 0], KEYS), Mix.of([2, 0, 0, 0, 0, 0, 0], KEYS)
    usual = Mix.of([300, 100, 250, 100, 120, 80, 50], KEYS)
    unusual = farthest(reactions(many, usual, KEYS))
    leading = Mix.of([0, 0, 0, 0, 10, 90, 30], KEYS)
    warm, cold = Mix.of([60, 0, 0, 0, 9, 0, 0], KEYS), Mix.of([9, 0, 0, 0, 60, 0, 0], KEYS)
    texts = [
        clause.text
        for mix, held in ((many, 0), (few, 2), (NONE, 1), (leading, 0), (warm, 0), (cold, 0))
        for waiting in (Waiting(), Waiting(1), Waiting(2), Waiting(0, 3), Waiting(has_turned=True))
        for clause in verdict(
            StoryFigures(mix, LABELS, True, None, unusual, "City", held, waiting), lang
        )
    ]
    assert len(set(texts)) == 17 and not re.search(r"[][{}]", "".join(texts))
    assert NOTHING_TO_DO in texts or lang != "en"


def test_a_verdict_in_german_names_reactions_and_section() -> None:
    mix = Mix.of([1000, 5, 20, 0, 5, 5, 400], KEYS)
    story = StoryFigures(mix, LABELS, True, None, None, "City", 1200, None)
    lean, _, held = verdict(story, "de")
    assert lean.text.startswith(
        "Die Leser reagieren überwiegend positiv: 71\u202f% positiv (69 bis 73)"
    )
    assert held.text == "1.200 Stimmen sind zweifelhaft und werden nicht gezählt."


def test_a_turn_names_the_shares_before_and_since() -> None:
    hours = {1: [80, 0, 0, 0, 10, 0, 0], 2: [5, 0, 0, 0, 60, 0, 0], 3: [1, 0, 0, 0, 2, 0, 0]}
    mix = Mix.of([86, 0, 0, 0, 72, 0, 0], KEYS)
    turn = turn_of_story(hours, mix, KEYS)
    assert turn is not None and (turn.at, turn.hour) == (4, 2)
    [lean, *_] = verdict(StoryFigures(mix, LABELS, True, turn, None, "", 0, None))
    assert lean.place == "timeline"
    assert lean.text.startswith("Readers turned: Angry rose from 11 to 91\u202f%")


def test_a_question_has_no_warm_and_cold() -> None:
    mix = Mix.of([40, 20], ("yes", "no"))
    story = StoryFigures(mix, ["Yes", "No"], False, None, None, "", 0, None)
    texts = [clause.text for clause in verdict(story)]
    assert texts[0].startswith("Yes leads with 67") and len(texts) == 2


def test_reactions_go_from_warm_to_cold_with_what_is_usual() -> None:
    few = Mix.of([5, 5, 5, 5, 5, 2, 2], KEYS)
    found = reactions(Mix.of([10, 0, 30, 0, 60, 0, 0], KEYS), few, KEYS)
    assert [KEYS[one.at] for one in found] == [
        "like",
        "love",
        "funny",
        "wow",
        "sad",
        "dislike",
        "angry",
    ]
    assert all(one.usual is None and not one.is_unusual for one in found)  # 29 votes
    assert scale(found) == 0.75
    assert scale(reactions(NONE, None, KEYS)) == 1.0


def test_only_changes_beyond_chance_are_listed() -> None:
    assert changed([(-0.1, 0.1), None, (0.1, 0.2)], ("angry", "sad", "like")) == [2]
    assert changed([(-0.3, -0.1), None, (0.1, 0.2)], ("angry", "sad", "like")) == [2, 0]
