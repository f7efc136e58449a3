"""The tables of the measurements of faults: what misses a bound, and what is no measurement."""

from dataclasses import replace

import pytest

from bench import shorter
from bench.faults import kills, pauses
from bench.faults.kills import Kills
from bench.faults.outcome import Outcome
from bench.faults.pauses import Pause
from bench.figures import Figure
from bench.load import slow, soak
from bench.load.slow import Measured
from bench.load.soak import Soak
from tests.faults.support.comparison import Comparison
from tests.faults.support.load import Attempt, outage_s

GOOD = Comparison(
    votes=900,
    comments=40,
    lost=[],
    wrong=[],
    unanswered=0,
    doubled=0,
    missing=0,
    lost_comments=0,
    doubled_comments=0,
    odd=[],
)
LOST = replace(GOOD, lost=[("a", "n")])


def missed(lines: list[Figure]) -> list[str]:
    return [line.what.strip() for line in lines if not line.is_met]


@pytest.mark.parametrize(
    ("found", "outage", "misses"),
    [
        (GOOD, 4.0, []),
        (LOST, 4.0, ["lost"]),
        (replace(GOOD, doubled=1), 4.0, ["doubled or wrong"]),
        (replace(GOOD, wrong=[("a", "n")]), 4.0, ["doubled or wrong"]),
        (replace(GOOD, lost_comments=1), 4.0, ["comments lost"]),
        (GOOD, 10.5, ["longest refused"]),
        (replace(GOOD, votes=3), 4.0, ["votes acknowledged"]),
    ],
)
def test_a_failover_that_loses_doubles_or_lasts_misses(
    found: Comparison, outage: float, misses: list[str]
) -> None:
    assert missed(Outcome(2, [1.0, outage], found).lines("moved address")) == misses


@pytest.mark.parametrize(
    ("fsync", "lost_s", "misses"),
    [
        ("always", 0.3, ["lost", "lost, before a kill"]),
        ("everysec", 1.9, []),
        ("everysec", 2.1, ["lost, before a kill"]),
    ],
)
def test_a_kill_may_lose_two_seconds_unless_every_write_is_on_disk(
    fsync: str, lost_s: float, misses: list[str]
) -> None:
    lines = kills.lines(fsync, Kills(Outcome(1, [0.5], LOST), lost_s))
    assert missed(lines) == misses


def test_a_pause_that_others_feel_misses() -> None:
    good = Pause(slowest_s=1.1, rate=0.98, requests=400)
    assert missed(pauses.lines(good, good)) == []
    slow_one = replace(good, slowest_s=2.7)
    assert missed(pauses.lines(slow_one, replace(good, rate=0.5))) == [
        "slowest",
        "other shards' votes",
    ]
    assert "other shards' votes" in missed(pauses.lines(good, replace(good, rate=float("nan"))))


def test_a_soak_whose_workers_grow_misses() -> None:
    good = Soak(900, 52_000, 50_000, 0, 40.0, [80.0, 84.0, 84.5, 84.2], [5.0, 6.0], 700)
    assert missed(soak.lines(good)) == []
    growing = replace(good, worker_mb=[80.0, 84.0, 90.0, 99.0], failed=1)
    assert missed(soak.lines(growing)) == ["failed", "more in the second half"]
    assert missed(soak.lines(replace(good, requests=20_000))) == ["/ planned"]
    assert missed(soak.lines(replace(good, due=0.0))) == ["/ planned"]


def test_a_reader_among_slow_clients_who_waits_misses() -> None:
    good, waits = Measured(500, 0, 30.0), Measured(500, 1, 130.0)
    assert missed(slow.lines(good, good, good, good)) == []
    assert missed(slow.lines(good, good, good, waits)) == ["failed", "p99"]


@pytest.mark.parametrize("text", ["0", "-1", "2", "nan", "a"])
def test_a_share_that_is_none_ends_the_bench(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BENCH_SHARE", text)
    with pytest.raises(SystemExit, match="BENCH_SHARE"):
        shorter.times(10)


def test_a_shorter_run_does_everything_once_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shorter.times(20) == 20
    monkeypatch.setenv("BENCH_SHARE", "0.01")
    assert (shorter.times(20), shorter.seconds(1800, least=10)) == (1, 18)


def test_an_outage_is_of_one_story_and_ends_with_an_answer() -> None:
    attempts = [
        Attempt(0.0, 1.0, 503, "vote", "a"),
        Attempt(1.5, 0.5, 200, "vote", "b"),
        Attempt(2.0, 1.0, 200, "vote", "a"),  # a was refused for 3 s
        Attempt(9.0, 0.5, 0, "vote", "a"),
    ]
    assert outage_s(attempts) == pytest.approx(3.0)
