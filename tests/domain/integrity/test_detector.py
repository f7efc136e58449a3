from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget.domain.integrity.detector import LEAST_EXCESS, Watch, find, is_alarming
from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.integrity.flag import Finding
from widget.domain.integrity.usual import Usual, usual_of

FIRST = 20_000 * 24 + 3
MIX = {1: 30, 2: 10, 3: 20, 4: 10, 5: 15}
NEW, KNOWN = 34, 50  # votes an hour
ATTACKED = 4
USUAL = usual_of({}, MIX)


def ordinary(random: Random, hours: int = 40, votes: float = 1.0) -> list[HourEvidence]:
    """Return hours in which new and known readers have the same mix."""
    return [HourEvidence(FIRST + place, _votes(random, votes)) for place in range(hours)]


def _votes(random: Random, votes: float) -> dict[int, ChoiceEvidence]:
    new, known = (
        Counter(random.choices(list(MIX), list(MIX.values()), k=round(usual * votes)))
        for usual in (NEW, KNOWN)
    )
    return {c: ChoiceEvidence(new[c], known[c], (new[c] + known[c]) // 12) for c in MIX}


def changed(
    hours: Sequence[HourEvidence], places: range, change: Callable[[ChoiceEvidence], ChoiceEvidence]
) -> list[HourEvidence]:
    """Return the hours, those at ``places`` with another count for the attacked choice."""
    result = list(hours)
    for place in places:
        hour = result[place]
        result[place] = replace(
            hour, choices={**hour.choices, ATTACKED: change(hour.choices[ATTACKED])}
        )
    return result


def stuffed(hours: Sequence[HourEvidence], places: range, votes: int) -> list[HourEvidence]:
    return changed(hours, places, lambda one: replace(one, new=one.new + votes // len(places)))


def found(hours: Sequence[HourEvidence], usual: Usual = USUAL) -> list[Finding]:
    return find(hours, usual, now_s=(hours[-1].hour + 1) * 3600 if hours else 0)


@pytest.mark.parametrize("seed", range(8))
def test_an_ordinary_story_is_not_flagged(seed: int) -> None:
    assert found(ordinary(Random(seed), hours=72)) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_surge_for_everything_is_not_flagged(seed: int) -> None:
    random = Random(seed)
    hours = ordinary(random)
    for place, more in enumerate(ordinary(random, hours=3, votes=8), start=20):
        hours[place] = replace(more, hour=FIRST + place)
    assert found(hours) == []


def test_new_readers_of_a_link_who_vote_for_everything_are_not_flagged() -> None:
    hours = ordinary(Random(1))
    choices = {c: ChoiceEvidence(n * 9, n, n) for c, n in MIX.items()}
    hours[20:22] = [replace(hour, choices=choices) for hour in hours[20:22]]
    assert found(hours) == []


def test_a_links_crowd_with_a_mood_of_its_own_is_not_flagged() -> None:
    """Its odds of one choice are fourfold, but it came for each of them."""
    hours = ordinary(Random(1))
    choices = {c: ChoiceEvidence(n * 9, n, n) for c, n in MIX.items()}
    choices[ATTACKED] = ChoiceEvidence(MIX[ATTACKED] * 36, MIX[ATTACKED], MIX[ATTACKED])
    hours[20:23] = [replace(hour, choices=choices) for hour in hours[20:23]]
    assert found(hours) == []


@pytest.mark.parametrize("seed", range(5))
def test_stuffed_votes_of_new_readers_are_flagged_with_their_window(seed: int) -> None:
    (flag,) = found(stuffed(ordinary(Random(seed)), range(20, 26), 252))
    assert (flag.choice, flag.signal, flag.kind) == (ATTACKED, "odds", "new")
    assert abs(flag.from_hour - FIRST - 20) <= 1
    assert abs(flag.to_hour - FIRST - 26) <= 1
    assert 200 <= flag.excess <= 275
    assert 1.5 < flag.odds_least < flag.odds
    assert 0 < flag.honest <= flag.honest_most <= flag.excess
    assert 0 < flag.beyond <= flag.beyond_most
    assert is_alarming(flag)


@pytest.mark.parametrize("seed", range(5))
def test_aged_tokens_of_few_networks_are_flagged_by_their_networks(seed: int) -> None:
    def aged(one: ChoiceEvidence) -> ChoiceEvidence:
        return ChoiceEvidence(one.new + 20, one.known + 20, one.again + 36)

    (flag,) = found(changed(ordinary(Random(seed)), range(30, 36), aged))
    assert (flag.choice, flag.signal, flag.kind) == (ATTACKED, "networks", "any")
    assert flag.networks is not None
    assert flag.networks_usual is not None
    assert flag.networks < flag.networks_usual
    assert 150 <= flag.excess <= 280
    assert not is_alarming(flag)


def test_many_votes_whose_networks_come_again_for_every_choice_are_not_flagged() -> None:
    alike = dict.fromkeys(MIX, ChoiceEvidence(40, 60, 20))
    assert found([HourEvidence(FIRST + place, alike) for place in range(40)]) == []


def test_one_campus_is_not_flagged() -> None:
    def campus(one: ChoiceEvidence) -> ChoiceEvidence:
        return ChoiceEvidence(one.new + 10, one.known + 15, one.again + 24)

    assert found(changed(ordinary(Random(2)), range(30, 32), campus)) == []


def test_networks_are_counted_anew_each_day() -> None:
    """Votes that come again are counted from midnight, so a day's own votes count against them."""

    def aged(one: ChoiceEvidence) -> ChoiceEvidence:
        return ChoiceEvidence(one.new + 20, one.known + 20, one.again + 36)

    over_midnight = changed(ordinary(Random(3)), range(18, 24), aged)
    assert FIRST % 24 + 21 == 24
    assert [flag.signal for flag in found(over_midnight)][:1] == ["networks"]


def test_a_flag_comes_while_the_hour_runs() -> None:
    hours = stuffed(ordinary(Random(4)), range(20, 21), 100)[:21]
    running = hours[-1].hour * 3600 + 600
    assert [flag.choice for flag in find(hours, USUAL, now_s=running)] == [ATTACKED]


def test_looks_in_between_change_nothing() -> None:
    hours = stuffed(ordinary(Random(5)), range(20, 26), 252)
    watch = Watch(USUAL, list(MIX))
    for hour in hours:
        half = {c: ChoiceEvidence(v.new // 2, v.known // 2) for c, v in hour.choices.items()}
        watch.look(replace(hour, choices=half))
        watch.look(hour)
        watch.close(hour)
    closed = Watch(USUAL, list(MIX))
    for hour in hours:
        closed.close(hour)
    assert watch.findings()[0].choice == closed.findings()[0].choice == ATTACKED
    assert found(hours) == closed.findings()


def test_a_flag_is_found_again_later() -> None:
    hours = stuffed(ordinary(Random(6), hours=72), range(20, 26), 252)
    soon, late = found(hours[:30]), found(hours)
    assert soon == late


def test_two_attacks_are_two_flags() -> None:
    hours = stuffed(ordinary(Random(7), hours=72), range(10, 14), 252)
    first, second = found(stuffed(hours, range(50, 54), 252))
    assert first.to_hour <= FIRST + 16 < FIRST + 48 <= second.from_hour


def test_hours_without_votes_may_be_missing() -> None:
    hours = [*ordinary(Random(8), hours=10), *stuffed(ordinary(Random(8)), range(30, 36), 252)[30:]]
    assert [flag.choice for flag in found(hours)] == [ATTACKED]


def test_votes_into_a_silent_story_are_flagged() -> None:
    quiet = ordinary(Random(9), votes=0.1)
    assert [flag.choice for flag in found(stuffed(quiet, range(20, 26), 252))] == [ATTACKED]


def test_a_new_question_of_an_editor_is_not_flagged() -> None:
    hours = [HourEvidence(FIRST, {8: ChoiceEvidence(90, 2), 9: ChoiceEvidence(70, 3)})]
    assert found(hours) == []


def test_no_votes_are_no_flag() -> None:
    assert found([]) == []
    assert found([HourEvidence(FIRST)]) == []
    assert found([HourEvidence(FIRST, {1: ChoiceEvidence(1, 0, 0)})]) == []


def test_a_site_with_one_choice_has_no_flags() -> None:
    hours = [HourEvidence(FIRST, {1: ChoiceEvidence(500, 0, 0)})]
    assert found(hours, usual_of({}, [1])) == []


def test_a_clock_that_was_set_back_is_no_matter() -> None:
    hours = stuffed(ordinary(Random(10)), range(20, 26), 252)
    assert find(hours, USUAL, now_s=0) == found(hours)


def test_a_story_of_millions_is_looked_at_soon() -> None:
    usual = ChoiceEvidence(1_000_000, 2_000_000, 2_500_000)
    hours = [HourEvidence(FIRST + i, dict.fromkeys(range(1, 16), usual)) for i in range(30)]
    assert found(hours) == []
    hours[20] = replace(
        hours[20], choices={**hours[20].choices, 7: ChoiceEvidence(2_097_151, 1_000, 0)}
    )
    assert [flag.choice for flag in found(hours)] == [7]


counts = st.sampled_from([-3, 0, 1, 2, 40, 300, 5_000, 2_097_151])
evidence = st.builds(ChoiceEvidence, counts, counts, counts)
numbers = st.integers(min_value=1, max_value=15)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.dictionaries(numbers, evidence, max_size=15), max_size=6),
    st.lists(st.integers(min_value=1, max_value=3_000), min_size=6, max_size=6),
    st.integers(min_value=-(10**9), max_value=10**10),
)
def test_whatever_the_counts_the_findings_are_whole(
    choices: list[dict[int, ChoiceEvidence]], gaps: list[int], now_s: int
) -> None:
    hours, at = [], FIRST
    for gap, one in zip(gaps, choices, strict=False):
        at += gap
        hours.append(HourEvidence(at, one))
    for flag in find(hours, USUAL, now_s=now_s):
        votes = flag.new_chosen + (flag.known_chosen if flag.kind == "any" else 0)
        assert 0 < flag.excess <= votes
        assert 0 <= flag.honest <= flag.honest_most <= flag.excess
        assert 0 <= flag.beyond <= flag.beyond_most <= flag.excess
        assert flag.from_hour < flag.to_hour <= at + 1
        assert flag.odds_least <= flag.odds
        assert 0 <= flag.purity <= 1
        assert flag.networks is None or flag.networks >= 0
        assert flag.excess >= LEAST_EXCESS
