"""How many stories a reader, a network and a site may begin: each one takes memory for good."""

import msgspec

from widget.domain import clock
from widget.domain.errors import RateLimited
from widget.domain.model import Site
from widget.domain.readers.network import Allowance
from widget.domain.readers.reader import Readers
from widget.store.limits import Limits

HOUR_S = 3600
READERS_SHARE = 2  # a reader may begin a half of what the network may
SITE_NETWORKS = 50  # a site's stories are begun by so many networks at their limit
MESSAGE = "Too many stories are getting their first reaction at once. Try again later."


class Author(msgspec.Struct, frozen=True):
    """The reader who begins a story, and the address that they come from."""

    reader: bytes
    address: str


class NewStories:
    """Counts the first votes and comments of stories.

    :param an_hour: stories that one network may begin in an hour; 0: no limit.
    """

    def __init__(self, limits: Limits, readers: Readers, *, an_hour: int) -> None:
        self._limits = limits
        self._readers = readers
        self._an_hour = an_hour

    def begin(self, site: Site, author: Author) -> None:
        """Count one new story.

        :raise RateLimited: the reader, the network or the site begins too many.
        """
        if not self._an_hour:
            return
        now_s = int(clock.now())
        of_network = _hourly(self._an_hour)
        whose = {
            "": _hourly(self._an_hour * SITE_NETWORKS),
            **self._limits.whose_networks(author.address, of_network, of_network, now_s=now_s),
            self._reader(site, author): _hourly(max(1, self._an_hour // READERS_SHARE)),
        }
        wait_s = self._limits.allow(site.key, "stories", whose, now_s=now_s)
        if wait_s:
            raise RateLimited(MESSAGE, retry_after_s=wait_s)

    def _reader(self, site: Site, author: Author) -> str:
        return self._readers.mark_for("stories", site.key, "", author.reader).hex()


def _hourly(most: int) -> Allowance:
    """Return an allowance of so many at once, which is whole again after an hour."""
    return Allowance(most, max(1, HOUR_S // most))
