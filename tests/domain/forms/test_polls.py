"""Questions: the form's rows and the command's JSON obey the same rules."""

import json
from dataclasses import replace

import pytest

from widget.domain.forms import polls
from widget.domain.forms.polls import Row
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import MAX_SETS, REACTIONS, Choice, Poll, Site

KEYS = tuple(choice.key for choice in REACTIONS.choices)
SITE = Site("news", "The News", ("https://news.example",))


def form(rows: list[Row], question: str = "How was it?") -> dict[str, str]:
    fields = {"question": question}
    for i, row in enumerate(rows):
        fields |= {f"key-{i}": row.key, f"label-{i}": row.label, f"emoji-{i}": row.emoji}
        fields |= {f"order-{i}": row.order} | ({f"offered-{i}": "on"} if row.is_offered else {})
    return fields


def rows() -> list[Row]:
    return polls.rows_for(REACTIONS, KEYS, ())


def as_json(poll: Poll) -> str:
    choices = [{"key": c.key, "label": c.label, "emoji": c.emoji} for c in poll.choices]
    return json.dumps({"question": poll.question, "choices": choices})


def test_an_unchanged_form_gives_the_same_question() -> None:
    assert polls.poll_from_form(form(rows(), REACTIONS.question), KEYS) == REACTIONS


def test_the_json_of_a_question_gives_the_same_question() -> None:
    assert polls.poll_from_json(as_json(REACTIONS), ()) == REACTIONS
    assert polls.poll_from_json(as_json(REACTIONS), KEYS) == REACTIONS


def test_choices_are_relabelled_reordered_retired_and_offered_again() -> None:
    edited = [replace(row, is_offered=row.key in ("love", "sad", "angry")) for row in rows()]
    edited[2] = replace(edited[2], label="Adore", order="9")
    edited[5] = replace(edited[5], order="0.5")
    poll = polls.poll_from_form(form(edited), KEYS)
    assert [(c.key, c.label) for c in poll.choices] == [
        ("sad", "Sad"),
        ("angry", "Angry"),
        ("love", "Adore"),
    ]
    site = replace(SITE, reactions=poll, register={"": KEYS})
    assert site.registered()[""] == KEYS
    again = polls.rows_for(poll, KEYS, ())
    assert {row.key for row in again if not row.is_offered} == {
        "like",
        "dislike",
        "funny",
        "wow",
        "",
    }
    back = [replace(row, is_offered=bool(row.key)) for row in again]
    assert len(polls.poll_from_form(form(back), KEYS).choices) == 7


def test_a_new_choice_is_offered_and_gets_its_own_key() -> None:
    edited = [*rows()[:-1], Row("", "Très déçu!", "😞", "", False)]
    choices = polls.poll_from_form(form(edited), KEYS).choices
    assert choices[-1] == Choice("tres-decu", "Très déçu!", "😞")
    assert polls.new_key("Love", {"love", "love-2"}) == "love-3"
    assert polls.new_key("消息", set()) == "choice"


def test_a_form_cannot_set_a_key_that_the_question_never_had() -> None:
    forged = [*rows()[:-1], Row("__proto__", "Proto", "🧪", "", True)]
    assert polls.poll_from_form(form(forged), KEYS).choices[-1].key == "proto"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": ""}, "question"),
        ({"question": "\u202e\u0000"}, "question"),
        ({"question": "x" * 121}, "question"),
        ({"label-0": " "}, "label-0"),
        ({"label-0": "x" * 25}, "label-0"),
        ({"emoji-1": ""}, "emoji-1"),
        ({"emoji-1": "x" * 13}, "emoji-1"),
        ({"order-2": "first"}, "order-2"),
        ({"order-2": "nan"}, "order-2"),
        ({"order-2": "1e9"}, "order-2"),
        ({"label-0": "love"}, "choices"),
        ({"key-0": "love"}, "choices"),
    ],
)
def test_a_value_that_readers_could_not_use_is_refused_at_its_field(
    change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        polls.poll_from_form(form(rows()) | change, KEYS)
    assert list(refused.value.problems) == [field]


@pytest.mark.parametrize(
    ("question", "changes", "field"),
    [
        ("", {}, "question"),
        ("\u202e\u0000", {}, "question"),
        ("x" * 121, {}, "question"),
        ("How?", {"label": " "}, "label-0"),
        ("How?", {"label": "x" * 5000}, "label-0"),
        ("How?", {"emoji": ""}, "emoji-0"),
        ("How?", {"emoji": "x" * 13}, "emoji-0"),
        ("How?", {"key": ""}, "key-0"),
        ("How?", {"key": "Like"}, "key-0"),
        ("How?", {"key": "x" * 33}, "key-0"),
        ("How?", {"label": "LOVE"}, "choices"),
        ("How?", {"key": "love"}, "choices"),
        ("How?", {"color": "#fff"}, "json"),
        ("How?", {"label": 5}, "json"),
    ],
)
def test_json_that_readers_could_not_use_is_refused_too(
    question: str, changes: dict[str, object], field: str
) -> None:
    given = json.loads(as_json(REACTIONS)) | {"question": question}
    given["choices"][0] |= changes
    with pytest.raises(InvalidForm) as refused:
        polls.poll_from_json(json.dumps(given), ())
    assert list(refused.value.problems) == [field]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"question"',
        "{}",
        '{"question": "How?"}',
        '{"question": "A", "question": "B", "choices": []}',
        '{"question": "How?", "choices": null}',
        '{"question": "How?", "choices": {}}',
        '{"question": NaN, "choices": []}',
        "[" * 100_000,
        '{"choices":' * 100_000,
    ],
    ids=range(12),
)
def test_text_that_is_not_a_question_in_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidForm):
        polls.poll_from_json(text, ())


def test_a_question_offers_2_to_15_choices_and_has_15_over_its_lifetime() -> None:
    with pytest.raises(InvalidForm, match="2 to 15"):
        polls.poll_from_form(form([replace(r, is_offered=r.key == "sad") for r in rows()]), KEYS)
    full = tuple(f"k{i}" for i in range(15))
    edited = [Row(key, key, "x", "", i < 3) for i, key in enumerate(full)]
    poll = polls.poll_from_form(form(edited), full)
    with pytest.raises(InvalidForm, match="lifetime"):
        polls.poll_from_form(form([*edited, Row("", "More", "x", "", True)]), full)
    more = replace(poll, choices=(*poll.choices, Choice("more", "More", "x")))
    with pytest.raises(InvalidForm, match="lifetime"):
        polls.poll_from_json(as_json(more), full)
    many = replace(poll, choices=tuple(Choice(f"c{i}", f"C{i}", "x") for i in range(16)))
    with pytest.raises(InvalidForm, match="2 to 15"):
        polls.poll_from_json(as_json(many), ())


def test_emoji_made_of_many_code_points_survive() -> None:
    edited = [*rows()[:-1], Row("", "Family", "👩‍👩‍👧‍👦", "", True)]
    assert polls.poll_from_form(form(edited), KEYS).choices[-1].emoji == "👩‍👩‍👧‍👦"


def test_a_section_has_its_own_set_and_shares_the_keys_of_the_bar() -> None:
    two = Poll("How?", REACTIONS.choices[:2])
    site = polls.section_set(SITE, " Sport\u202e ").put_in(SITE, two)
    chosen = polls.section_set(site, "SPORT")
    assert chosen.poll == two and not chosen.is_new and chosen.choice_keys == KEYS
    assert site.reactions == REACTIONS and chosen.removed_from(site) == SITE


def test_a_poll_begins_without_choices_and_can_be_removed() -> None:
    chosen = polls.poll_set(SITE, " Rents ")
    assert chosen.is_new and chosen.poll_key == "rents" and chosen.choice_keys == ()
    site = chosen.put_in(SITE, Poll("How?", REACTIONS.choices[:2]))
    assert polls.poll_set(site, "rents").choice_keys == ("like", "dislike")
    assert polls.poll_set(site, "rents").removed_from(site) == SITE


@pytest.mark.parametrize("key", ["", "A b", "x" * 33, "-x", "é"])
def test_a_poll_needs_a_key_and_a_section_a_name(key: str) -> None:
    with pytest.raises(InvalidForm):
        polls.poll_set(SITE, key)
    with pytest.raises(InvalidForm):
        polls.section_set(SITE, " \u202e")


def test_a_site_has_at_most_50_polls_and_50_sections() -> None:
    sets = {f"s{n}": REACTIONS for n in range(MAX_SETS)}
    full = replace(SITE, polls=sets, section_reactions=sets)
    with pytest.raises(InvalidForm, match="at most 50"):
        polls.poll_set(full, "more")
    with pytest.raises(InvalidForm, match="at most 50"):
        polls.section_set(full, "more")
    assert polls.poll_set(full, "s1") and polls.section_set(full, "S1")
