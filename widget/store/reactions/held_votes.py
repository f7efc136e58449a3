"""Articles with held votes, which came from crowded networks. Reads only."""

from collections.abc import Callable

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors


class RankedVotes:
    """Articles in a ranking by such votes of theirs.

    ``_key`` names the ranking of a site's partition.
    """

    _key: Callable[[str, int], str]

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, site: Site, article_id: str) -> int:
        """Return how many such votes an article has.

        :raise NotFound: not an article's id.
        """
        key = self._key(site.key, partition_of(article_id))
        with store_errors():
            return int(self._connection.client.zscore(key, article_id) or 0)

    def most(self, site: Site, *, limit: int) -> list[tuple[str, int]]:
        """Return ``[(article, votes), ...]``, most first."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                key = self._key(site.key, partition)
                pipe.zrange(key, 0, limit - 1, desc=True, withscores=True)
            replies = pipe.execute()
        found = [(raw.decode(), int(votes)) for part in replies for raw, votes in part]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]


class HeldVotes(RankedVotes):
    _key = staticmethod(keys.held)
