"""The form of a question with its choices: the bar's reactions, a section's, or an editor's own.

Its buttons that only move rows send the form and get it back, so that it works without JavaScript.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from widget.domain.forms import polls
from widget.domain.forms.polls import ChoiceSet
from widget.domain.forms.rows import MAX_ROWS, Row, moved_rows, stored_rows, typed_rows
from widget.domain.model import MAX_CHOICES, Choice, Poll, Site
from widget.domain.page import clean_line
from widget.domain.strings import bar_strings

# The counts that a preview shows, which says that they are made up.
MADE_UP = (494, 397, 313, 251, 201, 161, 128, 103, 82, 66, 53, 42, 34, 27, 21)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One row of the form.

    :param at: its number in the names of its fields.
    :param was: the choice as it is stored, None for a new one.
    :param was_at: its stored place among those offered, -1 for none.
    :param is_moved: it is no longer between the choices that were before and after it.
    """

    at: int
    row: Row
    was: Choice | None = None
    was_at: int = -1
    is_moved: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether saving would change the choice. Of new ones, those that are not empty."""
        if self.was is None:
            return not self.row.is_empty
        if self.row.is_retired or self.was_at < 0:
            return self.row.is_retired == (self.was_at >= 0)
        is_same = (self.row.label, self.row.emoji) == (self.was.label, self.was.emoji)
        return self.is_moved or not is_same

    @property
    def name(self) -> str:
        """How buttons call it."""
        return self.row.label.strip() or self.row.key or f"choice {self.at + 1}"


def stored_values(site: Site, chosen: ChoiceSet) -> dict[str, Any]:
    """Return the template's values for a question as it is stored."""
    rows = stored_rows(chosen.poll.choices, chosen.retired)
    return form_values(site, chosen, chosen.poll.question, rows)


def typed_values(site: Site, chosen: ChoiceSet, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the template's values for the form exactly as the editor typed it."""
    return form_values(site, chosen, fields.get("question", ""), typed_rows(fields))


def moved_values(site: Site, chosen: ChoiceSet, fields: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the values after a button that changes nothing stored; None for any other button."""
    act = fields.get("act", "")
    if act == "preview":
        return typed_values(site, chosen, fields)
    rows = moved_rows(act, typed_rows(fields))
    if rows is None:
        return None
    focus = _place_to_go_on(act, rows)
    return form_values(site, chosen, fields.get("question", ""), rows) | {"focus": focus}


def form_values(
    site: Site, chosen: ChoiceSet, question: str, rows: Sequence[Row]
) -> dict[str, Any]:
    """Return what the form and its preview show."""
    stored = {choice.key: choice for choice in chosen.choices}
    places = {choice.key: at for at, choice in enumerate(chosen.poll.choices)}
    kept = [places[row.key] for row in rows if row.key in places and not row.is_retired]
    pairs = pairwise(kept)
    moved = {place for pair in pairs if pair[0] > pair[1] for place in pair}
    shown = [
        ShownRow(at, row, stored.get(row.key), place, place in moved)
        for at, row in enumerate(rows)
        for place in (places.get(row.key, -1),)
    ]
    preview = Poll(
        clean_line(question),
        tuple(
            Choice(row.key, clean_line(row.label), clean_line(row.emoji))
            for row in rows
            if clean_line(row.label) and not row.is_retired
        ),
    )
    return {
        "chosen": chosen,
        "question": question,
        "offered_rows": [one for one in shown if not one.row.is_retired],
        "retired_rows": [one for one in shown if one.row.is_retired],
        "new_row": ShownRow(MAX_ROWS, Row("", "", "")),
        "most": MAX_CHOICES,
        "max_question": polls.MAX_QUESTION_CHARS,
        "preview": preview,
        "made_up": MADE_UP,
        "strings": bar_strings(site, preview, "en"),
        "focus": "",
    }


def _place_to_go_on(act: str, rows: Sequence[Row]) -> str:
    """Return the name of the field or button at which the editor goes on after a button."""
    name, _, number = act.partition("-")
    offered = [at for at, row in enumerate(rows) if not row.is_retired]
    if name == "add":
        return f"label-{offered[-1]}"
    if name in ("up", "down"):
        moved = int(number) + (1 if name == "down" else -1)
        return f"{name}-{moved}" if moved in offered else f"label-{number}"
    return f"label-{offered[-1]}" if offered else ""
