"""All keys of a store that look alike, whatever servers have them."""

from collections.abc import Iterator
from typing import Any

from redis.cluster import RedisCluster

AT_ONCE = 1000


def keys_like(client: Any, pattern: str) -> Iterator[bytes]:
    """Yield the keys that match a pattern. The caller wraps it in ``store_errors``."""
    every = {"target_nodes": "primaries"} if isinstance(client, RedisCluster) else {}
    yield from client.scan_iter(match=pattern, count=AT_ONCE, **every)
