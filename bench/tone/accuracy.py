"""How well labels agree with people's: macro-F1, precision, and intervals by resampling."""

import random
from collections.abc import Sequence

from bench.tone.sets import CLASSES

RESAMPLED = 400


def f1_by_class(right: Sequence[int], found: Sequence[int]) -> list[float]:
    """Return the F1 of each class; 0 for one that is in neither."""
    scores = []
    for one in range(len(CLASSES)):
        hits = sum(a == b == one for a, b in zip(right, found, strict=True))
        total = sum(a == one for a in right) + sum(b == one for b in found)
        scores.append(2 * hits / total if total else 0.0)
    return scores


def macro_f1(right: Sequence[int], found: Sequence[int]) -> float:
    """Return the mean F1 of negative, neutral and positive."""
    return sum(f1_by_class(right, found)) / len(CLASSES)


def precision(right: Sequence[int], found: Sequence[int], of: int) -> tuple[float, int]:
    """Return how many of those found as a class are of it, and of how many; 0 of none."""
    chosen = [a for a, b in zip(right, found, strict=True) if b == of]
    return (sum(a == of for a in chosen) / len(chosen) if chosen else 0.0), len(chosen)


def macro_f1_interval(right: Sequence[int], found: Sequence[int]) -> tuple[float, float]:
    """Return the 95 % interval of the macro-F1 over samples of texts with replacement."""
    chance = random.Random(len(right))
    pairs = list(zip(right, found, strict=True))
    scores = []
    for _ in range(RESAMPLED):
        sample = chance.choices(pairs, k=len(pairs))
        scores.append(macro_f1([a for a, _ in sample], [b for _, b in sample]))
    scores.sort()
    return scores[round(0.025 * RESAMPLED)], scores[round(0.975 * RESAMPLED) - 1]
