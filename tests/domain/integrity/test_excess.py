from dataclasses import replace
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from widget.domain.integrity.excess import excess, odds_of, purity
from widget.domain.integrity.flag import Signal
from widget.domain.integrity.usual import Usual
from widget.domain.integrity.window import Window

USUAL = Usual((0.5, 0.3, 0.2))
ATTACKED = Window(
    choice=3,
    from_hour=100,
    to_hour=106,
    signal="odds",
    strength=20.0,
    new_chosen=300,
    new_other=200,
    known_chosen=60,
    known_other=240,
    chosen_before=200,
    all_before=1_000,
    new_before=300,
    known_before=500,
    chosen_day_before=200,
    all_day_before=1_000,
)


def test_what_the_other_choices_let_expect_stays() -> None:
    taken = excess(ATTACKED, USUAL)
    assert taken.kind == "new"
    assert 225 <= taken.votes < 250  # 200 others at 1 to 4 are 50 honest ones
    assert isclose(taken.honest, taken.votes * 50 / 300, rel_tol=0.02)
    assert taken.beyond < taken.beyond_most < 50


def test_networks_take_votes_of_both_kinds() -> None:
    taken = excess(replace(ATTACKED, signal="networks"), USUAL)
    assert taken.kind == "any"
    assert 210 <= taken.votes <= 250  # 440 others at 1 to 4 are 110 of 360


def test_nothing_beyond_the_expected_takes_nothing() -> None:
    taken = excess(replace(ATTACKED, new_chosen=50), USUAL)
    assert (taken.votes, taken.honest, taken.honest_most, taken.beyond) == (0, 0, 0, 0)


def test_aged_tokens_do_not_pass_for_the_storys_mood() -> None:
    aged = replace(ATTACKED, known_chosen=10, known_other=5)
    assert excess(aged, USUAL).votes > 200


def test_a_crowd_for_every_choice_is_not_pure() -> None:
    link = replace(ATTACKED, new_chosen=300, new_other=900)
    assert purity(ATTACKED, USUAL) > 0.75
    assert purity(link, USUAL) < 0.3
    assert purity(replace(ATTACKED, new_chosen=1), USUAL) == 0


def test_the_odds_have_a_lower_bound() -> None:
    odds, least = odds_of(ATTACKED)
    assert 5.8 < odds < 6.1
    assert 3 < least < 4
    assert odds_of(replace(ATTACKED, new_other=0, known_chosen=0))[1] > 5


counts = st.integers(min_value=0, max_value=3_000_000)


@given(st.lists(counts, min_size=4, max_size=4), st.sampled_from(["odds", "networks"]))
def test_no_more_is_taken_than_there_is(votes: list[int], signal: Signal) -> None:
    new_chosen, new_other, known_chosen, known_other = votes
    window = replace(
        ATTACKED,
        signal=signal,
        new_chosen=new_chosen,
        new_other=new_other,
        known_chosen=known_chosen,
        known_other=known_other,
    )
    taken = excess(window, USUAL)
    assert 0 <= taken.votes <= new_chosen + (known_chosen if taken.kind == "any" else 0)
    assert 0 <= taken.honest <= taken.honest_most <= taken.votes
    assert 0 <= taken.beyond <= taken.beyond_most <= taken.votes
