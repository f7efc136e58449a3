"""What the head reads of a text: what VADER found, how it is written, and which words it has. Pure.

The numbers stay within what the training texts have, so a long text is not an unknown kind of text.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from widget.tone.analyzer import NEGATIONS

NAMES = (
    "compound",
    "positive",
    "negative",
    "without",
    "hits",
    "hits_per_word",
    "no_hit",
    "asked",
    "length",
    "good",
    "bad",
    "strength",
    "asks",
    "questions",
    "calls",
    "exclamations",
    "quotes",
    "capitals",
    "you",
    "negates",
    "trails_off",
    "both",
    "ends_asking",
)
"""The dense features, in the order of :attr:`Features.dense`; docs/tone-card.md explains them."""

_LONG = 40  # words, of a long comment in the training texts
_SHOUT = 2  # words in capitals; one may be an abbreviation, of a country or a party
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_WORD_OR_STOP = re.compile(rf"{_WORD.pattern}|[.!?,;:]")
_REACH = 4  # words after a negation that it changes, up to the next of these signs
_YOU = frozenset(("you", "your", "you're", "u"))
_NEGATES = NEGATIONS | {"not", "no", "never", "none", "nor"}


@dataclass(frozen=True, slots=True)
class Features:
    """
    :param dense: the values of :data:`NAMES`.
    :param words: the text's words in lower case, each once, in their order. One that is negated has
        "not " before it: "good" in "don't think it's good" is another word than "good".
    """

    dense: tuple[float, ...]
    words: tuple[str, ...]


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case."""
    return _WORD.findall(text.lower())


def features(text: str, compound: float, values: Sequence[float]) -> Features:
    """Return the features of a normalised text.

    :param compound: VADER's, -1 to 1.
    :param values: of its contributions.
    """
    found = words_of(text)
    count = max(1, len(found))
    is_negated = any(word in _NEGATES or word.endswith("n't") for word in found)
    words = tuple(dict.fromkeys(_marked(text) if is_negated else found))
    asks = float(text.rstrip().endswith("?"))
    good = math.fsum(value for value in values if value > 0)
    bad = -math.fsum(value for value in values if value < 0)
    total = good + bad + count
    hits = len(values)
    shouted = sum(len(token) > 1 and token.isupper() for token in text.split())
    questions, exclamations = text.count("?"), text.count("!")
    dense = (
        compound,
        good / total,
        bad / total,
        count / total,
        min(hits, 10) / 5,
        min(hits / count, 1.0),
        float(not hits),
        compound * asks,
        math.log(min(count, _LONG)) / 3,
        min(good, 8.0) / 4,
        min(bad, 8.0) / 4,
        abs(compound),
        float(questions > 0),
        min(questions, 3) / 2,
        float(exclamations > 0),
        min(exclamations, 4) / 2,
        float('"' in text),
        min(shouted / count, 1.0) if shouted >= _SHOUT else 0.0,
        float(not _YOU.isdisjoint(found)),
        float(is_negated),
        float("..." in text),
        float(good > 0 and bad > 0),
        asks,
    )
    return Features(dense, words)


def _marked(text: str) -> Iterator[str]:
    """Yield the words of a text, with "not " before each that is negated."""
    left = 0
    for word in _WORD_OR_STOP.findall(text.lower()):
        if not word[0].isalpha():
            left = 0
            continue
        yield f"not {word}" if left else word
        left = _REACH if word in _NEGATES or word.endswith("n't") else max(0, left - 1)
