"""Questions: the form's rows and the command's JSON obey the same rules."""

import json
from dataclasses import replace

import pytest

from widget.domain.forms import polls
from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.rows import Row, stored_rows
from widget.domain.model import MAX_SETS, REACTIONS, Choice, Poll, Site

_SITE = Site("news", "The News", ("https://news.example",))
SITE = replace(_SITE, register=_SITE.registered())
KEYS = tuple(choice.key for choice in REACTIONS.choices)
BAR = polls.bar_set(SITE)
NEW = polls.new_poll()


def form(rows: list[Row], question: str = "How was it?") -> dict[str, str]:
    fields = {"question": question}
    for i, row in enumerate(rows):
        fields |= {f"key-{i}": row.key, f"label-{i}": row.label, f"emoji-{i}": row.emoji}
        fields |= {f"retired-{i}": "1"} if row.is_retired else {}
    return fields


def rows(*without: str) -> list[Row]:
    stored = stored_rows(REACTIONS.choices, ())
    return [replace(row, is_retired=row.key in without) for row in stored]


def offered(chosen: polls.ChoiceSet) -> list[Row]:
    return stored_rows(chosen.poll.choices, chosen.retired)


def as_json(poll: Poll) -> str:
    choices = [{"key": c.key, "label": c.label, "emoji": c.emoji} for c in poll.choices]
    return json.dumps({"question": poll.question, "choices": choices})


def test_an_unchanged_form_gives_the_same_question() -> None:
    assert polls.poll_from_form(form(rows(), REACTIONS.question), BAR) == REACTIONS


def test_the_json_of_a_question_gives_the_same_question() -> None:
    assert polls.poll_from_json(as_json(REACTIONS), NEW) == REACTIONS
    assert polls.poll_from_json(as_json(REACTIONS), BAR) == REACTIONS


def test_choices_are_relabelled_reordered_retired_and_offered_again() -> None:
    edited = rows("like", "dislike", "funny", "wow")
    edited[2] = replace(edited[2], label="Adore")
    edited = [edited[5], edited[4], edited[2], *(row for row in edited if row.is_retired)]
    site = BAR.put_in(SITE, polls.poll_from_form(form(edited), BAR))
    assert [(c.key, c.label) for c in site.reactions.choices] == [
        ("sad", "Sad"),
        ("angry", "Angry"),
        ("love", "Adore"),
    ]
    site = replace(site, register=site.registered())
    assert set(site.registered()[""]) == set(KEYS)
    again = polls.bar_set(site)
    assert [choice.key for choice in again.retired] == ["like", "dislike", "funny", "wow"]
    back = [replace(row, is_retired=False) for row in offered(again)]
    assert len(polls.poll_from_form(form(back), again).choices) == 7


def test_a_retired_choice_keeps_the_label_that_it_had() -> None:
    named = [replace(row, label="Adore") if row.key == "love" else row for row in rows()]
    site = BAR.put_in(SITE, polls.poll_from_form(form(named), BAR))
    site = replace(site, register=site.registered())
    chosen = polls.bar_set(site)
    left = [replace(row, is_retired=row.key == "love") for row in offered(chosen)]
    site = chosen.put_in(site, polls.poll_from_form(form(left), chosen))
    assert Choice("love", "Adore", "❤️") in site.choices("")
    assert Choice("love", "Adore", "❤️") == polls.bar_set(site).retired[0]


def test_a_key_whose_label_nobody_kept_is_shown_as_words() -> None:
    register = {"": (*KEYS, "not-so-good"), "old-bridge": ("yes", "no_way")}
    site = replace(SITE, register=register)
    assert site.choices("")[-1].label == "Not so good"
    assert site.archive["old-bridge"].question == "Old bridge"
    assert [choice.label for choice in site.choices("old-bridge")] == ["Yes", "No way"]


def test_a_new_choice_gets_its_own_key() -> None:
    edited = [*rows(), Row("", "Très déçu!", "😞")]
    choices = polls.poll_from_form(form(edited), BAR).choices
    assert choices[-1] == Choice("tres-decu", "Très déçu!", "😞")
    assert polls.new_key("Love", {"love", "love-2"}) == "love-3"
    assert polls.new_key("消息", set()) == "choice"
    assert polls.new_key("a" * 40, {"a" * 24}) == "a" * 22 + "-2"


def test_empty_rows_are_left_out_and_half_empty_ones_are_not() -> None:
    edited = [Row("", "Yes", ""), Row("", " ", "\u200b"), Row("", "No", ""), Row("", "", "")]
    assert [c.label for c in polls.poll_from_form(form(edited), NEW).choices] == ["Yes", "No"]
    with pytest.raises(InvalidForm) as refused:
        polls.poll_from_form(form([*edited, Row("", "", "👍")]), NEW)
    assert list(refused.value.problems) == ["label-4"]


def test_an_own_question_needs_no_emoji_and_has_long_labels() -> None:
    long = "Keep it for walking and cycling, and plant trees on it"
    edited = [Row("", long, ""), Row("", "👍", "👍"), Row("", "هدمه", "")]
    poll = polls.poll_from_form(form(edited), NEW)
    assert [choice.label for choice in poll.choices] == [long, "👍", "هدمه"]
    assert [choice.key for choice in poll.choices] == [
        "keep-it-for-walking-and",
        "choice",
        "choice-2",
    ]
    with pytest.raises(InvalidForm) as refused:
        polls.poll_from_form(form([Row("", "x" * 61, ""), Row("", "y", "")]), NEW)
    assert list(refused.value.problems) == ["label-0"]


def test_a_form_cannot_set_a_key_that_the_question_never_had() -> None:
    forged = [*rows(), Row("__proto__", "Proto", "🧪")]
    assert polls.poll_from_form(form(forged), BAR).choices[-1].key == "proto"


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
        ({"label-0": "love"}, "choices"),
        ({"key-0": "love"}, "choices"),
    ],
)
def test_a_value_that_readers_could_not_use_is_refused_at_its_field(
    change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        polls.poll_from_form(form(rows()) | change, BAR)
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
        polls.poll_from_json(json.dumps(given), BAR)
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
        polls.poll_from_json(text, BAR)


def test_a_question_offers_2_to_15_choices_and_has_15_over_its_lifetime() -> None:
    with pytest.raises(InvalidForm, match="2 to 15"):
        polls.poll_from_form(form([row for row in rows() if row.key == "sad"]), BAR)
    fifteen = [Row("", f"K{i}", "") for i in range(15)]
    poll = polls.poll_from_form(form(fifteen), NEW)
    with pytest.raises(InvalidForm, match="2 to 15"):
        polls.poll_from_form(form([*fifteen, Row("", "More", "")]), NEW)
    full = polls.poll_set(polls.poll_set(SITE, "k").put_in(SITE, poll), "k")
    left = [replace(row, is_retired=i > 2) for i, row in enumerate(offered(full))]
    assert len(polls.poll_from_form(form(left), full).choices) == 3
    with pytest.raises(InvalidForm, match="lifetime"):
        polls.poll_from_form(form([*left, Row("", "More", "")]), full)


def test_emoji_made_of_many_code_points_survive() -> None:
    edited = [*rows(), Row("", "Family", "👩‍👩‍👧‍👦")]
    assert polls.poll_from_form(form(edited), BAR).choices[-1].emoji == "👩‍👩‍👧‍👦"


def test_a_section_has_its_own_set_and_shares_the_keys_of_the_bar() -> None:
    two = Poll("How?", REACTIONS.choices[:2])
    site = polls.section_set(SITE, " Sport\u202e ").put_in(SITE, two)
    chosen = polls.section_set(site, "SPORT")
    assert chosen.poll.choices == two.choices and not chosen.is_new and chosen.choice_keys == KEYS
    assert site.reactions == REACTIONS and chosen.removed_from(site) == SITE


TWO = Poll("How?", REACTIONS.choices[:2])


def asked(site: Site, key: str) -> Site:
    site = polls.poll_set(site, key).put_in(site, TWO)
    return replace(site, register=site.registered())


def test_a_poll_is_archived_with_its_labels_and_asked_again() -> None:
    chosen = polls.poll_set(SITE, " Rents ")
    assert chosen.is_new and chosen.poll_key == "rents" and chosen.choice_keys == ()
    site = asked(SITE, "rents")
    assert polls.poll_set(site, "rents").choice_keys == ("like", "dislike")
    archived = polls.archived_from(site, "rents")
    assert not archived.polls and archived.archive == {"rents": TWO}
    assert archived.any_poll("rents") == TWO and archived.poll("rents") is None
    assert [choice.label for choice in archived.choices("rents")] == ["Like", "Dislike"]
    assert polls.restored_to(archived, "rents") == site


def test_the_key_of_a_new_poll_comes_from_the_words_that_say_most() -> None:
    def key(question: str, typed: str = "", site: Site = SITE) -> str:
        return polls.new_poll_key(site, typed, question)

    assert key("What should happen to the old bridge?") == "old-bridge"
    assert key("Why?") == "why" and key("¿Qué opinas?") == "que-opinas"
    assert key("هل توافق؟") == "question"
    assert key("Pneumonoultramicroscopicsilicovolcanoconiosis?") == (
        "pneumonoultramicroscopicsilicovo"
    )
    assert key("What?", " Old-Bridge ") == "old-bridge"
    taken = asked(SITE, "old-bridge")
    assert key("The old bridge?", site=taken) == "old-bridge-2"
    assert key("The old bridge?", site=polls.archived_from(taken, "old-bridge")) == "old-bridge-2"


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_key_with_votes_of_another_question_is_refused(is_archived: bool) -> None:
    site = asked(SITE, "bridge")
    site = polls.archived_from(site, "bridge") if is_archived else site
    with pytest.raises(InvalidForm, match="archived" if is_archived else "another"):
        polls.new_poll_key(site, "bridge", "How?")


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
    with pytest.raises(InvalidForm, match="at most 50"):
        polls.new_poll_key(full, "", "One more?")
    assert polls.poll_set(full, "s1") and polls.section_set(full, "S1")
