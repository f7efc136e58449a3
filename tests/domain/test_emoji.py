"""Which choice the emoji at the beginning of a text means."""

import pytest

from widget.domain.emoji import choice_in
from widget.domain.model import REACTIONS, Choice

OWN = (
    Choice("up", "Up", "👍"),
    Choice("dark", "Dark", "👍🏿"),
    Choice("wave", "Wave", "👋🏽"),
    Choice("one", "One", "1️⃣"),
    Choice("flag", "Flag", "🏴"),
    Choice("pride", "Pride", "🏳️‍🌈"),
    Choice("germany", "Germany", "🇩🇪"),
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("❤️", "love"),
        ("❤", "love"),
        ("❤\ufe0e", "love"),
        ("  ❤️", "love"),
        ("\r\n\t❤️\n", "love"),
        ("\ufeff❤️", "love"),
        ("\u3000👍", "like"),
        ("👍🏽", "like"),
        ("👍🏿 and more", "like"),
        ("😂😂😡", "funny"),
        ("❤️=", "love"),
        ("", None),
        (" ", None),
        ("love", None),
        ("x❤️", None),
        ("🥨", None),
        ("❤️\u200d🔥", None),
        ("❤️\u200d🩹", None),
        ("😮\u200d💨", None),
        ("\ufffd", None),
    ],
)
def test_the_emoji_of_the_bar_are_found(text: str, key: str | None) -> None:
    found = choice_in(text, REACTIONS.choices)
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("👍", "up"),
        ("👍🏿", "dark"),
        ("👍🏻", "up"),
        ("👋", "wave"),
        ("👋🏻", "wave"),
        ("1⃣", "one"),
        ("1", None),
        ("🏴", "flag"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", None),
        ("🏳🌈", None),
        ("🏳\u200d🌈", "pride"),
        ("🇩🇪", "germany"),
        ("🇩🇰", None),
    ],
)
def test_a_sites_own_emoji_are_told_apart(text: str, key: str | None) -> None:
    found = choice_in(text, OWN)
    assert (found and found.key) == key
