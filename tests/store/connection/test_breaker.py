"""A server that is away: who waits for it, who is refused at once, and when it is back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.store.test_connect import valkey
from tests.support.server import free_port, wait_for
from widget.domain.errors import StoreUnavailable
from widget.store.connect import Connection
from widget.store.connection.errors import NodeAway
from widget.store.connection.node import CROWDED_S, MOST_WAITING, PROBE_EVERY_S, Node
from widget.store.scripts import store_errors
from widget.store.state import StoreState

TIMEOUT_MS = 400


@dataclass
class Store:
    port: int
    pid: int
    connection: Connection

    def get(self) -> None:
        with store_errors():
            self.connection.client.get("rb:x")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with valkey(tmp_path / "v") as port:
        connection = Connection(f"redis://127.0.0.1:{port}", timeout_ms=TIMEOUT_MS)
        pid = connection.client.info("server")["process_id"]
        yield Store(port, pid, connection)
        os.kill(pid, signal.SIGCONT)


def answers(store: Store) -> bool:
    try:
        store.get()
    except StoreUnavailable:
        return False
    return True


def test_a_paused_server_costs_one_timeout_and_then_nothing(store: Store) -> None:
    store.get()
    os.kill(store.pid, signal.SIGSTOP)
    began_s = time.monotonic()
    with pytest.raises(StoreUnavailable) as refusal:
        store.get()
    assert time.monotonic() - began_s < 2 * TIMEOUT_MS / 1000, "a timeout must not be repeated"
    assert refusal.value.reason == "no answer within 0.4 s"
    assert refusal.value.server == f"127.0.0.1:{store.port}" and refusal.value.retry_after_s
    took_s = []
    for _ in range(20):
        began_s = time.monotonic()
        assert not answers(store)
        took_s.append(time.monotonic() - began_s)
    assert sum(one > 0.1 for one in took_s) <= 1, "only a probe may wait"
    os.kill(store.pid, signal.SIGCONT)
    wait_for(lambda: answers(store))
    assert not store.connection.state.snapshot().is_away


def test_an_editors_long_act_does_not_wait_for_a_paused_server(store: Store) -> None:
    patient = Store(store.port, store.pid, store.connection.patient())
    patient.get()
    patient.connection.client.connection._answered_s = 0.0  # a while ago
    os.kill(store.pid, signal.SIGSTOP)
    began_s = time.monotonic()
    with pytest.raises(StoreUnavailable):
        patient.get()
    assert time.monotonic() - began_s < 5
    assert not answers(store), "what one connection knows, all know"


def test_only_one_thread_probes(store: Store) -> None:
    store.get()
    os.kill(store.pid, signal.SIGSTOP)
    assert not answers(store)
    time.sleep(PROBE_EVERY_S)  # a probe is due
    took_s: list[float] = []

    def call() -> None:
        began_s = time.monotonic()
        answers(store)
        took_s.append(time.monotonic() - began_s)

    threads = [threading.Thread(target=call) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one > TIMEOUT_MS / 2000 for one in took_s) == 1


def test_a_server_that_is_gone_is_named_and_found_again(tmp_path: Path) -> None:
    port = free_port()
    connection = Connection(f"redis://127.0.0.1:{port}", timeout_ms=1000)
    store = Store(port, 0, connection)
    with pytest.raises(StoreUnavailable) as refusal:
        store.get()
    assert (refusal.value.server, refusal.value.reason) == (
        f"127.0.0.1:{port}",
        "connection refused",
    )
    assert connection.state.snapshot()[:2] == (True, "connection refused")
    with valkey(tmp_path / "v", port=port):
        wait_for(lambda: answers(store))


def test_only_some_threads_wait_for_a_server() -> None:
    node = Node("h:1", StoreState("redis://h:1/0"))
    for _ in range(MOST_WAITING):
        node.enter()
    began_s = time.monotonic()
    with pytest.raises(NodeAway, match="many calls"):
        node.enter()
    assert time.monotonic() - began_s >= CROWDED_S
    node.leave()
    node.enter()


def test_a_fork_shares_no_connection(store: Store) -> None:
    own = store.connection.client.client_id()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.write(write, str(store.connection.client.client_id()).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(read, 20)) != own
    assert store.connection.client.client_id() == own
