"""Comments: ids, states, and reasons to hold one. Pure: no Flask, no store."""

import hashlib
import math
import re
import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any

from widget.domain.article import PARTITIONS
from widget.domain.comments.brought import Brought
from widget.domain.comments.cleaning import is_long
from widget.domain.comments.reasons import Kinds
from widget.domain.comments.rules import CommentRules

EDIT_WINDOW_S = 15 * 60
DOUBLING_S = 12 * 3600  # as lua/shared/comment.lua
LONG_CHARS = 30  # two readers do not write the same text of this length by coincidence
STATES = {"p": "published", "h": "held", "x": "hidden", "d": "deleted"}
CORRECTIONS = ("positive", "negative", "mixed", "neutral")  # the labels that an editor may set
LABELS = (*CORRECTIONS, "unclear", "no_opinion_words")

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in the order of its bytes
_ID = re.compile(f"[{_ALPHABET}]{{20}}")
_TIME_CHARS, _CHANCE_CHARS = 9, 10

_LINK = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|(?<![a-z0-9-])[a-z0-9-]+\.(?:com|net|org|info|biz|ru|cn|top|xyz|shop|site|online|io)\b(?:/\S*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Score:
    """The tone that is stored with a comment.

    :param lean_e4: lean * 10,000, a whole number so that sums are exact; None if it is not scored
        or has no known words. In the totals, the compound of version 1 has its place.
    :param reason: why it was not scored, or "".
    :param compound_e4: VADER's compound * 10,000; None: not scored.
    """

    label: str
    lean_e4: int | None
    confidence: str
    reason: str
    version: str
    compound_e4: int | None = None

    @property
    def has_lean(self) -> bool:
        """Whether the scorer knew what a lean is. Version 1 had the compound alone."""
        return self.version != "1"


def scored(tone: Any) -> Score:
    """Convert a :class:`widget.tone.Tone` to the form that is stored."""
    if tone.label == "not_scored":
        return Score("not_scored", None, "", tone.reason, tone.version)
    return Score(
        tone.label, _e4(tone.lean), tone.confidence or "", "", tone.version, _e4(tone.compound)
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment that has passed every check and is not stored yet.

    :param mark: 8 bytes that identify the reader on this comment and on no other.
    :param why: reasons to hold it. A comment without any is published.
    """

    id: str
    parent: str
    name: str
    text: str
    mark: bytes
    score: Score
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A stored comment. A deleted one has no name, text, mark or score.

    :param kinds: readers' reports of it by kind of reason.
    :param decided: the kinds of reports that an editor knew of when approving it.
    :param pending: the kinds of reports for which an approved comment is back in the queue.
    :param is_appealed: its author asked for a second look at its removal, and waits.
    """

    id: str
    article_id: str
    parent: str
    state: str
    name: str
    text: str
    at_s: int
    edited_s: int
    mark: bytes
    why: tuple[str, ...]
    section: str
    score: Score | None
    corrected: str
    ups: int
    reports: int
    replies: int
    approved: bool
    source: str
    brought: Brought | None = None
    kinds: Kinds = ()
    decided: Kinds = ()
    pending: Kinds = ()
    is_appealed: bool = False

    @property
    def label(self) -> str:
        """The label that counts: an editor's correction if there is one, or else the scorer's."""
        return self.corrected or (self.score.label if self.score else "")

    @property
    def is_long(self) -> bool:
        """Whether its text is folded when it is shown: it is longer than a reader's may be."""
        return is_long(self.text)

    @property
    def status(self) -> str:
        """The state, as an editor sees it.

        A published comment is "approved", "returned" to the queue after that, "reported" or just
        "published". A hidden one is "appealed" while its author waits for a second look.
        """
        if self.state == "hidden" and self.is_appealed:
            return "appealed"
        if self.state != "published":
            return self.state
        if self.approved:
            return "returned" if self.pending else "approved"
        return "reported" if self.reports else "published"

    @property
    def waits(self) -> bool:
        """Whether it is in the queue of the editors."""
        return self.status in ("held", "reported", "returned", "appealed")

    @property
    def text_id(self) -> str:
        """A hash that identifies the text in the audit log, which holds no reader's text."""
        return _short_hash(self.text)

    @property
    def version(self) -> str:
        """A value that changes with everything an editor should see before deciding."""
        return f"{self.status}/{self.corrected}/{_short_hash(f'{self.name}{chr(10)}{self.text}')}"


def thread_score(thread: Comment) -> int:
    """Return the score of a thread among the best, as lua/shared/comment.lua computes it too.

    It is its time in seconds, and 12 hours for each doubling of its recommendations. So it changes
    with recommendations only, and the order of all others stays as it is.
    """
    return thread.at_s + math.floor(DOUBLING_S * math.log(1 + thread.ups) / math.log(2))


def new_id(now_ms: int, partition: int, chance: bytes | None = None) -> str:
    """Make an id of 20 characters that sorts by time, has its partition and cannot be guessed.

    :param chance: 7 bytes or more instead of random ones, for an id that can be made again.
    """
    number = int.from_bytes(chance[:7], "big") if chance else secrets.randbits(50)
    return _base32(now_ms, _TIME_CHARS) + _ALPHABET[partition] + _base32(number, _CHANCE_CHARS)


def imported_id(source: str, at_s: int, partition: int) -> str:
    """Make the id of an imported comment. The same source always gives the same id."""
    return new_id(at_s * 1000, partition, hashlib.sha256(source.encode()).digest())


def id_in(comment_id: str, partition: int) -> str:
    """Return a comment's id with another partition: the one its article is in."""
    return comment_id[:_TIME_CHARS] + _ALPHABET[partition] + comment_id[_TIME_CHARS + 1 :]


def created_s(comment_id: str) -> int | None:
    """Return when a comment was created, from its id; None if this is not a comment's id."""
    return None if partition_of(comment_id) is None else written_ms(comment_id) // 1000


def partition_of(comment_id: str) -> int | None:
    """Return the partition of a comment, from its id; None if this is not a comment's id."""
    if not _ID.fullmatch(comment_id):
        return None
    partition = _ALPHABET.index(comment_id[_TIME_CHARS])
    return partition if partition < PARTITIONS else None


def written_ms(comment_id: str) -> int:
    """Return when a comment was written, from its id."""
    number = 0
    for char in comment_id[:_TIME_CHARS]:
        number = number * 32 + _ALPHABET.index(char)
    return number


def why_held(
    text: str,
    rules: CommentRules,
    *,
    trap: str = "",
    spent_ms: int | None = None,
    is_first: bool = False,
) -> tuple[str, ...]:
    """Return the reasons to hold a comment for an editor, always in the same order.

    Only the store can find a duplicate, so :meth:`Comments.create` adds that reason.

    :param trap: the value of the field that people do not see.
    :param spent_ms: how long the form was open; None if that was not measured.
    """
    reasons = (
        ("honeypot", bool(trap)),
        ("too_fast", spent_ms is not None and spent_ms < rules.hold_fast_s * 1000),
        ("links", 0 < rules.hold_links <= len(_LINK.findall(text))),
        ("first_comment", rules.hold_first and is_first),
    )
    return tuple(name for name, holds in reasons if holds)


def fingerprint(text: str, reader_mark: bytes) -> str:
    """Return a hash that is equal for texts with the same letters and digits.

    A short text counts as a duplicate only from the same reader: many people write "Thanks!".
    """
    letters = _letters(text)
    is_long = len(letters) >= LONG_CHARS
    hashed = letters.encode() if is_long else reader_mark + (letters or text).encode()
    return hashlib.sha256(hashed).hexdigest()[:16]


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def _e4(value: float | None) -> int | None:
    return None if value is None else round(value * 10_000)


def _short_hash(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def _base32(number: int, chars: int) -> str:
    digits = []
    for _ in range(chars):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
