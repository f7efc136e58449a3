"""Statistics of counts, each with its uncertainty. Pure: no Flask, no redis, no clock.

Every share has its n and a 95 % interval. docs/desk.md explains the same measures to editors.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Z95 = 1.959963984540054  # normal quantile of .975
Z95_ONE_SIDED = 1.6448536269514722  # of .95
MIN_SHARE_N = 5
MIN_RANKED_N = 30
MOVER_PRIOR = 10.0

# The direction of a reaction. Sad and Wow have none: sadness about bad news is not a verdict.
WARM = frozenset(("like", "love", "funny"))
COLD = frozenset(("dislike", "angry"))


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n`` with its interval: ``0 <= low <= k/n <= high <= 1``, even if n is 0."""

    k: int
    n: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.k / self.n if self.n else 0.0

    @property
    def is_withheld(self) -> bool:
        """Whether n is too small to show a share: one more reader can move it by 20 points."""
        return self.n < MIN_SHARE_N

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of ``n`` values from -1 to 1, with its interval: ``-1 <= low <= value <= high <= 1``.

    :param error: the mean's standard error; 1 with fewer than two values, which say nothing of it.
    """

    n: int
    value: float
    low: float
    high: float
    error: float

    @property
    def is_withheld(self) -> bool:
        return self.n < MIN_SHARE_N


@dataclass(frozen=True, slots=True)
class Ratio:
    """A count relative to its expectation; ``low`` is the one-sided 95 % bound."""

    count: int
    expected: float
    value: float
    low: float


@lru_cache(maxsize=16_384)  # the desk computes the same thousands of shares again and again
def share(k: int, n: int, z: float = Z95) -> Share:
    """Return a share with its score interval.

    Source: Wilson (1927), JASA 22; recommended at every n by Brown, Cai and DasGupta (2001),
    Statistical Science 16. With n = 0 nothing is known: 0 to 1.
    """
    if not n:
        return Share(0, 0, 0.0, 1.0)
    p = k / n
    centre = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low, high = (centre - spread) / scale, (centre + spread) / scale
    return Share(k, n, 0.0 if k == 0 else min(low, p), 1.0 if k == n else max(high, p))


def difference(a: Share, b: Share) -> tuple[float, float]:
    """Return the interval of ``a.value - b.value``: ``-1 <= low <= high <= 1``.

    Source: Newcombe (1998), Statistics in Medicine 17, method 10, from two score intervals.
    """
    d = a.value - b.value
    down = math.hypot(a.value - a.low, b.high - b.value)
    up = math.hypot(a.high - a.value, b.value - b.low)
    return max(-1.0, d - down), min(1.0, d + up)


def mean(n: int, total: float, squares: float) -> Mean:
    """Return a mean from n, sum and sum of squares, with Student's interval of n - 1 degrees.

    A variance that rounding made negative counts as 0. With fewer than two values, the interval is
    the whole range.

    :param total: of values from -1 to 1; the interval is cut where they end.
    """
    value = max(-1.0, min(1.0, total / n)) if n else 0.0
    if n < 2:
        return Mean(n, value, -1.0, 1.0, 1.0)
    error = math.sqrt(max(0.0, squares - total * total / n) / (n - 1) / n)
    spread = student_t(n - 1) * error
    return Mean(n, value, max(-1.0, value - spread), min(1.0, value + spread), error)


def student_t(degrees: int, z: float = Z95) -> float:
    """Return Student's quantile at the normal quantile ``z``.

    Exact for 1 and 2 degrees; from 3, the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5),
    within 0.01 from 4 degrees. A mean of fewer than 5 values is withheld anyway.
    """
    if degrees <= 2:
        p = 0.5 * (1 + math.erf(z / math.sqrt(2)))
        if degrees == 1:
            return math.tan(math.pi * (p - 0.5))
        return (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p)))
    d = float(degrees)
    terms = (
        (z**3 + z) / (4 * d),
        (5 * z**5 + 16 * z**3 + 3 * z) / (96 * d**2),
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * d**3),
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * d**4),
    )
    return z + sum(terms)


def entropy(counts: Sequence[int]) -> float:
    """Return how evenly votes are spread over the choices: 0 all on one, 1 equally on all.

    Source: Pielou's evenness: Shannon's entropy divided by its maximum, the log of the choices.
    """
    n = sum(counts)
    if not n or len(counts) < 2:
        return 0.0
    spread = -sum(c / n * math.log(c / n) for c in counts if c)
    return min(1.0, max(0.0, spread / math.log(len(counts))))


def polarisation(warm: int, cold: int, n: int) -> float:
    """Return how divided readers are: 0 if everyone agrees, 1 if half are warm and half are cold.

    The variance of the direction (+1 warm, -1 cold, 0 neither), whose maximum is 1. Entropy would
    call a story half Like and half Love divided; this does not.
    """
    if not n:
        return 0.0
    return max(0.0, (warm + cold) / n - ((warm - cold) / n) ** 2)


def is_split(warm: int, cold: int, n: int) -> bool:
    """Return whether, with 95 % confidence each, a quarter or more are warm and a quarter cold."""
    if min(warm, cold) * 4 < n or not n:
        return False  # the low end of a share's interval is never above the share
    return share(warm, n).low >= 0.25 and share(cold, n).low >= 0.25


@lru_cache(maxsize=64)
def directions(keys: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Return the indexes of the warm and of the cold reactions among choice keys."""
    warm: list[int] = []
    cold: list[int] = []
    for at, key in enumerate(keys):
        if key in WARM:
            warm.append(at)
        elif key in COLD:
            cold.append(at)
    return warm, cold


def has_sides(keys: Sequence[str]) -> bool:
    """Return whether any of these choices is warm or cold."""
    return any(directions(tuple(keys)))


def rate_ratio(count: int, expected: float, prior: float = MOVER_PRIOR) -> Ratio:
    """Return a count relative to its expectation. A prior damps the ratio while counts are small.

    Poisson counts with a Gamma(prior, prior) ratio, whose posterior is Gamma(prior + count, prior +
    expected). With 10, the data outweigh the prior from 10 votes counted or expected. ``low`` is
    the 5 % quantile by Wilson and Hilferty (1931), PNAS 17: within 1 % at these shapes.
    """
    shape, rate = prior + count, prior + expected
    cube = 1 - 1 / (9 * shape) - Z95_ONE_SIDED / (3 * math.sqrt(shape))
    return Ratio(count, expected, shape / rate, shape / rate * cube**3)


def change(now: int, before: int) -> float | None:
    """Return the relative change: 0.5 for half as many again, None if ``before`` is too small."""
    return None if before < MIN_SHARE_N else now / before - 1


def against_baseline(now: Share, baseline: Share) -> str:
    """Return ``"above"``, ``"below"`` or ``"usual"``; ``""`` if either has too few votes.

    Votes cluster by story, so days differ by more than chance, and with many votes almost every
    difference is significant. It must also be five points and a quarter of the baseline.
    """
    if now.n < MIN_RANKED_N or baseline.n < MIN_RANKED_N:
        return ""
    low, high = difference(now, baseline)
    least = max(0.05, baseline.value / 4)
    if low > 0 and now.value - baseline.value >= least:
        return "above"
    if high < 0 and baseline.value - now.value >= least:
        return "below"
    return "usual"
