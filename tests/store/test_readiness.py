"""What makes a store take no votes, as /readyz sees it: a write, whatever the cause."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.support.node import HOST, Node, until
from tests.support.server import free_port
from widget.store.connect import Connection
from widget.store.readiness import Prober

DUMP = "dump.rdb"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "n", "--save", "3600 1", "--dbfilename", DUMP).start()
    yield node
    node.kill()  # it would try to save before it ends


def be_a_replica(node: Node) -> None:
    node("REPLICAOF", HOST, free_port())


def need_a_replica(node: Node) -> None:
    node("CONFIG", "SET", "min-replicas-to-write", 1)


def fail_to_save(node: Node) -> None:
    (node.folder / DUMP / "in the way").mkdir(parents=True)
    node("SET", "x", "1")
    node("BGSAVE")
    until(
        lambda: node("INFO", "persistence")["rdb_last_bgsave_status"] == "err", "the saving fails"
    )


def run_out_of_memory(node: Node) -> None:
    node("CONFIG", "SET", "maxmemory", 1)


def change_the_password(node: Node) -> None:
    node("CONFIG", "SET", "requirepass", "another")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (be_a_replica, "READONLY"),
        (need_a_replica, "NOREPLICAS"),
        (fail_to_save, "MISCONF"),
        (run_out_of_memory, "full"),
        (change_the_password, "NOAUTH"),
    ],
)
def test_a_store_that_refuses_writes_is_not_ready(
    node: Node, fault: Callable[[Node], None], reason: str
) -> None:
    connection = Connection(f"redis://{node.address}/0", timeout_ms=1000)
    prober = Prober(connection)
    assert prober.look().is_ready
    fault(node)
    connection.client.connection_pool.disconnect()
    until(lambda: not prober.look().is_ready, "the next look finds it")
    assert reason in prober.look().reason
