"""Votes and counts: the one door to the voter table. Speaks the domain, not redis."""

from collections.abc import Sequence

from ..article import ArticleRef
from ..errors import Closed, RateLimited
from ..model import Site, Standing, Vote
from . import keys
from .connect import Connection
from .scripts import Script, store_errors

_CLOSED, _RATE_LIMITED = 1, 2


class Reactions:
    """The votes of every site in one store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cast = Script(connection, "cast.lua")

    def cast(
        self, site: Site, article: ArticleRef, vote: Vote, *,
        choices: int, now_s: int, rate_id: str = "", casts_a_minute: int = 0,
    ) -> Standing:  # fmt: skip
        """Make ``vote.choice`` this reader's choice, and answer where the article then stands.

        A vote whose ``seq`` is not newer than the stored one changes nothing and answers the
        present standing.

        :param choices: how many choice numbers the poll has had; the length of the counts.
        :param now_s: seconds since the epoch; the caller's clock, so that tests can pin it.
        :raise Closed: the article no longer takes votes; ``extra["standing"]`` has its counts.
        :raise RateLimited: more than ``casts_a_minute`` by ``rate_id``.
        :raise StoreUnavailable: the vote may or may not stand; casting it again is safe.
        """
        stem = keys.stem(site.key, article.partition)
        with store_errors():
            reply = self._cast(
                (f"{stem}a:{article.id}", stem),
                (
                    vote.mark, vote.seq, vote.choice, now_s, site.open_days * 86400, article.id,
                    choices, rate_id, casts_a_minute, article.address,
                ),
            )  # fmt: skip
        standing = Standing(tuple(reply[4:]), reply[1], reply[2], reply[0] != _CLOSED)
        if reply[0] == _CLOSED:
            raise Closed(standing=standing)
        if reply[0] == _RATE_LIMITED:
            raise RateLimited(retry_after_s=60, standing=standing)
        return standing

    def standings(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Standing]:
        """Where articles stand, in one round trip. ``articles``: (article, number of choices)."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for article, choices in articles:
                key = keys.article(site.key, article.partition, article.id)
                pipe.hmget(key, ["x", "s", *map(str, range(1, choices + 1))])
            replies = pipe.execute()
        return [
            Standing(
                tuple(int(n or 0) for n in counts),
                is_open=not state and not (closes and now_s >= int(closes)),
            )
            for closes, state, *counts in replies
        ]

    def choice(self, site: Site, article: ArticleRef, mark: bytes) -> tuple[int, int]:
        """One reader's own (choice, seq) on an article, (0, 0) before the first vote."""
        with store_errors():
            client = self._connection.client
            buckets = client.hget(keys.article(site.key, article.partition, article.id), "b")
            if buckets is None:
                return 0, 0
            number = bucket_of(mark, int(buckets))
            key = keys.bucket(site.key, article.partition, article.id, number)
            packed = client.hget(key, mark)
        return (int(packed) % 16, int(packed) >> 20) if packed else (0, 0)


def bucket_of(mark: bytes, buckets: int) -> int:
    """Linear hashing's address of a mark; lua/cast.lua computes the same."""
    level = 1 << (buckets.bit_length() - 1)
    number = int.from_bytes(mark[:4], "big") % (level * 2)
    return number if number < buckets else number % level
