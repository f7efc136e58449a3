"""What VADER finds in a normalised text: the words with an opinion, and their compound. Pure."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from widget.tone.analyzer import Analyzer, normalize

_SENTENCE_WORDS = 4  # fewer words belong to the sentence next to them
WHOLE_SENTENCES = 3  # a text with more sentences is scored as the mean of its sentences
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class Contribution:
    """The share of one word, one emoji or the punctuation ("!", "?") in its part of the text.

    :param value: on the lexicon's scale, after negation, emphasis and the words around it.
    :param part: 0 unless the text was scored sentence by sentence.
    """

    word: str
    value: float
    part: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """
    :param compound: -1 to 1, four decimals.
    :param contributions: everything that makes up ``compound``; see :func:`rebuild`.
    :param parts: the number of parts in the mean; 1 when read whole.
    """

    compound: float
    contributions: tuple[Contribution, ...]
    parts: int


def read(text: str, analyzer: Analyzer) -> Reading:
    """Read a normalised text."""
    parts = _parts(text)
    contributions = tuple(
        contribution
        for part, sentence in enumerate(parts)
        for contribution in _contributions(analyzer, sentence, part)
    )
    return Reading(rebuild(contributions, len(parts)), contributions, len(parts))


def rebuild(contributions: tuple[Contribution, ...], parts: int) -> float:
    """Compute the compound from contributions: the mean of each part's normalised sum."""
    sums = [0.0] * parts
    for contribution in contributions:
        sums[contribution.part] += contribution.value
    return round(math.fsum(normalize(total) for total in sums) / parts, 4)


def _parts(text: str) -> list[str]:
    """Return ``text`` whole, or its sentences if it has more than three: a long sum saturates."""
    sentences: list[str] = []
    for piece in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        if sentences and (_is_fragment(piece) or _is_fragment(sentences[-1])):
            sentences[-1] += f" {piece}"
        else:
            sentences.append(piece)
    return sentences if len(sentences) > WHOLE_SENTENCES else [text]


def _is_fragment(piece: str) -> bool:
    """Return whether a piece is too short for a sentence: an emoticon, "Wow.", "Mr."."""
    return len(piece.split(None, _SENTENCE_WORDS)) < _SENTENCE_WORDS


def _contributions(analyzer: Analyzer, text: str, part: int) -> Iterator[Contribution]:
    words, valences, emphasis = analyzer.judge(text)
    for word, valence in zip(words, valences, strict=True):
        if valence:
            yield Contribution(word, valence, part)
    if emphasis:
        yield Contribution("".join(mark for mark in "!?" if mark in text), emphasis, part)
