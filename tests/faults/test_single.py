"""One server that crashes, hangs or is replaced behind its address while readers vote."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.faults.support.load import Load, outage_s, slowest_s, wait_for_votes
from tests.faults.support.node import HOST, Node, until
from tests.faults.support.proxy import Proxy
from tests.faults.support.served import assert_exact, server_for
from tests.support.server import Server

OUTAGE_S = 10
SLOWEST_S = 1.5  # with the timeout of one second
PAUSE_S = 4


@dataclass
class Served:
    proxy: Proxy
    nodes: list[Node]  # the primary first
    server: Server

    @property
    def primary(self) -> Node:
        return next(node for node in self.nodes if node.is_running and node.is_primary)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Share a primary, its replica and a server that knows only the address of a proxy."""
    folder = tmp_path_factory.mktemp("o")
    with ExitStack() as running:
        primary = Node(folder / "a", "--appendfsync", "always").start()
        running.callback(primary.end)
        following = ("--replicaof", f"{HOST} {primary.port}", "--repl-diskless-sync-delay", "0")
        replica = Node(folder / "b", *following).start()
        running.callback(replica.end)
        proxy = running.enter_context(Proxy(primary.port))
        until(lambda: replica.has_its_primary, "the replica is in touch")
        server = server_for(proxy.url, folder, READBACK_REPLICATE="1")
        running.callback(server.stop)
        yield Served(proxy, [primary, replica], server.start())


@pytest.fixture
def load(served: Served) -> Iterator[Load]:
    """Let readers vote during a test, and compare what they know with the store after it."""
    with Load([served.server]) as load:
        wait_for_votes(load, 30)
        yield load
        wait_for_votes(load, 60)
    assert_exact(load, served.server)


def test_a_killed_store_keeps_every_vote(served: Served, load: Load) -> None:
    for _ in range(3):
        served.nodes[0].kill()
        served.nodes[0].start()
        wait_for_votes(load, 20)


def test_no_request_waits_longer_than_the_timeout_for_a_hanging_store(
    served: Served, load: Load
) -> None:
    primary, since_s = served.primary, load.now_s
    primary.pause()
    load.rest(PAUSE_S)
    primary.resume()
    wait_for_votes(load, 20)
    paused = load.between(since_s)
    assert paused and slowest_s(paused) <= SLOWEST_S


def test_an_address_that_fails_over_is_followed(served: Served, load: Load) -> None:
    primary, replica = served.nodes
    until(lambda: replica.has_its_primary, "the replica is in touch")
    replica("REPLICAOF", "NO", "ONE")
    served.proxy.aim(replica.port)
    primary("REPLICAOF", HOST, replica.port)  # connections to it remain, and it refuses writes
    wait_for_votes(load, 60)
    until(lambda: primary.has_its_primary, "the former primary follows the new one")
    assert outage_s(load.between(0)) <= OUTAGE_S


def test_a_start_warns_of_the_store_s_settings(served: Served) -> None:
    assert "maxmemory is 0" in served.server.output()
