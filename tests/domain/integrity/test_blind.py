"""The blind experiment: an exact test, few looks, and a sentence that says no more than they do."""

import random
from collections import Counter
from math import comb

import pytest

from widget.domain.integrity.blind import (
    FALSE_ALARM,
    LOOKS,
    Arms,
    Days,
    Result,
    exact_p,
    look_at,
    result,
)
from widget.domain.integrity.blind_sentence import points, sentence

LABELS = {1: "Like", 2: "Love", 3: "Angry", 4: "Wow"}
MIX = (0.4, 0.3, 0.2, 0.1)
MOVED = (0.375, 0.28125, 0.25, 0.09375)  # Angry by 5 points


def drawn(rng: random.Random, mix: tuple[float, ...], votes: int) -> Counter[int]:
    return Counter(rng.choices(range(1, len(mix) + 1), mix, k=votes))


def experiment(seed: int, shown: tuple[float, ...], *, blind: int = 400, days: int = 10) -> Days:
    """Draw an experiment of as many blind votes a day, and nine times as many others."""
    rng = random.Random(seed)
    return {
        day: {"blind": drawn(rng, MIX, blind), "shown": drawn(rng, shown, 9 * blind)}
        for day in range(days)
    }


def results(days: Days) -> list[Result]:
    """Return what an editor sees who looks on each day."""
    return [result({d: days[d] for d in days if d <= day}, today=day + 1) for day in sorted(days)]


def is_found(days: Days) -> bool:
    return any(seen.look is not None and seen.look.found for seen in results(days))


@pytest.mark.parametrize(
    ("k", "marked", "drawn", "n"), [(3, 9, 7, 30), (0, 5, 10, 40), (7, 9, 7, 30)]
)
def test_the_test_is_exact(k: int, marked: int, drawn: int, n: int) -> None:
    def part(x: int) -> float:
        return comb(marked, x) * comb(n - marked, drawn - x) / comb(n, drawn)

    most = min(marked, drawn)
    fewer, more = sum(map(part, range(k + 1))), sum(map(part, range(k, most + 1)))
    assert exact_p(k, marked, drawn, n) == pytest.approx(min(1, 2 * min(fewer, more)), rel=1e-9)


def test_nothing_planted_is_found_no_oftener_than_promised_by_an_editor_who_looks_each_day() -> (
    None
):
    alarms = sum(is_found(experiment(seed, MIX, blind=100)) for seed in range(100))
    assert alarms <= 100 * FALSE_ALARM


def test_five_planted_points_are_found_and_said() -> None:
    found = [results(experiment(seed, MOVED))[-1] for seed in range(20)]
    assert all(seen.look and {e.choice for e in seen.look.found} >= {3} for seen in found)
    said = sentence(found[0], LABELS)
    assert said.startswith("Seeing the counts raised Angry by about ") and "points (" in said
    look = found[0].look
    assert look is not None
    [angry] = [effect for effect in look.effects if effect.choice == 3]
    assert angry.low < 0.05 < angry.high and look.findable < 0.05


def test_the_result_changes_only_when_the_blind_votes_have_doubled_and_the_day_is_over() -> None:
    seen = results(experiment(1, MIX, blind=100))
    looked = [one.look.day if one.look else None for one in seen]
    assert looked == [None, None, 2, 2, 4, 4, 4, 4, 4, 9]
    assert [one.next_at for one in seen[:3]] == [250, 250, 500]
    days = experiment(1, MIX, blind=300, days=1)
    assert result(days, today=0).look is None and result(days, today=1).look is not None


def test_after_the_last_look_there_is_no_other() -> None:
    seen = result(experiment(2, MIX, blind=LOOKS[-1] // 2, days=3), today=3)
    assert seen.next_at is None and seen.look is not None and seen.look.day == 1
    assert sentence(seen, LABELS).startswith("No difference shown. With 32,000 blind votes")


def test_before_the_first_look_it_is_too_early_to_say() -> None:
    assert sentence(result({}, today=5), LABELS) == (
        "Too early to say: the first look needs 250 blind votes, and there are 0."
    )


def test_pages_that_lie_about_their_arm_are_noticed_and_break_nothing() -> None:
    liars: Days = {0: {"blind": {3: 5000}}}
    seen = result(liars, today=1)
    assert seen.so_far.is_uneven and seen.look is not None and not seen.look.found
    honest = result(experiment(3, MIX), today=10).so_far
    assert not honest.is_uneven
    assert Arms(honest.shown, honest.blind + Counter({3: 400})).is_uneven


def test_a_choice_without_a_label_and_a_rare_one_are_no_trouble() -> None:
    rare = Arms(Counter({1: 9000, 15: 1}), Counter({1: 900, 15: 100}))
    look = look_at(rare, 7)
    assert {e.choice for e in look.found} == {1, 15}
    said = sentence(Result(rare, look, None), {1: "Like"})
    assert "raised Like" in said and "lowered choice 15" in said


@pytest.mark.parametrize(
    ("part", "said"),
    [(0.05, "5 points"), (-0.0512, "5 points"), (0.01, "1.0 point"), (0.012, "1.2 points")],
)
def test_points_have_a_decimal_where_they_are_few(part: float, said: str) -> None:
    assert points(part) == said
