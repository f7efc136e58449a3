"""A limit on the reads of one network in a minute, over all workers of a server, without the store.

gunicorn's master maps the counts before it forks (commands/gunicorn_conf.py), so all its workers
share them. Under any other server each process counts for itself. Two workers that count in the
same instant may lose one of the two: a limit on floods need not be exact.
"""

import hashlib
import mmap
import secrets
from functools import lru_cache

from widget.domain.errors import RateLimited
from widget.store.limits import networks

SLOTS = 1 << 17  # of 8 bytes: 1 MiB, and only the pages in use take memory


class SharedCounts:
    """A count-min sketch with two slots for each network. A slot holds its minute and its count.

    A network is refused for another's reads only if it shares both slots with a flooding network.
    A random key chooses the slots, so nobody can aim at them.
    """

    def __init__(self) -> None:
        self._table = memoryview(mmap.mmap(-1, SLOTS * 8)).cast("Q")
        key = secrets.token_bytes(16)

        @lru_cache(maxsize=2048)
        def slots(address: str) -> tuple[int, int]:
            near, _ = networks(address)
            digest = hashlib.blake2b(near.encode(), key=key, digest_size=8).digest()
            half = SLOTS // 2
            return (
                int.from_bytes(digest[:4], "big") % half,
                half + int.from_bytes(digest[4:], "big") % half,
            )

        self._slots = slots

    def add(self, address: str, minute: int) -> int:
        """Count one read, and return how many the address's network has made in this minute."""
        table = self._table
        stamp = (minute & 0xFFFFFFFF) << 32
        counts = []
        for slot in self._slots(address):
            held = table[slot]
            table[slot] = held + 1 if held & ~0xFFFFFFFF == stamp else stamp + 1
            counts.append(table[slot] & 0xFFFFFFFF)
        return min(counts)


@lru_cache(maxsize=1)
def counts_of_this_server() -> SharedCounts:
    """Return the counts that this process shares with every process it forks from now on."""
    return SharedCounts()


class ReadLimit:
    """A limit for each network.

    :param a_minute: reads of one network in a minute; 0: no limit.
    """

    def __init__(self, a_minute: int, counts: SharedCounts) -> None:
        self._a_minute = a_minute
        self._counts = counts

    def count(self, address: str, now: float) -> None:
        """Count one read.

        :param now: the machine's monotonic clock, which all its processes share.
        :raise RateLimited: the network has reached its limit for this minute.
        """
        if self._a_minute and self._counts.add(address, int(now // 60)) > self._a_minute:
            raise RateLimited(retry_after_s=60 - int(now % 60))
