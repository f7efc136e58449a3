"""How well labels agree with people's: macro-F1, precision, calibration, and intervals."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.tone.sets import CLASSES

RESAMPLED = 400
BINS = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % interval."""

    low: float
    value: float
    high: float

    def __str__(self) -> str:
        return f"{plain(self.value)} ({plain(self.low)} to {plain(self.high)})"


def plain(number: float) -> str:
    """Write a number of at most 1 with three decimals, and without its zero."""
    return f"{number:.3f}".replace("0.", ".", 1)


def macro_f1(right: Sequence[int], found: Sequence[int]) -> float:
    """Return the mean F1 of negative, neutral and positive; that of a class in neither is 0."""
    return _macro_f1(Counter(zip(right, found, strict=True)))


def _macro_f1(pairs: Mapping[tuple[int, int], int]) -> float:
    total = 0.0
    for one in range(len(CLASSES)):
        of_it = sum(count for (a, _), count in pairs.items() if a == one)
        found = sum(count for (_, b), count in pairs.items() if b == one)
        hits = pairs.get((one, one), 0)
        total += 2 * hits / (of_it + found) if of_it + found else 0.0
    return total / len(CLASSES)


@dataclass(frozen=True, slots=True)
class Compared:
    """The macro-F1 of an old and a new scorer on the same texts, and what the new one gains."""

    old: Interval
    new: Interval
    gain: Interval


def compared(right: Sequence[int], old: Sequence[int], new: Sequence[int]) -> Compared:
    """Compare two scorers over samples of the texts with replacement."""
    # Texts of one kind count alike, so a sample is drawn from the 27 kinds.
    kinds = Counter(zip(right, old, new, strict=True))
    names, weights = list(kinds), list(kinds.values())
    chance = random.Random(len(right))
    samples = [
        _both(Counter(chance.choices(names, weights, k=len(right)))) for _ in range(RESAMPLED)
    ]
    old_f1, new_f1 = _both(kinds)
    return Compared(
        _interval(old_f1, (one for one, _ in samples)),
        _interval(new_f1, (other for _, other in samples)),
        _interval(new_f1 - old_f1, (other - one for one, other in samples)),
    )


def _both(kinds: Counter[tuple[int, int, int]]) -> tuple[float, float]:
    old: Counter[tuple[int, int]] = Counter()
    new: Counter[tuple[int, int]] = Counter()
    for (right, first, second), count in kinds.items():
        old[right, first] += count
        new[right, second] += count
    return _macro_f1(old), _macro_f1(new)


def _interval(value: float, samples: Iterable[float]) -> Interval:
    ordered = sorted(samples)
    return Interval(ordered[round(0.025 * RESAMPLED)], value, ordered[round(0.975 * RESAMPLED) - 1])


@dataclass(frozen=True, slots=True)
class Precision:
    """:param share: of the texts with a label that people gave it too; 0 of none."""

    share: float
    texts: int

    def __str__(self) -> str:
        return f"{100 * self.share:.0f} % of {self.texts:,}"


def precision(right: Sequence[int], found: Sequence[int], of: int) -> Precision:
    """Return how many of the texts found to be of a class are."""
    chosen = [a for a, b in zip(right, found, strict=True) if b == of]
    return Precision(sum(a == of for a in chosen) / len(chosen) if chosen else 0.0, len(chosen))


def calibration_error(likely: Sequence[float], is_right: Sequence[bool]) -> float:
    """Return the expected calibration error: how far a probability is from the share of hits."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, hit in zip(likely, is_right, strict=True):
        bins.setdefault(min(int(probability * BINS), BINS - 1), []).append((probability, hit))
    gaps = (abs(sum(p for p, _ in of) - sum(hit for _, hit in of)) for of in bins.values())
    return sum(gaps) / len(likely) if likely else 0.0
