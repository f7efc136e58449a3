"""How right a scorer is on labelled comments. Pure.

Comments of a story are alike, so chance is measured by drawing whole stories again.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from widget.tone.fitting import CLASSES, Three

UNSURE = CLASSES  # what the desk shows of a comment where no class is likely enough
RESAMPLES = 200
_INTERVAL = 0.95
BIN_EDGES = (
    1 / 3,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    1.0,
)  # of bins; the likeliest class has a third or more
_CELLS = CLASSES * CLASSES

Confusion = Sequence[int]
"""Counts of comments: those of opinion ``i`` that are called ``j`` are at ``3 * i + j``."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One labelled comment, as an editor and as a scorer answer.

    :param opinion: the editors': 0 negative, 1 neutral, 2 positive.
    :param probabilities: the scorer's.
    :param shown: the class that the desk shows, or :data:`UNSURE`.
    """

    story: str
    opinion: int
    probabilities: Three
    shown: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from 0 to 1 with its 95 % interval over resampled stories."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Comments whose likeliest class has a probability in a range.

    :param mean: of that probability.
    :param right: how many of the n are of that class by their editors.
    """

    n: int
    mean: float
    right: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a scorer makes of one class.

    :param labelled: comments that editors labelled so.
    :param called: comments that the desk shows so.
    :param both: comments in both.
    """

    labelled: int
    called: int
    both: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How right a scorer is.

    :param f1: macro-F1 of the likeliest class, over negative, neutral and positive.
    :param ece: expected calibration error: how far probabilities are from shares, in the mean.
    :param bins: by rising probability.
    :param found: of negative, neutral and positive.
    """

    f1: Estimate
    ece: float
    bins: tuple[Bin, ...]
    found: tuple[Found, Found, Found]


def likeliest(probabilities: Three) -> int:
    """Return the likeliest class; the first of several."""
    return probabilities.index(max(probabilities))


def judge(answers: Sequence[Answered]) -> Judgement:
    """Judge a scorer by labelled comments, of which there is at least one."""
    by_story = _by_story(answers)
    bins = _bins(answers)
    off = math.fsum(abs(one.right - one.n * one.mean) for one in bins)
    negative, neutral, positive = (_found(answers, one) for one in range(CLASSES))
    return Judgement(
        estimate(by_story, macro_f1), off / len(answers), bins, (negative, neutral, positive)
    )


def share_of(answers: Iterable[tuple[str, int]], opinion: int) -> Estimate:
    """Return the share of comments with an opinion.

    :param answers: ``(story, opinion)`` of comments that were drawn at random.
    """
    stories: dict[str, list[int]] = {}
    for story, one in answers:
        counts = stories.setdefault(story, [0, 0])
        counts[0] += one == opinion
        counts[1] += 1
    return estimate(stories, lambda counts: counts[0] / counts[1])


def better(
    of_story: Mapping[str, Confusion], than: Mapping[str, Confusion], least: float = 0.0
) -> float:
    """Return how often, over resampled stories, one scorer has the better macro-F1.

    :param least: a macro-F1 that it must exceed as well.
    """
    won = sum(
        macro_f1(ours) > max(least, macro_f1(theirs))
        for ours, theirs in zip(_resampled(of_story), _resampled(than), strict=True)
    )
    return won / RESAMPLES


def by_story(
    stories: Sequence[str], opinions: Sequence[int], called: Sequence[int]
) -> dict[str, Confusion]:
    """Return the confusion of each story."""
    found: dict[str, list[int]] = {}
    for story, opinion, one in zip(stories, opinions, called, strict=True):
        found.setdefault(story, [0] * _CELLS)[CLASSES * opinion + one] += 1
    return dict(found)


def macro_f1(confusion: Confusion) -> float:
    """Return the mean F1 of the three classes; that of a class nobody saw is 0.

    F1 is twice the agreed, of those labelled and those called so: 0 <= F1 <= 1.
    """
    total = 0.0
    for one in range(CLASSES):
        labelled = sum(confusion[CLASSES * one : CLASSES * (one + 1)])
        called = sum(confusion[one::CLASSES])
        if labelled + called:
            total += 2 * confusion[(CLASSES + 1) * one] / (labelled + called)
    return total / CLASSES


def estimate(of_story: Mapping[str, Confusion], figure: Callable[[Confusion], float]) -> Estimate:
    """Return a figure of summed counts, with its interval over resampled stories."""
    value = figure(_summed(of_story.values()))
    drawn = sorted(map(figure, _resampled(of_story)))
    cut = round(RESAMPLES * (1 - _INTERVAL) / 2)
    return Estimate(value, min(value, drawn[cut]), max(value, drawn[-1 - cut]))


def _resampled(of_story: Mapping[str, Confusion]) -> Iterator[Confusion]:
    """Yield the counts of as many stories, drawn again; the same draws for the same stories."""
    stories = [of_story[story] for story in sorted(of_story)]
    chance = random.Random(len(stories))
    for _ in range(RESAMPLES):
        yield _summed(chance.choices(stories, k=len(stories)))


def _summed(counts: Iterable[Confusion]) -> Confusion:
    return [sum(cells) for cells in zip(*counts, strict=True)]


def _by_story(answers: Sequence[Answered]) -> dict[str, Confusion]:
    return by_story(
        [one.story for one in answers],
        [one.opinion for one in answers],
        [likeliest(one.probabilities) for one in answers],
    )


def _bins(answers: Sequence[Answered]) -> tuple[Bin, ...]:
    found = []
    for low, high in pairwise(BIN_EDGES):
        of_bin = [one for one in answers if _is_within(max(one.probabilities), low, high)]
        right = sum(likeliest(one.probabilities) == one.opinion for one in of_bin)
        mean = math.fsum(max(one.probabilities) for one in of_bin) / max(1, len(of_bin))
        found.append(Bin(len(of_bin), mean, right))
    return tuple(found)


def _is_within(probability: float, low: float, high: float) -> bool:
    is_first, is_last = low == BIN_EDGES[0], high == BIN_EDGES[-1]
    return (is_first or low <= probability) and (is_last or probability < high)


def _found(answers: Sequence[Answered], of: int) -> Found:
    return Found(
        sum(one.opinion == of for one in answers),
        sum(one.shown == of for one in answers),
        sum(one.opinion == one.shown == of for one in answers),
    )
