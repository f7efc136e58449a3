"""The body of a request as strict JSON, without a server."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.errors import BadJson, BadType, TooLarge
from widget.web.body import json_object

LIMIT = 4096
# Text that UTF-8 has no bytes for is what a \u escape can still spell.
LONE = [
    "\\ud800",
    "\\uDFFF",
    "a\\uDBFFz",
    "\\udc00\\ud800",
    "\\ud83dx",
    "\\\\\\ud800",
    "\\ud83d\\u0041",
]


def read(raw: bytes, **environ: str) -> dict[str, Any]:
    given = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(raw)), **environ}
    return json_object({**given, "wsgi.input": io.BytesIO(raw)}, max_bytes=LIMIT)


@pytest.mark.parametrize("escape", LONE)
@pytest.mark.parametrize(
    "body",
    [
        '{{"a": "{}"}}',
        '{{"{}": 1}}',
        '{{"a": ["x", {{"b": "{}"}}]}}',
        '{{"a": {{"b": {{"{}": null}}}}}}',
        '{{"é": "{}"}}',
    ],
)
def test_a_lone_surrogate_anywhere_is_not_json(body: str, escape: str) -> None:
    raw = body.format(escape).encode()
    json.loads(raw)  # the standard library alone takes it
    with pytest.raises(BadJson):
        read(raw)


@pytest.mark.parametrize("text", ["\\ud83d\\ude00", "\\u00e9", "\\\\ud800", "\\\\\\\\ud800", "😀"])
def test_an_escaped_pair_and_an_escaped_backslash_are_text(text: str) -> None:
    raw = f'{{"a": "{text}"}}'.encode()
    assert read(raw) == json.loads(raw)


@pytest.mark.parametrize(
    "number", "1e999 -1e999 1E+400 NaN Infinity -Infinity 1111111111111111111".split()
)
@pytest.mark.parametrize("body", ['{{"a": {}}}', '{{"a": [[{}]]}}', '{{"a": {{"b": {}}}}}'])
def test_a_number_that_is_no_finite_one_of_64_bits_is_not_json(body: str, number: str) -> None:
    with pytest.raises(BadJson):
        read(body.format(number).encode())


def test_a_number_of_many_digits_is_not_json() -> None:
    for digits in ("-" + "9" * 400, "1" * 4000, "9" * 18 + ".0e999"):
        with pytest.raises(BadJson):
            read(f'{{"a": {digits}}}'.encode())


@pytest.mark.parametrize(
    "number", ["0", "-1", "2147483646", "9007199254740991", "1.5", "1e300", "1e-999"]
)
def test_an_ordinary_number_is_read(number: str) -> None:
    assert read(f'{{"a": {number}}}'.encode()) == {"a": json.loads(number)}


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text(), st.lists), max_size=5))
def test_any_object_of_valid_text_is_read_as_it_was_written(value: dict[str, Any]) -> None:
    for ascii_only in (True, False):
        raw = json.dumps(value, ensure_ascii=ascii_only).encode()
        if len(raw) <= LIMIT:
            assert read(raw) == value


TWICE = ['{"a":1,"a":1}', '{"a":1,"b":2,"a":1}', '{"a":{"b":"x","b":"x"}}', '{"a":1, "a":1}']


@pytest.mark.parametrize("body", [*TWICE, '{"a":1,"\\u0061":1}', '{"a":[{"b":1,"b":1}]}'])
def test_a_key_that_comes_twice_is_not_json(body: str) -> None:
    json.loads(body)
    with pytest.raises(BadJson):
        read(body.encode())


def test_a_number_at_the_bound_is_read_the_same_however_the_body_is_written() -> None:
    for number, is_read in ((10**18 - 1, True), (10**18, False), (-(10**17) + 1, True)):
        for separators in ((",", ":"), (", ", ": ")):
            raw = json.dumps({"seq": number}, separators=separators).encode()
            if is_read:
                assert read(raw) == {"seq": number}
                continue
            with pytest.raises(BadJson):
                read(raw)


def test_a_body_shorter_than_its_stated_length_is_not_json() -> None:
    with pytest.raises(BadJson):
        read(b'{"a": 1}', CONTENT_LENGTH="9")


@pytest.mark.parametrize(
    "length", ["", "-1", "+1", "1e1", "\u0661", "0x1", str(LIMIT + 1), "9" * 5000]
)
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with pytest.raises(TooLarge):
        read(b"{}", CONTENT_LENGTH=length)


@pytest.mark.parametrize(
    "content_type", ["", "text/html", "application/json" + ";a=b" * 100, "text/plain\x00"]
)
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(BadType):
        read(b"{}", CONTENT_TYPE=content_type)
