"""Editors' notes on an article's timeline, such as "headline changed"."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from widget.domain.article import partition_of
from widget.domain.errors import NotFound, RateLimited
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors, written

MAX_TEXT_CHARS = 80
MOST_NOTES = 50


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a timeline.

    :param at_s: time of the event that it describes, seconds since the epoch.
    """

    id: str
    at_s: int
    text: str
    who: str


class Notes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, site: Site, article_id: str) -> list[Note]:
        """Return an article's notes, oldest first."""
        key = keys.notes(site.key, partition_of(article_id), article_id)
        with store_errors():
            stored = self._connection.client.hvals(key)
        notes = [msgspec.json.decode(raw, type=Note) for raw in stored]
        return sorted(notes, key=lambda note: (note.at_s, note.id))

    def of_many(self, site: Site, article_ids: Iterable[str]) -> dict[str, list[Note]]:
        """Return the notes of articles, in one round trip; an article without any is left out."""
        ids = list(article_ids)
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for article_id in ids:
                pipe.hvals(keys.notes(site.key, partition_of(article_id), article_id))
            replies = pipe.execute() if ids else []
        return {
            article_id: [msgspec.json.decode(raw, type=Note) for raw in stored]
            for article_id, stored in zip(ids, replies, strict=True)
            if stored
        }

    def add(self, site: Site, article_id: str, text: str, who: str, at_s: int) -> Note:
        """Store a new note.

        :raise RateLimited: the article has 50 notes already.
        """
        key = keys.notes(site.key, partition_of(article_id), article_id)
        note = Note(secrets.token_hex(6), at_s, text, who)
        with store_errors():
            if self._connection.client.hlen(key) >= MOST_NOTES:
                raise RateLimited(f"A story can have at most {MOST_NOTES} notes; remove one first.")
            written(self._connection, ("HSET", key, note.id, msgspec.json.encode(note)))
        return note

    def remove(self, site: Site, article_id: str, note_id: str) -> Note:
        """Remove a note, and return it.

        :raise NotFound: there is no such note, or somebody else removed it first.
        """
        key = keys.notes(site.key, partition_of(article_id), article_id)
        with store_errors():
            raw = self._connection.client.hget(key, note_id)
            gone = raw is not None and written(self._connection, ("HDEL", key, note_id))[0]
        if not gone:
            raise NotFound("This note no longer exists.")
        return msgspec.json.decode(raw, type=Note)
