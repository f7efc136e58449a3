"""A cluster that an operator works on while readers vote: moves of slots, a new node, restarts.

BENCH_SHARE=0.1 does a tenth.
"""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from bench.faults.outcome import Outcome, folder, outcome
from bench.figures import show
from bench.shorter import times
from tests.faults.support.cluster import Cluster
from tests.faults.support.load import Load, outage_s, wait_for_votes
from tests.faults.support.node import Node
from tests.faults.support.resharding import half_moved, migrate_slots, move_slot, slots_of_site
from tests.faults.support.served import serving

MOVES = 200
ROUNDS = 10
HELD_VOTES = 40
SHARDS, PARTITIONS_MOVED = 3, 8

Step = Callable[[Cluster, Load], None]


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    met = []
    for name, (step, number) in WORK.items():
        title = "A cluster of six, worked on while readers vote"
        met.append(show(title, run(step, times(number)).lines(name)))
    return all(met)


def run(step: Step, number: int) -> Outcome:
    """Repeat one kind of work on a cluster made for it.

    :raise RuntimeError: as :func:`outcome`.
    """
    with ExitStack() as running:
        path = running.enter_context(folder())
        cluster = Cluster(path / "n")
        server = running.enter_context(serving(cluster, path, READBACK_REPLICATE="1"))
        outages_s = []
        with Load([server]) as load:
            wait_for_votes(load, 60)
            for _ in range(number):
                since_s = load.now_s
                step(cluster, load)
                wait_for_votes(load, 20)
                outages_s.append(outage_s(load.between(since_s)))
        return outcome(load, server, outages_s)


def reshard(cluster: Cluster, _: Load) -> None:
    """Move the slot of one partition key by key."""
    slot, source, target = _next_move(cluster)
    move_slot(cluster, slot, source, target)


def hold_half(cluster: Cluster, load: Load) -> None:
    """Leave half of a slot on each of two primaries for some time."""
    slot, source, target = _next_move(cluster)
    with half_moved(cluster, slot, source, target):
        wait_for_votes(load, HELD_VOTES)


def migrate(cluster: Cluster, _: Load) -> None:
    """Move the slot of one partition at once."""
    slot, source, target = _next_move(cluster)
    migrate_slots(cluster, [slot], source, target)


def fail_over(cluster: Cluster, load: Load) -> None:
    """Make each replica the primary."""
    for primary in cluster.primaries:
        replica = cluster.replica_of(primary)
        replica("CLUSTER", "FAILOVER")
        replica.wait_until_primary()
        wait_for_votes(load, 10)
    cluster.wait_until_whole()


def restart(cluster: Cluster, _: Load) -> None:
    """Restart every node in turn."""
    for node in cluster.nodes:
        node.end()
        node.start()
        cluster.wait_until_whole()


def add_node(cluster: Cluster, _: Load) -> None:
    """Add a primary with its replica, and move a quarter of the partitions to it.

    Each new one gets others: a primary that loses its last slot becomes a replica.
    """
    new = cluster.add_shard()
    first = PARTITIONS_MOVED * (len(cluster.nodes) // 2 - SHARDS - 1)
    for slot in slots_of_site()[first : first + PARTITIONS_MOVED]:
        move_slot(cluster, slot, cluster.owner_of(slot), new)


WORK: dict[str, tuple[Step, int]] = {
    "slot moved key by key": (reshard, MOVES),
    "slot held half moved": (hold_half, ROUNDS),
    "slot migrated at once": (migrate, MOVES),
    "failover by hand, each shard": (fail_over, ROUNDS),
    "rolling restart": (restart, ROUNDS),
    "node added": (add_node, 2),
}
_turns = count()


def _next_move(cluster: Cluster) -> tuple[int, Node, Node]:
    """Return the next partition's slot, its primary and another one."""
    slots = slots_of_site()
    slot = slots[next(_turns) % len(slots)]
    source = cluster.owner_of(slot)
    return slot, source, next(node for node in cluster.primaries if node is not source)
