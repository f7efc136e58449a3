"""Lists that are read at several shards of a cluster, one of which may be away. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from redis.crc import key_slot

from widget.domain.errors import StoreUnavailable
from widget.store.connect import Connection
from widget.store.connection.deadline import part_of_deadline
from widget.store.elsewhere import is_cluster
from widget.store.remembered import most_of_deadline

T = TypeVar("T")


def reachable(
    connection: Connection,
    keys: Sequence[Sequence[str]],
    read: Callable[[Sequence[int]], Sequence[T]],
) -> list[T | None]:
    """Return what is read of each item of a list; None where a shard of its keys is away.

    All are read at once. Only if that fails are the items of each shard read by themselves, so a
    shard that is away costs its own items only.

    :param keys: the keys of each item.
    :param read: reads the items with these indexes, in their order.
    :raise StoreUnavailable: nothing can be read.
    """
    try:
        with most_of_deadline():
            return list(read(range(len(keys))))
    except StoreUnavailable:
        if not is_cluster(connection):
            raise
        found = _by_shard(connection, keys, read)
        if all(item is None for item in found):
            raise
        return found


def _by_shard(
    connection: Connection,
    keys: Sequence[Sequence[str]],
    read: Callable[[Sequence[int]], Sequence[T]],
) -> list[T | None]:
    of_shards: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for index, own in enumerate(keys):
        of_shards[_owners(connection, own)].append(index)
    found: list[T | None] = [None] * len(keys)
    for waiting, indexes in zip(range(len(of_shards), 0, -1), of_shards.values(), strict=True):
        # One that hangs leaves time for the others, and for what the request does with them.
        with suppress(StoreUnavailable), part_of_deadline(1 / (waiting + 1)):
            for index, item in zip(indexes, read(indexes), strict=True):
                found[index] = item
    return found


def _owners(connection: Connection, names: Sequence[str]) -> frozenset[str]:
    """Return the primaries that have some keys, by name; "" for a slot that none has."""
    nodes_of = connection.client.nodes_manager.slots_cache
    owners = (nodes_of.get(key_slot(name.encode())) for name in names)
    return frozenset(nodes[0].name if nodes else "" for nodes in owners)
