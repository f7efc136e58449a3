"""A clock of this machine that differs from the store's is corrected, and warned of."""

import logging
import time
from collections.abc import Iterator

import pytest

from widget.domain.article import resolve_for
from widget.domain.clock import Clock
from widget.domain.model import Site
from widget.store import clock as store_clock
from widget.store.clock import StoreClock
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.votes import Cast, Reactions, Voter

YEAR_S = 365 * 86400


class Machine:
    """The machine's wall clock, which a test sets wrong."""

    def __init__(self) -> None:
        self.wrong_s = 0.0
        self._time = time.time

    def time(self) -> float:
        return self._time() + self.wrong_s


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(time, "time", machine.time)
    return machine


@pytest.fixture(autouse=True)
def _no_warning_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_differs", "_unknown", "_apart"):
        monkeypatch.setattr(store_clock, name, store_clock._ServerHourly())
    yield


def true_time(connection: Connection) -> float:
    return float(connection.client.time()[0])


@pytest.mark.parametrize("wrong_s", [YEAR_S, -YEAR_S, 40, -40])
def test_a_wrong_clock_is_corrected_and_warned_of_once_an_hour(
    connection: Connection, machine: Machine, caplog: pytest.LogCaptureFixture, wrong_s: int
) -> None:
    machine.wrong_s, clock = wrong_s, Clock()
    assert StoreClock(connection, clock).measure()
    assert StoreClock(connection, clock).measure()
    assert abs(clock.now() - true_time(connection)) < 2
    [line] = [record.getMessage() for record in caplog.records]
    where = "ahead of" if wrong_s > 0 else "behind"
    assert f"{abs(wrong_s)} s {where}" in line or f"{abs(wrong_s) - 1} s {where}" in line
    assert "NTP" in line


@pytest.mark.parametrize("wrong_s", [0, 4, -4])
def test_a_small_difference_changes_nothing(
    connection: Connection, machine: Machine, caplog: pytest.LogCaptureFixture, wrong_s: int
) -> None:
    machine.wrong_s, clock = wrong_s, Clock()
    assert StoreClock(connection, clock).measure()
    assert abs(clock.now() - time.time()) < 0.01
    assert not caplog.records


def test_a_slow_answer_is_no_difference(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    answer, ticks, clock = connection.client.time(), iter((0.0, 60.0, 60.0)), Clock()
    monkeypatch.setattr(store_clock, "steady", lambda: next(ticks))
    monkeypatch.setattr(connection.client, "time", lambda: (answer[0] + 55, 0))
    assert StoreClock(connection, clock).measure()
    assert abs(clock.now() - time.time()) < 0.01
    assert not caplog.records


def test_a_step_of_the_machines_clock_is_taken_back_until_it_is_measured(
    connection: Connection, machine: Machine
) -> None:
    clock = Clock()
    assert StoreClock(connection, clock).measure()
    machine.wrong_s = YEAR_S
    assert abs(clock.now() - true_time(connection)) < 2
    assert StoreClock(connection, clock).measure()
    assert abs(clock.now() - true_time(connection)) < 2


def test_a_process_whose_store_was_away_measures_before_its_first_vote(
    tmp_path_factory: pytest.TempPathFactory, machine: Machine
) -> None:
    store = EmbeddedStore(tmp_path_factory.mktemp("v"))
    connection, clock = Connection(store.url, timeout_ms=1000), Clock()
    machine.wrong_s = -YEAR_S
    StoreClock(connection, clock).watch()
    store.start()
    try:
        assert abs(clock.now() - true_time(connection)) < 2
    finally:
        store.stop()


def test_a_user_who_may_not_ask_is_said_and_keeps_its_own_clock(
    connection: Connection, redis_server: EmbeddedStore, caplog: pytest.LogCaptureFixture
) -> None:
    connection.client.execute_command("ACL", "SETUSER", "narrow", "on", ">pass", "+ping")
    url = redis_server.url.replace("unix://", "unix://narrow:pass@")
    clock = Clock()
    assert StoreClock(Connection(url, timeout_ms=1000), clock).measure()
    assert abs(clock.now() - time.time()) < 0.01
    assert "+time" in caplog.text
    connection.client.execute_command("ACL", "DELUSER", "narrow")


@pytest.mark.parametrize("wrong_s", [YEAR_S, -YEAR_S])
def test_a_story_begun_by_a_server_with_a_wrong_clock_stays_open(
    connection: Connection,
    reactions: Reactions,
    site: Site,
    machine: Machine,
    caplog: pytest.LogCaptureFixture,
    wrong_s: int,
) -> None:
    caplog.set_level(logging.ERROR)
    machine.wrong_s, wrong, right = wrong_s, Clock(), Clock()
    assert StoreClock(connection, wrong).measure()
    article = resolve_for(site, "story")
    reactions.cast(site, article, Voter(b"8bytes.."), Cast(1, 3, int(wrong.now()), 7))
    machine.wrong_s = 0
    tally = reactions.cast(site, article, Voter(b"another."), Cast(1, 3, int(right.now()), 7))
    assert tally.is_open and sum(tally.counts) == 2
    [bucket] = connection.client.keys("*m:*")
    left_s = connection.client.ttl(bucket)
    assert abs(left_s - site.open_days * 86400) < 5
