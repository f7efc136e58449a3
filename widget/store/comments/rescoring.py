"""New scores for stored comments after a change of the scorer. Each also corrects the totals."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from widget.domain.article import PARTITIONS
from widget.domain.comments.comment import Comment, Score
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import score_fields
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors

Result = Literal["scored", "current", "wordless", "changed_since"]

_SAMPLED = 5  # comments of each partition: the oldest, the newest, and some between


class Rescoring:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._comments = CommentRecount(connection)
        self._tone = ActScript(
            connection, "shared/comment.lua", "comments/tone.lua", is_replicated=True
        )

    def comments(self, site: Site) -> int:
        return self._comments.comments(site)

    def is_due(self, site: Site, version: str) -> bool:
        """Return whether a sample of up to 160 comments has a score of another version.

        No total counts versions, and to read every comment takes too long for a page. So a few
        comments that were missed can go unnoticed; :meth:`rescore` reads them all.
        """
        with store_errors():
            counts = self._each_of(
                ("ZCARD", keys.all_comments(site.key, partition)) for partition in range(PARTITIONS)
            )
            spread = [
                (partition, at)
                for partition, count in enumerate(counts)
                for at in sorted({(count - 1) * n // (_SAMPLED - 1) for n in range(_SAMPLED)})
                if count
            ]
            found = self._each_of(
                ("ZRANGE", keys.all_comments(site.key, partition), at, at)
                for partition, at in spread
            )
            versions = self._each_of(
                ("HGET", keys.comment(site.key, partition, ids[0].decode()), "tv")
                for (partition, _), ids in zip(spread, found, strict=True)
                if ids
            )
        return any(one is not None and one.decode() != version for one in versions)

    def rescore(
        self, site: Site, score: Callable[[str], Score], version: str
    ) -> Iterator[tuple[Comment, Result, Score | None]]:
        """Score every comment that does not have this version of the scorer, and yield the result.

        "changed_since": somebody edited the comment meanwhile, which scored it too. If this stops
        early, the next run continues with the comments that lack this version.
        """
        for partition in range(PARTITIONS):
            for comment in self._comments.each(site, partition):
                if not comment.text:
                    yield comment, "wordless", None
                elif comment.score and comment.score.version == version:
                    yield comment, "current", None
                else:
                    fresh = score(comment.text)
                    done = self._store(site, partition, comment, fresh)
                    yield comment, "scored" if done else "changed_since", fresh

    def _each_of(self, commands: Iterable[tuple[Any, ...]]) -> list[Any]:
        pipe = self._connection.client.pipeline(transaction=False)
        for command in commands:
            pipe.execute_command(*command)
        return list(pipe.execute())

    def _store(self, site: Site, partition: int, comment: Comment, fresh: Score) -> bool:
        act = {
            "id": comment.id,
            "sha1": hashlib.sha1(comment.text.encode(), usedforsecurity=False).hexdigest(),
            "fields": score_fields(fresh),
        }
        names = keys.comment(site.key, partition, comment.id), keys.stem(site.key, partition)
        with store_errors():
            return bool(self._tone(names, act))
