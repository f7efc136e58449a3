"""Removal of an article or a site with everything that is stored about it.

The scripts take votes and comments out of the totals. What only carries an id in its name or value
is then found by looking at every key of the site.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec
import redis

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.model import Site
from widget.settings import SettingError
from widget.store import keys
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.connection.errors import MAY_NOT, code_of
from widget.store.desk.share_links import ShareLink
from widget.store.labels import Labels
from widget.store.reactions.moves import SHARED, refusal
from widget.store.scanning import keys_like
from widget.store.scripts import ActScript, pipelined, store_errors

_AT_ONCE = 100
_SCANNED_AT_ONCE = 1000
# Of an article, what no script writes or removes with its votes.
_LOOSE = re.compile(rb"rb:\{[^}]+\}:(?:act|took|w|cd|once):")


class Erasing:
    """The removal of what one store has about articles and sites."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._article = ActScript(
            connection, *SHARED, "shared/removal.lua", "reactions/article_forget.lua"
        )
        self._comment = ActScript(connection, "shared/comment.lua", "comments/forget.lua")
        self._comments = CommentRecount(connection)
        self._labels = Labels(connection)

    def comments_of(self, site: Site, article_ids: Iterable[str]) -> list[tuple[str, int]]:
        """Return (id, partition) of every comment on the articles, replies before their threads."""
        ids = set(article_ids)
        found = [
            (bool(not comment.parent), comment.id, partition)
            for partition in sorted({partition_of(one) for one in ids})
            for comment in self._comments.each(site, partition)
            if comment.article_id in ids
        ]
        return [(comment_id, partition) for _, comment_id, partition in sorted(found)]

    def remove_comments(
        self, site: Site, comments: Sequence[tuple[str, int]], *, now_s: int
    ) -> None:
        for at in range(0, len(comments), _AT_ONCE):
            calls = [
                self._comment.call(
                    (keys.comment(site.key, partition, one), keys.stem(site.key, partition)),
                    {"id": one, "now": now_s},
                )
                for one, partition in comments[at : at + _AT_ONCE]
            ]
            with store_errors():
                pipelined(self._connection, calls)
        self._labels.forget(site, [comment_id for comment_id, _ in comments])

    def remove_article(self, site: Site, article_id: str, *, now_s: int) -> None:
        """Remove an article and its votes.

        :raise CannotCorrect: its votes are just moving.
        """
        partition = partition_of(article_id)
        names = (keys.article(site.key, partition, article_id), keys.stem(site.key, partition))
        with store_errors():
            answer = self._article(names, {"id": article_id, "now": now_s})
        code = msgspec.json.decode(answer)["code"]
        if code != "done":
            raise refusal(code)
        with store_errors():
            self._connection.client.hdel(keys.ledger_entries(site.key, partition), article_id)

    def check_rights(self, site: Site) -> None:
        """Refuse before anything is removed if the store's user may not remove log entries.

        :raise SettingError: it may not.
        """
        with store_errors():
            try:
                self._connection.client.xdel(keys.audit(site.key, 0), "0-1")  # no entry has this id
            except redis.RedisError as problem:
                if code_of(problem) != MAY_NOT:
                    raise
                raise SettingError(
                    "the store's user may not remove entries of the audit log, which name the "
                    "article. Repeat this command as a user with +xdel; nothing was changed"
                ) from None

    def remove_mentions(self, site: Site, names: Iterable[str], article_ids: Iterable[str]) -> None:
        """Remove log entries, alerts, links and loose keys that name an article or a comment.

        :param names: ids and addresses.
        """
        named = {name.encode() for name in names}
        with store_errors():
            for partition in range(PARTITIONS):
                self._remove_entries(keys.audit(site.key, partition), named)
            self._remove_alerts(site, named)
            self._remove_links(site, set(article_ids))
            loose = [
                key
                for key in keys_like(self._connection.client, f"{keys.PREFIX}{{{site.key}:*")
                if _LOOSE.match(key) and named & set(key.split(b":"))
            ]
            self._unlink(loose)

    def remove_site(self, site_key: str) -> int:
        """Remove every key of a site, and return how many there were."""
        own = [
            keys.aliases(site_key),
            keys.share_links(site_key),
            keys.site_desk(site_key),
            keys.api_keys(site_key),
            keys.api_keys_used(site_key),
            keys.refused_origins(site_key),
            keys.labels(site_key),
            keys.tone_heads(site_key),
            keys.tone_lesson(site_key),
        ]
        with store_errors():
            client = self._connection.client
            client.hdel(keys.receivers(), site_key)
            removed = self._unlink([name.encode() for name in own])
            return removed + self._unlink(list(keys_like(client, f"{keys.PREFIX}{{{site_key}:*")))

    def _remove_entries(self, stream: str, named: set[bytes]) -> None:
        client, after = self._connection.client, "-"
        while entries := client.xrange(stream, after, "+", count=_SCANNED_AT_ONCE):
            found = [
                entry
                for entry, fields in entries
                if any(name in value for value in fields.values() for name in named)
            ]
            if found:
                client.xdel(stream, *found)
            after = f"({entries[-1][0].decode()}"

    def _remove_alerts(self, site: Site, named: set[bytes]) -> None:
        client = self._connection.client
        pattern = f"{keys.outbox(site.key)}d:*"
        for key in list(keys_like(client, pattern)):
            message = client.hget(key, "m") or b""
            if any(name in message for name in named):
                delivery = key.removeprefix(f"{keys.outbox(site.key)}d:".encode())
                client.zrem(keys.alerts_due(site.key), delivery)
                client.zrem(keys.alert_log(site.key), delivery)
                client.unlink(key)

    def _remove_links(self, site: Site, article_ids: set[str]) -> None:
        client, key = self._connection.client, keys.share_links(site.key)
        for digest, raw in client.hgetall(key).items():
            if msgspec.json.decode(raw, type=ShareLink).article_id in article_ids:
                client.hdel(key, digest)

    def _unlink(self, names: Sequence[bytes]) -> int:
        removed = 0
        for at in range(0, len(names), _AT_ONCE):
            pipe = self._connection.client.pipeline(transaction=False)
            for name in names[at : at + _AT_ONCE]:
                pipe.unlink(name)
            removed += sum(pipe.execute())
        return removed
