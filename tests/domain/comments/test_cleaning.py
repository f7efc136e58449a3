"""Cleaning of names and texts, reserved names, reasons to hold a comment, ids."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.domain.comments.cleaning import clean_name, clean_text
from widget.domain.comments.comment import fingerprint, imported_id, new_id, partition_of, why_held
from widget.domain.comments.rules import CommentRules
from widget.domain.errors import TooLong, TooShort

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "' onmouseover=alert(1) x='",
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "${1}",
    "![x](https://x.example/x.png)",
    "&lt;b&gt; &amp;",
    "\\u003cb\\u003e",
    "'; DROP TABLE x; --",
    "\"]] redis.call('FLUSHALL')--",
    "%3Cscript%3E",
    "a\tb",
]


@pytest.mark.parametrize(
    "text",
    [
        *PAYLOADS,
        FAMILY,
        ENGLAND,
        "❤️\u200d🔥 1️⃣ 🇬🇧 👍🏽",
        "नमस्ते, क्\u200dष",
        "می\u200cخواهم کتاب\u200cها",
        "שָׁלוֹם בְּרֵאשִׁ֖ית",
        "Tiếng Việt, Žluťoučký kůň, ǘ",
        "ภาษาไทยที่นี่",
        "한국어 日本語が",
        "السَّلامُ عَلَيْكُم",
        "abc \u200fעברית\u200e!",
        "one\n\ntwo",
        "…",
        "?",
        "🙂",
    ],
)
def test_text_that_people_write_is_stored_unchanged(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("e\u0301", "é"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("a  \n b \n\n\n\n\nc", "a\n b\n\nc"),
        ("  a  ", "a"),
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("safe\u202egnp.exe\u202c \u2066x\u2069", "safegnp.exe x"),
        ("a\ufeffb\u2060c\ufffed\U0001ffff", "abcd"),
        ("a" + "\u0300\u0301" * 500, "à" + "\u0301\u0300\u0301"),
        ("a" + "\u0336\u200d" * 50, "a" + "\u0336\u200d\u0336\u200d\u0336\u200d\u0336\u200d"),
        ("ก" + "\u0e47" * 50, "ก" + "\u0e47" * 8),
        ("a" + "\U0001d16d" * 50, "a" + "\U0001d16d" * 8),
        ("a\U000e0041b", "ab"),
        ("a\u200b\u200b\u200b\u200cb", "a\u200bb"),
        ("\ud83d\ude42", "🙂"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_invisible_characters_are_removed(raw: str, stored: str) -> None:
    assert clean_text(raw) == stored


@pytest.mark.parametrize(
    "blank",
    [
        "",
        " \n\t ",
        "\u200b",
        "\u200b\u200d\ufeff",
        "\u3164",
        "\u2800",
        "\u00ad",
        "\x00",
        "\u202e",
        "\u115f",
        "\u034f\u0301",
        "\ufe0f",
    ],
)
def test_a_text_and_a_name_need_a_visible_character(blank: str) -> None:
    for clean in (clean_text, clean_name):
        with pytest.raises(TooShort):
            clean(blank)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 2000, True),
        ("x" * 2001, False),
        ("\n".join("x" * 40), True),
        ("\n".join("x" * 41), False),
        ("😀" * 2000, True),
        (FAMILY * 285, True),
        (FAMILY * 286, False),
        ("x" * 200_000, False),
        ("a" + "\u0344" * 99_999, True),
    ],
)
def test_the_limits_of_a_text(text: str, fits: bool) -> None:
    if fits:
        assert clean_text(text)
    else:
        with pytest.raises(TooLong):
            clean_text(text)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [("  Ana\n\tMaría ", "Ana María"), ("x" * 50, "x" * 50), ("x" * 51, None), ("a\u202eb", "ab")],
)
def test_a_name_is_one_line_of_at_most_50_characters(raw: str, stored: str | None) -> None:
    if stored:
        assert clean_name(raw) == stored
    else:
        with pytest.raises(TooLong):
            clean_name(raw)


@settings(max_examples=2000, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_cleaning_twice_equals_cleaning_once_and_raises_no_other_error(raw: str) -> None:
    for clean in (clean_text, clean_name):
        try:
            once = clean(raw)
        except (TooLong, TooShort):
            continue
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode()


_AWKWARD = st.text(
    st.sampled_from(
        "a \n\u0301\u0336\u05b0\u0e47\u200d\u200b\u200c\u2028\u202e\ufeff\u1100\u1161"
        "\u11a8\u0344\U0001f3f4\U000e0067\U000e007f\ud83d\ude42\u034f\u0f71\u0f72"
    ),
    max_size=60,
)


@settings(max_examples=3000, deadline=None)
@given(_AWKWARD)
def test_cleaning_settles_on_awkward_text(raw: str) -> None:
    try:
        once = clean_text(raw)
    except (TooLong, TooShort):
        return
    assert clean_text(once) == once


RULES = CommentRules(hold_first=True)


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({}, ()),
        ({"trap": "x"}, ("honeypot",)),
        ({"spent_ms": 500}, ("too_fast",)),
        ({"spent_ms": 2000}, ()),
        ({"is_first": True}, ("first_comment",)),
        ({"text": "https://a.example http://b.example/x?y www.c.example"}, ("links",)),
        ({"text": "buy at shop.com, deal.xyz/now and more.info"}, ("links",)),
        ({"text": "my-shop.com, -x-.net and ünder-ground.org"}, ("links",)),
        ({"text": "https://a.com/b.com/c.com only one"}, ()),
        ({"text": "e.g. this. That, etc. Two.Words and 3.14 and 10:30"}, ()),
        ({"trap": "x", "spent_ms": 0, "is_first": True}, ("honeypot", "too_fast", "first_comment")),
    ],
)
def test_a_comment_is_held_for_these_reasons(
    given: dict[str, Any], reasons: tuple[str, ...]
) -> None:
    given = {"text": "Fine.", **given}
    assert why_held(given.pop("text"), RULES, **given) == reasons


def test_rules_can_be_turned_off() -> None:
    rules = CommentRules(hold_links=0)
    assert why_held("https://a.example " * 9, rules, is_first=True) == ()


def test_long_texts_are_duplicates_from_anybody_and_short_ones_only_from_one_reader() -> None:
    long = "Cheap watches for everyone at the best of all prices"
    assert fingerprint(long, b"a") == fingerprint(long.upper() + " !!!", b"b")
    assert fingerprint("Thanks!", b"a") != fingerprint("Thanks!", b"b")
    assert fingerprint("Thanks!", b"a") == fingerprint("thanks", b"a")
    assert fingerprint("🙂", b"a") != fingerprint("😡", b"a")


def test_ids_sort_by_time_have_a_partition_and_repeat_for_an_import() -> None:
    ids = [new_id(1_762_934_400_000 + n, n % 32) for n in range(100)]
    assert sorted(ids) == ids
    assert [partition_of(one) for one in ids] == [n % 32 for n in range(100)]
    assert new_id(1, 1) != new_id(1, 1)
    assert imported_id("disqus:1", 5, 3) == imported_id("disqus:1", 5, 3)
    assert imported_id("disqus:1", 5, 3) != imported_id("disqus:2", 5, 3)
    for made_up in ("", "x", "u" * 20, "A" * 20, "0" * 19, "0" * 21, "0" * 9 + "\n" + "0" * 10):
        assert partition_of(made_up) is None
