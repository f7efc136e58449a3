"""``score(text) -> Tone``: what a comment's words say, how surely, and why. No Flask, no store."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from widget.tone.analyzer import BOOSTER_DICT, NEGATIONS, Analyzer, normalize
from widget.tone.language import LanguageGate
from widget.tone.normal import normalise

TONE_VERSION = 1
"""Kept beside each stored score. Every change that can move a score raises it."""

Label = Literal["positive", "negative", "mixed", "neutral", "no_opinion_words", "not_scored"]
Confidence = Literal["low", "medium", "high"]

_SENTENCE_WORDS = 4  # fewer are part of the sentence beside them
WHOLE_SENTENCES = 3  # up to here a text is scored whole; beyond, as the mean of its sentences
_LEANS = 0.05  # upstream's own threshold
_MEDIUM, _HIGH = 0.25, 0.7
# Mixed: neither side is weak, and neither outweighs the other by more than this.
_SIDE, _OUTWEIGHS = 1.0, 2.0
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')]*\s+|\n+")


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one word, emoji or the punctuation ("!", "?") adds to its part of the text.

    :param value: on the lexicon's scale, after negation, emphasis and the words around it.
    :param part: 0 unless the text was scored sentence by sentence.
    """

    word: str
    value: float
    part: int = 0


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of one text.

    :param compound: -1 to 1, four decimals; None when not scored.
    :param contributions: exactly what ``compound`` is made of; see :func:`rebuild`.
    :param parts: how many parts the mean is taken over; 1 when scored whole.
    :param language: "en", "" when nothing tells it (emoji alone), another code, "und" if unknown.
    :param reason: why it is not scored: "empty" or "language". None when scored.
    """

    label: Label
    compound: float | None
    confidence: Confidence | None
    contributions: tuple[Contribution, ...] = ()
    parts: int = 1
    language: str = ""
    reason: Literal["empty", "language"] | None = None
    version: int = TONE_VERSION


def score(text: str) -> Tone:
    """The tone of ``text``. Any string is taken; its first 5,000 characters are read."""
    normal = normalise(text, _KNOWN)
    if not normal.strip():
        return Tone("not_scored", None, None, reason="empty")
    language = _GATE.language(normal)
    if language not in ("en", ""):
        return Tone("not_scored", None, None, language=language, reason="language")
    parts = _parts(normal)
    contributions = tuple(
        contribution
        for part, sentence in enumerate(parts)
        for contribution in _contributions(sentence, part)
    )
    compound = rebuild(contributions, len(parts))
    return Tone(
        _label(compound, contributions),
        compound,
        _confidence(compound),
        contributions,
        len(parts),
        language,
    )


def rebuild(contributions: tuple[Contribution, ...], parts: int) -> float:
    """The compound that ``contributions`` make: the mean of each part's normalised sum."""
    sums = [0.0] * parts
    for contribution in contributions:
        sums[contribution.part] += contribution.value
    return round(math.fsum(normalize(total) for total in sums) / parts, 4)


def _parts(text: str) -> list[str]:
    """``text`` whole, or its sentences when it has more than three: a long sum saturates."""
    sentences: list[str] = []
    for piece in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        if sentences and (_is_fragment(piece) or _is_fragment(sentences[-1])):
            sentences[-1] += f" {piece}"
        else:
            sentences.append(piece)
    return sentences if len(sentences) > WHOLE_SENTENCES else [text]


def _is_fragment(piece: str) -> bool:
    """Too short to be a sentence of its own: an emoticon, "Wow.", "Mr."."""
    return len(piece.split(None, _SENTENCE_WORDS)) < _SENTENCE_WORDS


def _contributions(text: str, part: int) -> Iterator[Contribution]:
    words, valences, emphasis = _ANALYZER.judge(text)
    for word, valence in zip(words, valences, strict=True):
        if valence:
            yield Contribution(word, valence, part)
    if emphasis:
        yield Contribution("".join(mark for mark in "!?" if mark in text), emphasis, part)


def _label(compound: float, contributions: tuple[Contribution, ...]) -> Label:
    if not contributions:
        return "no_opinion_words"
    good = sum(c.value for c in contributions if c.value > 0)
    bad = -sum(c.value for c in contributions if c.value < 0)
    if min(good, bad) >= _SIDE and max(good, bad) <= _OUTWEIGHS * min(good, bad):
        return "mixed"
    if abs(compound) < _LEANS:
        return "neutral"
    return "positive" if compound > 0 else "negative"


def _confidence(compound: float) -> Confidence:
    strength = abs(compound)
    return "high" if strength >= _HIGH else "medium" if strength >= _MEDIUM else "low"


# Read at import, so that a preloaded server shares them between its workers.
_ANALYZER = Analyzer()
_KNOWN = frozenset(_ANALYZER.lexicon).union(BOOSTER_DICT, NEGATIONS)
_GATE = LanguageGate(_ANALYZER.lexicon)
