"""Composition of Unicode text (NFC) in linear time, without stacked marks ("zalgo"). Pure."""

import unicodedata

# No orthography puts more than four accents on a Latin letter. Hebrew, Arabic and Thai have more
# marks on a letter.
MAX_ACCENTS = 4
MAX_MARKS = 8

_ACCENTS = (
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
)


def composed(text: str) -> str:
    """Compose a text, after dropping marks on a letter beyond the most that any script needs."""
    if text.isascii():
        return text
    # Before composing, which is quadratic in marks; and after, because composing may reorder them.
    return _without_stacks(unicodedata.normalize("NFC", _without_stacks(text)))


def _without_stacks(text: str) -> str:
    kept: list[str] = []
    accents = marks = 0
    for char in text:
        category = unicodedata.category(char)
        # Some marks with a width of their own are put in order too.
        if category in ("Mn", "Me") or unicodedata.combining(char):
            marks += 1
            accents += _is_accent(char)
            if marks > MAX_MARKS or accents > MAX_ACCENTS:
                continue
        elif category != "Cf":  # a joiner between marks does not begin a new letter
            accents = marks = 0
        kept.append(char)
    return "".join(kept)


def _is_accent(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _ACCENTS)
