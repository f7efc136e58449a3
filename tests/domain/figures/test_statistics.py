"""The statistics against published tables and their bounds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget.domain.figures import statistics
from widget.domain.figures.statistics import MIN_SHARE_N, Share

counted = st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), Statistics in Medicine 17: table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5, 5, 0.5655, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_wilson_interval_agrees_with_published_values(
    k: int, n: int, low: float, high: float
) -> None:
    found = statistics.share(k, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


@given(counted)
def test_a_share_is_inside_its_interval(pair: tuple[int, int]) -> None:
    found = statistics.share(*pair)
    assert 0 <= found.low <= found.value <= found.high <= 1 or found.n == 0


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),  # Newcombe (1998), 873-890: table II, method 10
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_difference_of_shares_agrees_with_published_values(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float
) -> None:
    found = statistics.difference(statistics.share(*a), statistics.share(*b))
    assert found == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("degrees", "t"),
    [(1, 12.706), (2, 4.303), (4, 2.776), (5, 2.571), (9, 2.262), (30, 2.042), (120, 1.980)],
)
def test_students_quantile_agrees_with_published_values(degrees: int, t: float) -> None:
    assert statistics.student_t(degrees) == pytest.approx(t, abs=0.01)


def test_the_mean_of_a_small_sample_has_students_interval() -> None:
    values = [0.1, 0.5, -0.2, 0.4, 0.3]
    found = statistics.mean(5, sum(values), sum(v * v for v in values))
    assert found.value == pytest.approx(0.22)
    assert found.high - found.value == pytest.approx(2.776 * 0.27749 / math.sqrt(5), abs=2e-3)


@pytest.mark.parametrize("n", range(8))
def test_a_share_of_fewer_than_five_is_withheld(n: int) -> None:
    assert statistics.share(0, n).is_withheld == (n < MIN_SHARE_N)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], 0), ([0, 0], 0), ([9, 0, 0], 0), ([5, 5], 1), ([1, 1, 1, 1], 1), ([1, 1, 0, 0], 0.5)],
)
def test_entropy_is_0_for_one_choice_and_1_for_an_even_spread(
    counts: list[int], expected: float
) -> None:
    assert statistics.entropy(counts) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("warm", "cold", "n", "expected"),
    [
        (0, 0, 0, 0),
        (10, 0, 10, 0),
        (0, 10, 10, 0),
        (5, 5, 10, 1),
        (0, 0, 10, 0),
        (25, 25, 100, 0.5),
        (75, 25, 100, 0.75),
    ],
)
def test_polarisation_is_the_variance_of_the_direction(
    warm: int, cold: int, n: int, expected: float
) -> None:
    assert statistics.polarisation(warm, cold, n) == pytest.approx(expected)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_polarisation_stays_between_0_and_1(warm: int, cold: int, neither: int) -> None:
    assert 0 <= statistics.polarisation(warm, cold, warm + cold + neither) <= 1


@pytest.mark.parametrize(
    ("warm", "cold", "n", "expected"),
    [(50, 50, 100, True), (5, 5, 10, False), (90, 10, 100, False), (30, 30, 100, False)],
)
def test_a_story_is_split_only_with_enough_readers_on_both_sides(
    warm: int, cold: int, n: int, expected: bool
) -> None:
    assert statistics.is_split(warm, cold, n) is expected


@pytest.mark.parametrize(
    ("count", "expected", "value", "low"),
    [
        (0, 0, 1.0, 0.5426),  # chi-square, 20 degrees, 5 %: 10.851 / 20
        (40, 10, 2.5, 1.9482),  # chi-square, 100 degrees, 5 %: 77.929 / 2 / 20
        (5, 0, 1.5, 0.9246),  # chi-square, 30 degrees, 5 %: 18.493 / 2 / 10
    ],
)
def test_a_rate_ratio_is_damped_and_its_bound_agrees_with_chi_square(
    count: int, expected: int, value: float, low: float
) -> None:
    found = statistics.rate_ratio(count, expected)
    assert found.value == pytest.approx(value)
    assert found.low == pytest.approx(low, rel=0.01)


@pytest.mark.parametrize(
    ("now", "before", "expected"), [(118, 100, 0.18), (3, 0, None), (0, 10, -1.0), (9, 4, None)]
)
def test_there_is_no_relative_change_from_a_handful_of_votes(
    now: int, before: int, expected: float | None
) -> None:
    found = statistics.change(now, before)
    assert found == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("now", "usual", "expected"),
    [
        ((60, 100), (200, 1000), "above"),
        ((5, 100), (200, 1000), "below"),
        ((400, 10_000), (200, 10_000), "usual"),  # twice as many, but two percent points
        ((21, 100), (200, 1000), "usual"),
        ((22_000, 100_000), (200_000, 1_000_000), "usual"),  # sure, but a tenth is not news
        ((29, 29), (200, 1000), ""),
    ],
)
def test_a_share_is_compared_with_its_baseline(
    now: tuple[int, int], usual: tuple[int, int], expected: str
) -> None:
    found = statistics.against_baseline(statistics.share(*now), statistics.share(*usual))
    assert found == expected


@pytest.mark.parametrize(
    "values", [[], [1.0], [-1.0, -1.0], [1.0, -1.0], [0.9999] * 7, [1.0] * 40 + [-1.0], [0.1] * 3]
)
def test_the_interval_of_a_mean_stays_within_its_range(values: list[float]) -> None:
    found = statistics.mean(len(values), sum(values), sum(v * v for v in values))
    assert -1 <= found.low <= found.value <= found.high <= 1
    if len(values) < 2:
        assert (found.low, found.high, found.error) == (-1, 1, 1)


def test_directions_include_the_built_in_reactions_and_no_others() -> None:
    assert statistics.directions(("like", "bike", "angry", "sad", "love")) == ([0, 4], [2])


def test_a_share_has_the_half_width_of_its_interval() -> None:
    assert Share(1, 2, 0.25, 0.75).half_width == 0.25
