"""How much room the store has left, and the refusal of readers' writes when there is none.

The last twentieth is for the desk: editors can sign in and work while readers' writes are refused.
Above the whole bound, the store itself refuses every command that needs memory.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis

from widget.domain.errors import StoreFull
from widget.store.connection.waiting import WouldWait, beside

log = logging.getLogger("readback")

NEAR_PERCENT = 90
READERS_PERCENT = 95
READ_EVERY_S = 1
HOUR_S = 3600
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fullness:
    """The memory that the store uses, and its bound; a bound of 0 is none."""

    used_bytes: int = 0
    bound_bytes: int = 0

    @property
    def percent(self) -> int:
        return self.used_bytes * 100 // self.bound_bytes if self.bound_bytes else 0

    @property
    def is_near(self) -> bool:
        return self.percent >= NEAR_PERCENT

    def __str__(self) -> str:
        return f"{self.percent} % of {self.bound_bytes // MIB} MB"


def fullness(client: Any) -> Fullness:
    """Ask a store for its memory, as it compares it with its bound."""
    memory = client.info("memory")
    used = memory["used_memory"] - memory["mem_not_counted_for_evict"]
    return Fullness(used, memory["maxmemory"])


class Hourly:
    """A line of the log that is written at most once an hour."""

    def __init__(self) -> None:
        self._next_s = 0.0

    def warn(self, text: str, *given: object, now_s: float | None = None) -> None:
        now_s = time.monotonic() if now_s is None else now_s
        if now_s >= self._next_s:
            self._next_s = now_s + HOUR_S
            log.warning(text, *given)


class Room:
    """The room in a store for what readers write, looked up at most once a second.

    :param client: returns the calling thread's client of the embedded store; None for a store of
        one's own, whose user may not ask for its memory.
    """

    def __init__(self, client: Callable[[], Any] | None = None) -> None:
        self._client = client
        self._latest = Fullness()
        self._next_s = 0.0

    def fullness(self) -> Fullness:
        """Return how full the store is; the latest known if it does not answer."""
        now_s = time.monotonic()
        if self._client is not None and now_s >= self._next_s:
            self._next_s = now_s + READ_EVERY_S
            try:
                self._look(self._client)
            except WouldWait:
                beside(self._look, self._client)
        return self._latest

    def _look(self, client: Callable[[], Any]) -> None:
        try:
            self._latest = fullness(client())
        except (redis.RedisError, OSError):
            pass  # the command that follows meets the same trouble, and reports it

    def check(self) -> None:
        """:raise StoreFull: readers can write nothing more."""
        if self.fullness().percent >= READERS_PERCENT:
            raise full()


_full = Hourly()


def full() -> StoreFull:
    """Return the refusal for the reader. The log has the remedy for the operator."""
    _full.warn(
        "The store is full, so Readback refuses votes and comments. Raise READBACK_STORE_MB, or "
        "maxmemory if the store is your own, and restart it."
    )
    return StoreFull()


class NearlyFull:
    """Warns in the log, once an hour, when the embedded store is nearly full."""

    def __init__(self) -> None:
        self._warning = Hourly()

    def look(self, client: Any, *, now_s: float) -> None:
        found = fullness(client)
        if found.is_near:
            self._warning.warn(
                "The store uses %s. At %s %%, Readback refuses votes and comments: raise "
                "READBACK_STORE_MB and restart.",
                found,
                READERS_PERCENT,
                now_s=now_s,
            )
