"""What an editor typed into the settings of a site -> the site's values, or what is wrong. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from widget.domain.article import canonical_origin
from widget.domain.model import KEY_PATTERN, MAX_CHOICES, REACTIONS, RESERVED_KEYS, Choice, Poll
from widget.domain.page import clean_line

MAX_NAME_CHARS = 80
MAX_ORIGINS = 50
MAX_QUESTION_CHARS = 120
MAX_LABEL_CHARS = 24
MAX_EMOJI_CHARS = 12
MAX_OPEN_DAYS = 365
ROWS = 2 * MAX_CHOICES


class InvalidForm(ValueError):
    """:param problems: the field's name -> a sentence that says what to do."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


def each_parsed(
    fields: Mapping[str, str], parsers: Mapping[str, Callable[[str], Any]]
) -> dict[str, Any]:
    """The values of several fields. :raise InvalidForm: with every problem there is, at once."""
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


@dataclass(frozen=True, slots=True)
class Row:
    """One choice on the form. ``order`` is text, as typed."""

    key: str
    label: str
    emoji: str
    order: str
    is_offered: bool


def site_name(text: str) -> str:
    return _line(text, "name", MAX_NAME_CHARS, "The name")


def site_key(text: str) -> str:
    key = text.strip().lower()
    if key in RESERVED_KEYS:
        raise InvalidForm({"key": f"{key} is an address of the desk. Choose another key."})
    if not KEY_PATTERN.fullmatch(key):
        raise InvalidForm({"key": "A key is 1 to 32 of a-z 0-9 _ - and begins with a-z or 0-9."})
    return key


def site_origins(text: str) -> tuple[str, ...]:
    """One origin a line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrong, origins = [], []
    for line in lines:
        try:
            origins.append(canonical_origin(line))
        except ValueError as problem:
            wrong.append(f"{problem}.")
    if wrong:
        raise InvalidForm({"origins": " ".join(wrong)})
    if not origins:
        raise InvalidForm({"origins": "Name at least one origin, such as https://news.example."})
    if len(origins) > MAX_ORIGINS:
        raise InvalidForm({"origins": f"A site has at most {MAX_ORIGINS} origins."})
    return tuple(dict.fromkeys(origins))


def open_days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:6]) <= MAX_OPEN_DAYS:
        raise InvalidForm({"open_days": f"Type a number of days from 1 to {MAX_OPEN_DAYS}."})
    return int(text)


def rows_of(poll: Poll, register: Iterable[str], known: Iterable[Choice]) -> list[Row]:
    """A form's rows: the choices offered, those that could be, and room for one more.

    :param known: choices whose label and emoji may be borrowed for those not offered now.
    """
    offered = [Row(c.key, c.label, c.emoji, str(i), True) for i, c in enumerate(poll.choices, 1)]
    keys = {row.key for row in offered}
    names = {c.key: c for c in (*REACTIONS.choices, *known)}
    rest = []
    for key in register:
        if key not in keys:
            choice = names.get(key, Choice(key, key.capitalize(), ""))
            rest.append(Row(key, choice.label, choice.emoji, "", False))
    rows = offered + rest
    if len(rows) < MAX_CHOICES:
        rows.append(Row("", "", "", "", False))
    return rows


def rows_typed(fields: Mapping[str, str]) -> list[Row]:
    """The rows as they came back, for showing them again."""
    return [
        Row(
            fields.get(f"key-{i}", ""),
            fields.get(f"label-{i}", ""),
            fields.get(f"emoji-{i}", ""),
            fields.get(f"order-{i}", ""),
            f"offered-{i}" in fields,
        )
        for i in range(ROWS)
        if f"label-{i}" in fields
    ]


def poll_typed(fields: Mapping[str, str], register: tuple[str, ...]) -> Poll:
    """The question and the choices offered, in the order asked for.

    :param register: keys of the poll's life; a row of one of them keeps it, a new row gets its own.
    :raise InvalidForm: by field.
    """
    problems: dict[str, str] = {}
    try:
        question = _line(fields.get("question", ""), "question", MAX_QUESTION_CHARS, "The question")
    except InvalidForm as refusal:
        problems |= refusal.problems
    taken = set(register)
    placed: list[tuple[float, int, Choice]] = []
    for i, row in enumerate(rows_typed(fields)):
        if not row.is_offered and (row.key or not clean_line(row.label)):
            continue
        try:
            label = _line(row.label, f"label-{i}", MAX_LABEL_CHARS, "The label")
            emoji = _line(row.emoji, f"emoji-{i}", MAX_EMOJI_CHARS, "The emoji")
            order = _order(row.order, i)
        except InvalidForm as refusal:
            problems |= refusal.problems
            continue
        key = row.key if row.key in register else new_key(label, taken)
        taken.add(key)
        placed.append((order, i, Choice(key, label, emoji)))
    choices = tuple(choice for _, _, choice in sorted(placed, key=lambda each: each[:2]))
    if not problems and len({choice.label.casefold() for choice in choices}) < len(choices):
        problems["choices"] = "Two choices have the same label: readers could not tell them apart."
    if not problems and not 2 <= len(choices) <= MAX_CHOICES:
        problems["choices"] = f"Offer 2 to {MAX_CHOICES} choices."
    if len(taken) > MAX_CHOICES:
        problems["choices"] = (
            f"At most {MAX_CHOICES} choices in the life of a question, because their counts are "
            "kept. Offer a retired one again, or rename one."
        )
    if problems:
        raise InvalidForm(problems)
    return Poll(question, choices)


def new_key(label: str, taken: set[str]) -> str:
    """A stored key for a new choice, from its label where that has Latin letters."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24] or "choice"
    number = 1
    key = stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _order(text: str, place: int) -> float:
    """A typed place; a row without one keeps its place on the form, after those with one."""
    if not text.strip():
        return 1000.0 + place
    try:
        order = float(text)
    except ValueError:
        order = float("nan")
    if not 0 <= order < 1000:
        raise InvalidForm({f"order-{place}": "Type a place such as 1, 2 or 3, or leave it empty."})
    return order


def _line(text: str, name: str, max_chars: int, what: str) -> str:
    cleaned = clean_line(text)
    if not cleaned:
        raise InvalidForm({name: f"{what} is missing."})
    if len(cleaned) > max_chars:
        raise InvalidForm(
            {name: f"{what} has at most {max_chars} characters; this has {len(cleaned)}."}
        )
    return cleaned
