"""One deadline over all calls of a request, with a real server that answers slowly."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.test_connect import valkey
from widget.domain.errors import StoreUnavailable
from widget.store.connect import Connection
from widget.store.connection.deadline import current, deadline
from widget.store.scripts import store_errors


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with valkey(tmp_path / "v", "--enable-debug-command", "yes") as port:
        yield Connection(f"redis://127.0.0.1:{port}", timeout_ms=1000)


def sleep(connection: Connection, seconds: float) -> None:
    with store_errors():
        connection.client.execute_command("DEBUG", "SLEEP", seconds)


def test_a_deadline_ends_with_its_block_and_belongs_to_its_thread() -> None:
    seen = []
    with deadline(1.0) as outer:
        with deadline(0.5) as inner:
            assert current() is inner
        assert current() is outer
        other = threading.Thread(target=lambda: seen.append(current()))
        other.start()
        other.join()
    assert seen == [None] and current() is None


def test_the_calls_of_a_request_share_its_time(connection: Connection) -> None:
    began_s = time.monotonic()
    with deadline(0.6):
        sleep(connection, 0.4)
        with pytest.raises(StoreUnavailable) as refusal:
            sleep(connection, 0.5)
        with pytest.raises(StoreUnavailable) as at_once:
            sleep(connection, 0)
    assert time.monotonic() - began_s < 0.85
    assert refusal.value.reason == "no answer within 1 s"
    assert at_once.value.reason == "no time left"
    # The server was never silent for long, so it is not away for the next request.
    time.sleep(0.4)
    sleep(connection, 0.7)


def test_only_waiting_for_the_store_counts(connection: Connection) -> None:
    with deadline(0.3) as left:
        time.sleep(0.4)
        sleep(connection, 0.01)
        assert 0 < left.left_s < 0.3


def test_a_call_outside_a_request_has_the_whole_timeout_again(connection: Connection) -> None:
    with deadline(0.1):
        sleep(connection, 0)
    sleep(connection, 0.5)


def test_an_editors_long_act_has_its_own_time(connection: Connection) -> None:
    with deadline(0.1):
        sleep(connection.patient(), 0.3)
