"""Whether held votes are as those that count, so that they may be released by themselves. Pure.

docs/adr/0132-the-integrity-watch.md says what the bound means and why the test is this one.
"""

from collections.abc import Callable, Sequence
from math import lgamma, log

MARGIN = 0.15  # a choice's share may differ by less than this
ALPHA_HELD = 0.04
ALPHA_COUNTED = 0.01
_STEPS = 30  # of a bisection


def are_alike(held: Sequence[int], counted: Sequence[int]) -> bool:
    """Tell whether the shares of all choices are shown to be about the same.

    Of each choice, an interval for the difference of the two shares has to include 0, and to end
    within the margin. Votes too few to show a difference have a wide interval, so they wait. If a
    share truly differs by the margin or more, this is ever True with a chance of at most 5 %,
    however often it is asked while votes arrive.

    :param held: votes by choice; ``counted`` likewise.
    """
    n, of = sum(held), sum(counted)
    if not n or not of:
        return False
    for k, of_k in zip(held, counted, strict=True):
        if k == of_k == 0:
            continue
        low, high = interval(k, n, ALPHA_HELD)
        of_low, of_high = interval(of_k, of, ALPHA_COUNTED)
        least, most = low - of_high, high - of_low
        if not -MARGIN < least <= 0 <= most < MARGIN:
            return False
    return True


def interval(k: int, n: int, alpha: float) -> tuple[float, float]:
    """Return bounds of a share that hold at all times at once: for every n, with 1 - alpha.

    The mean of the likelihood ratios against a share p, over all shares alike, is a martingale if p
    is the true one; so it ever exceeds 1 / alpha with a chance of at most alpha (Ville, 1939;
    Robbins, 1970). The interval has the p for which it does not.
    """
    mean = lgamma(k + 1) + lgamma(n - k + 1) - lgamma(n + 2)

    def is_out(p: float) -> bool:
        likely = (k * log(p) if k else 0.0) + ((n - k) * log(1 - p) if n > k else 0.0)
        return mean - likely > -log(alpha)

    return (
        _edge(is_out, 1e-12, k / n) if k else 0.0,
        _edge(is_out, 1 - 1e-12, k / n) if k < n else 1.0,
    )


def _edge(is_out: Callable[[float], bool], outside: float, inside: float) -> float:
    """Return the outer end of the last step to where a share is no longer out."""
    for _ in range(_STEPS):
        middle = (outside + inside) / 2
        if is_out(middle):
            outside = middle
        else:
            inside = middle
    return outside
