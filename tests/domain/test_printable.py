"""Text from elsewhere on a terminal: nothing moves the cursor, turns the line or begins another."""

import json

import pytest

from widget.domain.printable import printable, printable_json

HOSTILE = ["\x1b[2J", "\x9b31m", "\r", "\b", "\x00", "\x7f", "\x85", "\u2028", "\u202e", "\u2066"]


@pytest.mark.parametrize("sign", [*HOSTILE, "\n", "\u200b", "\U000e0041"])
def test_what_controls_a_terminal_is_replaced(sign: str) -> None:
    shown = printable(f"a{sign}b")
    assert shown.startswith("a\ufffd") and shown.endswith("b") and shown.isprintable()
    assert printable_json(json.dumps(sign, ensure_ascii=False)).replace("\n", "").isprintable()


@pytest.mark.parametrize("text", ["Ana", "Łukasz 山田 محمد", "🙂 ❤️", "a  b"])
def test_what_people_read_is_kept(text: str) -> None:
    assert printable(text) == text == printable_json(text)


@pytest.mark.parametrize("value", [*HOSTILE, "👨\u200d👩\u200d👧", "\U000e0041", "a\u202eb"])
def test_escaped_json_is_the_same_value(value: str) -> None:
    raw = json.dumps({"label": value}, ensure_ascii=False, indent=2)
    assert json.loads(printable_json(raw)) == {"label": value}
