"""A recount of comments: do totals and lists agree with the stored comments? Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from widget.domain.article import PARTITIONS
from widget.domain.comments.comment import Comment, thread_score
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import Comments
from widget.store.connect import Connection
from widget.store.scripts import store_errors

_BATCH = 500
_UP_VOTES = ("u", "ub", "m")


@dataclass(frozen=True, slots=True)
class CommentMismatch:
    where: str
    expected: str
    found: str


class CommentRecount:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._comments = Comments(connection)

    def mismatches(self, site: Site) -> Iterator[CommentMismatch]:
        """Yield each total and list that does not agree with the comments."""
        for partition in range(PARTITIONS):
            with store_errors():
                yield from self._partition(site, partition)
                yield from self._up_votes(site, partition)

    def comments(self, site: Site) -> int:
        """Return the number of stored comments, in any state."""
        with store_errors():
            client = self._connection.client
            return sum(int(client.zcard(keys.all_comments(site.key, p))) for p in range(PARTITIONS))

    def each(self, site: Site, partition: int, after: str = "") -> Iterator[Comment]:
        """Yield every comment of a partition, oldest first, with one batch in memory at a time."""
        for ids in self._batches(site, partition, after):
            yield from (c for c in self._comments.get_all(site, ids) if c)

    def _batches(self, site: Site, partition: int, after: str = "") -> Iterator[list[str]]:
        """Yield the ids of every comment of a partition, oldest first, a batch at a time."""
        key = keys.all_comments(site.key, partition)
        while True:
            with store_errors():
                raw = self._connection.client.zrangebylex(
                    key, f"({after}" if after else "-", "+", 0, _BATCH
                )
            ids = [one.decode() for one in raw]
            if not ids:
                return
            yield ids
            after = ids[-1]

    def _up_votes(self, site: Site, partition: int) -> Iterator[CommentMismatch]:
        """Yield each comment whose up-votes are not those of its readers who are counted."""
        of = site.key, partition
        for ids in self._batches(site, partition):
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id in ids:
                pipe.hmget(keys.comment(*of, comment_id), _UP_VOTES)
                pipe.hvals(keys.comment_votes(*of, comment_id))
            replies = iter(pipe.execute())
            for comment_id, (found, base, mark), votes in zip(ids, replies, replies, strict=True):
                counted = sum(vote > 0 and vote % 2 for vote in map(int, votes))
                expected = int(base or 0) + counted
                if mark is None and base is None:  # imported with up-votes, or removed
                    expected = max(expected, int(found or 0))
                if votes and expected != int(found or 0):
                    where = f"up-votes of {comment_id}"
                    yield CommentMismatch(where, str(expected), str(int(found or 0)))

    def _partition(self, site: Site, partition: int) -> Iterator[CommentMismatch]:
        totals: dict[str, Counter[str]] = defaultdict(Counter)
        lists: dict[str, set[str]] = defaultdict(set)
        replies: Counter[str] = Counter()
        kept_replies: dict[str, int] = {}
        threads: dict[str, Comment] = {}
        names = _Names(site.key, partition)
        for comment in self.each(site, partition):
            names.expect(comment, totals, lists)
            if comment.parent:
                replies[comment.parent] += comment.state == "published"
            else:
                threads[comment.id] = comment
                kept_replies[comment.id] = comment.replies
        for thread in threads.values():
            where = keys.threads(site.key, partition, thread.article_id)
            if thread.state == "published" or replies[thread.id]:
                lists[where].add(thread.id)
        kept = {f"replies of {k}": n for k, n in kept_replies.items() if n}
        true = {f"replies of {k}": n for k, n in replies.items() if n}
        yield from _compare(f"partition {partition}, replies", true, kept)

        client = self._connection.client
        for where, counts in totals.items():
            found = {k.decode(): int(v) for k, v in client.hgetall(where).items()}
            yield from _compare(where, {k: n for k, n in counts.items() if n}, found)
        for where, ids in lists.items():
            listed = {one.decode(): 0 for one in client.zrange(where, 0, -1)}
            yield from _compare(where, dict.fromkeys(ids, 0), listed)
        for where, scores in names.scores.items():
            # A thread that was recommended before there were scores has none until the next time.
            stored = {k.decode(): int(n) for k, n in client.zrange(where, 0, -1, withscores=True)}
            yield from _compare(where, {k: n for k, n in scores.items() if k in stored}, stored)
        ranked = client.zrange(names.articles, 0, -1, withscores=True)
        yield from _compare(
            names.articles,
            {a: n for a, n in names.published.items() if n},
            {article.decode(): int(score) for article, score in ranked},
        )


class _Names:
    """The keys of a partition, and what each comment adds to them."""

    def __init__(self, site_key: str, partition: int) -> None:
        self._of = (site_key, partition)
        self.articles = keys.commented_articles(*self._of)
        self.published: Counter[str] = Counter()
        self.scores: dict[str, dict[str, int]] = defaultdict(dict)

    def expect(
        self, comment: Comment, totals: dict[str, Counter[str]], lists: dict[str, set[str]]
    ) -> None:
        of, article = self._of, comment.article_id
        hour = comment.at_s // 3600
        day = hour // 24
        places = {
            keys.article_tone(*of, article): "",
            keys.article_tone_hours(*of, article): str(hour),
            keys.tone(*of): "",
            keys.tone_days(*of): str(day),
            keys.tone_hours(*of, day): str(hour % 24),
            keys.tone_sections(*of, day): comment.section,
        }
        published = comment.state == "published"
        for key, suffix in places.items():
            counts = totals[key]
            if published:
                counts.update({f"{name}/{suffix}": n for name, n in _adds(comment).items()})
        self.published[article] += published
        queue = lists[keys.held_comments(*of)]
        if comment.waits:
            queue.add(comment.id)
        _ = lists[keys.threads(*of, article)]
        scores = self.scores[keys.ranked_threads(*of, article)]
        if published and comment.ups and not comment.parent:
            scores[comment.id] = thread_score(comment)
        if comment.parent:
            shown = lists[keys.replies(*of, comment.parent)]
            if published:
                shown.add(comment.id)


def _adds(comment: Comment) -> dict[str, int]:
    assert comment.score is not None  # a published comment has its text, and so its score
    label = comment.label
    adds = {"comments": 1}
    adds[f"not:{comment.score.reason}" if label == "not_scored" else f"label:{label}"] = 1
    if comment.corrected:
        adds["corrected"] = 1
    lean = comment.score.lean_e4
    if lean is not None:
        adds |= {"n": 1, "sum": lean, "squares": lean * lean}
    return adds


def _compare(
    where: str, expected: Mapping[str, int], found: Mapping[str, int]
) -> Iterator[CommentMismatch]:
    differing = {k for k in {*expected, *found} if expected.get(k) != found.get(k)}
    if differing:
        some = sorted(differing)[:5]
        yield CommentMismatch(
            where,
            ", ".join(f"{k}: {expected.get(k, 'not there')}" for k in some),
            ", ".join(f"{k}: {found.get(k, 'not there')}" for k in some),
        )
