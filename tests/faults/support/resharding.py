"""Slots that move from one primary to another, as the tools of an operator move them."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis
from redis.crc import key_slot

from tests.faults.support.cluster import Cluster
from tests.faults.support.node import HOST, Node, until
from widget.domain.article import PARTITIONS
from widget.store.keys import stem

KEPT_DB, TIMEOUT_MS = 0, 5000


def slots_of_site(site: str = "home") -> list[int]:
    """Return the slots of a site's partitions, in the order of the partitions."""
    return [key_slot(stem(site, partition).encode()) for partition in range(PARTITIONS)]


@contextmanager
def half_moved(cluster: Cluster, slot: int, source: Node, target: Node) -> Iterator[None]:
    """Have half of a slot's keys on each of two primaries; move the rest afterwards."""
    target("CLUSTER", "SETSLOT", slot, "IMPORTING", cluster.id(source))
    source("CLUSTER", "SETSLOT", slot, "MIGRATING", cluster.id(target))
    moved = keys_in(source, slot)
    move_keys(source, target, moved[: (len(moved) + 1) // 2])
    try:
        yield
    finally:
        while left := keys_in(source, slot):
            move_keys(source, target, left)
        settle(cluster, slot, target, source)


def move_slot(cluster: Cluster, slot: int, source: Node, target: Node) -> None:
    """Move a slot key by key, as ``--cluster reshard`` does."""
    with half_moved(cluster, slot, source, target):
        pass


def migrate_slots(cluster: Cluster, slots: list[int], source: Node, target: Node) -> None:
    """Move slots at once, as Valkey does since version 9, and wait until it is done."""
    for slot in slots:
        source(*("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", cluster.id(target)))
        until(lambda: _states(source)[0] in ENDED, "a slot has been migrated")
        assert _states(source)[0] == "success"


ENDED = ("success", "failed", "canceled")


def _states(source: Node) -> list[str]:
    """Return the states of a node's migrations, the newest first."""
    return [
        entry["state"] if isinstance(entry, dict) else entry[entry.index("state") + 1]
        for entry in source("CLUSTER", "GETSLOTMIGRATIONS")
    ]


def keys_in(node: Node, slot: int) -> list[bytes]:
    """Return up to 10,000 of a node's keys in a slot."""
    # With text for bytes, a key that is not text could not be named.
    with redis.Redis(HOST, node.port) as client:
        return list(client.execute_command("CLUSTER", "GETKEYSINSLOT", slot, 10_000))


def move_keys(source: Node, target: Node, names: list[bytes]) -> None:
    if names:
        source("MIGRATE", HOST, target.port, "", KEPT_DB, TIMEOUT_MS, "KEYS", *names)


def settle(cluster: Cluster, slot: int, target: Node, source: Node) -> None:
    """Tell every primary who has the slot now, the target first."""
    others = [node for node in cluster.primaries if node not in (target, source)]
    for node in (target, source, *others):
        node("CLUSTER", "SETSLOT", slot, "NODE", cluster.id(target))
