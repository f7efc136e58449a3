"""Questions and their choices: one parser for the desk's form and the command's JSON.

Pure. A question is the reaction bar's, a section's own set for that bar, or an editor's own poll.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from widget.domain.forms.problems import InvalidForm, converted, json_object, required_line
from widget.domain.forms.site import KEY_RULE
from widget.domain.model import (
    KEY_PATTERN,
    LIFETIME_RULE,
    MAX_CHOICES,
    MAX_SETS,
    REACTIONS,
    Choice,
    Poll,
    Site,
)
from widget.domain.page import clean_line, clean_section

MAX_QUESTION_CHARS = 120
MAX_LABEL_CHARS = 24
MAX_EMOJI_CHARS = 12
MAX_ROWS = 2 * MAX_CHOICES
_LAST_PLACE = 1000.0


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """One of a site's questions, as it is being edited.

    :param section: the section whose own reactions it has, or "".
    :param poll_key: the key of an editor's own poll, or "".
    :param choice_keys: every choice key it ever had. A section's set shares those of the bar.
    """

    section: str
    poll_key: str
    poll: Poll
    choice_keys: tuple[str, ...]
    is_new: bool

    @property
    def query(self) -> dict[str, str]:
        """Return the fields that select this set in an address; none for the bar itself."""
        names = {"section": self.section, "poll": self.poll_key}
        return {name: value for name, value in names.items() if value}

    def put_in(self, site: Site, poll: Poll) -> Site:
        """Return the site with this question replaced."""
        if self.poll_key:
            return replace(site, polls={**site.polls, self.poll_key: poll})
        if self.section:
            sets = {**site.section_reactions, self.section: poll}
            return replace(site, section_reactions=sets)
        return replace(site, reactions=poll)

    def removed_from(self, site: Site) -> Site:
        """Return the site without this section's set or poll.

        The bar's own set cannot be removed. The counts of a poll stay in the store.
        """
        polls = {key: poll for key, poll in site.polls.items() if key != self.poll_key}
        sets = {name: poll for name, poll in site.section_reactions.items() if name != self.section}
        return replace(site, polls=polls, section_reactions=sets)


def bar_set(site: Site) -> ChoiceSet:
    """Return the reactions of the bar."""
    return ChoiceSet("", "", site.reactions, site.choice_keys(""), is_new=False)


def section_set(site: Site, text: str) -> ChoiceSet:
    """Return a section's own reactions, which begin as those of the bar.

    :raise InvalidForm: no name, or the site has too many sets.
    """
    section = clean_section(text).casefold()
    if not section:
        raise InvalidForm({"section": "Enter the name of the section."})
    _check_room(site.section_reactions, section)
    own = site.section_reactions.get(section)
    return ChoiceSet(section, "", own or site.reactions, site.choice_keys(""), own is None)


def poll_set(site: Site, text: str) -> ChoiceSet:
    """Return an editor's own poll, which begins without choices.

    :raise InvalidForm: not a key, or the site has too many polls.
    """
    poll_key = text.strip().lower()
    if not KEY_PATTERN.fullmatch(poll_key):
        raise InvalidForm({"poll": KEY_RULE})
    _check_room(site.polls, poll_key)
    poll = site.polls.get(poll_key)
    keys = site.choice_keys(poll_key)
    return ChoiceSet("", poll_key, poll or Poll("", ()), keys, poll is None)


def _check_room(sets: Mapping[str, Poll], name: str) -> None:
    if name not in sets and len(sets) >= MAX_SETS:
        raise InvalidForm(
            {"sets": f"A site can have at most {MAX_SETS} of these. Remove one first."}
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One choice on the form. ``order`` is text, exactly as the editor typed it."""

    key: str
    label: str
    emoji: str
    order: str
    is_offered: bool


def rows_for(poll: Poll, choice_keys: Iterable[str], known: Iterable[Choice]) -> list[Row]:
    """Make a form's rows: the choices offered, then the retired ones, then an empty row.

    :param known: choices that give a retired one its label and emoji.
    """
    offered = [Row(c.key, c.label, c.emoji, str(i), True) for i, c in enumerate(poll.choices, 1)]
    offered_keys = {row.key for row in offered}
    by_key = {choice.key: choice for choice in (*REACTIONS.choices, *known)}
    retired = []
    for key in choice_keys:
        if key not in offered_keys:
            choice = by_key.get(key, Choice(key, key.capitalize(), ""))
            retired.append(Row(key, choice.label, choice.emoji, "", False))
    rows = offered + retired
    if len(rows) < MAX_CHOICES:
        rows.append(Row("", "", "", "", False))
    return rows


def rows_from_form(fields: Mapping[str, str]) -> list[Row]:
    """Read the rows exactly as the editor typed them, so that the form can show them again."""
    return [
        Row(
            fields.get(f"key-{i}", ""),
            fields.get(f"label-{i}", ""),
            fields.get(f"emoji-{i}", ""),
            fields.get(f"order-{i}", ""),
            f"offered-{i}" in fields,
        )
        for i in range(MAX_ROWS)
        if f"label-{i}" in fields
    ]


def poll_from_form(fields: Mapping[str, str], choice_keys: Sequence[str]) -> Poll:
    """Parse the question and the choices it offers, sorted by their places.

    A row with one of ``choice_keys`` keeps it; any other row gets a new key from its label.

    :param choice_keys: every choice key this question ever had.
    :raise InvalidForm: by field.
    """
    problems: dict[str, str] = {}
    placed: list[tuple[float, int, Choice]] = []
    for at, row in enumerate(rows_from_form(fields)):
        if not row.is_offered and (row.key or not clean_line(row.label)):
            continue
        key = row.key if row.key in choice_keys else ""
        place = _place(row.order, at)
        if place is None:
            problems[f"order-{at}"] = "Enter a place such as 1, 2 or 3, or leave it empty."
        placed.append((place or 0.0, at, Choice(key, row.label, row.emoji)))
    choices = [(at, choice) for _, at, choice in sorted(placed, key=lambda each: each[:2])]
    return _checked(fields.get("question", ""), choices, choice_keys, problems)


class _ChoiceJson(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    label: str
    emoji: str


class _PollJson(msgspec.Struct, forbid_unknown_fields=True):
    question: str
    choices: list[_ChoiceJson]


def poll_from_json(text: str, choice_keys: Sequence[str]) -> Poll:
    """Parse ``{"question": ..., "choices": [{"key", "label", "emoji"}, ...]}``.

    :param choice_keys: every choice key this question ever had.
    :raise InvalidForm: the sentences say which choice is wrong.
    """
    given = converted(json_object(text), _PollJson)
    problems = {
        f"key-{at}": KEY_RULE
        for at, choice in enumerate(given.choices)
        if not KEY_PATTERN.fullmatch(choice.key)
    }
    choices = [(at, Choice(c.key, c.label, c.emoji)) for at, c in enumerate(given.choices)]
    try:
        return _checked(given.question, choices, choice_keys, problems)
    except InvalidForm as refusal:
        raise InvalidForm(
            {field: _which_choice(field) + why for field, why in refusal.problems.items()}
        ) from None


def _which_choice(field: str) -> str:
    """Return the beginning of a sentence about a choice: ``label-0`` is the first one's."""
    _, _, at = field.partition("-")
    return f"Choice {int(at) + 1}: " if at else ""


def _checked(
    question: str,
    given: Sequence[tuple[int, Choice]],
    choice_keys: Sequence[str],
    problems: dict[str, str],
) -> Poll:
    """Clean and check a question. This is the only maker of a poll from input.

    :param given: the choices in their order, each with the number that its fields have. A choice
        without a key gets a new one.
    :param choice_keys: every choice key this question ever had.
    :param problems: those found so far.
    :raise InvalidForm: by field.
    """
    problems = dict(problems)

    def line(text: str, field: str, max_chars: int, what: str) -> str:
        try:
            return required_line(text, field, max_chars, what)
        except InvalidForm as refusal:
            problems.update(refusal.problems)
            return ""

    question = line(question, "question", MAX_QUESTION_CHARS, "The question")
    used = set(choice_keys)
    choices = []
    for at, choice in given:
        label = line(choice.label, f"label-{at}", MAX_LABEL_CHARS, "The label")
        emoji = line(choice.emoji, f"emoji-{at}", MAX_EMOJI_CHARS, "The emoji")
        key = choice.key or new_key(label, used)
        used.add(key)
        choices.append(Choice(key, label, emoji))
    problem = _problem_of_set(choices, used)
    if problem:
        problems["choices"] = problem
    if problems:
        raise InvalidForm(problems)
    return Poll(question, tuple(choices))


def _problem_of_set(choices: Sequence[Choice], used: set[str]) -> str:
    """Return why these choices cannot be offered together, or ""."""
    labels = [choice.label.casefold() for choice in choices if choice.label]
    if not 2 <= len(choices) <= MAX_CHOICES:
        return f"Offer 2 to {MAX_CHOICES} choices."
    if len({choice.key for choice in choices}) < len(choices):
        return "Two choices have the same key. Give each choice its own key."
    if len(set(labels)) < len(labels):
        return "Two choices have the same label, so readers could not tell them apart."
    if len(used) > MAX_CHOICES:
        return LIFETIME_RULE
    return ""


def new_key(label: str, used: set[str]) -> str:
    """Make a key for a new choice, from the label if it has Latin letters."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24] or "choice"
    number = 1
    key = stem
    while key in used:
        number += 1
        key = f"{stem}-{number}"
    return key


def _place(text: str, at: int) -> float | None:
    """Parse a place, or return None. A row without one keeps its order, after those with one."""
    if not text.strip():
        return _LAST_PLACE + at
    try:
        place = float(text)
    except ValueError:
        return None
    return place if 0 <= place < _LAST_PLACE else None
