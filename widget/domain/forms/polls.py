"""Questions and their choices: one parser for the desk's form and the command's JSON.

Pure. A question is the reaction bar's, a section's own set for that bar, or an editor's own poll.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from widget.domain.comments.cleaning import is_visible
from widget.domain.forms.problems import InvalidForm, converted, json_object, required_line
from widget.domain.forms.rows import typed_rows
from widget.domain.forms.site import KEY_RULE
from widget.domain.model import (
    KEY_PATTERN,
    LIFETIME_RULE,
    MAX_CHOICES,
    MAX_SETS,
    Choice,
    Poll,
    Site,
)
from widget.domain.page import clean_section

MAX_QUESTION_CHARS = 120
MAX_LABEL_CHARS = 24  # of a reaction, in a bar of seven
MAX_ANSWER_CHARS = 60  # of an answer to an editor's own question, which has a line of its own
MAX_EMOJI_CHARS = 12
MAX_KEY_CHARS = 32
MAX_ARCHIVED = 300  # every read of a site has them
# Words that say little about a question, left out of its key.
SMALL_WORDS = frozenset(
    """
    a about all an and any are as at be been but by can could did do does for from had happen
    has have how i if in into is it its may more most much my of on or our out over s shall
    should so than that the their them there they this to us was we were what when where which
    who why will with would you your
    """.split()
)


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """One of a site's questions, as it is being edited.

    :param section: the section whose own reactions it has, or "".
    :param poll_key: the key of an editor's own poll, or "".
    :param choices: every choice it ever had, by its number. A section's set has those of the bar.
    """

    section: str
    poll_key: str
    poll: Poll
    choices: tuple[Choice, ...]
    is_new: bool

    @property
    def choice_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.choices)

    @property
    def retired(self) -> tuple[Choice, ...]:
        """The choices that it had and does not offer now."""
        return _without(self.choices, self.poll.choices)

    @property
    def is_own(self) -> bool:
        """Whether it is an editor's own question, whose answers can be long and without emoji."""
        return bool(self.poll_key) or (self.is_new and not self.section)

    @property
    def max_label_chars(self) -> int:
        return MAX_ANSWER_CHARS if self.is_own else MAX_LABEL_CHARS

    @property
    def query(self) -> dict[str, str]:
        """Return the fields that select this set in an address; none for the bar itself."""
        names = {"section": self.section, "poll": self.poll_key}
        return {name: value for name, value in names.items() if value}

    def put_in(self, site: Site, poll: Poll) -> Site:
        """Return the site with this question replaced; its end and its retired choices stay."""
        retired = _without(self.choices, poll.choices)
        poll = replace(poll, retired=retired, closes_s=self.poll.closes_s)
        if self.poll_key:
            archived = {k: one for k, one in site.archived_polls.items() if k != self.poll_key}
            polls = {**site.polls, self.poll_key: poll}
            return replace(site, polls=polls, archived_polls=archived)
        if self.section:
            sets = {**site.section_reactions, self.section: poll}
            return replace(site, section_reactions=sets)
        return replace(site, reactions=poll)

    def removed_from(self, site: Site) -> Site:
        """Return the site without this section's own set: the bar's reactions apply there again."""
        sets = {name: poll for name, poll in site.section_reactions.items() if name != self.section}
        return replace(site, section_reactions=sets)


def bar_set(site: Site) -> ChoiceSet:
    """Return the reactions of the bar."""
    return ChoiceSet("", "", site.reactions, tuple(site.choices("")), is_new=False)


def section_set(site: Site, text: str) -> ChoiceSet:
    """Return a section's own reactions, which begin as those of the bar.

    :raise InvalidForm: no name, or the site has too many sets.
    """
    section = clean_section(text).casefold()
    if not section:
        raise InvalidForm({"section": "Enter the name of the section."})
    _check_room(site.section_reactions, section)
    own = site.section_reactions.get(section)
    choices = tuple(site.choices(""))
    return ChoiceSet(section, "", own or site.reactions, choices, own is None)


def poll_set(site: Site, text: str) -> ChoiceSet:
    """Return an editor's own poll, which begins without choices.

    :raise InvalidForm: not a key, or the site has too many polls.
    """
    poll_key = text.strip().lower()
    if not KEY_PATTERN.fullmatch(poll_key):
        raise InvalidForm({"poll": KEY_RULE})
    _check_room(site.polls, poll_key)
    poll = site.polls.get(poll_key)
    choices = tuple(site.choices(poll_key))
    return ChoiceSet("", poll_key, poll or Poll("", ()), choices, poll is None)


def new_poll() -> ChoiceSet:
    """Return an editor's own poll that has no key yet."""
    return ChoiceSet("", "", Poll("", ()), (), is_new=True)


def archived_from(site: Site, poll_key: str) -> Site:
    """Return the site without a poll in use; the archive has it, with its labels.

    :raise InvalidForm: the archive is full.
    """
    if len(site.archived_polls) >= MAX_ARCHIVED:
        raise InvalidForm(
            {"archive": f"A site can have at most {MAX_ARCHIVED} archived questions."}
        )
    polls = {key: poll for key, poll in site.polls.items() if key != poll_key}
    archived = {**site.archived_polls, poll_key: site.polls[poll_key]}
    return replace(site, polls=polls, archived_polls=archived, register=site.registered())


def restored_to(site: Site, poll_key: str) -> Site:
    """Return the site with an archived poll asked again, as it was.

    :raise InvalidForm: the site has too many polls.
    """
    _check_room(site.polls, poll_key)
    archived = {key: poll for key, poll in site.archived_polls.items() if key != poll_key}
    polls = {**site.polls, poll_key: site.archive[poll_key]}
    return replace(site, polls=polls, archived_polls=archived)


def closing_at(site: Site, poll_key: str, closes_s: int) -> Site:
    """Return the site with another end for a poll; 0 never ends it."""
    ending = replace(site.polls[poll_key], closes_s=closes_s)
    return replace(site, polls={**site.polls, poll_key: ending})


def new_poll_key(site: Site, typed: str, question: str) -> str:
    """Return the key of a new poll: as typed, or made from its question.

    :raise InvalidForm: not a key, or another question has it, or had it: votes would be mixed.
    """
    key = typed.strip().lower()
    taken = {*site.polls, *site.archive}
    _check_room(site.polls, key)
    if not key:
        return _unused(_question_stem(question), taken, MAX_KEY_CHARS)
    if not KEY_PATTERN.fullmatch(key):
        raise InvalidForm({"poll_key": KEY_RULE})
    if key in taken:
        which = "another question" if key in site.polls else "an archived question, with its votes"
        raise InvalidForm({"poll_key": f"The key {key} belongs to {which}. Choose another key."})
    return key


def _check_room(sets: Mapping[str, Poll], name: str) -> None:
    if name not in sets and len(sets) >= MAX_SETS:
        raise InvalidForm(
            {"sets": f"A site can have at most {MAX_SETS} of these. Remove one first."}
        )


def poll_from_form(fields: Mapping[str, str], chosen: ChoiceSet) -> Poll:
    """Parse the question and the choices it offers, in the order of their rows.

    A row with a key that the question has, or had, keeps it; any other row gets a new key from its
    label. Empty rows are left out.

    :raise InvalidForm: by field.
    """
    given = [
        (at, Choice(row.key if row.key in chosen.choice_keys else "", row.label, row.emoji))
        for at, row in enumerate(typed_rows(fields))
        if not (row.is_retired or row.is_empty)
    ]
    return _checked(fields.get("question", ""), given, chosen, {})


class _ChoiceJson(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    label: str
    emoji: str


class _PollJson(msgspec.Struct, forbid_unknown_fields=True):
    question: str
    choices: list[_ChoiceJson]


def poll_from_json(text: str, chosen: ChoiceSet) -> Poll:
    """Parse ``{"question": ..., "choices": [{"key", "label", "emoji"}, ...]}``.

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
        return _checked(given.question, choices, chosen, problems)
    except InvalidForm as refusal:
        raise InvalidForm(
            {field: _which_choice(field) + why for field, why in refusal.problems.items()}
        ) from None


def _which_choice(field: str) -> str:
    """Return the beginning of a sentence about a choice: ``label-0`` is the first one's."""
    _, _, at = field.partition("-")
    return f"Choice {int(at) + 1}: " if at else ""


def _checked(
    question: str, given: Sequence[tuple[int, Choice]], chosen: ChoiceSet, problems: dict[str, str]
) -> Poll:
    """Clean and check a question. This is the only maker of a poll from input.

    :param given: the choices in their order, each with the number that its fields have. A choice
        without a key gets a new one.
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
    used = set(chosen.choice_keys)
    choices = []
    for at, choice in given:
        label = line(choice.label, f"label-{at}", chosen.max_label_chars, "The label")
        emoji = ""
        if not chosen.is_own or is_visible(choice.emoji):
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


def new_key(label: str, used: Collection[str]) -> str:
    """Make a key for a new choice, from its words if they have Latin letters."""
    stem = "-".join(_latin_words(label))[:MAX_LABEL_CHARS].strip("-")
    return _unused(stem or "choice", used, MAX_LABEL_CHARS)


def _question_stem(question: str) -> str:
    """Return the words that say most about a question. choices.js makes the same as one types."""
    words = _latin_words(question)
    words = [word for word in words if word not in SMALL_WORDS] or words
    while len(words) > 1 and len("-".join(words)) > MAX_KEY_CHARS:
        words.pop()
    return "-".join(words)[:MAX_KEY_CHARS] or "question"


def _latin_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain)


def _unused(stem: str, used: Collection[str], most_chars: int) -> str:
    """Return a stem as a key, with a number behind it if it is used."""
    number, key = 1, stem
    while key in used:
        number += 1
        ending = f"-{number}"
        key = stem[: most_chars - len(ending)] + ending
    return key


def _without(choices: Iterable[Choice], offered: Iterable[Choice]) -> tuple[Choice, ...]:
    keys = {choice.key for choice in offered}
    return tuple(choice for choice in choices if choice.key not in keys)
