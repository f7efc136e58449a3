"""The benchmarks' arithmetic and parsing, and that their parts run."""

import math
import os
import socket
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from redis import Redis

from bench import __main__ as command
from bench import desk, embed, http, latency, memory, peers, script
from bench.__main__ import BY_NAME, SERVICE, parse_names
from bench.attack import crowd, stuffing
from bench.embed import longest_tasks_ms
from bench.figures import Figure, figure, ratios, sane, show
from bench.memory import FEW, REFERENCE, SPREAD, Growth, a_voter
from bench.peers.own import Readback
from bench.peers.race import READERS, Race, wave
from bench.processes import TICK_S, OtherWork, cpu_s, tree, tree_cpu_s, workers, workers_cpu_s
from bench.wrk import Load, read
from tests.support.server import Server, settled, wait_for
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


@pytest.mark.parametrize("middle", [math.nan, 0.5, 9.0])
def test_a_median_that_is_not_between_its_ends_is_implausible(middle: float) -> None:
    """As in a figure made by hand of a value and its interval."""
    assert not Figure("share", "of 1", middle, 0.6, 0.8, sane(0, 10), least=0.1).is_met


def test_a_figure_without_rounds_is_implausible() -> None:
    assert not figure("votes", "a second", [], sane(1, 10**6)).is_plausible


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
    return memory.lines(grown, dict.fromkeys((REFERENCE, SPREAD), Growth(35.0, 34.0)))


@pytest.mark.parametrize(
    ("load", "growth"),
    [
        ("FEW", Growth(0.88, 17.2)),  # less than the marks alone need
        ("FEW", Growth(13.0, 17.2)),  # less than the keys of the store need
        ("REFERENCE", Growth(30.0, 15.7)),
        ("REFERENCE", Growth(15.7, 8.0)),
        ("SPREAD", Growth(0.0, 0.0)),
        ("SPREAD", Growth(math.nan, 17.0)),
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


@pytest.mark.parametrize("cpu_us", [0.0, 20.0, 900.0, -30.0, math.nan])
def test_requests_that_cost_the_server_nothing_are_implausible(cpu_us: float) -> None:
    def lines(cpu_us: float) -> list[Figure]:
        bare = http.Round(250.0, Load(4000, 1.0, 4.0, 9.0))
        raw = http.Round(150.0, Load(6500, 1.0, 4.0, 9.0))
        own = http.Round(cpu_us, Load(7000, 1.0, 2.0, 9.0))
        return http.lines({"bar": [http.Turn(own, bare, raw)]})

    assert plausible(lines(147.0))
    assert not plausible(lines(cpu_us))


def test_a_cached_read_is_compared_with_the_routes_that_do_nothing() -> None:
    bare, raw, own = (http.Round(us, Load(4000, 1.0, 4.0, 9.0)) for us in (250.0, 150.0, 180.0))
    lines = http.lines({"bar": [http.Turn(own, bare, raw)]})
    ratio = {line.what: line.median for line in lines if line.unit == "x"}
    assert ratio == {"bar / bare Flask route": 0.72, "bar / raw WSGI route": 1.2}
    assert [line.what for line in lines if line.verdict == "MISSED"] == list(ratio)


@pytest.mark.parametrize(
    ("scripts", "added"), [(0.0, 1.0), (0.5, 1.0), (1.0, 0.0), (1.0, 0.5), (1.0, None)]
)
def test_votes_that_the_store_did_not_get_are_implausible(
    scripts: float, added: float | None
) -> None:
    def lines(scripts: float, added: float | None) -> list[Figure]:
        bare = http.Round(250.0, Load(4000, 1.0, 4.0, 9.0))
        own = http.Round(330.0, Load(2000, 1.0, 4.0, 9.0), scripts, 14.0, added)
        return http.lines({"vote, new reader": [http.Turn(own, bare)]})

    assert plausible(lines(1.0, 1.0))
    assert not plausible(lines(scripts, added))


def test_half_of_the_votes_refused_is_no_measurement_of_their_wait() -> None:
    here, there = socket.socketpair()
    reader = latency.Reader(here)
    with here, there:
        reader.send(b"POST", 1.0)
        there.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n12")
        assert not reader.has_answer()
        there.sendall(b"3")
        assert reader.has_answer()
        reader.send(b"POST", 2.0)
        there.sendall(b"HTTP/1.1 503 store_unavailable\r\n\r\n")
        with pytest.raises(RuntimeError, match="503"):
            reader.has_answer()


def timed(waits_ms: list[float]) -> latency.Timed:
    return latency.Timed(5.0, waits_ms, [0.1])


@pytest.mark.parametrize(
    ("saturation", "votes", "counted"),
    [
        (1000.0, timed([]), 1.0),
        (0.0, timed([2.0] * 3500), 1.0),
        (math.nan, timed([2.0] * 3500), 1.0),
        (1000.0, timed([0.0] * 3500), 1.0),
        (1000.0, timed([2.0] * 3500), 0.5),
        (1400.0, timed([2.0] * 3500), 1.0),  # half of what was due: nobody was at 70 %
    ],
)
def test_waits_of_votes_that_were_not_cast_are_implausible(
    saturation: float, votes: latency.Timed, counted: float
) -> None:
    good = latency.Round(1000.0, timed([2.0] * 3400 + [5.0] * 100), 1.0)
    lines = latency.lines({"gunicorn": [good]})
    assert all(line.is_met for line in lines)
    assert [line.median for line in lines if line.what == "  p99 / p50"] == [2.5]
    assert not plausible(latency.lines({"gunicorn": [latency.Round(saturation, votes, counted)]}))


def peers_run(**changed: peers.Round) -> list[Figure]:
    def rounds(name: str, what: str, a_second: int, cpu_us: float) -> list[peers.Round]:
        given = changed.get(f"{name} {what}".replace(" ", "_"))
        return [given or peers.Round(cpu_us, Load(2 * a_second, 2.0, 9.0, 20.0))]

    made = {("Isso", "vote"): (400, 2000.0), ("Waline", "vote"): (280, 3900.0)}
    made |= {(peers.GUNICORN, what): (1000, 900.0) for what in ("vote", "mixed vote", "read")}
    made |= {(name, "read"): (300, 3000.0) for name in ("Isso", "Waline")}
    made["raw WSGI route", "read"] = (4500, 300.0)
    counted = {"Isso": [1.0], "Waline": [0.4], peers.GUNICORN: [1.01]}
    races = {name: Race(640, 640, 640) for name in counted} | {"Waline": Race(640, 640, 31)}
    run = peers.Run({kind: rounds(*kind, *of) for kind, of in made.items()}, counted, races)
    peers.table("Side by side", run)
    return peers.lines(run)


def test_the_peers_are_compared_round_by_round() -> None:
    lines = peers_run()
    assert plausible(lines)
    assert [line.what for line in lines if not line.is_met] == [
        "Readback, gunicorn / Isso: votes a second"
    ]
    [ratio] = [line.median for line in lines if not line.is_met]
    assert ratio == 2.5


@pytest.mark.parametrize("load", ["Isso_vote", "Waline_read", "raw_WSGI_route_read"])
@pytest.mark.parametrize(
    "broken",
    [
        peers.Round(0.0, Load(800, 2.0, 9.0, 20.0)),
        peers.Round(math.nan, Load(800, 2.0, 9.0, 20.0)),
        peers.Round(2000.0, Load(2, 2.0, 9.0, 20.0)),
        peers.Round(2000.0, Load(50_000, 2.0, 9.0, 20.0)),  # fifty processors
    ],
)
def test_a_peer_that_did_nothing_is_implausible(load: str, broken: peers.Round) -> None:
    assert not plausible(peers_run(**{load: broken}))


@pytest.mark.parametrize(
    ("counted", "raced"), [([0.5], 640), ([math.nan], 640), ([0.0], 640), ([1.0], 639), ([1.0], 0)]
)
def test_a_vote_of_ours_that_is_not_counted_fails_the_comparison(
    counted: list[float], raced: int
) -> None:
    loads = {
        (name, what): [peers.Round(2000.0, Load(800, 2.0, 9.0, 20.0))]
        for name in ("Isso", peers.GUNICORN)
        for what in ("vote", "read")
    }
    run = peers.Run(loads, {peers.GUNICORN: counted}, {peers.GUNICORN: Race(640, 640, raced)})
    failed = [line.what for line in peers.lines(run) if not line.is_met]
    assert len(failed) == 2, failed  # beside the ratio to Isso


def test_readers_race_at_the_same_instant(server: Server) -> None:
    ours = Readback.__new__(Readback)
    ours.name, ours.port, ours._server, ours._random = "ours", server.port, server, Random(1)
    before = ours.shown(3)
    assert wave(ours, 3) == READERS
    settled(lambda: ours.shown(3), before + READERS)


def test_processor_time_of_a_tree_has_its_store_and_its_ended_children(server: Server) -> None:
    pid = server.process.pid
    below = [Path(f"/proc/{one}/cmdline").read_bytes() for one in tree(pid)]
    assert any(b"valkey" in command for command in below)
    assert len(below) >= 4  # the master, its store and two workers
    assert tree_cpu_s(pid) >= workers_cpu_s(pid) > 0


def test_processor_time_of_a_tree_survives_processes_that_end_while_it_is_read() -> None:
    loop = "for _ in $(seq 900); do /bin/true & /bin/true; done"
    with subprocess.Popen(["sh", "-c", loop]) as shell:
        read = [tree_cpu_s(shell.pid)]
        while shell.poll() is None:
            read.append(tree_cpu_s(shell.pid))
    assert len(read) > 20 and read[-1] > 0 and read == sorted(read)


LEFT = {"heap": 95.0, "listeners": 0.0, "nodes": 0.0}


def test_a_visit_without_a_vote_is_implausible_though_it_sends_few_requests() -> None:
    def lines(own_ms: float, votes: int) -> list[Figure]:
        visit = embed.Visit(own_ms, 40.0, 0.0, 0, votes)
        return embed.lines([visit], [visit], [LEFT], [embed.Views(2, 0, 1)])

    assert plausible(lines(37.0, 1))
    assert not plausible(lines(37.0, 0)) and not plausible(lines(0.0, 1))


def test_page_views_that_need_no_figures_of_their_own_are_implausible() -> None:
    def lines(*requests: int) -> list[Figure]:
        visit = embed.Visit(15.0, 40.0, 0.0, 0, 1)
        return embed.lines([visit], [visit], [LEFT], [embed.Views(*requests)])

    def missed(*requests: int) -> list[str]:
        return [line.what.strip() for line in lines(*requests) if not line.is_met]

    assert missed(2, 1, 2) == ["of the same page again", "of another story"]
    assert plausible(lines(2, 0, 1))
    assert not plausible(lines(0, 0, 1)) and not plausible(lines(2, 0, 0))


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


def test_other_work_is_what_neither_the_bench_nor_the_product_did(server: Server) -> None:
    quiet = OtherWork(server.process.pid)
    began = time.process_time()
    while time.process_time() - began < 0.3:
        pass
    assert 0 <= quiet.processors() <= (os.cpu_count() or 1)
    spun = 0.3 / (time.perf_counter() - quiet._began)
    assert spun + quiet.processors() <= (os.cpu_count() or 1) + 0.2


def test_rates_beside_other_work_miss() -> None:
    busy = peers.Round(2000.0, Load(800, 2.0, 9.0, 20.0), others=1.2)
    missed = [line.what for line in peers_run(Isso_vote=busy) if line.verdict == "MISSED"]
    assert "processors that other work used" not in missed, "the median load is quiet"
    both = dict.fromkeys(("Isso_vote", "Waline_vote", "Isso_read", "Waline_read"), busy)
    both |= {f"Readback,_gunicorn_{what}": busy for what in ("vote", "read")}
    missed = [line.what for line in peers_run(**both) if line.verdict == "MISSED"]
    assert "processors that other work used" in missed


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
    without_processor_time = task(4000, 0) | {"dur": 70_000}
    del without_processor_time["tdur"]
    assert longest_tasks_ms([*trace, without_processor_time], "/embed.js") == (70, 70)


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
            load = memory.Load(10_000, 2, rounds=1)
            a_voter(client, store, load, networks=True)  # a new server allocates this once
            growth = a_voter(client, store, load, networks=True)
            assert growth.memory > 10 and growth.keys > memory.LEAST_BYTES
            client.delete(*client.keys("rb:{news:*}:*"))
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(memory, "pipeline", lambda *_: (load.voters, 1.0))
                with pytest.raises(RuntimeError, match="0 counted"):
                    a_voter(client, store, load)
    finally:
        store.stop()


def test_the_portions_of_a_script_are_counted_in_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "VOTES", 2_000)
    monkeypatch.setattr(script, "PORTION", 1_000)
    with script.place(tmp_path / "s") as place:
        for kind in (script.WITH, script.YARDSTICK):
            loaded = script.Loaded(kind, place)
            loaded.send()
            loaded.send()
            assert loaded.round().cpu_us > 0
        place.client.flushall()
        place.client.hincrby("a", "b", 1)
        with pytest.raises(RuntimeError, match="counted 1 votes"):
            loaded.round()


def test_the_tree_of_a_process_is_read_while_its_threads_end() -> None:
    stop = threading.Event()

    def churn() -> None:
        while not stop.is_set():
            short = [threading.Thread(target=lambda: None) for _ in range(20)]
            for thread in short:
                thread.start()
            for thread in short:
                thread.join()

    busy = threading.Thread(target=churn)
    busy.start()
    try:
        assert all(os.getpid() in tree(os.getpid()) for _ in range(300))
    finally:
        stop.set()
        busy.join()
