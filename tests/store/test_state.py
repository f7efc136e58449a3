"""The state of the store, as the log and the probes have it."""

import pytest

from widget.store.state import StoreState


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr("widget.store.state.time.monotonic", lambda: now[0])
    return now


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def test_an_outage_is_one_line_and_its_end_another(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    store = StoreState("redis://h:1/0")
    assert store.snapshot() == (False, "", 0, 0)
    for _ in range(217):
        store.failed("WRONGPASS invalid username-password pair")
    clock[0] += 4.6
    is_away, reason, since_s, refused = store.snapshot()
    assert (is_away, reason, refused) == (True, "WRONGPASS invalid username-password pair", 217)
    assert since_s == pytest.approx(4.6)
    store.answered()
    store.answered()
    assert lines(caplog) == [
        "store redis://h:1/0 away: WRONGPASS invalid username-password pair",
        "store redis://h:1/0 back after 4.6 s, 217 refused",
    ]
    assert not store.snapshot().is_away


def test_a_new_reason_is_a_new_line_but_each_only_once_in_ten_seconds(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    store = StoreState("redis://h:1/0")
    for reason in ("connection refused", "LOADING", "connection refused", "LOADING"):
        store.failed(reason)
        clock[0] += 1
    assert lines(caplog) == [
        "store redis://h:1/0 away: connection refused",
        "store redis://h:1/0 away: LOADING",
    ]
    clock[0] += 10
    store.failed("connection refused")
    assert (
        lines(caplog)[-1] == "store redis://h:1/0 away: connection refused"
        and len(lines(caplog)) == 3
    )


def test_a_store_that_comes_and_goes_does_not_fill_the_log(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    store = StoreState("redis://h:1/0")
    for _ in range(90):
        store.failed("connection refused")
        clock[0] += 0.1
        store.answered()
    assert len(lines(caplog)) == 2


def test_servers_of_a_cluster_are_told_apart(
    clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    store = StoreState("redis://h:1/0")
    store.failed("connection refused", "10.0.0.1:7001")
    clock[0] += 1
    store.failed("LOADING", "10.0.0.2:7001")
    assert store.snapshot() == (True, "10.0.0.1:7001: connection refused", 1, 2)
    store.answered("10.0.0.1:7001")
    assert store.snapshot() == (True, "10.0.0.2:7001: LOADING", 0, 1)
    assert lines(caplog) == [
        "store 10.0.0.1:7001 away: connection refused",
        "store 10.0.0.2:7001 away: LOADING",
        "store 10.0.0.1:7001 back after 1.0 s, 1 refused",
    ]
