"""Skeletons: two texts that look alike have one in common (Unicode's UTS #39, and more for names).

More, because a name is read at a glance: case, accents, small capitals, letters in boxes, and
digits or signs for letters ("Ed1tor", "@dmin") make no difference.
"""

import unicodedata
from functools import lru_cache
from importlib import resources

from widget.domain.comments.cleaning import INVISIBLE

# What UTS #39 keeps apart although it is the same at a glance: first small letters, then digits
# and pairs of letters.
_SMALL = dict(zip("ᴀʙᴅᴇꜰɢʜᴊᴋʟɴᴘʀᴛʍĸƅꞓ", "abdefghjklnprtmkbe", strict=True))
_CLOSE = dict(zip("134578l", "ieastbi", strict=True)) | {"w": "vv", "d": "ci", "m": "rn"}
_SIGNS = dict(zip("@$|!€¢£¥", "asiiecly", strict=True))
# Letters in dark circles and boxes, and those that flags are made of: none has a decomposition.
_BOXED = {
    chr(first + n): chr(ord("a") + n) for first in (0x1F150, 0x1F170, 0x1F1E6) for n in range(26)
}


@lru_cache(maxsize=512)
def skeletons(word: str) -> tuple[str, ...]:
    """Return a word's skeletons in a fixed order; those without a letter or digit are empty.

    A Greek nu looks like N, but a small one like v: so each case by itself. A sign can stand for
    a letter ("@dmin") or decorate it ("@editor"): so with signs and without.
    """
    found = []
    for text in (word, word.lower(), word.upper()):
        found.append(_skeleton("".join(c for c in text if unicodedata.category(c)[0] in "LNM")))
        found.append(_skeleton(text.translate(_FROM_SIGN)))
    return tuple(found)


def _skeleton(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).translate(_FROM_LOOKALIKE)
    folded = unicodedata.normalize("NFKD", decomposed.casefold()).translate(_FROM_LOOKALIKE)
    return "".join(_without_marks(folded.casefold().translate(_FROM_SMALL).translate(_FROM_CLOSE)))


def _without_marks(text: str) -> list[str]:
    """Keep letters, digits, and the vowel signs of scripts that write vowels as marks."""
    kept: list[str] = []
    for char in text:
        if char in INVISIBLE:
            continue
        is_vowel = unicodedata.category(char) in ("Mn", "Mc") and not unicodedata.combining(char)
        if char.isalnum() or (is_vowel and kept and not kept[-1].isascii()):
            kept.append(char)
    return kept


def _table() -> dict[str, str]:
    """Read the table: character -> what it looks like."""
    file = resources.files(__package__) / "lookalikes.txt"
    rows = [row for row in file.read_text(encoding="utf-8").split("\n") if row[:1] not in ("", "#")]
    return {char: row.partition("\t")[0] for row in rows for char in row.partition("\t")[2]}


_FROM_LOOKALIKE = str.maketrans(_table())
_FROM_SMALL = str.maketrans(_SMALL)
_FROM_CLOSE = str.maketrans(_CLOSE)
_FROM_SIGN = str.maketrans(_SIGNS | _BOXED)
