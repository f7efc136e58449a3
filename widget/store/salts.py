"""Salts under which networks are hashed: a random one a day. It expires with the next day."""

import secrets
from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from widget.domain.errors import StoreUnavailable
from widget.domain.readers.network import DAY_S
from widget.store import keys
from widget.store.connect import Connection
from widget.store.elsewhere import first_reachable, places
from widget.store.remembered import most_of_deadline
from widget.store.scripts import store_errors

SALT_BYTES = 16


class DaySalts(NamedTuple):
    """The salt of a day, and that of the day before."""

    day: int
    before: bytes
    today: bytes


class Salts:
    """The salts of one store, read once a day, so a day that has begun needs no store.

    A salt has two places at two shards of a cluster: a worker that starts while one of them is away
    reads the other.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._recent = DaySalts(-1, b"", b"")
        self._lock = Lock()

    def of(self, now_s: int) -> DaySalts:
        """Return the salts of a moment.

        :raise StoreUnavailable: the store is away, and this process has not read them yet.
        """
        day = now_s // DAY_S
        if self._recent.day != day:
            with self._lock:  # all threads get the same salt, also one that is this process's own
                if self._recent.day != day:
                    self._recent = self._read(day)
        return self._recent

    def _read(self, day: int) -> DaySalts:
        is_next = self._recent.day == day - 1
        before = self._recent.today if is_next else self._salt(day - 1)
        return DaySalts(day, before, self._salt(day))

    def _salt(self, day: int) -> bytes:
        """Return a day's salt. The store keeps it to the end of the next day, whoever asks when.

        A store whose clock is days ahead of ours keeps none: then the salt is this process's own.
        """
        where = places(self._connection, keys.salt(day))
        kept = next(filter(None, map(self._kept, where)), None)
        if kept is None:  # a full store takes no salt, but still has an older one
            new = secrets.token_bytes(SALT_BYTES)
            kept = first_reachable(where, lambda place: self._made(place, day, new))
        for place in where[1:]:
            with suppress(StoreUnavailable), most_of_deadline():
                self._made(place, day, kept)
        return kept

    def _kept(self, place: str) -> bytes | None:
        """Return the salt at one place, None if its shard is away as well."""
        with suppress(StoreUnavailable), most_of_deadline(), store_errors():
            kept: bytes | None = self._connection.client.get(place)
            return kept
        return None

    def _made(self, place: str, day: int, salt: bytes) -> bytes:
        """Store a salt unless there is one already, and return the one that is there."""
        with store_errors():
            client = self._connection.client
            client.set(place, salt, nx=True, exat=(day + 2) * DAY_S)
            return bytes(client.get(place) or salt)
