"""The benchmark of the detector, on made-up arrivals: those that it measures with are not ours."""

from pathlib import Path
from random import Random

import pytest

import bench.integrity
from bench.integrity import running, stories
from bench.integrity.attacks import KIT, Attacked, attacked
from bench.integrity.measuring import outcome
from bench.integrity.stories import Arrivals, Stories, Vote

QUIET = [Arrivals(9, (4, 6, 5, 4, 3, 3, 2, 2, 1, 1, *[1] * 62))]


def test_without_arrivals_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench.integrity, "ARRIVALS", tmp_path / "none.tsv")
    assert bench.integrity.main()
    assert "no arrivals at" in capsys.readouterr().err


def test_the_halves_of_the_arrivals_have_no_story_in_common(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "hourly.tsv"
    rows.write_text("".join(f"{hour}\t{hour} 1 2\n" for hour in range(7)))
    monkeypatch.setattr(stories, "ARRIVALS", rows)
    tuning, held_out = (stories.arrivals(held_out=half) for half in (False, True))
    assert [row.first for row in tuning] == [0, 2, 4, 6]
    assert [row.comments for row in held_out] == [(1, 1, 2), (3, 1, 2), (5, 1, 2)]


def test_an_attack_is_planted_found_and_set_aside() -> None:
    planted = attacked(Stories(3, QUIET), KIT["new"])
    became = outcome(planted)
    assert became.is_flagged
    assert became.stuffed == became.mine == len(planted.slots) == 250
    assert became.minutes is not None
    assert became.minutes <= 15
    assert 200 <= became.removed <= became.taken
    assert became.honest < 0.1 * became.taken


def test_a_network_has_the_gates_allowance() -> None:
    crowd = stories.Story(9, [Vote(0, 0, True, 7) for _ in range(80)], [1.0])
    seen = running.seen(crowd)
    assert sum(seen.counted.values()) == 50


def test_votes_of_a_network_come_again_until_midnight() -> None:
    votes = [Vote(slot, 1, False, 7) for slot in (0, 1, stories.SLOTS * 2)]
    crowd = stories.Story(22, votes, [1.0])
    at = {slot: hour for slot, hour, _ in running.hours(crowd, 20_000 * 24 + 22)}
    assert at[stories.SLOTS - 1].choices[2].again == 1
    assert at[stories.SLOTS * 3 - 1].choices[2].again == 0


def test_counts_are_drawn_around_their_mean() -> None:
    random = Random(1)
    for mean in (0.5, 12, 400):
        drawn = [stories.poisson(random, mean) for _ in range(500)]
        assert abs(sum(drawn) / 500 - mean) < 4 * (mean / 500) ** 0.5


def test_an_attack_without_a_vote_for_its_choice_is_not_found() -> None:
    planted = Attacked(Stories(3, QUIET).organic(), 1, [])
    became = outcome(planted)
    assert (became.is_flagged, became.removed, became.mine) == (False, 0, 0)
