"""The benchmark of the blind experiment, much smaller."""

from random import Random

from bench.experiment import CASES, ended_with


def test_the_benchmark_finds_what_is_planted_and_nothing_else() -> None:
    nothing, planted, *_ = CASES
    rng = Random(135)
    assert sum(ended_with(nothing, rng) for _ in range(6)) == 0
    assert sum(ended_with(planted, rng) for _ in range(6)) == 6
