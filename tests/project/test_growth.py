"""The model of growth: its caches behave as simulated ones do, and docs/scale.md has its tables."""

import random

import pytest

from bench.scale.__main__ import tables
from bench.scale.model import harmonic, load, misses, needs
from tests.support.server import ROOT


def simulated_misses(reads_a_second: float, stories: int, fresh_s: float, seconds: int) -> float:
    """Let readers come by chance to stories by Zipf's law; return the misses a second."""
    by_chance = random.Random(7)
    weights = [1 / rank for rank in range(1, stories + 1)]
    kept: dict[int, float] = {}
    missed, now_s = 0, 0.0
    while now_s < seconds:
        now_s += by_chance.expovariate(reads_a_second)
        [story] = by_chance.choices(range(stories), weights)
        if now_s >= kept.get(story, 0):
            kept[story] = now_s + fresh_s
            missed += 1
    return missed / seconds


@pytest.mark.parametrize(("reads", "stories", "fresh_s"), [(20, 10, 5), (50, 200, 5), (50, 200, 1)])
def test_the_model_of_a_cache_agrees_with_a_simulated_one(
    reads: float, stories: int, fresh_s: float
) -> None:
    simulated = simulated_misses(reads, stories, fresh_s, 400)
    assert misses(reads, stories, 1, fresh_s) == pytest.approx(simulated, rel=0.05)


def test_a_cache_keeps_no_more_and_no_less_than_it_can() -> None:
    assert misses(100, 50, 3, 0) == pytest.approx(100)
    assert misses(1e12, 50, 3, 5) == pytest.approx(50 * 3 / 5)
    assert harmonic(5000) == pytest.approx(sum(1 / k for k in range(1, 5001)), rel=1e-6)


def test_more_readers_never_need_less() -> None:
    costs = load()
    small, middle, large = (needs(costs, size) for size in costs.sizes)
    for name in ("app_cores", "store_cores", "store_gb", "usd_a_month", "hottest_votes"):
        assert getattr(small, name) <= getattr(middle, name) <= getattr(large, name)
    for size in costs.sizes:
        alone = needs(costs, size, with_cdn=False)
        assert alone.origin_reads == alone.edge_reads and not alone.hit_rate
        assert needs(costs, size).app_cores <= alone.app_cores


def test_the_page_on_scale_has_the_tables_of_the_model() -> None:
    assert tables() in (ROOT / "docs" / "scale.md").read_text()
