"""Ridge logistic regression over three classes, by L-BFGS in plain Python. Pure.

The head that is shipped and a site's own head are fitted by it. Numbers are added in the order of
the rows, so the same rows give the same weights.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Row = Sequence[tuple[int, float]]
Three = tuple[float, float, float]

CLASSES = 3
_REMEMBERED = 8  # steps from which L-BFGS estimates the curvature
_STEPS = 200
_FLAT = 1e-5
_ENOUGH = 1e-4  # of the promised descent that a step must reach (Armijo)
_SHORTEST = 1e-10


@dataclass(frozen=True, slots=True)
class Sample:
    """What a fit learns from, row by row.

    :param rows: the features of each row that are not 0, as ``(index, value)``.
    :param classes: 0, 1 or 2.
    :param weights: how much each row counts; all alike if there are none.
    :param offsets: log-odds by class that are added to each row's own; none if there are none.
    """

    rows: Sequence[Row]
    classes: Sequence[int]
    weights: Sequence[float] = ()
    offsets: Sequence[Three] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """The weight of each feature in the log-odds of each class, and a constant for each class."""

    features: Sequence[Three]
    constant: Three

    def logits(self, row: Row) -> Three:
        """Return the log-odds of the three classes, up to a common constant."""
        first, second, third = self.constant
        for index, value in row:
            one, two, three = self.features[index]
            first += value * one
            second += value * two
            third += value * three
        return first, second, third


def softmax(logits: Three) -> Three:
    """Return the probabilities of three classes."""
    most = max(logits)
    one, two, three = (math.exp(logit - most) for logit in logits)
    total = one + two + three
    return one / total, two / total, three / total


def balanced(classes: Sequence[int]) -> list[float]:
    """Return weights of rows with which each class counts as much as another."""
    counts = [classes.count(one) for one in range(CLASSES)]
    return [len(classes) / (CLASSES * counts[one]) for one in classes]


def fit(
    sample: Sample, width: int, *, penalty: float, flat: float = _FLAT, start: Weights | None = None
) -> Weights:
    """Return the weights of the least penalised log-loss.

    :param width: number of features.
    :param penalty: of half the sum of squared weights; the constants are free.
    :param flat: the fit ends where the slope's largest part is no more than this, by row.
    :param start: weights that may be near; zeros without.
    """
    end = CLASSES * width

    def loss(at: list[float]) -> tuple[float, list[float]]:
        total, slope = _log_loss(sample, at, end)
        for index in range(end):
            total += penalty / 2 * at[index] ** 2
            slope[index] += penalty * at[index]
        return total, slope

    at = [0.0] * (end + CLASSES)
    if start is not None:
        at = [number for three in (*start.features, start.constant) for number in three]
    found = _minimum(loss, at, flat=flat * max(1, len(sample.rows)))
    features = [_three(found, index * CLASSES) for index in range(width)]
    return Weights(features, _three(found, end))


def _three(numbers: Sequence[float], at: int) -> Three:
    return numbers[at], numbers[at + 1], numbers[at + 2]


def _log_loss(sample: Sample, at: list[float], end: int) -> tuple[float, list[float]]:
    """Return the log-loss of the rows and its slope.

    :param at: three weights a feature, then the three constants from ``end``.
    """
    total, slope = 0.0, [0.0] * len(at)
    for number, (row, right) in enumerate(zip(sample.rows, sample.classes, strict=True)):
        first, second, third = at[end], at[end + 1], at[end + 2]
        if sample.offsets:
            by = sample.offsets[number]
            first, second, third = first + by[0], second + by[1], third + by[2]
        for index, value in row:
            place = index * CLASSES
            first += value * at[place]
            second += value * at[place + 1]
            third += value * at[place + 2]
        found = softmax((first, second, third))
        weight = sample.weights[number] if sample.weights else 1.0
        total -= weight * math.log(max(found[right], 1e-300))
        one, two, three = (
            weight * (found[0] - (right == 0)),
            weight * (found[1] - (right == 1)),
            weight * (found[2] - (right == 2)),
        )
        for index, value in row:
            place = index * CLASSES
            slope[place] += one * value
            slope[place + 1] += two * value
            slope[place + 2] += three * value
        slope[end] += one
        slope[end + 1] += two
        slope[end + 2] += three
    return total, slope


@dataclass
class _Curvature:
    """The latest steps and the change of the slope along each, newest last."""

    steps: list[tuple[list[float], list[float], float]] = field(default_factory=list)

    def note(self, step: list[float], change: list[float]) -> None:
        bend = _dot(step, change)
        if bend > 0:
            self.steps = [*self.steps, (step, change, 1 / bend)][-_REMEMBERED:]

    def downhill(self, slope: list[float]) -> list[float]:
        """Return the direction of the next step (the two loops of Nocedal, 1980)."""
        way, taken = list(slope), []
        for step, change, per_bend in reversed(self.steps):
            share = per_bend * _dot(step, way)
            taken.append(share)
            way = [one - share * other for one, other in zip(way, change, strict=True)]
        if self.steps:
            step, change, _ = self.steps[-1]
            scale = _dot(step, change) / _dot(change, change)
            way = [scale * one for one in way]
        for (step, change, per_bend), share in zip(self.steps, reversed(taken), strict=True):
            missing = share - per_bend * _dot(change, way)
            way = [one + missing * other for one, other in zip(way, step, strict=True)]
        return [-one for one in way]


def _minimum(
    loss: Callable[[list[float]], tuple[float, list[float]]], at: list[float], *, flat: float
) -> list[float]:
    """Return the place of the least loss, for a loss that is convex.

    :param flat: the largest part of a slope that counts as none.
    """
    curvature = _Curvature()
    total, slope = loss(at)
    for _ in range(_STEPS):
        if max(map(abs, slope)) <= flat:
            break
        way = curvature.downhill(slope)
        promised = _dot(way, slope)
        length = 1.0 if curvature.steps else 1 / max(1.0, math.sqrt(_dot(slope, slope)))
        while True:
            there = [one + length * other for one, other in zip(at, way, strict=True)]
            next_total, next_slope = loss(there)
            if next_total <= total + _ENOUGH * length * promised:
                break
            length /= 2
            if length < _SHORTEST:
                return at
        curvature.note(
            [length * one for one in way],
            [one - other for one, other in zip(next_slope, slope, strict=True)],
        )
        at, total, slope = there, next_total, next_slope
    return at


def _dot(ones: Sequence[float], others: Sequence[float]) -> float:
    return math.fsum(one * other for one, other in zip(ones, others, strict=True))
