"""Comments of a site in random order, each as likely as any other. Reads only."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import accumulate, islice
from random import Random

from widget.domain.article import PARTITIONS
from widget.domain.comments.comment import Comment
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import Comments
from widget.store.connect import Connection
from widget.store.scripts import store_errors

READ_WHOLE = 4000  # a site with at most so many comments is put in order as a whole
DRAWN = 400  # from a larger one
_AT_ONCE = 25


class CommentSampling:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._comments = Comments(connection)

    def ids(self, site: Site, seed: str) -> list[str]:
        """Return ids of comments in any state, in an order that is the seed's.

        All of a site with few comments; a new one leaves the order of the others as it is. Of a
        larger site, a random part.
        """
        listed = [keys.all_comments(site.key, partition) for partition in range(PARTITIONS)]
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for key in listed:
                pipe.zcard(key)
            ends = list(accumulate(pipe.execute()))
            is_whole = ends[-1] <= READ_WHOLE
            if is_whole:
                places = [(key, 0, -1) for key in listed]
            else:
                ranks = Random(seed).sample(range(ends[-1]), DRAWN)
                places = [_place(listed, ends, rank) for rank in ranks]
            pipe = self._connection.client.pipeline(transaction=False)
            for key, first, last in places:
                pipe.zrange(key, first, last)
            found = [one.decode() for reply in pipe.execute() for one in reply]
        if is_whole:
            found.sort(key=lambda one: blake2b(f"{seed} {one}".encode()).digest())
        return found

    def published(self, site: Site, ids: Iterable[str]) -> Iterator[Comment]:
        """Yield those of the comments that readers see, in order, a few in a round trip."""
        remaining = iter(ids)
        while some := list(islice(remaining, _AT_ONCE)):
            for comment in self._comments.get_all(site, some):
                if comment and comment.state == "published":
                    yield comment


def _place(listed: list[str], ends: list[int], rank: int) -> tuple[str, int, int]:
    """Return the key of a partition, and the rank in it twice, for a rank among all comments."""
    partition = bisect_right(ends, rank)
    within = rank - (ends[partition - 1] if partition else 0)
    return listed[partition], within, within
