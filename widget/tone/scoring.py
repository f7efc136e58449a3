"""Scoring of a comment's tone, with the words that produce it. No Flask, no store."""

from dataclasses import dataclass
from typing import Literal

from widget.tone.analyzer import BOOSTER_DICT, NEGATIONS, Analyzer
from widget.tone.features import Features, features
from widget.tone.fitting import Three
from widget.tone.head import shipped
from widget.tone.language import LanguageGate
from widget.tone.normal import normalise
from widget.tone.own import Own
from widget.tone.reading import Contribution, Reading, read
from widget.tone.supplement import SENSES, supplement
from widget.tone.word_head import WordHead, words_of

TONE_VERSION = "2"
"""Stored with each score. Raise it with every change that can change a score."""

LEVEL_ERROR = 0.25
"""How far a story's mean lean must be from 0 for its sign to be believed.

Of the stories and products with a mean lean beyond it, people found at most one in twenty to be of
the other sign. It is also twice the largest bias of the mean lean over a whole set of texts. Both
were measured by ``script/bench tone``, and not on news comments; see docs/tone-card.md.
"""

Label = Literal[
    "positive", "negative", "mixed", "neutral", "unclear", "no_opinion_words", "not_scored"
]
Confidence = Literal["low", "medium", "high"]

LIKELY = 0.5  # a label is shown if it is more likely than not
_CLEAR, _SURE = 0.65, 0.8
# Mixed: neither side is below the first, and neither outweighs the other by more than the second.
_SIDE, _OUTWEIGHS = 1.0, 2.0
_LABELS: tuple[Label, Label, Label] = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of one text.

    :param lean: how much likelier positive is than negative, -1 to 1, four decimals; None when not
        scored, and without a known word. Its mean over comments is the tone of a story.
    :param compound: VADER's own score, -1 to 1, four decimals; None when not scored.
    :param contributions: everything that makes up ``compound``; see
        :func:`widget.tone.reading.rebuild`.
    :param parts: the number of parts in the mean of the compound; 1 when read whole.
    :param probabilities: of negative, neutral and positive; None when not scored.
    :param language: "en", another code, "und" if unknown, or "" without words (emoji alone).
    :param reason: why it is not scored: "empty" or "language". None when scored.
    """

    label: Label
    lean: float | None
    compound: float | None
    confidence: Confidence | None
    contributions: tuple[Contribution, ...] = ()
    parts: int = 1
    probabilities: Three | None = None
    language: str = ""
    reason: Literal["empty", "language"] | None = None
    version: str = TONE_VERSION


@dataclass(frozen=True, slots=True)
class Study:
    """What the scorer reads of a text before any head answers.

    :param language: as :attr:`Tone.language`.
    :param reading: VADER's, and the features and the shipped head's answer: of English alone.
    """

    text: str
    language: str
    reading: Reading | None = None
    found: Features | None = None
    shipped: Three | None = None

    @property
    def knows_none(self) -> bool:
        """Whether the text has no word that is an opinion to VADER or the shipped head."""
        if self.reading is None or self.found is None:
            return True
        return not self.reading.contributions and _OPINIONS.isdisjoint(self.found.words)


def study(text: str) -> Study:
    """Read any string, from its first 5,000 characters."""
    normal = normalise(text, _KNOWN)
    if not normal.strip():
        return Study("", "")
    language = _GATE.language(normal)
    if language not in ("en", ""):
        return Study(normal, language)
    reading = read(normal, _ANALYZER)
    found = features(normal, reading.compound, [one.value for one in reading.contributions])
    return Study(normal, language, reading, found, _HEAD.probabilities(found))


def language_of(text: str) -> str:
    """Return the language of a text as in :attr:`Tone.language`, without scoring it."""
    return _GATE.language(normalise(text, _KNOWN))


def score(text: str, own: Own | None = None) -> Tone:
    """Score the tone of any string, from its first 5,000 characters.

    :param own: the heads of a newsroom.
    """
    seen = study(text)
    version = f"{TONE_VERSION}/{own.number}" if own else TONE_VERSION
    if not seen.text:
        return Tone("not_scored", None, None, None, reason="empty", version=version)
    if seen.reading is None or seen.found is None or seen.shipped is None:
        head = own.words.get(seen.language) if own else None
        return _scored_by_words(seen, head, version)
    probabilities = seen.shipped
    if own and own.english:
        probabilities = own.english.probabilities(probabilities, seen.found)
    negative, _, positive = probabilities
    knows_none = seen.knows_none
    return Tone(
        "no_opinion_words" if knows_none else label_of(probabilities, seen.reading),
        None if knows_none else round(positive - negative, 4),
        seen.reading.compound,
        None if knows_none else _confidence(max(probabilities)),
        seen.reading.contributions,
        seen.reading.parts,
        probabilities,
        seen.language,
        version=version,
    )


def _scored_by_words(seen: Study, head: WordHead | None, version: str) -> Tone:
    """Score a text of another language by a newsroom's words; without them it is not scored."""
    language = seen.language
    if head is None:
        return Tone(
            "not_scored", None, None, None, language=language, reason="language", version=version
        )
    probabilities = head.probabilities(words_of(seen.text))
    if probabilities is None:
        return Tone("no_opinion_words", None, None, None, language=language, version=version)
    negative, _, positive = probabilities
    return Tone(
        label_of(probabilities),
        round(positive - negative, 4),
        None,
        _confidence(max(probabilities)),
        probabilities=probabilities,
        language=language,
        version=version,
    )


def label_of(probabilities: Three, reading: Reading | None = None) -> Label:
    """Return the label of probabilities; where none is clear, VADER's reading may say "mixed"."""
    likeliest = max(probabilities)
    if likeliest < _CLEAR and reading is not None and _has_both_sides(reading):
        return "mixed"
    return _LABELS[probabilities.index(likeliest)] if likeliest >= LIKELY else "unclear"


def _has_both_sides(reading: Reading) -> bool:
    good = sum(one.value for one in reading.contributions if one.value > 0)
    bad = -sum(one.value for one in reading.contributions if one.value < 0)
    return min(good, bad) >= _SIDE and max(good, bad) <= _OUTWEIGHS * min(good, bad)


def _confidence(likeliest: float) -> Confidence:
    return "high" if likeliest >= _SURE else "medium" if likeliest >= _CLEAR else "low"


# Built at import, so that the workers of a preloaded server share them.
_ANALYZER, _HEAD = Analyzer(supplement(), SENSES), shipped()
_OPINIONS = _HEAD.opinions
_KNOWN = frozenset(_ANALYZER.lexicon).union(BOOSTER_DICT, NEGATIONS)
_GATE = LanguageGate(frozenset(_ANALYZER.lexicon).union(supplement()))
