"""Whether the store takes votes now: one small write on each primary, at most once a second.

The key expires by itself and no figure reads it, so the write is bookkeeping, not a change.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

import redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisClusterException

from widget.domain.errors import StoreFull, StoreUnavailable
from widget.domain.printable import printable
from widget.store import keys
from widget.store.connect import Connection
from widget.store.room import Fullness
from widget.store.scripts import store_errors

LOOK_EVERY_S = 1.0
TTL_S = 10
ONE = "store"  # the name of the only primary of a store that is no cluster
AT_ONCE = 8  # primaries that are queried at the same time
_KEYS_TRIED = 5000  # to find one for each primary: enough for a hundred of them


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the primaries said to a write.

    :param away: why a primary takes no vote, by its name; "" for one that does.
    """

    away: dict[str, str] = field(default_factory=dict)
    room: Fullness = field(default_factory=Fullness)

    @property
    def is_ready(self) -> bool:
        """Say whether any vote can be taken."""
        return not all(self.away.values())

    @property
    def reason(self) -> str:
        """Return the first reason why votes cannot be taken; "" if all can."""
        return next((reason for reason in self.away.values() if reason), "")

    @property
    def away_count(self) -> int:
        return sum(bool(reason) for reason in self.away.values())


def version_of(connection: Connection) -> tuple[str, str]:
    """Return a server's name and version: ``("Valkey", "8.1.1")``; blanks if it refuses to say."""
    try:
        info = connection.client.info("server")
    except (redis.RedisError, RedisClusterException, OSError):
        return "", ""
    if "redis_version" not in info and info:  # of a cluster: by node
        info = next(iter(info.values()))
    if not isinstance(info, dict):
        return "", ""
    if version := info.get("valkey_version"):
        return "Valkey", str(version)
    return "Redis", str(info.get("redis_version", ""))


class Prober:
    """Looks at the store for everyone who asks, one look at a time.

    While one is under way, all others get the latest: a flood of questions is one write a second.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._latest: Readiness | None = None
        self._next_s = 0.0
        self._threads: ThreadPoolExecutor | None = None
        self._found: tuple[tuple[str, ...], dict[str, str]] = ((), {})

    def look(self) -> Readiness:
        """Return whether the store takes votes, as of the last second."""
        latest = self._latest
        if latest is not None and time.monotonic() < self._next_s:
            return latest
        if not self._lock.acquire(blocking=latest is None):
            return latest or Readiness({ONE: "not known yet"})
        try:
            if self._latest is None or time.monotonic() >= self._next_s:
                self._latest = self._look()
                self._next_s = time.monotonic() + LOOK_EVERY_S
            return self._latest
        finally:
            self._lock.release()

    @property
    def is_troubled(self) -> bool:
        """Whether the latest calls of this process got no answer. It asks nobody."""
        return self._connection.state.snapshot().is_away

    def _look(self) -> Readiness:
        room = self._connection.room
        try:
            room.check()
        except StoreFull:
            return Readiness({ONE: "full"}, room.fullness())
        try:
            with store_errors():
                client = self._connection.client
                own = self._keys(client) if isinstance(client, RedisCluster) else {ONE: _key(0)}
        except StoreUnavailable as problem:
            return Readiness({ONE: _reason(problem)})
        away = dict(zip(own, self._write_all(list(own.values())), strict=True))
        return Readiness(away, room.fullness())

    def _write_all(self, own: list[str]) -> Iterator[str]:
        if len(own) == 1:
            return iter([self._write(own[0])])
        if self._threads is None:
            self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="readiness")
        # With the deadline of the request that asks: a paused primary must not use up the others'.
        asked = [self._threads.submit(copy_context().run, self._write, key) for key in own]
        return iter([each.result() for each in asked])

    def _write(self, key: str) -> str:
        """Return why the primary of a key takes no write; "" if it does."""
        try:
            with store_errors():
                self._connection.client.set(key, b"1", ex=TTL_S)
        except StoreUnavailable as problem:
            return _reason(problem)
        return ""

    def _keys(self, cluster: Any) -> dict[str, str]:
        """Return a key for each primary that has slots, by the primary's name."""
        names = tuple(sorted({nodes[0].name for nodes in _owners(cluster)}))
        if self._found[0] != names:
            found: dict[str, str] = {}
            for key in islice(map(_key, count()), _KEYS_TRIED):
                found.setdefault(cluster.get_node_from_key(key).name, key)
                if len(found) == len(names):
                    break
            self._found = names, found
        # Slots move: a key whose primary is another by now is looked for anew.
        if any(cluster.get_node_from_key(key).name != name for name, key in self._found[1].items()):
            self._found = (), {}
            return self._keys(cluster)
        return self._found[1]


def _owners(cluster: Any) -> list[Any]:
    return [nodes for nodes in cluster.nodes_manager.slots_cache.values() if nodes]


def _key(number: int) -> str:
    return keys.ready(number)


def _reason(problem: StoreUnavailable) -> str:
    if isinstance(problem, StoreFull):
        return "full"
    return printable(problem.reason) or "no answer"
