"""Articles with held votes, which came from crowded networks. Reads only."""

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors


class HeldVotes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, site: Site, article_id: str) -> int:
        """Return how many held votes an article has.

        :raise NotFound: not an article's id.
        """
        key = keys.held(site.key, partition_of(article_id))
        with store_errors():
            return int(self._connection.client.zscore(key, article_id) or 0)

    def most(self, site: Site, *, limit: int) -> list[tuple[str, int]]:
        """Return ``[(article, held votes), ...]``, most first."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.zrange(
                    keys.held(site.key, partition), 0, limit - 1, desc=True, withscores=True
                )
            replies = pipe.execute()
        found = [(raw.decode(), int(votes)) for part in replies for raw, votes in part]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]
