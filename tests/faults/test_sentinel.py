"""Servers that the sentinels switch while readers vote, planned and after a crash."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.support.load import Load, outage_s, wait_for_votes
from tests.faults.support.node import until
from tests.faults.support.sentinel import Watched
from tests.faults.support.served import assert_exact, serving
from tests.support.server import Server

OUTAGE_S = 10


@dataclass
class Served:
    store: Watched
    server: Server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Share the store and one server among the tests of this file."""
    folder = tmp_path_factory.mktemp("p")
    store = Watched(folder / "nodes", replicas=2)
    with serving(store, folder, READBACK_REPLICATE="1") as server:
        yield Served(store, server)


@pytest.fixture
def load(served: Served) -> Iterator[Load]:
    """Let readers vote during a test, and compare what they know with the store after it."""
    with Load([served.server]) as load:
        wait_for_votes(load, 30)
        yield load
        wait_for_votes(load, 60)
        served.store.wait_until_whole()
    assert_exact(load, served.server)
    assert outage_s(load.between(0)) <= OUTAGE_S


def test_a_planned_failover_loses_nothing(served: Served, load: Load) -> None:
    served.store.fail_over()
    # Connections to the former primary must be found out, although it still answers.
    until(served.store.is_whole, "the former primary follows the new one")


def test_a_killed_primary_is_replaced(served: Served, load: Load) -> None:
    victim = served.store.primary
    victim.kill()
    until(lambda: served.store.primary is not victim, "the sentinels name the other server")
    wait_for_votes(load, 60)  # the other replica follows the new primary
    victim.start()
