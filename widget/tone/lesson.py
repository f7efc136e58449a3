"""A lesson: what labels teach a head, and what it says of stories that it has not seen. Pure.

Five folds by story. Penalty and class offset are chosen by comments drawn at random, since editors
noticed the others, or the scorer was unsure of them.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from widget.tone.fitting import CLASSES, Row, Sample, Three, Weights, fit, softmax
from widget.tone.judging import by_story, likeliest, macro_f1

FOLDS = 5
CLASS_NAMES = ("negative", "neutral", "positive")
PENALTIES = (300.0, 100.0, 30.0, 10.0, 3.0)
_SHIFTS = tuple(
    (one, 0.0, two) for one in (-0.6, -0.3, 0.0, 0.3, 0.6) for two in (-0.6, -0.3, 0.0, 0.3, 0.6)
)
_FLAT = 1e-3


@dataclass(frozen=True, slots=True)
class Labelled:
    """A comment with its editors' opinion.

    :param row: its features.
    :param before: log-odds of the classes to which the head adds; zeros if it begins from nothing.
    :param opinion: 0 negative, 1 neutral, 2 positive.
    :param measures: whether it was drawn at random. The others only teach.
    """

    row: Row
    before: Three
    opinion: int
    story: str
    measures: bool = True


@dataclass(frozen=True, slots=True)
class Needs:
    """What labels must have before there is a lesson: so many, of stories, of each class.

    :param random: labels drawn at random, which must be of as many stories and classes.
    """

    labels: int
    random: int
    stories: int = 10
    of_class: int = 5


@dataclass(frozen=True, slots=True)
class Taught:
    """
    :param weights: of the head, fitted to all labels.
    :param left_out: for each label, the probabilities by a head that has not seen its story.
    """

    weights: Weights
    left_out: Sequence[Three]


def missing(labels: Sequence[Labelled], needs: Needs) -> tuple[str, ...]:
    """Return what is too few for a lesson, in words: ``12 more labels``."""
    measuring = [label for label in labels if label.measures]
    stories = len({label.story for label in measuring})
    of_class = Counter(label.opinion for label in measuring)
    counted = (
        (needs.labels - len(labels), "label", ""),
        (needs.random - len(measuring), "comment", " drawn at random"),
        (needs.stories - stories, "story", " with labels"),
        *(
            (needs.of_class - of_class[one], "comment", f" labelled {name}")
            for one, name in enumerate(CLASS_NAMES)
        ),
    )
    return tuple(f"{few} more {_plural(few, what)}{of}" for few, what, of in counted if few > 0)


def teach(labels: Sequence[Labelled], width: int, penalties: Sequence[float] = PENALTIES) -> Taught:
    """Fit a head, and ask heads fitted without a story what they say of it.

    :param width: number of features.
    :param penalties: to choose from, the largest first.
    """
    folds = _folds(labels)
    opinions = [label.opinion for label in labels]
    measuring = [at for at, label in enumerate(labels) if label.measures]
    by_penalty = _left_out(labels, folds, width, penalties)
    penalty = min(penalties, key=lambda one: _log_loss(by_penalty[one], opinions, measuring))
    logits = by_penalty[penalty]
    shifts = [
        _best_shift(logits, opinions, [at for at in measuring if folds[at] != fold])
        for fold in range(FOLDS)
    ]
    left_out = [softmax(_sum(of, shifts[fold])) for of, fold in zip(logits, folds, strict=True)]
    fitted = fit(_sample(labels), width, penalty=penalty, flat=_FLAT)
    shift = _best_shift(logits, opinions, measuring)
    return Taught(Weights(fitted.features, _sum(fitted.constant, shift)), left_out)


def _folds(labels: Sequence[Labelled]) -> list[int]:
    """Return the fold of each label: each story, the largest first, goes to the smallest fold."""
    sizes = Counter(label.story for label in labels)
    filled, fold_of = [0] * FOLDS, {}
    for story in sorted(sizes, key=lambda one: (-sizes[one], _hash(one))):
        fold_of[story] = fold = filled.index(min(filled))
        filled[fold] += sizes[story]
    return [fold_of[label.story] for label in labels]


def _hash(story: str) -> bytes:
    return hashlib.sha256(story.encode()).digest()


def _left_out(
    labels: Sequence[Labelled], folds: Sequence[int], width: int, penalties: Sequence[float]
) -> dict[float, list[Three]]:
    """Return, for each penalty, the log-odds of each label by a head without its fold."""
    found = {penalty: [(0.0, 0.0, 0.0)] * len(labels) for penalty in penalties}
    for fold in range(FOLDS):
        of_fold = [at for at, one in enumerate(folds) if one == fold]
        sample = _sample([labels[at] for at, one in enumerate(folds) if one != fold])
        weights = None
        for penalty in penalties:
            weights = fit(sample, width, penalty=penalty, flat=_FLAT, start=weights)
            for at in of_fold:
                found[penalty][at] = _sum(labels[at].before, weights.logits(labels[at].row))
    return found


def _sample(labels: Sequence[Labelled]) -> Sample:
    return Sample(
        [label.row for label in labels],
        [label.opinion for label in labels],
        offsets=[label.before for label in labels],
    )


def _best_shift(logits: Sequence[Three], opinions: Sequence[int], of: Sequence[int]) -> Three:
    """Return what, added to the log-odds, gives the best macro-F1; the smallest of several."""
    right = [opinions[at] for at in of]

    def worth(shift: Three) -> tuple[float, float]:
        called = [likeliest(_sum(logits[at], shift)) for at in of]
        whole = by_story([""] * len(of), right, called)
        return macro_f1(whole.get("", [0] * CLASSES**2)), -sum(map(abs, shift))

    return max(_SHIFTS, key=worth)


def _log_loss(logits: Sequence[Three], opinions: Sequence[int], of: Sequence[int]) -> float:
    return -math.fsum(math.log(max(softmax(logits[at])[opinions[at]], 1e-12)) for at in of)


def _sum(ones: Three, others: Three) -> Three:
    return ones[0] + others[0], ones[1] + others[1], ones[2] + others[2]


def _plural(count: int, what: str) -> str:
    if count == 1:
        return what
    return "stories" if what == "story" else f"{what}s"
