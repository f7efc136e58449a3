"""The bench's own arithmetic and reading, and that its parts run."""

from pathlib import Path

import pytest
from redis import Redis

from bench.__main__ import asked
from bench.embed import longest_tasks_ms
from bench.figures import figure, ratios, show
from bench.memory import a_voter
from bench.processes import TICK_S, cpu_s, workers
from bench.wrk import read
from tests.support.server import Server
from widget.store.embedded import EmbeddedStore

DONE = '{"requests": 300, "us": 2000000, "refused": 0, "failed": 0, "p50_us": 1500, "p99_us": 9000}'


def test_a_figure_is_the_median_and_is_held_to_its_limit(
    capsys: pytest.CaptureFixture[str],
) -> None:
    held = figure("vote", "x", [3.0, 1.0, 1.5], most=1.8)
    assert (held.median, held.low, held.high, held.is_held) == (1.5, 1.0, 3.0, True)
    missed = figure("votes", "a second", [39_999.0], least=40_000)
    assert not missed.is_held
    assert show("both", [held]) is True
    assert show("both", [held, missed]) is False
    assert "MISSED" in capsys.readouterr().out


def test_ratios_are_taken_round_by_round() -> None:
    assert ratios([2.0, 9.0], [1.0, 3.0]) == [2.0, 3.0]


def test_processor_time_is_read_past_a_name_with_spaces_and_parentheses() -> None:
    stat = "7 (a ) (b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 900 900 20 0 1 0 100"
    assert cpu_s(stat) == pytest.approx(300 * TICK_S)


def test_a_measurement_that_there_is_not_is_named_with_those_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert asked(["embed", "tone"]) == ["embed", "tone"]
    with pytest.raises(SystemExit):
        asked(["embde"])
    assert "no measurement 'embde': script, memory, http, embed, desk, tone" in (
        capsys.readouterr().err
    )


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


def test_a_task_of_the_embed_is_one_that_ran_it_or_went_on_after_an_answer() -> None:
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


def test_wrk_is_read_by_the_line_of_its_script() -> None:
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
def test_a_load_that_was_not_answered_is_no_measurement(output: str) -> None:
    with pytest.raises(RuntimeError):
        read(output)


def test_the_workers_of_a_server_are_found_and_its_store_is_not_one(server: Server) -> None:
    found = workers(server.process.pid)
    assert len(found) == 2
    for pid in found:
        assert b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_votes_are_loaded_through_the_real_script(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.start()
    try:
        with Redis(unix_socket_path=str(store.socket)) as client:
            a_voter(client, store, 10_000, 2)  # what a new server allocates once
            assert a_voter(client, store, 10_000, 2) > 10
            votes = [int(n) for key in client.keys("rb:{news:*}:d") for n in client.hvals(key)]
    finally:
        store.stop()
    assert sum(votes) == 10_000
