"""Held votes are alike only if there are enough of them to have been able to differ."""

from collections import Counter
from math import comb
from random import Random

import pytest

from widget.domain.integrity.alike import ALPHA_HELD, are_alike, interval

MIX = (0.35, 0.05, 0.25, 0.1, 0.15, 0.05, 0.05)
OTHER = (0.20, 0.05, 0.40, 0.1, 0.15, 0.05, 0.05)  # by the margin


def drawn(random: Random, mix: tuple[float, ...], n: int) -> list[int]:
    counts = Counter(random.choices(range(len(mix)), mix, k=n))
    return [counts[at] for at in range(len(mix))]


def test_many_votes_of_the_same_mix_are_alike() -> None:
    random = Random(1)
    alike = [are_alike(drawn(random, MIX, 1000), drawn(random, MIX, 4000)) for _ in range(20)]
    assert sum(alike) >= 18


@pytest.mark.parametrize("n", [1, 10, 60, 120])
def test_few_votes_are_never_alike_even_if_their_mix_is_the_same(n: int) -> None:
    random = Random(n)
    assert not any(are_alike(drawn(random, MIX, n), drawn(random, MIX, 4000)) for _ in range(20))


def test_votes_that_differ_by_the_margin_are_not_alike_however_often_one_asks() -> None:
    random, ever = Random(3), 0
    for _ in range(40):
        counted, held = drawn(random, MIX, 4000), [0] * 7
        for _look in range(60):
            held = [a + b for a, b in zip(held, drawn(random, OTHER, 20), strict=True)]
            if are_alike(held, counted):
                ever += 1
                break
    assert ever <= 2


def test_a_clear_difference_within_the_margin_is_not_alike_either() -> None:
    assert not are_alike([500, 500], [42_000, 58_000])
    assert are_alike([500, 500], [50_000, 50_000])


@pytest.mark.parametrize(
    ("held", "counted"), [([], []), ([0, 0], [5, 5]), ([5, 5], [0, 0]), ([900, 0], [0, 900])]
)
def test_no_votes_or_opposite_ones_are_not_alike(held: list[int], counted: list[int]) -> None:
    assert not are_alike(held, counted)


def test_one_choice_for_everybody_is_alike() -> None:
    assert are_alike([1000, 0], [9000, 0])


@pytest.mark.parametrize(("k", "n"), [(0, 1), (0, 50), (50, 50), (17, 60), (300, 1000)])
def test_an_interval_has_the_shares_whose_likelihood_ratio_stays_small(k: int, n: int) -> None:
    low, high = interval(k, n, ALPHA_HELD)
    assert 0 <= low <= k / n <= high <= 1
    for p in (step / 200 for step in range(1, 200)):
        likely = comb(n, k) * p**k * (1 - p) ** (n - k) * (n + 1)
        assert (likely < ALPHA_HELD) == (not low <= p <= high)
