"""Normalisation of comments to the characters and words of the lexicon. Pure; linear time."""

import html
import re
from collections.abc import Container

CAP_CHARS = 5_000
_RUN_KEPT = 3

# Characters that phones and word processors insert -> the lexicon's ASCII.
_ASCII = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("\u2012\u2013\u2014\u2015", " - "),
    "\u2026": "...",
    "\uff01": "!",
    "\uff1f": "?",
    "\u203c": "!!",
    "\u2049": "!?",
    "\u2757": "!",
    "\u2753": "?",
}
# Characters without a tone: variation selectors, zero-width characters, bidi controls, the soft
# hyphen, skin tones.
_REMOVED = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff]"
)
# No character has such a number, and Python refuses to read one of thousands of digits.
_NO_CHARACTER = re.compile(r"&#[0-9]{9,};?")
_SIGNS = str.maketrans(_ASCII)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|(?<!\w)@\w+|[\w.+-]{1,64}@\w[\w.-]*"
    r"|(?<![\w.-])(?:[\w-]{1,63}\.){1,5}[a-z]{2,24}/\S*",
    re.IGNORECASE,
)
_PLACEHOLDER = "___"  # still a word, but without an opinion and not part of an emoticon
_WORD = re.compile(r"[^\W\d_]{3,}")
_STRETCH = re.compile(r"([^\W\d_])\1\1+")
# Words glued together: "Terrible!Never", "lies,lies". After a full stop only a capital begins a
# word, since addresses and abbreviations have small letters. Two letters are asked for on both
# sides, so that "lol:D" keeps its emoticon.
_GLUED = re.compile(
    r"(?<=[^\W\d_]{2})(?:(?:[!?,;:/]+|--+|\.\.+)(?=[^\W\d_]{2})|\.(?=[A-Z][^\W\d_]|I\b))"
)
_HYPHENATED = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})+")
# They turn the word beside them round, or mean something else: "non-violent", "drug-free",
# "HIV-positive", "right-wing".
_BEFORE = frozenset("anti counter de ex non pre pro un".split())
_AFTER = frozenset("free less negative positive proof wing".split())
# One sign repeated, with or without spaces. Repeated letters are a stretch, and repeated ASCII
# signs are emphasis, so this is for the others.
_RUN = re.compile(rf"([^\x00-\x7f\w\s])(?:\s?\1){{{_RUN_KEPT},}}")


def normalise(text: str, known: Container[str]) -> str:
    """Normalise ``text`` for the analyzer.

    :param known: words to which a stretched one is shortened ("goooood" to "good").
    """
    text = text[:CAP_CHARS]
    if "&" in text:
        text = html.unescape(_NO_CHARACTER.sub("\ufffd", text))
    if not text.isascii():
        text = _RUN.sub(_first_of_run, _REMOVED.sub("", text).translate(_SIGNS))
    if "@" in text or "/" in text or "www." in text.lower():
        text = _ADDRESS.sub(_PLACEHOLDER, text)
    if _GLUED.search(text):
        text = _GLUED.sub(_unglued, text)
    if "-" in text:
        text = _HYPHENATED.sub(lambda found: _parted(found[0], known), text)
    if _STRETCH.search(text):
        text = _WORD.sub(lambda found: _shortened(found[0], known), text)
    return text


def _unglued(marks: re.Match[str]) -> str:
    return " - " if marks[0][0] == "-" else f"{marks[0]} "


def _parted(word: str, known: Container[str]) -> str:
    """Return a word with hyphens as its parts, unless it is known or means what they do not."""
    lowered = word.lower()
    parts = lowered.split("-")
    if lowered in known or parts[0] in _BEFORE or parts[-1] in _AFTER:
        return word
    return word.replace("-", " ")


def _first_of_run(run: re.Match[str]) -> str:
    return run[1] * _RUN_KEPT


def _shortened(word: str, known: Container[str]) -> str:
    """Return the known word that ``word`` stretches, or else ``word`` with its runs cut to two."""
    if word.lower() in known or not _STRETCH.search(word):
        return word
    doubled = _STRETCH.sub(r"\1\1", word)
    single = _STRETCH.sub(r"\1", word)
    return single if doubled.lower() not in known and single.lower() in known else doubled
