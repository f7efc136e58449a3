"""A cluster that loses and moves primaries while readers vote: nothing lost, nothing doubled."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.faults.support.cluster import Cluster
from tests.faults.support.load import Load, outage_s, wait_for_votes
from tests.faults.support.node import Node, redis_7, valkey
from tests.faults.support.resharding import half_moved, migrate_slots, move_slot, slots_of_site
from tests.faults.support.served import assert_exact, serving
from tests.support.server import Server

OUTAGE_S = 10  # of each fault
PROGRAMS = {"valkey": valkey, "redis": redis_7}
# For what Redis 7 lacks, and for what does not differ between the two.
only_valkey = pytest.mark.parametrize("served", ["valkey"], indirect=True)


@dataclass
class Served:
    cluster: Cluster
    server: Server


@pytest.fixture(scope="module", params=PROGRAMS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Share one cluster and one server among the tests of this file."""
    folder = tmp_path_factory.mktemp("c")
    cluster = Cluster(folder / "nodes", program=PROGRAMS[request.param]())
    with serving(cluster, folder, READBACK_REPLICATE="1") as server:
        yield Served(cluster, server)


@pytest.fixture
def load(served: Served) -> Iterator[Load]:
    """Let readers vote during a test, and compare what they know with the store after it."""
    with Load([served.server]) as load:
        wait_for_votes(load, 30)
        yield load
        wait_for_votes(load, 30)
        served.cluster.wait_until_whole()
    assert_exact(load, served.server)
    assert outage_s(load.between(0)) <= OUTAGE_S


def test_a_killed_primary_is_replaced(served: Served, load: Load) -> None:
    victim = served.cluster.primaries[0]
    replica = served.cluster.replica_of(victim)
    victim.kill()
    replica.wait_until_primary()
    # As a supervisor does. Until then the new primary has no replica to wait for.
    victim.start()
    wait_for_votes(load, 60)


@only_valkey
def test_an_operator_makes_each_replica_the_primary(served: Served, load: Load) -> None:
    for primary in served.cluster.primaries:
        replica = served.cluster.replica_of(primary)
        replica("CLUSTER", "FAILOVER")
        replica.wait_until_primary()
        wait_for_votes(load, 20)


@only_valkey
def test_every_node_is_restarted_in_turn(served: Served, load: Load) -> None:
    for node in served.cluster.nodes:
        node.end()
        node.start()
        served.cluster.wait_until_whole()


def test_slots_move_key_by_key(served: Served, load: Load) -> None:
    for slot, target in others_of(served.cluster, slots_of_site()[:8]):
        source = served.cluster.owner_of(slot)
        move_slot(served.cluster, slot, source, target)


def test_votes_wait_while_half_of_a_slot_has_moved(served: Served, load: Load) -> None:
    for slot, target in others_of(served.cluster, slots_of_site()[8:11]):
        source = served.cluster.owner_of(slot)
        with half_moved(served.cluster, slot, source, target):
            wait_for_votes(load, 40)  # of the other partitions


@only_valkey
def test_slots_migrate_at_once(served: Served, load: Load) -> None:
    for slot, target in others_of(served.cluster, slots_of_site()[11:19]):
        migrate_slots(served.cluster, [slot], served.cluster.owner_of(slot), target)


@only_valkey
def test_a_shard_is_added_and_gets_slots(served: Served, load: Load) -> None:
    cluster = served.cluster
    new = cluster.add_shard()
    for slot in slots_of_site()[19:27]:
        move_slot(cluster, slot, cluster.owner_of(slot), new)
    wait_for_votes(load, 30)


def others_of(cluster: Cluster, slots: list[int]) -> Iterator[tuple[int, Node]]:
    """Yield slots, each with a primary that does not have it."""
    for slot in slots:
        own = cluster.owner_of(slot)
        yield slot, next(node for node in cluster.primaries if node is not own)
