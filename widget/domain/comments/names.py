"""Names that readers may not use: those of the staff, the site's own, and what looks like them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from widget.domain.comments.lookalikes import skeletons

# A shorter reserved word counts as spelled apart only letter by letter: "M o d", but not "Mo D.".
_LONG_CHARS = 5
# What sets a role or a publication apart from a name: "Ana (Editor)", "Ana | The News". Brackets,
# dashes, quotation marks, signs and emoji by their categories, and these.
_APART = frozenset(',;:/\\"*#\u00b7\u2022')
_APART_CATEGORIES = frozenset(("Ps", "Pe", "Pd", "Pi", "Pf", "Sm", "So"))
_WITHIN = frozenset("-\u2010\u2011\u2018\u2019")  # hyphens and apostrophes
_WORD_END = re.compile(r"[\s_.-]")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word's skeletons.

    :param is_letter: it has one letter or digit.
    :param is_sign: it has none, but signs that can be read as letters, such as a flag.
    """

    forms: frozenset[str]
    is_letter: bool
    is_sign: bool


@dataclass(frozen=True, slots=True)
class _Reserved:
    """The skeletons of reserved names, and how they begin. A short word is not in ``long``."""

    names: frozenset[str]
    long: frozenset[str]
    beginnings: frozenset[str]


def is_reserved(name: str, reserved: Iterable[str]) -> bool:
    """Return whether a name, or a part of it that is set apart, looks like a reserved name.

    So do several reserved names in a row, and one after "the" or with a number.
    """
    known = _known(tuple(reserved))
    texts = {name, *_parts(name), *_parts(name.replace("@", ","))}
    for bare in {bare for text in texts for bare in _with_bare(text)}:
        words = _words(bare)
        if _is_made_of(words, known) or _is_made_of([w for w in words if not w.is_sign], known):
            return True
    return False


@lru_cache(maxsize=256)
def _known(reserved: tuple[str, ...]) -> _Reserved:
    names, long = set(), set()
    for name in reserved:
        words = [word for word in _WORD_END.split(name) if any(skeletons(word))]
        joined = {"".join(forms) for forms in zip(*map(skeletons, words), strict=True)} - {""}
        names |= joined
        if len(words) > 1 or len(name) >= _LONG_CHARS:
            long |= joined
    beginnings = {name[:chars] for name in names for chars in range(len(name) + 1)}
    return _Reserved(frozenset(names), frozenset(long), frozenset(beginnings))


def _words(text: str) -> list[_Word]:
    """Return the words that have a letter or digit, or can be read so."""
    found = ((word, frozenset(skeletons(word))) for word in _WORD_END.split(text))
    return [
        _Word(forms - {""}, sum(map(str.isalnum, word)) == 1, "" in forms)
        for word, forms in found
        if any(forms)
    ]


_THE = _words("the")[0].forms


def _parts(name: str) -> list[str]:
    """Return the parts of a name that are set apart from one another."""
    marked = ("\n" if _sets_apart(char) else char for char in name.replace(" - ", "\n"))
    return "".join(marked).split("\n")


def _sets_apart(char: str) -> bool:
    return char in _APART or (
        char not in _WITHIN and unicodedata.category(char) in _APART_CATEGORIES
    )


def _with_bare(text: str) -> set[str]:
    """Return a text as it is, and without the numbers at its ends."""
    chars = [char.isdigit() or char.isspace() for char in text]
    if all(chars):
        return {text}
    return {text, text[chars.index(False) : len(text) - chars[::-1].index(False)]}


def _is_made_of(words: list[_Word], known: _Reserved) -> bool:
    """Return whether the words are reserved names in a row."""
    reached = {0, 1} if len(words) > 1 and words[0].forms & _THE else {0}
    for start in range(len(words)):
        if start in reached:
            reached.update(_ends(words, start, known))
    return bool(words) and len(words) in reached


def _ends(words: list[_Word], start: int, known: _Reserved) -> Iterator[int]:
    """Yield where a reserved name that begins at a word can end."""
    begun, is_spelled = {""}, True
    for end, word in enumerate(words[start:], start + 1):
        begun = {before + form for before in begun for form in word.forms} & known.beginnings
        is_spelled = is_spelled and word.is_letter
        if begun & (known.names if is_spelled or end == start + 1 else known.long):
            yield end
