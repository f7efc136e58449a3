"""The difference between this machine's clock and the store's: measured, warned of, corrected."""

import logging
import mmap
import statistics
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any

import redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisClusterException

from widget.domain.clock import MACHINE, TOLERANCE_S, Clock, steady
from widget.store.connect import Connection
from widget.store.connection.errors import MAY_NOT, code_of

log = logging.getLogger("readback")

EVERY_S = 10
AGAIN_S = 1  # while it has not been measured yet
AWAIT_S = 0.25
HOUR_S = 3600


class _ServerHourly:
    """A warning that all processes of a server write once an hour: forks share the memory."""

    def __init__(self) -> None:
        self._next = mmap.mmap(-1, 8)

    def warn(self, text: str, *given: object) -> None:
        now_s = time.monotonic()
        (next_s,) = struct.unpack("d", self._next[:8])
        if now_s >= next_s:
            self._next[:8] = struct.pack("d", now_s + HOUR_S)
            log.warning(text, *given)


_differs, _unknown, _apart = _ServerHourly(), _ServerHourly(), _ServerHourly()


def how_far_ahead(connection: Connection) -> float | None:
    """Return by how many seconds the store's clock is ahead; None if it may not be asked.

    :raise redis.RedisError: the store does not answer.
    """
    try:
        ahead = list(_differences(connection.client))
    except redis.RedisError as problem:
        if code_of(problem) == MAY_NOT:
            return None
        raise
    return statistics.median(ahead) if ahead else None


class StoreClock:
    """Measures how far the store's clock is ahead, by TIME, within half a round trip."""

    def __init__(self, connection: Connection, clock: Clock = MACHINE) -> None:
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()

    def measure(self) -> bool:
        """Measure once, and correct this process's clock. Return False if the store is away."""
        try:
            ahead = list(_differences(self._connection.client))
        except (redis.RedisError, RedisClusterException, OSError) as problem:
            if code_of(problem) != MAY_NOT:
                return False
            _unknown.warn(
                "The user of READBACK_REDIS_URL may not ask the store for its time, so a wrong "
                "clock of this machine would not be noticed: ACL SETUSER with +time."
            )
            self._clock.measured(0)
            return True
        if not ahead:
            return False
        middle_s = statistics.median(ahead)
        self._clock.measured(middle_s)
        self._warn(middle_s, max(ahead) - min(ahead))
        return True

    def watch(self) -> None:
        """Measure now and from now on, in a thread; before the first time is read, if need be."""
        if not self.measure():
            self._clock.ask_first(self._measure_alone)
        threading.Thread(target=self._keep_measuring, daemon=True, name="readback-clock").start()

    def _measure_alone(self) -> None:
        """Measure, unless another thread does: wait for that one, for as long as a reply takes."""
        if self._lock.acquire(timeout=AWAIT_S):
            try:
                if self._clock.is_unknown():
                    self.measure()
            finally:
                self._lock.release()

    def _keep_measuring(self) -> None:
        while True:
            time.sleep(AGAIN_S if self._clock.is_unknown() else EVERY_S)
            self.measure()

    def _warn(self, ahead_s: float, apart_s: float) -> None:
        if abs(ahead_s) > TOLERANCE_S:
            _differs.warn(
                "The clock of this machine is %d s %s the store's. Readback uses the store's time. "
                "Set both by NTP (`timedatectl set-ntp true`).",
                abs(ahead_s),
                "behind" if ahead_s > 0 else "ahead of",
            )
        if apart_s > TOLERANCE_S:
            _apart.warn(
                "The clocks of the store's nodes differ by %d s, so what expires there expires too "
                "early or too late. Set all of them by NTP.",
                apart_s,
            )


def _differences(client: Any) -> Iterator[float]:
    """Yield for each primary that answers how many seconds its clock is ahead of this machine's.

    A difference that half the round trip may explain is none.
    """
    is_cluster = isinstance(client, RedisCluster)
    if not is_cluster:
        yield _difference(client)
        return
    for node in client.get_primaries():
        try:
            yield _difference(client, target_nodes=node)
        except (redis.RedisError, RedisClusterException, OSError) as problem:
            if code_of(problem) == MAY_NOT:
                raise
            # The others are enough.


def _difference(client: Any, **options: Any) -> float:
    began = steady()
    sent_s = time.time()
    answer = client.time(**options)
    half_s = (steady() - began) / 2
    seconds, microseconds = next(iter(answer.values())) if isinstance(answer, dict) else answer
    ahead_s: float = seconds + microseconds / 1e6 - sent_s - half_s
    return 0.0 if abs(ahead_s) <= half_s else ahead_s
