"""A newsroom's own head: what its labels add to the shipped one, and whether it may speak. Pure.

Opinions are judged by the labels of stories that were left out of the fit, so a figure says how
right a head is on stories it has not seen. docs/tone.md explains the guard.
"""

import hashlib
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from widget.tone.features import NAMES, Features
from widget.tone.fitting import CLASSES, Sample, Three, Weights, fit, softmax

FOLDS = 5
LEAST_LABELS, LEAST_STORIES, LEAST_OF_CLASS = 100, 10, 5
ASKED_EACH = 50  # labels, between two questions whether the head may speak
PENALTIES = (300.0, 100.0, 30.0, 10.0, 3.0)
_SHIFTS = (-0.6, -0.3, 0.0, 0.3, 0.6)
BOOTSTRAPS, MOST_LOST = 200, 0.1  # the site's head must win in the others
_FLAT = 1e-3


@dataclass(frozen=True, slots=True)
class Labelled:
    """
    :param shipped: the shipped head's probabilities of negative, neutral and positive.
    :param opinion: an editor's answer: 0 negative, 1 neutral, 2 positive.
    :param story: stories keep together, since their comments are alike.
    """

    features: Features
    shipped: Three
    opinion: int
    story: str


@dataclass(frozen=True, slots=True)
class SiteHead:
    """What is added to the logarithms of the shipped head's probabilities: 72 numbers."""

    weights: Weights

    def probabilities(self, shipped: Three, found: Features) -> Three:
        """Return how likely a text is negative, neutral and positive at this site."""
        return softmax(_sum(_logs(shipped), self.weights.logits(_row(found))))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a site's labels teach.

    :param head: the site's head, fitted to all labels; None if there are too few.
    :param own: the probabilities of each label's comment by a head that has not seen its story.
    :param wins: the share of resampled stories on which the site's head has the better macro-F1.
    """

    head: SiteHead | None
    own: Sequence[Three] = ()
    wins: float = 0.0

    @property
    def may_speak(self) -> bool:
        """Whether the site's head is used."""
        return self.head is not None and self.wins >= 1 - MOST_LOST


def missing(labels: Sequence[Labelled]) -> str:
    """Say what is still too few for a site's head; "" if nothing is."""
    stories = {label.story for label in labels}
    of_class = Counter(label.opinion for label in labels)
    if len(labels) < LEAST_LABELS:
        return f"{LEAST_LABELS - len(labels)} labels"
    if len(stories) < LEAST_STORIES:
        return f"labels of {LEAST_STORIES - len(stories)} more stories"
    fewest = min(range(CLASSES), key=lambda one: of_class[one])
    if of_class[fewest] < LEAST_OF_CLASS:
        name = ("negative", "neutral", "positive")[fewest]
        return f"{LEAST_OF_CLASS - of_class[fewest]} more {name} labels"
    return ""


def learn(labels: Sequence[Labelled]) -> Lesson:
    """Fit a site's head and ask whether it is better than the shipped one."""
    if missing(labels):
        return Lesson(None)
    folds = [_fold(label.story) for label in labels]
    by_penalty = {penalty: _left_out(labels, folds, penalty) for penalty in PENALTIES}
    opinions = [label.opinion for label in labels]
    penalty = min(by_penalty, key=lambda one: _log_loss(by_penalty[one], opinions))
    logits = by_penalty[penalty]
    own = [
        softmax(
            _sum(logits[at], _shift(logits, opinions, lambda other, of=fold: folds[other] != of))
        )
        for at, fold in enumerate(folds)
    ]
    everything = _fitted(labels, penalty)
    shift = _shift(logits, opinions, lambda _: True)
    head = SiteHead(Weights(everything.features, _sum(everything.constant, shift)))
    return Lesson(head, own, _wins(labels, own))


def _fold(story: str) -> int:
    return hashlib.sha256(story.encode()).digest()[0] % FOLDS


def _left_out(labels: Sequence[Labelled], folds: Sequence[int], penalty: float) -> list[Three]:
    """Return each label's log-odds by a head that has not seen the stories of its fold."""
    found: list[Three] = [(0.0, 0.0, 0.0)] * len(labels)
    for fold in set(folds):
        seen = [label for label, of in zip(labels, folds, strict=True) if of != fold]
        weights = _fitted(seen, penalty)
        for at, label in enumerate(labels):
            if folds[at] == fold:
                found[at] = _sum(_logs(label.shipped), weights.logits(_row(label.features)))
    return found


def _fitted(labels: Sequence[Labelled], penalty: float) -> Weights:
    sample = Sample(
        [_row(label.features) for label in labels],
        [label.opinion for label in labels],
        offsets=[_logs(label.shipped) for label in labels],
    )
    return fit(sample, len(NAMES), penalty=penalty, flat=_FLAT)


def _shift(logits: Sequence[Three], opinions: Sequence[int], is_of: Callable[[int], bool]) -> Three:
    """Return what, added to the log-odds of some labels, gives the best macro-F1."""
    chosen = [at for at in range(len(logits)) if is_of(at)]
    right = [opinions[at] for at in chosen]

    def worth(shift: Three) -> tuple[float, float]:
        found = [_likeliest(_sum(logits[at], shift)) for at in chosen]
        return macro_f1(right, found), -sum(map(abs, shift))

    return max(((one, 0.0, two) for one in _SHIFTS for two in _SHIFTS), key=worth)


def _wins(labels: Sequence[Labelled], own: Sequence[Three]) -> float:
    """Resample the stories; return how often the site's head has the better macro-F1."""
    by_story: dict[str, list[tuple[int, int, int]]] = {}
    for label, probabilities in zip(labels, own, strict=True):
        answer = label.opinion, _likeliest(label.shipped), _likeliest(probabilities)
        by_story.setdefault(label.story, []).append(answer)
    chance, stories, won = random.Random(len(labels)), sorted(by_story), 0
    for _ in range(BOOTSTRAPS):
        drawn = [
            answer
            for story in chance.choices(stories, k=len(stories))
            for answer in by_story[story]
        ]
        right, shipped, ours = zip(*drawn, strict=True)
        won += macro_f1(right, ours) > macro_f1(right, shipped)
    return won / BOOTSTRAPS


def macro_f1(right: Sequence[int], found: Sequence[int]) -> float:
    """Return the mean F1 of the classes; that of a class in neither is 0."""
    total = 0.0
    both, said, found_as = (Counter(pairs) for pairs in (zip(right, found), right, found))  # noqa
    for one in range(CLASSES):
        count = said[one] + found_as[one]
        total += 2 * both[one, one] / count if count else 0.0
    return total / CLASSES


def _log_loss(logits: Sequence[Three], opinions: Sequence[int]) -> float:
    return -math.fsum(
        math.log(max(softmax(of)[right], 1e-12)) for of, right in zip(logits, opinions, strict=True)
    )


def _likeliest(three: Three) -> int:
    return max(range(CLASSES), key=three.__getitem__)


def _logs(probabilities: Three) -> Three:
    one, two, three = (math.log(max(probability, 1e-6)) for probability in probabilities)
    return one, two, three


def _sum(ones: Three, others: Three) -> Three:
    return ones[0] + others[0], ones[1] + others[1], ones[2] + others[2]


def _row(found: Features) -> list[tuple[int, float]]:
    return [(at, value) for at, value in enumerate(found.dense) if value]
