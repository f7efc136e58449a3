"""Comments: ids, states, reserved names, and why one is held. Pure: no Flask, no store."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from widget.domain.article import PARTITIONS
from widget.domain.model import CommentRules

EDIT_WINDOW_S = 15 * 60
MANY_WORDS = 30  # characters: a text this long that another reader sends too is no coincidence
STATES = {"p": "published", "h": "held", "x": "hidden", "d": "deleted"}
LABELS = ("positive", "negative", "mixed", "neutral", "no_opinion_words")

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's, in the order of their bytes
_ID = re.compile(f"[{_ALPHABET}]{{20}}")
_TIME_CHARS, _CHANCE_CHARS = 9, 10

_LINK = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|\b[a-z0-9-]+\.(?:com|net|org|info|biz|ru|cn|top|xyz|shop|site|online|io)\b(?:/\S*)?",
    re.IGNORECASE,
)
# Letters that pass for another in a name, Cyrillic ones, Greek ones and digits. Both sides of a
# comparison go through the same table.
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u043a\u043c\u043d\u0442\u0432"
    "\u03b1\u03bf\u03c1\u03bd\u03b9\u03ba\u03c4\u03c5\u03b5\u03b7"
    "\u00df0134578@$|!l",
    "aeopcyxijskmhtb" + "aopviktuen" + "soieastbasiii",
)


@dataclass(frozen=True, slots=True)
class Score:
    """A tone as it is stored beside a comment.

    :param compound_e4: compound * 10,000, a whole number so that sums are exact; None: not scored.
    :param reason: why it was not scored, "" where it was.
    """

    label: str
    compound_e4: int | None
    confidence: str
    reason: str
    version: str


Scorer = Callable[[str], Any]  # widget.tone.score; read by its attributes


def scored(tone: Any) -> Score:
    """A :class:`widget.tone.Tone` in the form that is stored."""
    version = str(tone.version)
    if tone.label == "not_scored":
        return Score("not_scored", None, "", tone.reason, version)
    return Score(tone.label, round(tone.compound * 10_000), tone.confidence or "", "", version)


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment that passed every check and was not yet stored.

    :param mark: 8 bytes, the reader on this comment and on no other.
    :param why: reasons to hold it; none publishes it.
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
    """A stored comment. A deleted one has neither name, text, mark nor score."""

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

    @property
    def label(self) -> str:
        """What the comment counts as: an editor's correction goes before the scorer's label."""
        return self.corrected or (self.score.label if self.score else "")

    @property
    def standing(self) -> str:
        """The state, told apart where published: approved by an editor, or reported since."""
        if self.state != "published":
            return self.state
        return "approved" if self.approved else "reported" if self.reports else "published"

    @property
    def text_id(self) -> str:
        """Stands for the text in the audit log, which has no reader's words."""
        return _short_hash(self.text)

    @property
    def looks(self) -> str:
        """Another value for whatever an editor who decides about it should have seen."""
        return f"{self.standing}/{self.corrected}/{_short_hash(f'{self.name}{chr(10)}{self.text}')}"


def new_id(now_ms: int, partition: int, chance: bytes | None = None) -> str:
    """20 characters that sort by time, name their partition and cannot be guessed.

    :param chance: 7 bytes or more that decide the end, for ids that must come out the same again.
    """
    number = int.from_bytes(chance[:7], "big") if chance else secrets.randbits(50)
    return _base32(now_ms, _TIME_CHARS) + _ALPHABET[partition] + _base32(number, _CHANCE_CHARS)


def imported_id(source: str, at_s: int, partition: int) -> str:
    """The id of a comment from elsewhere: the same source gives the same id."""
    return new_id(at_s * 1000, partition, hashlib.sha256(source.encode()).digest())


def id_in(comment_id: str, partition: int) -> str:
    """A comment's id as it is where its article lies in this partition."""
    return comment_id[:_TIME_CHARS] + _ALPHABET[partition] + comment_id[_TIME_CHARS + 1 :]


def created_s(comment_id: str) -> int | None:
    """When a comment was created, by its id; None for what is no comment's id."""
    if partition_of(comment_id) is None:
        return None
    number = 0
    for char in comment_id[:_TIME_CHARS]:
        number = number * 32 + _ALPHABET.index(char)
    return number // 1000


def partition_of(comment_id: str) -> int | None:
    """Where a comment lies, or None for what is no comment's id."""
    if not _ID.fullmatch(comment_id):
        return None
    partition = _ALPHABET.index(comment_id[_TIME_CHARS])
    return partition if partition < PARTITIONS else None


def written_ms(comment_id: str) -> int:
    """When a comment was written, as its id tells it."""
    number = 0
    for char in comment_id[:_TIME_CHARS]:
        number = number * 32 + _ALPHABET.index(char)
    return number


def is_reserved(name: str, reserved: Iterable[str]) -> bool:
    """Whether a name would pass for one of the reserved ones at a glance."""
    skeleton = _skeleton(name)
    return any(skeleton == _skeleton(word) for word in reserved)


def why_held(
    text: str,
    rules: CommentRules,
    *,
    trap: str = "",
    spent_ms: int | None = None,
    is_first: bool = False,
) -> tuple[str, ...]:
    """The reasons to show a comment to an editor first, in one order; none publishes it.

    A duplicate is known only where it is stored: :meth:`Comments.create` adds that reason.

    :param trap: what came in the field that people do not see.
    :param spent_ms: how long the form was open; None where nobody measured.
    """
    reasons = (
        ("honeypot", bool(trap)),
        ("too_fast", spent_ms is not None and spent_ms < rules.hold_fast_s * 1000),
        ("links", 0 < rules.hold_links <= len(_LINK.findall(text))),
        ("first_comment", rules.hold_first and is_first),
    )
    return tuple(name for name, holds in reasons if holds)


def fingerprint(text: str, reader_mark: bytes) -> str:
    """Equal for texts that say the same.

    Short ones are told apart by reader: many people say "Thanks!", each once.
    """
    words = _words(text)
    said = words.encode() if len(words) >= MANY_WORDS else reader_mark + (words or text).encode()
    return hashlib.sha256(said).hexdigest()[:16]


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def _skeleton(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    letters = (c for c in decomposed.translate(_LOOKALIKES) if c.isalnum())
    return "".join(letters)


def _short_hash(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def _base32(number: int, chars: int) -> str:
    digits = []
    for _ in range(chars):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
