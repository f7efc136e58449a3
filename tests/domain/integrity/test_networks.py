from itertools import product
from math import exp, isclose, log

from hypothesis import given
from hypothesis import strategies as st

from widget.domain.integrity.networks import diversity, log_value

parameter = st.floats(min_value=0.2, max_value=500)


def chance(before: int, fresh: tuple[bool, ...], parameter: float) -> float:
    """Return how likely votes come from new networks or known ones, vote by vote."""
    result = 1.0
    for place, is_fresh in enumerate(fresh):
        seen = before + place
        result *= (parameter if is_fresh else seen) / (parameter + seen)
    return result


@given(st.integers(min_value=1, max_value=40), parameter, parameter)
def test_the_mean_evidence_of_usual_networks_is_one(
    before: int, usual: float, tested: float
) -> None:
    mean = 0.0
    for fresh in product((True, False), repeat=5):
        value = log_value(before, 5, sum(fresh), usual, tested)
        mean += chance(before, fresh, usual) * exp(value)
    assert isclose(mean, 1, rel_tol=1e-6)


@given(parameter, st.integers(min_value=0, max_value=60), st.data())
def test_looking_after_each_vote_gives_the_same_evidence(
    usual: float, votes: int, data: st.DataObject
) -> None:
    fresh = data.draw(st.integers(min_value=0, max_value=votes))
    first = data.draw(st.integers(min_value=0, max_value=votes))
    of_first = min(fresh, first)
    in_two = log_value(9, first, of_first, usual, usual / 4) + log_value(
        9 + first, votes - first, fresh - of_first, usual, usual / 4
    )
    assert isclose(log_value(9, votes, fresh, usual, usual / 4), in_two, abs_tol=1e-6)


@given(st.floats(min_value=1, max_value=5000), st.integers(min_value=200, max_value=5000))
def test_the_diversity_is_found_again(parameter: float, votes: int) -> None:
    networks = parameter * log(1 + votes / parameter)
    found = diversity([(votes, round(networks))])
    assert isclose(found * log(1 + votes / found), round(networks), rel_tol=0.02)


def test_the_diversity_of_odd_samples_is_a_number() -> None:
    assert diversity([(5, 9)]) > 20
    assert 0 < diversity([(50, 0)]) < 1
