"""The benchmarks' arithmetic and parsing, and that their parts run."""

import math
from collections import Counter
from pathlib import Path

import pytest
from redis import Redis

from bench import __main__ as command
from bench import desk, embed, http, memory, script
from bench.__main__ import BY_NAME, SERVICE, parse_names
from bench.attack import crowd, stuffing
from bench.embed import longest_tasks_ms
from bench.figures import Figure, figure, ratios, sane, show
from bench.memory import FEW, REFERENCE, SPREAD, Growth, a_voter
from bench.processes import TICK_S, cpu_s, workers
from bench.wrk import Load, read
from tests.support.server import Server, wait_for
from widget.store.embedded import EmbeddedStore

DONE = '{"requests": 300, "us": 2000000, "refused": 0, "failed": 0, "p50_us": 1500, "p99_us": 9000}'


def test_a_figure_is_the_median_and_has_a_bound(capsys: pytest.CaptureFixture[str]) -> None:
    met = figure("vote", "x", [3.0, 1.0, 1.5], sane(0.1, 50), most=1.8)
    assert (met.median, met.low, met.high, met.is_met) == (1.5, 1.0, 3.0, True)
    missed = figure("votes", "a second", [39_999.0], sane(1, 10**6), least=40_000)
    assert not missed.is_met
    assert show("both", [met]) is True
    assert show("both", [met, missed]) is False
    assert "MISSED" in capsys.readouterr().out


@pytest.mark.parametrize("rounds", [[0.88], [1.0, 17.0, 16.0], [16.0, 400.0], [math.nan, 16.0]])
def test_one_implausible_round_fails_the_figure_whatever_its_bound(
    capsys: pytest.CaptureFixture[str], rounds: list[float]
) -> None:
    absurd = figure("1,000 voters", "bytes a voter", rounds, sane(12, 100), most=16.0)
    assert not absurd.is_plausible and not absurd.is_met
    assert show("Memory", [absurd]) is False
    out = capsys.readouterr().out
    assert "IMPLAUSIBLE: 1,000 voters:" in out and "gives 12 to 100" in out


def test_a_figure_without_a_bound_must_be_plausible_too() -> None:
    assert show("Memory", [figure("growth", "bytes", [16.0], sane(12, 100))]) is True
    assert show("Memory", [figure("growth", "bytes", [0.88], sane(12, 100))]) is False


def test_a_ratio_to_nothing_is_implausible() -> None:
    assert not figure("vote / bare", "x", ratios([2.0], [0.0]), sane(0.1, 50)).is_plausible


@pytest.mark.parametrize(("met", "code"), [((True, True), 0), ((True, False), 1)])
def test_the_bench_ends_with_1_unless_every_measurement_is_met(
    monkeypatch: pytest.MonkeyPatch, met: tuple[bool, bool], code: int
) -> None:
    monkeypatch.setattr(script, "main", lambda: met[0])
    monkeypatch.setattr(memory, "main", lambda: met[1])
    assert command.main(["script", "memory"]) == code


def measured_memory(**rounds: Growth) -> list[Figure]:
    growth = Growth(15.9, 15.7)
    grown = {REFERENCE: [growth], memory.MANY: [growth], SPREAD: [growth], FEW: [growth]}
    grown |= {getattr(memory, load): [one] for load, one in rounds.items()}
    return memory.lines(grown, Growth(35.0, 34.0))


@pytest.mark.parametrize(
    ("load", "growth"),
    [
        ("FEW", Growth(0.88, 17.2)),  # less than the marks alone need
        ("FEW", Growth(13.0, 17.2)),  # less than the keys of the store need
        ("REFERENCE", Growth(30.0, 15.7)),
        ("REFERENCE", Growth(15.7, 8.0)),
    ],
)
def test_a_growth_that_the_keys_do_not_explain_is_implausible(load: str, growth: Growth) -> None:
    assert all(line.is_met for line in measured_memory())
    absurd = [line.what for line in measured_memory(**{load: growth}) if not line.is_plausible]
    assert absurd


def plausible(lines: list[Figure]) -> bool:
    return all(line.is_plausible for line in lines)


def test_more_processor_time_than_there_was_is_implausible() -> None:
    def lines(a_second: float, cpu_us: float) -> list[Figure]:
        least = script.Round(180_000, 5.5)
        kinds = {kind: [script.Round(a_second, cpu_us)] for kind in script.KINDS}
        return script.lines(kinds | {script.YARDSTICK: [least]})

    assert plausible(lines(25_000, 38))
    assert not plausible(lines(25_000, 80)), "80 us 25,000 times are two seconds in one"
    assert not plausible(lines(25_000, 3)), "less than the one HINCRBY in it"


def test_requests_that_cost_the_server_nothing_are_implausible() -> None:
    def lines(cpu_us: float) -> list[Figure]:
        bare = http.Round(250.0, Load(4000, 1.0, 4.0, 9.0))
        own = http.Round(cpu_us, Load(7000, 1.0, 2.0, 9.0))
        return http.lines({"bar": [http.Pair(bare, own)]})

    assert plausible(lines(147.0))
    for absurd in (0.0, 20.0, 900.0, -30.0):
        assert not plausible(lines(absurd)), absurd


def test_a_visit_without_a_vote_is_implausible_though_it_sends_few_requests() -> None:
    left = [{"heap": 95.0, "listeners": 0.0, "nodes": 0.0}]

    def lines(own_ms: float, votes: int) -> list[Figure]:
        visit = embed.Visit(own_ms, 40.0, 0.0, 0, votes)
        return embed.lines([visit], [visit], left)

    assert plausible(lines(37.0, 1))
    assert not plausible(lines(37.0, 0)) and not plausible(lines(0.0, 1))


def test_a_desk_page_that_reads_nothing_is_implausible() -> None:
    times = {"large": [14.0], "small": [9.4]}
    assert plausible(desk.lines("overview", times, 28_000, 150))
    assert not plausible(desk.lines("overview", times, 0, 150))
    assert not plausible(desk.lines("overview", {**times, "large": [0.1]}, 28_000, 150))


def test_an_attack_that_sent_nothing_or_meets_no_bound_is_implausible() -> None:
    near, wide = list(range(50)), list(range(200))
    good = stuffing.lines(51, 5000, 900, near, wide)
    assert all(line.is_met for line in good)
    assert not plausible(stuffing.lines(51, 5, 900, near, wide))
    assert not plausible(stuffing.lines(51, 5000, 51, near, wide))
    crowded = stuffing.lines(51, 5000, 900, list(range(61)), wide)
    assert [line.what for line in crowded if not line.is_met] == ["one IPv4 address, worst hour"]


def test_most_within_a_window_does_not_depend_on_where_an_hour_begins() -> None:
    assert stuffing.most([3500, 3550, 3650, 3700, 7200], 3600) == 4


def test_a_reader_of_a_crowd_who_is_refused_or_waits_misses_the_bound() -> None:
    answers = Counter(counted=50, held=450)
    assert all(line.is_met for line in crowd.lines(answers, [1.0, 4.0], 50, 450))
    refused = Counter(counted=50, held=449, **{"refused 429": 1})
    missed = [line.what for line in crowd.lines(refused, [1.0, 6.0], 50, 449) if not line.is_met]
    assert missed == ["  refused", "counted after an editor's one act", "  the slowest"]


def test_ratios_are_divided_round_by_round() -> None:
    assert ratios([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]


def test_processor_time_is_read_after_a_name_with_spaces_and_parentheses() -> None:
    stat = "7 (a ) (b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 900 900 20 0 1 0 100"
    assert cpu_s(stat) == pytest.approx(300 * TICK_S)


def test_an_unknown_measurement_is_named_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert parse_names(["embed", "tone"]) == ["embed", "tone"]
    with pytest.raises(SystemExit):
        parse_names(["embde"])
    known = ", ".join([*SERVICE, *BY_NAME])
    assert f"no measurement 'embde': {known}" in capsys.readouterr().err


def task(ts: int, ms: float, *, tid: int = 1) -> dict[str, object]:
    return {
        "name": "ThreadControllerImpl::RunTask",
        "ph": "X",
        "pid": 9,
        "tid": tid,
        "ts": ts,
        "dur": 999,
        "tdur": ms * 1000,
        "args": {},
    }


def test_a_task_counts_for_the_embed_if_it_ran_the_script_or_resumed_after_a_response() -> None:
    at = {"pid": 9, "tid": 1}
    script = {"data": {"url": "http://readback.example/embed.js"}}
    trace = [
        task(0, 80),  # the page itself
        task(1000, 30),
        {**at, "name": "EvaluateScript", "ts": 1001, "args": script},
        {**at, "name": "approach", "ts": 2000, "args": {}},
        task(3000, 20),
        {**at, "name": "FunctionCall", "ts": 3001, "args": script},
        task(4000, 40),
        {**at, "name": "RunMicrotasks", "ts": 4001, "args": {}},
        task(5000, 60),  # drawing
        task(6000, 90, tid=2),
        {**at, "tid": 2, "name": "RunMicrotasks", "ts": 6001, "args": {}},
    ]
    assert longest_tasks_ms(trace, "/embed.js") == (40, 60)


def test_the_results_of_wrk_are_read_from_the_line_of_its_script() -> None:
    load = read(f"Running 1s test\n{DONE}\nRequests/sec: 150")
    assert (load.a_second, load.p50_ms, load.p99_ms) == (150, 1.5, 9)


@pytest.mark.parametrize(
    "output",
    [
        "",
        DONE.replace('"refused": 0', '"refused": 1'),
        DONE.replace('"failed": 0', '"failed": 1'),
        DONE.replace("300", "0"),
    ],
)
def test_a_load_with_failed_requests_is_no_measurement(output: str) -> None:
    with pytest.raises(RuntimeError):
        read(output)


def test_the_workers_of_a_server_are_found_without_its_store(server: Server) -> None:
    wait_for(lambda: len(workers(server.process.pid)) >= 2)  # the first one answers alone
    found = workers(server.process.pid)
    assert len(found) == 2
    for pid in found:
        assert b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_votes_are_loaded_through_the_vote_script(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.start()
    try:
        with Redis(unix_socket_path=str(store.socket)) as client:
            a_voter(client, store, 10_000, 2, networks=True)  # a new server allocates this once
            growth = a_voter(client, store, 10_000, 2, networks=True)
            assert growth.memory > 10 and growth.keys > memory.LEAST_BYTES
            votes = [int(n) for key in client.keys("rb:{news:*}:d") for n in client.hvals(key)]
    finally:
        store.stop()
    assert sum(votes) == 10_000
