"""Cleaning of readers' text. Creating, editing, moderating and importing comments all use it.

It removes invisible characters and keeps those that people write with: joiners in emoji, Persian
and Hindi, Hebrew points, direction marks. No Flask, no store, no HTML: comments are plain text.
"""

import re
import unicodedata

from widget.domain.composition import composed
from widget.domain.errors import TooLong, TooShort

MAX_NAME = 50
MAX_TEXT = 2000
MAX_TEXT_BYTES = 8000
MAX_LINES = 40
MAX_LONG_BYTES = 65_536  # of a text that came with an import
CUT_MARK = "[\u2026]"
MAX_RAW = 100_000  # characters; cleaning cannot make a longer text short enough
_NEAR_CHARS = 200  # a text is cut between words if there is a space so near the end

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls except tab and newline; direction overrides, embeddings and isolates; invisible
# operators; annotation marks; the byte order mark; noncharacters.
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u180e\u202a-\u202e\u2060-\u206f\ufff9-\ufffb\ufeff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
# Tag characters show only in flags of regions: a black flag, tags, and the tag that ends them.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0000-\U000e007f]")
_JOINERS = re.compile("([\u200b-\u200f\u061c])[\u200b-\u200f\u061c]+")
_BLANK_LINES = re.compile("\n{3,}")
_SPACE = re.compile("\\s+")
# Signs that say "verified" or "official" beside a name, each with the selector that makes it an
# emoji. Names lose them; texts do not.
_BADGES = re.compile(
    "["
    "\u221a\u237b\u2611\u2705\u2713\u2714\U00010102\U0001f5f8\U0001f5f9\U0001fbb1"  # checks
    "\u22c6\u235f\u2605\u2606\u269d\u2726\u2727\u2729-\u2730\u2734-\u2739\u2742"  # stars
    "\u2b50-\u2b52\u2be8-\u2beb\U0001f31f\U0001f7c0-\U0001f7d4"
    "\u26e8\U0001f530\U0001f6e1"  # shields
    "\U0001f396\U0001f397\U0001f3c5\U0001f3c6\U0001f3f5\U0001f3f6"  # medals and crowns
    "\U0001f451\U0001f947-\U0001f949"
    "\U0001f510-\U0001f513\U0001f5dd"  # locks and keys
    "\xa9\xae\u2117\u2120\u2122\U0001f16a-\U0001f16c"  # copyright, registered, trade mark
    "\U0001f194\U0001f197\U0001f4db\U0001f6c2"  # ID, OK, name badge, passport control
    "]\ufe0f?"
)
INVISIBLE = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\u034f\u00ad")


def check_size(*raws: str) -> None:
    """Check at no cost that texts are short enough to clean.

    :raise TooLong: one has more than 100,000 code points.
    """
    if any(len(raw) > MAX_RAW for raw in raws):
        raise TooLong


def clean_text(raw: str) -> str:
    """Clean the text of a comment. Cleaning it again changes nothing.

    :raise TooLong: more than 2,000 code points, 8,000 bytes or 40 lines.
    :raise TooShort: it has no visible character.
    """
    text = _cleaned(raw)
    if len(text) > MAX_TEXT or len(text.encode()) > MAX_TEXT_BYTES:
        raise TooLong(f"A comment has at most {MAX_TEXT:,} characters (8,000 bytes).")
    if text.count("\n") >= MAX_LINES:
        raise TooLong(f"A comment has at most {MAX_LINES} lines.")
    return _written(text)


def clean_long_text(raw: str) -> str:
    """Clean a text that may be as long as an imported one.

    :raise TooLong: more than 65,536 bytes.
    :raise TooShort: it has no visible character.
    """
    text = _cleaned(raw)
    if len(text.encode()) > MAX_LONG_BYTES:
        raise TooLong(f"This comment has at most {MAX_LONG_BYTES:,} bytes.")
    return _written(text)


def cut_text(raw: str) -> tuple[str, bool]:
    """Clean a text of any length, and cut it at 65,536 bytes. Return it and whether it was cut.

    :raise TooShort: it has no visible character.
    """
    text = _written(_cleaned(raw[:MAX_RAW]))
    if len(raw) <= MAX_RAW and len(text.encode()) <= MAX_LONG_BYTES:
        return text, False
    room = MAX_LONG_BYTES - len(f"\n{CUT_MARK}".encode())
    kept = text.encode()[:room].decode(errors="ignore")
    space = max(kept.rfind(space, len(kept) - _NEAR_CHARS) for space in (" ", "\n"))
    return f"{kept[:space] if space > 0 else kept}\n{CUT_MARK}", True


def is_long(text: str) -> bool:
    """Decide whether a text is longer than a reader's may be."""
    return (
        len(text) > MAX_TEXT or len(text.encode()) > MAX_TEXT_BYTES or text.count("\n") >= MAX_LINES
    )


def clean_name(raw: str) -> str:
    """Clean a reader's name to one line without badges.

    :raise TooLong: more than 50 code points.
    :raise TooShort: it has no visible character.
    """
    plain = _BADGES.sub("", _SPACE.sub(" ", _bounded(raw)))
    name = _SPACE.sub(" ", _without_invisible(plain)).strip()
    if len(name) > MAX_NAME:
        raise TooLong(f"A name has at most {MAX_NAME} characters.")
    if not is_visible(name):
        raise TooShort("Write a name first.")
    return name


def _cleaned(raw: str) -> str:
    lines = _without_invisible(_LINE_ENDS.sub("\n", _bounded(raw))).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(map(str.rstrip, lines))).strip()


def _written(text: str) -> str:
    if not is_visible(text):
        raise TooShort("Write something first.")
    return text


def _bounded(raw: str) -> str:
    """Refuse a text too long to clean. Make it valid Unicode."""
    check_size(raw)
    # JSON can contain half a surrogate pair. Two matching halves become one character.
    return raw.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _without_invisible(text: str) -> str:
    """Remove invisible characters, repeated joiners and stacked marks; compose the rest (NFC)."""
    text = _REMOVED.sub("", text)
    text = _TAGS.sub(lambda tags: tags[1] or "", text)
    return _JOINERS.sub(r"\1", composed(text))


def is_visible(text: str) -> bool:
    """Return whether a text has a letter, digit or sign that people can see."""
    return any(char not in INVISIBLE and unicodedata.category(char)[0] in "LNPS" for char in text)
