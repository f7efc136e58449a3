"""What the head reads of a text: what VADER found, how it is written, and which words it has. Pure.

The numbers stay within what the training texts have, so a long text is not an unknown kind of text.
"""

import math
import re
from collections.abc import Sequence
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
    "sign",
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
_LEANS = 0.05  # upstream's threshold
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_YOU = frozenset(("you", "your", "you're", "u"))
_NEGATES = NEGATIONS | {"not", "no", "never", "none", "nor"}


@dataclass(frozen=True, slots=True)
class Features:
    """
    :param dense: the values of :data:`NAMES`.
    :param words: the text's words in lower case, each once, in their order.
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
    words, count = tuple(dict.fromkeys(found)), max(1, len(found))
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
        float((compound > _LEANS) - (compound < -_LEANS)),
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
        float(not _YOU.isdisjoint(words)),
        float(any(word in _NEGATES or word.endswith("n't") for word in words)),
        float("..." in text),
        float(good > 0 and bad > 0),
        float(text.rstrip().endswith("?")),
    )
    return Features(dense, words)
