from collections.abc import Iterator
from itertools import product
from math import comb, exp, isclose, log, prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.integrity.odds import LIKE, STEPS, Odds, log_inverse_chance, log_values
from widget.domain.integrity.usual import Usual
from widget.domain.integrity.window import Sums

CHOICES = 2
small = st.integers(min_value=0, max_value=7)


def noncentral(new: int, known: int, chosen: int, odds: float) -> dict[int, float]:
    """Return the law of new readers' votes among the chosen ones, term by term."""
    low, high = max(0, chosen - known), min(new, chosen)
    terms = {x: comb(new, x) * comb(known, chosen - x) * odds**x for x in range(low, high + 1)}
    return {x: term / sum(terms.values()) for x, term in terms.items()}


@given(small, small, st.data(), st.sampled_from([0.2, 1.0, 1.5, 4.5, 15.0]))
def test_the_chance_is_that_of_fishers_noncentral_law(
    new: int, known: int, data: st.DataObject, odds: float
) -> None:
    chosen = data.draw(st.integers(min_value=0, max_value=new + known))
    for a, chance in noncentral(new, known, chosen, odds).items():
        assert isclose(-log_inverse_chance(a, new, known, chosen, odds), log(chance), abs_tol=1e-5)


@given(small, small, st.data(), st.sampled_from([0.1, 0.7, 1.0, LIKE]))
def test_an_honest_hours_mean_evidence_is_at_most_one(
    new: int, known: int, data: st.DataObject, odds: float
) -> None:
    chosen = data.draw(st.integers(min_value=0, max_value=new + known))
    law = noncentral(new, known, chosen, odds)
    for place in range(len(STEPS)):
        mean = sum(
            chance * exp(log_values(a, new, known, chosen)[place]) for a, chance in law.items()
        )
        assert mean <= 1 + 1e-5


def test_an_attacks_mean_evidence_is_above_one() -> None:
    law = noncentral(20, 20, 20, LIKE * STEPS[0])
    mean = sum(chance * log_values(a, 20, 20, 20)[0] for a, chance in law.items())
    assert mean > 0.5


@pytest.mark.parametrize("a", [0, 1000, 2000])
def test_an_impossible_looking_hour_does_not_overflow(a: int) -> None:
    usual, tested = log_values(a, 2000, 2000, 2000)
    assert (usual > 500 and tested > usual) if a == 2000 else usual < 0


@settings(max_examples=50)
@given(
    st.integers(min_value=0, max_value=3000), st.integers(min_value=0, max_value=3000), st.data()
)
def test_more_new_readers_for_a_choice_are_more_evidence(
    new: int, known: int, data: st.DataObject
) -> None:
    chosen = data.draw(st.integers(min_value=0, max_value=new + known))
    low, high = max(0, chosen - known), min(new, chosen)
    a = data.draw(st.integers(min_value=low, max_value=high))
    if a < high:
        less, more = (log_values(x, new, known, chosen) for x in (a, a + 1))
        assert all(m > x - 1e-5 for x, m in zip(less, more, strict=True))


def test_a_storys_mean_evidence_is_at_most_what_its_hours_allow() -> None:
    """However often one looks: the bound is on the sum over all windows that could have begun."""
    new, known, chosen, hours = 4, 24, 12, 4
    law = noncentral(new, known, chosen, LIKE)
    means = [0.0] * hours
    for outcome in product(law, repeat=hours):
        chance = prod(law[a] for a in outcome)
        for place, mass in enumerate(evidence_by_hour(outcome, new, known, chosen)):
            means[place] += chance * mass
    for place, mean in enumerate(means, start=1):
        assert mean <= place / 24 / CHOICES + 1e-9


def evidence_by_hour(
    outcome: tuple[int, ...], new: int, known: int, chosen: int
) -> Iterator[float]:
    """Yield the detector's evidence after each hour, where ``outcome`` new readers chose 1."""
    sums = Sums(range(1, CHOICES + 1))
    odds = Odds(sums, Usual((0.5, 0.5)), level=1000.0, candidates=(1,))
    for place, a in enumerate(outcome):
        mine, others = ChoiceEvidence(a, chosen - a), ChoiceEvidence(new - a, known - chosen + a)
        sums.put(HourEvidence(place, {1: mine, 2: others}))
        assert list(odds.close()) == []
        yield sum(map(exp, odds._runs[1].mass))
