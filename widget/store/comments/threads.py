"""Threads of comments in pages, from all addresses that resolve to an article.

A comment stays under the address where it was written. An article's comments are one list, merged
from those of all its addresses when it is read. So a merge or a moved address loses no comment, and
its undo mixes none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

from widget.domain.article import ArticleRef, partition_of
from widget.domain.comments import comment as comments
from widget.domain.comments.comment import Comment
from widget.domain.errors import NotFound
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import Comments, partition_holding
from widget.store.connect import Connection
from widget.store.scripts import ActScript, pipelined, store_errors
from widget.store.shards import reachable

PAGE = 20
MAX_PAGE = 50
ORDERS = ("best", "newest", "oldest")
AROUND = 1000  # of the best threads, among which one is looked up
REPLIES_SHOWN = 3
_MOVED = b"m"


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread.

    :param more: number of published replies that are not among ``replies``.
    """

    root: Comment
    replies: tuple[Comment, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of threads.

    :param count: number of published comments on the article.
    :param next: cursor of the next page, or "": the id of the last thread or, of the best ones,
        its :class:`Rank`.
    """

    threads: tuple[Thread, ...]
    count: int
    next: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Walk:
    """Which threads of an article's lists to read.

    :param first: the first thread as ZRANGEBYLEX has it, "" for the end of the lists.
    :param ahead: number of threads before ``first`` that are on the same page.
    :param target: a comment to show in its thread.
    """

    newest: bool
    first: str
    limit: int
    ahead: int = 0
    target: Comment | None = None


@dataclass(frozen=True, slots=True, order=True)
class Rank:
    """The place of a thread among the best. A greater one comes first."""

    score: int
    id: str

    def __str__(self) -> str:
        return f"{self.score}.{self.id}"


def rank_from(text: str) -> Rank | None:
    """Parse a rank; None if this is not one."""
    score, _, comment_id = text.partition(".")
    is_number = score.isascii() and score.isdigit() and len(score) < 13
    is_id = comments.partition_of(comment_id) is not None
    return Rank(int(score), comment_id) if is_number and is_id else None


class Threads:
    """The comments of every site in one store, as readers see them. Reads only."""

    def __init__(self, connection: Connection, comments: Comments) -> None:
        self._connection = connection
        self._comments = comments
        self._best = ActScript(connection, "comments/best.lua")

    def page(
        self,
        site: Site,
        article: ArticleRef,
        *,
        order: str,
        now_s: int,
        cursor: str = "",
        limit: int = PAGE,
    ) -> Listing:
        """Return threads of an article, in three round trips whatever their number.

        :param order: one of ORDERS.
        :param cursor: the ``next`` of the page before, "" for the first.
        """
        if order == "best":
            ranks, end = self._ranks(site, article, rank_from(cursor), limit + 1)
            return self._best_page(site, article, ranks, limit, now_s, end=end)
        newest = order == "newest"
        return self._page(
            site, article, _Walk(newest, f"({cursor}" if cursor else "", limit), now_s
        )

    def page_around(
        self,
        site: Site,
        article: ArticleRef,
        comment_id: str,
        *,
        order: str,
        now_s: int,
        limit: int = PAGE,
    ) -> Listing:
        """Return the page with this comment, and the comment in its thread, in one more round trip.

        :raise NotFound: readers cannot see this comment here.
        """
        target = self._visible(site, article, comment_id)
        root = target.parent or target.id
        if order == "best":
            ranks, _ = self._ranks(site, article, None, AROUND)
            at = next((n for n, rank in enumerate(ranks) if rank.id == root), None)
            if at is not None:
                around = ranks[at - at % limit :][: limit + 1]
                return self._best_page(site, article, around, limit, now_s, target=target)
        newest = order == "newest"
        with store_errors():
            lists = _lists(site, article)
            ahead = self._ahead(lists, root, newest=newest) % limit
        walk = _Walk(newest, f"[{root}", limit, ahead, target)
        return self._page(site, article, walk, now_s)

    def thread(
        self, site: Site, article: ArticleRef, root_id: str, *, after: str = "", limit: int = PAGE
    ) -> tuple[Thread, str]:
        """Return a thread with a page of replies, oldest first, and the cursor of the next page.

        :raise NotFound: readers cannot see such a thread on this article.
        """
        root = self._visible(site, article, root_id)
        key = keys.replies(site.key, partition_of(root.article_id), root.id)
        with store_errors():
            raw = self._connection.client.zrangebylex(
                key, f"({after}" if after else "-", "+", 0, limit + 1
            )
        ids = [reply.decode() for reply in raw]
        replies = [c for c in self._comments.get_all(site, ids[:limit]) if c]
        following = ids[limit - 1] if len(ids) > limit else ""
        return Thread(root, tuple(replies), root.replies - len(replies)), following

    def counts(self, site: Site, articles: Sequence[ArticleRef]) -> list[int]:
        """Return the number of published comments on each article, in one round trip."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for article in articles:
                for of in article.addresses:
                    pipe.hget(keys.article_tone(site.key, partition_of(of), of), "comments/")
            replies = iter(pipe.execute())
        return [sum(int(next(replies) or 0) for _ in article.addresses) for article in articles]

    def reachable_counts(self, site: Site, articles: Sequence[ArticleRef]) -> list[int | None]:
        """Return the numbers of :meth:`counts`; None for articles whose shard is away.

        :raise StoreUnavailable: none can be read.
        """

        def read(indexes: Sequence[int]) -> list[int]:
            return self.counts(site, [articles[index] for index in indexes])

        owned = [
            [keys.article_tone(site.key, partition_of(of), of) for of in article.addresses]
            for article in articles
        ]
        return reachable(self._connection, owned, read)

    def is_open(self, site: Site, article: ArticleRef, *, now_s: int) -> bool:
        """Return whether the article takes comments."""
        with store_errors():
            key = keys.article(site.key, article.partition, article.id)
            return _is_open(site, *self._connection.client.hmget(key, ["cf", "s"]), now_s=now_s)

    def _ranks(
        self, site: Site, article: ArticleRef, after: Rank | None, most: int
    ) -> tuple[list[Rank], Rank | None]:
        """Return the best threads of all addresses of the article, the best first.

        :return: and the place down to which they are complete, None if that is no question.
        """
        act = {
            "most": most,
            "score": after.score if after else 0,
            "below": after.id if after else "",
        }
        calls = [
            self._best.call(
                (keys.stem(site.key, partition_of(of)), keys.guard(site.key, partition_of(of))),
                {**act, "address": of},
            )
            for of in article.addresses
        ]
        with store_errors():
            replies = pipelined(self._connection, calls)
        found = [
            [Rank(score, raw.decode()) for raw, score in zip(each[::2], each[1::2], strict=True)]
            for each in replies
        ]
        complete_to = max((ranks[0] for ranks in found if ranks[0].id), default=None)
        merged = sorted((rank for ranks in found for rank in ranks[1:]), reverse=True)[:most]
        if complete_to is None or (len(merged) == most and merged[-1] >= complete_to):
            return merged, None
        return [rank for rank in merged if rank >= complete_to], complete_to

    def _best_page(
        self,
        site: Site,
        article: ArticleRef,
        ranks: Sequence[Rank],
        limit: int,
        now_s: int,
        *,
        target: Comment | None = None,
        end: Rank | None = None,
    ) -> Listing:
        """:param ranks: of a page, and of one thread more if there is a next page.
        :param end: where the search for threads stopped before it had so many.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for of in article.addresses:
                pipe.hget(keys.article_tone(site.key, partition_of(of), of), "comments/")
            pipe.hmget(keys.article(site.key, article.partition, article.id), ["cf", "s"])
            *counts, closing = pipe.execute()
        following = ranks[limit - 1] if len(ranks) > limit else end
        return Listing(
            self._threads(site, [rank.id for rank in ranks[:limit]], target),
            sum(int(number or 0) for number in counts),
            str(following or ""),
            _is_open(site, *closing, now_s=now_s),
        )

    def _page(self, site: Site, article: ArticleRef, walk: "_Walk", now_s: int) -> Listing:
        lists = _lists(site, article)
        newest, limit, ahead = walk.newest, walk.limit, walk.ahead
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for key in lists if ahead else ():
                _queue(pipe, key, f"({walk.first[1:]}", ahead, newest=not newest)
            for key in lists:
                _queue(pipe, key, walk.first, limit + 1 - ahead, newest=newest)
            for of in article.addresses:
                pipe.hget(keys.article_tone(site.key, partition_of(of), of), "comments/")
            pipe.hmget(keys.article(site.key, article.partition, article.id), ["cf", "s"])
            replies = iter(pipe.execute())
        before = _nearest(islice(replies, len(lists) if ahead else 0), ahead, newest=not newest)
        following = _nearest(islice(replies, len(lists)), limit + 1 - ahead, newest=newest)
        count = sum(int(next(replies) or 0) for _ in lists)
        ids = [*reversed(before), *following]
        threads = self._threads(site, ids[:limit], walk.target)
        is_open = _is_open(site, *next(replies), now_s=now_s)
        return Listing(threads, count, ids[limit - 1] if len(ids) > limit else "", is_open)

    def _ahead(self, lists: Sequence[str], root: str, *, newest: bool) -> int:
        """Return the number of threads before one."""
        pipe = self._connection.client.pipeline(transaction=False)
        for key in lists:
            if newest:
                pipe.zlexcount(key, f"({root}", "+")
            else:
                pipe.zlexcount(key, "-", f"({root}")
        return sum(pipe.execute())

    def _visible(self, site: Site, article: ArticleRef, comment_id: str) -> Comment:
        comment = self._comments.get(site, comment_id)
        shown = comment.state == "published" or comment.replies
        if comment.article_id not in article.addresses or not shown:
            raise NotFound
        return comment

    def _threads(
        self, site: Site, ids: Sequence[str], target: Comment | None
    ) -> tuple[Thread, ...]:
        roots = self._comments.get_all(site, ids)
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for root_id in ids:
                key = keys.replies(site.key, partition_holding(root_id), root_id)
                if target is not None and target.parent == root_id:
                    # The target, and a page of replies before it.
                    pipe.zrevrangebylex(key, f"[{target.id}", "-", 0, PAGE)
                else:
                    pipe.zrange(key, 0, REPLIES_SHOWN - 1)
            reply_ids = [sorted(reply.decode() for reply in raw) for raw in pipe.execute()]
        flat = iter(self._comments.get_all(site, [one for each in reply_ids for one in each]))
        shown = [[c for c in (next(flat) for _ in each) if c] for each in reply_ids]
        return tuple(
            Thread(root, tuple(replies), root.replies - len(replies))
            for root, replies in zip(roots, shown, strict=True)
            if root is not None
        )


def _lists(site: Site, article: ArticleRef) -> list[str]:
    """Return the lists of threads of each address that resolves to the article."""
    return [keys.threads(site.key, partition_of(of), of) for of in article.addresses]


def _queue(pipe: Any, key: str, first: str, most: int, *, newest: bool) -> None:
    """Queue up to ``most`` threads of one list, from ``first`` (or its end) towards the older ones
    or, where not ``newest``, the newer ones.
    """
    if newest:
        pipe.zrevrangebylex(key, first or "+", "-", 0, most)
    else:
        pipe.zrangebylex(key, first or "-", "+", 0, most)


def _nearest(lists: Any, most: int, *, newest: bool) -> list[str]:
    """Merge lists that have the same order, and return the first ``most`` of them."""
    return [raw.decode() for raw in islice(merge(*lists, reverse=newest), most)]


def _is_open(site: Site, first_s: bytes | None, state: bytes | None, *, now_s: int) -> bool:
    """Return whether an article takes comments.

    :param state: of the article. A merged one counts as open here: when the comment is stored, the
        article that it resolves to decides.
    """
    closes_s = int(first_s or now_s) + site.comments.close_days * 86400
    is_over = bool(site.comments.close_days) and now_s >= closes_s
    return site.comments.enabled and state in (None, _MOVED) and not is_over
