"""Lists that are read at several shards of a cluster, one of which may be away. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

from widget.domain.errors import StoreUnavailable
from widget.store.connect import Connection
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
        found, problem = _by_shard(connection, keys, read)
        if problem is not None and all(item is None for item in found):
            raise problem from None
        return found


def _by_shard(
    connection: Connection,
    keys: Sequence[Sequence[str]],
    read: Callable[[Sequence[int]], Sequence[T]],
) -> tuple[list[T | None], StoreUnavailable | None]:
    """Return the items, and why some are None."""
    client = connection.client
    of_shards: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for index, own in enumerate(keys):
        of_shards[frozenset(client.get_node_from_key(key).name for key in own)].append(index)
    found: list[T | None] = [None] * len(keys)
    problem = None
    for indexes in of_shards.values():
        try:
            for index, item in zip(indexes, read(indexes), strict=True):
                found[index] = item
        except StoreUnavailable as failed:
            problem = failed
    return found, problem
