"""Counts of acts in a minute, in memory that all workers of a server share, without the store.

The master maps the counts before it forks (commands/master.py). Under any other server each process
counts for itself. A worker that is stopped while it counts undoes what others counted meanwhile: a
limit on floods need not be exact.
"""

import mmap
import secrets
import time
from collections.abc import Callable
from functools import lru_cache

from widget.domain.errors import RateLimited
from widget.domain.readers.network import WIDE_FACTOR, networks

MINUTE_S = 60
SLOTS = 1 << 17  # of 8 bytes: 1 MiB, and only the pages in use take memory
HALF = SLOTS // 2


class SharedCounts:
    """A count-min sketch with two slots for each subject. A slot holds its minute and its count.

    A subject is refused for another's acts only if it shares both slots with a flooding one. A
    random key chooses the slots, so nobody can aim at them.
    """

    def __init__(self) -> None:
        self._table = memoryview(mmap.mmap(-1, SLOTS * 8)).cast("Q")
        self._key = secrets.token_bytes(16)

    def add(self, subject: str, minute: int, by: int = 1) -> int:
        """Add to a subject's count of this minute, and return it. It is never below zero."""
        chosen = hash((self._key, subject))  # the same in all processes of a fork
        minute &= 0xFFFFFFFF
        first = self._add_at(chosen % HALF, minute, by)
        second = self._add_at(HALF + (chosen >> 32) % HALF, minute, by)
        return min(first, second)

    def _add_at(self, slot: int, minute: int, by: int) -> int:
        held = self._table[slot]
        count = max(0, by + (held & 0xFFFFFFFF if held >> 32 == minute else 0))
        self._table[slot] = (minute << 32) + count
        return count


@lru_cache(maxsize=1)
def counts_of_this_server() -> SharedCounts:
    """Return the counts that this process shares with every process it forks from now on."""
    return SharedCounts()


class Rate:
    """How often one subject may do something in a minute.

    :param act: what is counted, apart from every other act; used in the refusal: "votes".
    :param most: 0: no limit.
    """

    def __init__(
        self,
        act: str,
        most: int,
        counts: SharedCounts | None = None,
        clock: Callable[[], float] = time.monotonic,  # the machine's, shared by its processes
    ) -> None:
        self._act = act
        self._most = most
        self._counts = counts or counts_of_this_server()
        self._clock = clock

    def count(self, subject: str) -> None:
        """Count one act.

        :raise RateLimited: one too many in this minute.
        """
        if not self.take(subject):
            raise self.refusal()

    def take(self, subject: str, *, factor: int = 1) -> bool:
        """Count one act, and return False if it is one too many; it counts all the same."""
        if not self._most:
            return True
        return self._add(subject, 1) <= self._most * factor

    def give_back(self, subject: str) -> None:
        """Uncount an act that turned out to change nothing."""
        if self._most:
            self._add(subject, -1)

    def count_network(self, address: str) -> None:
        """Count one act of an address's network, and of the IPv6 /48 around it.

        :raise RateLimited: one too many in this minute.
        """
        found = networks(address)
        fits = self.take(found.near)
        if found.is_wide_one_customer:
            fits = self.take(found.wide, factor=WIDE_FACTOR) and fits
        if not fits:
            raise self.refusal()

    def give_back_network(self, address: str) -> None:
        """Uncount an act that :meth:`count_network` counted."""
        found = networks(address)
        self.give_back(found.near)
        if found.is_wide_one_customer:
            self.give_back(found.wide)

    def refusal(self) -> RateLimited:
        left_s = MINUTE_S - int(self._clock() % MINUTE_S)
        message = f"At most {self._most} {self._act} a minute. Wait a moment, then send it again."
        return RateLimited(message, retry_after_s=left_s)

    def _add(self, subject: str, by: int) -> int:
        return self._counts.add(f"{self._act}|{subject}", int(self._clock() // MINUTE_S), by)
