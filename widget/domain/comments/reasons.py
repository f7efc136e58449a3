"""Why readers report a comment and why editors remove one: one list for both. Pure.

The desk and its log have the names below. Readers see the strings ``comments.reason.<code>``, in
their language, which a site may change.
"""

from dataclasses import dataclass
from typing import Any

from widget.domain.errors import BadField
from widget.domain.page import clean_line

# In the order in which readers and editors choose; the desk numbers them from 1.
REASON_NAMES = {
    "insult": "Personal attack",
    "hate": "Hate speech",
    "spam": "Advertising",
    "off_topic": "Off topic",
    "private": "Private information",
    "illegal": "Illegal content",
    "duplicate": "Posted twice",
    "other": "Something else",
}
REASONS = tuple(REASON_NAMES)
# Of a report by a script from before there were reasons, and of a removal without a reason.
UNSPECIFIED = "unspecified"
MAX_NOTE = 200

Kinds = tuple[tuple[str, int], ...]  # kind of reason, and the number of reports that give it


@dataclass(frozen=True, slots=True)
class Ground:
    """The reason that a reader gives for a report, or an editor for a removal.

    :param reason: one of REASONS, or UNSPECIFIED.
    :param note: one line to the editor, or from the editor to the author; or "".
    """

    reason: str = UNSPECIFIED
    note: str = ""


NO_GROUND = Ground()


def ground_from(reason: Any, note: Any) -> Ground:
    """Clean and check what a client sent. Without a reason, it is unspecified.

    :raise BadField: there is no such reason, or the note is too long.
    """
    reason, note = reason or UNSPECIFIED, note or ""
    if reason not in (*REASONS, UNSPECIFIED):
        raise BadField(f"reason is one of: {', '.join(REASONS)}.")
    if not isinstance(note, str):
        raise BadField("note is text.")
    line = clean_line(note[: MAX_NOTE * 4])
    if len(line) > MAX_NOTE:
        raise BadField(f"note is one line of at most {MAX_NOTE} characters.")
    return Ground(reason, line)


def kinds_from(text: str) -> Kinds:
    """Parse what the store has: ``insult:3 spam:1``, or ``insult spam`` for one of each.

    :return: the most frequent kind first.
    """
    parts = (part.partition(":") for part in text.split())
    found = [(kind, int(number or 1)) for kind, _, number in parts]
    return tuple(sorted(found, key=lambda each: (-each[1], each[0])))
