"""Scoring of a comment's tone, with the words that produce it. No Flask, no store."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from widget.tone.analyzer import BOOSTER_DICT, NEGATIONS, Analyzer, normalize
from widget.tone.language import LanguageGate
from widget.tone.normal import normalise

TONE_VERSION = 1
"""Stored with each score. Raise it with every change that can change a score."""

Label = Literal["positive", "negative", "mixed", "neutral", "no_opinion_words", "not_scored"]
Confidence = Literal["low", "medium", "high"]

_SENTENCE_WORDS = 4  # fewer words belong to the sentence next to them
WHOLE_SENTENCES = 3  # a text with more sentences is scored as the mean of its sentences
_LEANS = 0.05  # upstream's threshold
_MEDIUM, _HIGH = 0.25, 0.7
# Mixed: neither side is below the first, and neither outweighs the other by more than the second.
_SIDE, _OUTWEIGHS = 1.0, 2.0
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
class Tone:
    """The tone of one text.

    :param compound: -1 to 1, four decimals; None when not scored.
    :param contributions: everything that makes up ``compound``; see :func:`rebuild`.
    :param parts: the number of parts in the mean; 1 when scored whole.
    :param language: "en", another code, "und" if unknown, or "" without words (emoji alone).
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
    """Score the tone of any string, from its first 5,000 characters."""
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


# Built at import, so that the workers of a preloaded server share them.
_ANALYZER = Analyzer()
_KNOWN = frozenset(_ANALYZER.lexicon).union(BOOSTER_DICT, NEGATIONS)
_GATE = LanguageGate(_ANALYZER.lexicon)
