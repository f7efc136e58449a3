"""A second place, at another shard of a cluster, for what must be read or counted at any time.

A network's allowance and a day's salt have one slot each. While its shard is away, a second place
serves: an allowance can be used twice at most, and no reader is refused for it.
"""

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeVar

from redis.cluster import RedisCluster
from redis.crc import REDIS_CLUSTER_HASH_SLOTS, key_slot

from widget.domain.errors import StoreFull, StoreUnavailable
from widget.store.connect import Connection
from widget.store.remembered import most_of_deadline
from widget.store.scripts import store_errors

LEAST_APART = REDIS_CLUSTER_HASH_SLOTS * 3 // 8

P = TypeVar("P")
T = TypeVar("T")


def is_cluster(connection: Connection) -> bool:
    """Return whether one part of the store can be away while another one answers."""
    with store_errors():
        return isinstance(connection.client, RedisCluster)


def places(connection: Connection, tag: str) -> tuple[str, ...]:
    """Return a hash tag, or a key without one, and in a cluster its second place."""
    return (tag, second(tag)) if is_cluster(connection) else (tag,)


def second(tag: str) -> str:
    """Return a tag whose slot is nearly opposite in the ring of slots.

    Slots so far apart are at two shards, unless one shard has far more than its share of slots.
    """
    slot = key_slot(tag.encode())
    for number in count(2):
        found = f"{tag}~{number}"
        apart = abs(key_slot(found.encode()) - slot)
        if min(apart, REDIS_CLUSTER_HASH_SLOTS - apart) >= LEAST_APART:
            return found
    raise AssertionError  # count() never ends


def first_reachable(where: Sequence[P], act: Callable[[P], T]) -> T:
    """Return what ``act`` returns for the first place whose shard answers.

    :raise StoreUnavailable: none answers.
    :raise StoreFull: the first that answers is full.
    """
    *others, last = where
    for place in others:
        try:
            with most_of_deadline():
                return act(place)
        except StoreFull:
            raise
        except StoreUnavailable:
            continue
    return act(last)
