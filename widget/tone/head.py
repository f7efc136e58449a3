"""The head on VADER: the probabilities of negative, neutral and positive from a text's features.

Its weights are in head.json, which ``script/train-tone`` makes; see docs/tone-card.md. Pure.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from widget.tone.features import NAMES, Features
from widget.tone.fitting import Three, softmax

_OPINION = 0.5  # log-odds between positive and negative that a word must move


@dataclass(frozen=True, slots=True)
class Head:
    """Weights in the log-odds of the three classes: negative, neutral, positive.

    :param dense: one triple for each of :data:`widget.tone.features.NAMES`.
    """

    dense: tuple[Three, ...]
    words: Mapping[str, Three]
    constant: Three

    @property
    def opinions(self) -> frozenset[str]:
        """The words that say more than how a text is written."""
        return frozenset(
            word
            for word, (negative, _, positive) in self.words.items()
            if abs(positive - negative) >= _OPINION
        )

    def logits(self, found: Features) -> Three:
        """Return the log-odds, up to a common constant."""
        negative, neutral, positive = self.constant
        for value, (one, two, three) in zip(found.dense, self.dense, strict=True):
            if value:
                negative += value * one
                neutral += value * two
                positive += value * three
        for one, two, three in filter(None, map(self.words.get, found.words)):
            negative += one
            neutral += two
            positive += three
        return negative, neutral, positive

    def probabilities(self, found: Features) -> Three:
        """Return how likely the text is negative, neutral and positive."""
        return softmax(self.logits(found))


def head_from(record: Mapping[str, Any]) -> Head:
    """Return the head of a record as ``script/train-tone`` writes it."""
    dense = tuple(_three(record["dense"][name]) for name in NAMES)
    words = {word: _three(weights) for word, weights in record["words"].items()}
    return Head(dense, words, _three(record["constant"]))


def shipped() -> Head:
    """Return the head that comes with Readback."""
    return head_from(json.loads((files("widget.tone") / "head.json").read_text("utf-8")))


def _three(numbers: Any) -> Three:
    negative, neutral, positive = map(float, numbers)
    return negative, neutral, positive
