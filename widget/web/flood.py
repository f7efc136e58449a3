"""A limit on the reads of one network in a minute, over all workers of a server."""

from widget.domain.errors import RateLimited
from widget.domain.readers.network import networks
from widget.services.rates import SharedCounts


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
        near = networks(address).near
        if self._a_minute and self._counts.add(near, int(now // 60)) > self._a_minute:
            raise RateLimited(retry_after_s=60 - int(now % 60))
