"""Problems of a form or of a command's JSON, and the parsers that all forms share. Pure.

The desk shows each problem at its field; the command prints the sentences.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from widget.domain.comments.cleaning import is_visible
from widget.domain.page import clean_line

T = TypeVar("T")


class InvalidForm(ValueError):
    """Input that breaks a rule.

    :param problems: the field's name -> a sentence that says what to do.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def parse_fields(
    fields: Mapping[str, str], parsers: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    """Parse several fields, each with its parser.

    :raise InvalidForm: with the problems of all fields at once.
    """
    problems: dict[str, str] = {}
    values = {}
    for name, parse in parsers.items():
        try:
            values[name] = parse(fields.get(name, ""))
        except InvalidForm as refusal:
            problems |= refusal.problems
    if problems:
        raise InvalidForm(problems)
    return values


def required_line(text: str, field: str, max_chars: int, what: str) -> str:
    """Clean one line of text that must not be empty.

    :param what: the value's name as a sentence begins with it, such as "The label".
    """
    cleaned = clean_line(text)
    if not is_visible(cleaned):
        raise InvalidForm({field: f"{what} is missing."})
    if len(cleaned) > max_chars:
        raise InvalidForm(
            {field: f"{what} can have at most {max_chars} characters; this has {len(cleaned)}."}
        )
    return cleaned


def whole_number(text: str) -> int:
    """Parse ASCII digits; return -1 for anything else, which no rule allows."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 6 else -1


def json_object(text: str) -> dict[str, Any]:
    """Parse strict JSON: one object, without a key that appears twice.

    :raise InvalidForm: under the field "json".
    """
    try:
        value = json.loads(text, object_pairs_hook=_each_key_once)
    except RecursionError:
        raise InvalidForm({"json": "This JSON is nested too deeply."}) from None
    except ValueError as problem:
        raise InvalidForm({"json": f"This is not a JSON object: {problem}."}) from None
    if not isinstance(value, dict):
        raise InvalidForm({"json": "This is not a JSON object."})
    return value


def converted(value: object, to: type[T]) -> T:
    """Convert decoded JSON to a type.

    :raise InvalidForm: under the field "json": an unknown or missing field, or a wrong type.
    """
    try:
        return msgspec.convert(value, to)
    except msgspec.ValidationError as problem:
        raise InvalidForm({"json": f"{problem}."}) from None


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key appears twice")
    return value
