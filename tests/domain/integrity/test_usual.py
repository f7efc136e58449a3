from math import isclose

from widget.domain.integrity.evidence import ChoiceEvidence
from widget.domain.integrity.usual import SUPPOSED_NEW_PER_KNOWN, Usual, usual_of


def test_a_new_site_is_taken_for_an_even_one() -> None:
    usual = usual_of({}, [1, 2, 4])
    assert isclose(usual.share(1), 1 / 3)
    assert isclose(usual.new_per_known, SUPPOSED_NEW_PER_KNOWN)
    assert usual.votes == 0


def test_many_votes_say_what_is_usual() -> None:
    usual = usual_of({1: ChoiceEvidence(20_000, 60_000), 2: ChoiceEvidence(20_000, 0)}, [1, 2, 3])
    assert 0.79 < usual.share(1) < 0.8
    assert isclose(sum(usual.shares), 1)
    assert 0.66 < usual.new_per_known < 0.67


def test_a_choice_that_is_not_known_has_no_share() -> None:
    assert usual_of({}, []).share(12) == Usual(()).share(0) == Usual(()).share(1) == 0


def test_a_question_with_choices_of_its_own_has_an_even_mix() -> None:
    usual = usual_of({1: ChoiceEvidence(400, 600), 2: ChoiceEvidence(100, 100)}, [1, 2])
    assert usual.of_story([1, 2]) is usual.of_story([1]) is usual
    assert usual.of_story([2, 8]).share(2) == usual.of_story([2, 8]).share(8) == 0.5
    assert usual.of_story([]) is usual
