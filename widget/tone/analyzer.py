"""vaderSentiment in linear time. On plain ASCII text, every score equals upstream's.

For each word, upstream copies and lowercases the whole list of words, and it finds a valence by
searching the list for an equal value. This module lowercases the words once, each rule reads the
three words before and the two after, and the "but" rule keeps positions in heaps. It reproduces
upstream's oddities; the tests compare the two.

No Flask, no store.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    allcap_differential,
    normalize,
)

from widget.tone.emoji import OWN, SILENT

NEGATIONS = frozenset(NEGATE)
_DAMPING = {1: 1.0, 2: 0.95, 3: 0.9}  # a booster counts less the further away it is


@dataclass(frozen=True, slots=True)
class Sense:
    """The words just before or just after a word, beside which it is an opinion."""

    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()

    def is_meant(self, before: str, after: str) -> bool:
        """Return whether the word between these two is an opinion."""
        return before in self.before or after in self.after


class Analyzer(SentimentIntensityAnalyzer):  # type: ignore[misc]  # upstream has no types
    """A linear :class:`SentimentIntensityAnalyzer` with one valence for each emoji.

    Upstream spells each emoji out in English and scores those words. Here ``lexicon`` contains the
    emoji, so each is one word. One that emoji.py does not list keeps the sum of its English words.
    """

    lexicon: dict[str, float]
    emojis: dict[str, str]

    def __init__(
        self,
        supplement: Mapping[str, float] | None = None,
        senses: Mapping[str, Sense] | None = None,
    ) -> None:
        """
        :param supplement: valences beside the lexicon's and in their place. A word whose valence
            is 0 leaves the lexicon.
        :param senses: words that are an opinion only beside certain others.
        """
        super().__init__()
        self._senses = senses or {}
        for word, valence in (supplement or {}).items():
            if valence:
                self.lexicon[word] = valence
            else:
                self.lexicon.pop(word, None)
        spelled = {e: name for e, name in self.emojis.items() if len(e) == 1 and not e.isalnum()}
        valences = {emoji: sum(self._judge(name)[1]) for emoji, name in spelled.items()}
        valences |= dict.fromkeys(SILENT, 0.0) | OWN
        self.lexicon |= {emoji: valence for emoji, valence in valences.items() if valence}
        self._apart = {ord(emoji): f" {emoji} " for emoji in valences}

    def judge(self, text: str) -> tuple[list[str], list[float], float]:
        """Return the words of ``text``, the valence of each, and the emphasis of its punctuation.

        The compound is ``normalize(sum(valences) + emphasis)``.
        """
        words, valences = self._judge(self._set_apart(text))
        total = sum(valences)
        emphasis = self._punctuation_emphasis(text) if total else 0.0
        return words, valences, -emphasis if total < 0 else emphasis

    def polarity_scores(self, text: str) -> dict[str, float]:
        """Return ``neg``, ``neu``, ``pos`` and ``compound``, as upstream does."""
        return dict(self.score_valence(self._judge(self._set_apart(text))[1], text))

    def _set_apart(self, text: str) -> str:
        """Put spaces around each emoji, so that it is a separate word."""
        return text if text.isascii() else text.translate(self._apart)

    def _judge(self, text: str) -> tuple[list[str], list[float]]:
        words = [_bare(token) for token in text.split()]
        lowered = [word.lower() for word in words]
        some_shout = allcap_differential(words)
        valences = [
            self._valence(words, lowered, i, some_shout) if self._has_opinion(lowered, i) else 0.0
            for i in range(len(words))
        ]
        if "but" in lowered:
            _weigh_around(lowered.index("but"), valences)
        return words, valences

    def _has_opinion(self, lowered: Sequence[str], i: int) -> bool:
        if lowered[i] not in self.lexicon:
            return False
        sense = self._senses.get(lowered[i])
        return not sense or sense.is_meant(
            lowered[i - 1] if i else "", lowered[i + 1] if i + 1 < len(lowered) else ""
        )

    def _valence(
        self, words: Sequence[str], lowered: Sequence[str], i: int, some_shout: bool
    ) -> float:
        """Return the valence of the lexicon's word at ``i``, changed by the words around it."""
        word = lowered[i]
        following = lowered[i + 1] if i + 1 < len(lowered) else ""
        if word in BOOSTER_DICT or (word == "kind" and following == "of"):
            return 0.0
        valence = self.lexicon[word]
        if word == "no" and following in self.lexicon:
            valence = 0.0
        if _after_no(lowered, i):
            valence = self.lexicon[word] * N_SCALAR
        if some_shout and words[i].isupper():
            valence += C_INCR if valence > 0 else -C_INCR
        for back in range(1, min(i, 3) + 1):
            before = lowered[i - back]
            if before in self.lexicon:
                continue
            if before in BOOSTER_DICT:
                shouted = some_shout and words[i - back].isupper()
                valence += _boost(before, valence, shouted) * _DAMPING[back]
            valence = _negate(valence, lowered, i, back)
            if back == 3:
                valence = _idiom(valence, lowered[i - 3 : i + 3])
        if i and lowered[i - 1] == "least" and lowered[max(i - 2, 0)] not in ("at", "very"):
            valence *= N_SCALAR
        return valence


def _bare(token: str) -> str:
    """Strip the punctuation around a token, unless so little remains that it may be an emoticon."""
    stripped = token.strip(string.punctuation)
    return stripped if len(stripped) > 2 else token


def _after_no(lowered: Sequence[str], i: int) -> bool:
    """Apply upstream's rule: "no" one or two words before, or three with "or" or "nor" between."""
    if "no" in lowered[max(i - 2, 0) : i]:
        return True
    return i > 2 and lowered[i - 3] == "no" and lowered[i - 1] in ("or", "nor")


def _boost(booster: str, valence: float, shouted: bool) -> float:
    boost: float = BOOSTER_DICT[booster]
    if valence < 0:
        boost *= -1
    if shouted:
        boost += C_INCR if valence > 0 else -C_INCR
    return boost


def _negate(valence: float, lowered: Sequence[str], i: int, back: int) -> float:
    """Negate or strengthen ``valence`` for the word ``back`` positions before ``i``."""
    word = lowered[i - back]
    between = lowered[i - back + 1 : i]
    if back > 1:
        # Upstream's "and" binds tighter than its "or": at three, "so" or "this" alone is enough.
        strengthened = word == "never" and between[0] in ("so", "this")
        if strengthened or (back == 3 and between[1] in ("so", "this")):
            return valence * 1.25
        if word == "without" and "doubt" in between:
            return valence
    return valence * N_SCALAR if word in NEGATIONS or "n't" in word else valence


def _idiom(valence: float, window: Sequence[str]) -> float:
    """Replace ``valence`` by that of an idiom.

    :param window: the three words before, the word, and up to two after.
    """
    three, two, one, word = window[:4]
    two_one, three_two = f"{two} {one}", f"{three} {two}"
    three_two_one = f"{three_two} {one}"
    for phrase in (f"{one} {word}", f"{two_one} {word}", two_one, three_two_one, three_two):
        if phrase in SPECIAL_CASES:
            valence = SPECIAL_CASES[phrase]
            break
    for end in range(5, len(window) + 1):
        valence = SPECIAL_CASES.get(" ".join(window[3:end]), valence)
    for phrase in (three_two_one, three_two, two_one):
        valence += BOOSTER_DICT.get(phrase, 0.0)
    return valence


def _weigh_around(but: int, valences: list[float]) -> None:
    """Halve the valences before ``but`` and multiply those after it by 1.5, in place.

    Upstream walks the list and, for each value, changes the *first* position that now has an equal
    value. The heaps hold those positions, so the walk takes n log n steps instead of n squared.
    """
    positions: dict[float, list[int]] = {}
    for i, valence in enumerate(valences):
        if valence:
            positions.setdefault(valence, []).append(i)
    for i in range(len(valences)):
        value = valences[i]
        if not value:
            continue
        first = heappop(positions[value])
        valences[first] = value * (0.5 if first < but else 1.5)
        heappush(positions.setdefault(valences[first], []), first)


__all__ = ["BOOSTER_DICT", "NEGATIONS", "Analyzer", "Sense", "normalize"]
