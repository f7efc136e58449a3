"""What an editor types into the settings: kept, or refused with a sentence that helps."""

from dataclasses import replace

import pytest

from widget.domain.forms import described
from widget.domain.forms import site as site_form
from widget.domain.forms.comment_rules import rules_described, rules_shown, rules_typed
from widget.domain.forms.site import InvalidForm, Row
from widget.domain.model import REACTIONS, Choice, CommentRules, Poll, Site

REGISTER = tuple(choice.key for choice in REACTIONS.choices)
SITE = Site("news", "The News", ("https://news.example",))


def form(rows: list[Row], question: str = "How was it?") -> dict[str, str]:
    fields = {"question": question}
    for i, row in enumerate(rows):
        fields |= {f"key-{i}": row.key, f"label-{i}": row.label, f"emoji-{i}": row.emoji}
        fields |= {f"order-{i}": row.order} | ({f"offered-{i}": "on"} if row.is_offered else {})
    return fields


def shown() -> list[Row]:
    return site_form.rows_of(REACTIONS, REGISTER, ())


@pytest.mark.parametrize(
    "typed",
    [
        "https://*.github.io",
        "https://*.co.uk",
        "*",
        "null",
        "http://x",
        "https://user@x.example",
        "javascript:alert(1)",
        "https://news.example/path",
        "https://news.example?x",
        "ftp://a.b",
        "news.example",
        "https://intranet",
        "https://a.example\0",
        "",
        "https://good.example\nhttps://*.bad.example",
    ],
)
def test_what_is_no_origin_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        site_form.site_origins(typed)
    assert len(refused.value.problems["origins"]) > 20


def test_origins_are_kept_as_browsers_send_them_and_once() -> None:
    typed = " HTTPS://News.example:443/ \n\nhttps://news.example.\nhttps://b.example:8443"
    assert site_form.site_origins(typed) == ("https://news.example", "https://b.example:8443")


def test_the_form_as_shown_gives_the_set_it_was_made_from() -> None:
    assert site_form.poll_typed(form(shown(), REACTIONS.question), REGISTER) == REACTIONS


def test_choices_are_relabelled_reordered_retired_and_offered_again() -> None:
    rows = [replace(row, is_offered=row.key in ("love", "sad", "angry")) for row in shown()]
    rows[2] = replace(rows[2], label="Adore", order="9")
    rows[5] = replace(rows[5], order="0.5")
    poll = site_form.poll_typed(form(rows), REGISTER)
    assert [(c.key, c.label) for c in poll.choices] == [
        ("sad", "Sad"),
        ("angry", "Angry"),
        ("love", "Adore"),
    ]
    site = replace(SITE, reactions=poll, register={"": REGISTER})
    assert site.registered()[""] == REGISTER
    again = site_form.rows_of(poll, REGISTER, ())
    assert {row.key for row in again if not row.is_offered} == {
        "like",
        "dislike",
        "funny",
        "wow",
        "",
    }
    back = [replace(row, is_offered=bool(row.key)) for row in again]
    assert len(site_form.poll_typed(form(back), REGISTER).choices) == 7


def test_a_new_choice_gets_a_key_of_its_own_and_is_offered() -> None:
    rows = [*shown()[:-1], Row("", "Très déçu!", "😞", "", False)]
    choices = site_form.poll_typed(form(rows), REGISTER).choices
    assert choices[-1] == Choice("tres-decu", "Très déçu!", "😞")
    assert site_form.new_key("Love", {"love", "love-2"}) == "love-3"
    assert site_form.new_key("消息", set()) == "choice"


def test_a_key_that_was_never_the_sets_own_is_not_taken_from_the_form() -> None:
    rows = [*shown()[:-1], Row("__proto__", "Proto", "🧪", "", True)]
    assert site_form.poll_typed(form(rows), REGISTER).choices[-1].key == "proto"


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
    ],
)
def test_what_readers_could_not_use_is_refused_at_its_field(
    change: dict[str, str], field: str
) -> None:
    with pytest.raises(InvalidForm) as refused:
        site_form.poll_typed(form(shown()) | change, REGISTER)
    assert list(refused.value.problems) == [field]


def test_one_choice_is_no_question_and_sixteen_in_a_life_are_too_many() -> None:
    with pytest.raises(InvalidForm, match="2 to 15"):
        site_form.poll_typed(
            form([replace(r, is_offered=r.key == "sad") for r in shown()]), REGISTER
        )
    full = tuple(f"k{i}" for i in range(15))
    rows = [Row(key, key, "x", "", i < 3) for i, key in enumerate(full)]
    assert site_form.poll_typed(form(rows), full)
    with pytest.raises(InvalidForm, match="life"):
        site_form.poll_typed(form([*rows, Row("", "More", "x", "", True)]), full)


def test_emoji_made_of_many_code_points_survive() -> None:
    rows = [*shown()[:-1], Row("", "Family", "👩‍👩‍👧‍👦", "", True)]
    assert site_form.poll_typed(form(rows), REGISTER).choices[-1].emoji == "👩‍👩‍👧‍👦"


def test_the_log_says_what_a_change_replaced_and_nothing_else() -> None:
    after = replace(SITE, open_days=7, polls={"vote": Poll("Yes?", REACTIONS.choices[:2])})
    old, new = described.difference(SITE, after)
    assert old == "closing: 30 days after the first vote"
    assert new.splitlines() == [
        "closing: 7 days after the first vote",
        "question vote: Yes? 👍 Like, 👎 Dislike",
    ]
    assert described.difference(SITE, SITE) == ("", "")


@pytest.mark.parametrize("typed", ["", "0", "366", "-1", "1.5", "x", "9" * 400, "\u0663\u0000"])
def test_days_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(InvalidForm):
        site_form.open_days(typed)


@pytest.mark.parametrize("key", ["", "login", "sites", "A b", "-x", "x" * 33, "../x", "{x}", "*"])
def test_a_key_that_is_an_address_or_no_key_is_refused(key: str) -> None:
    with pytest.raises(InvalidForm):
        site_form.site_key(key)


@pytest.mark.parametrize(
    "rules",
    [
        CommentRules(),
        CommentRules(enabled=False, hold_first=True, order="oldest", close_days=0, reserved=()),
        CommentRules(hold_fast_s=0, hold_links=0, hold_reports=0, reserved=("Die Redaktion",)),
    ],
)
def test_the_rules_as_shown_give_the_rules_they_were_made_from(rules: CommentRules) -> None:
    assert rules_typed(rules_shown(rules)) == rules
    assert rules_described(rules)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hold_links": "-1"}, "hold_links"),
        ({"hold_links": "51"}, "hold_links"),
        ({"hold_reports": ""}, "hold_reports"),
        ({"hold_fast_s": "1.5"}, "hold_fast_s"),
        ({"close_days": "9" * 400}, "close_days"),
        ({"close_days": "\u0663"}, "close_days"),
        ({"reserved": "x" * 51}, "reserved"),
        ({"reserved": "\n".join(map(str, range(101)))}, "reserved"),
    ],
)
def test_rules_that_are_none_are_refused_at_their_field(change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        rules_typed(rules_shown(CommentRules()) | change)
    assert list(refused.value.problems) == [field]
