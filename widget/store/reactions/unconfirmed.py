"""Stories that only one network has voted on so far. They go unless somebody confirms them."""

from collections.abc import Iterable

import msgspec

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.moves import SHARED
from widget.store.scripts import ActScript, store_errors

_AT_ONCE = 1000
LEASE_S = 55


class Unconfirmed:
    """The stories of every site that nobody has confirmed yet."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._drop = ActScript(
            connection, *SHARED, "shared/removal.lua", "reactions/article_drop.lua"
        )

    def may_sweep(self) -> bool:
        """Take the lease of a minute, and return whether this process got it."""
        with store_errors():
            return bool(self._connection.client.set(keys.sweep(), 1, nx=True, ex=LEASE_S))

    def due(self, site: Site, *, now_s: int, most: int) -> list[str]:
        """Return articles of each partition that are due, at most so many of each."""
        return self._due(site, range(PARTITIONS), now_s, most)

    def due_in(self, site: Site, partition: int, *, now_s: int, most: int) -> list[str]:
        """Return articles of one partition that are due."""
        return self._due(site, (partition,), now_s, most)

    def _due(self, site: Site, partitions: Iterable[int], now_s: int, most: int) -> list[str]:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in partitions:
                key = keys.new_stories(site.key, partition)
                pipe.zrangebyscore(key, "-inf", now_s, start=0, num=most)
            return [one.decode() for found in pipe.execute() for one in found]

    def drop(self, site: Site, article_id: str, *, now_s: int) -> bool:
        """Remove a story that is due, with its votes; return whether it was removed."""
        partition = partition_of(article_id)
        names = (keys.article(site.key, partition, article_id), keys.stem(site.key, partition))
        with store_errors():
            answer = self._drop(names, {"id": article_id, "now": now_s})
        return bool(msgspec.json.decode(answer)["code"] == "done")

    def confirm(self, site: Site, article_ids: Iterable[str]) -> int:
        """Let stories stay, and return how many of them were not confirmed before."""
        ids = list(article_ids)
        confirmed = 0
        for at in range(0, len(ids), _AT_ONCE):
            with store_errors():
                pipe = self._connection.client.pipeline(transaction=False)
                for one in ids[at : at + _AT_ONCE]:
                    pipe.zrem(keys.new_stories(site.key, partition_of(one)), one)
                confirmed += sum(pipe.execute())
        return confirmed
