"""A back-up, written into an empty store of any kind."""

from collections.abc import Callable, Iterator
from typing import Any

from widget.domain import clock
from widget.store import keys
from widget.store.backup import values
from widget.store.backup.archive import Archive, Head
from widget.store.backup.errors import BackupError
from widget.store.backup.selection import is_backed_up
from widget.store.connect import Connection
from widget.store.identity import begin_restore, end_restore, is_half_restored
from widget.store.scanning import keys_like
from widget.store.scripts import store_errors

PARTS_AT_ONCE = 100


class Restoring:
    """The restore of one back-up.

    :param progress: called with the number of parts stored so far.
    """

    def __init__(
        self, connection: Connection, progress: Callable[[int], None] = lambda parts: None
    ) -> None:
        self._connection = connection.patient()
        self._progress = progress

    def refuse_unless_empty(self) -> None:
        """Refuse a store that has data or is in use. What a restore left of itself is neither.

        :raise BackupError: the message says what to do.
        """
        if self._is_half_restored():
            return
        with store_errors():
            client = self._connection.unchecked_client
            if client.exists(keys.watch()) or client.exists(keys.sweep()):
                raise BackupError(
                    "a server has used this store within the last minute. "
                    "Stop every server, wait a minute, and repeat"
                )
            if next(self._stored(), None) is not None:
                raise BackupError(
                    "the store is not empty, and a restore replaces nothing. Name an empty one: "
                    "another READBACK_DATA_DIR, or another server, cluster or database in "
                    "READBACK_REDIS_URL"
                )

    def run(self, archive: Archive, head: Head) -> int:
        """Store a back-up that was checked, and return the number of its parts.

        A mark says from the first write to the last that the store is not whole.

        :param head: that of the archive.
        :raise StoreUnavailable: the store timed out or refused; StoreFull: it has no room.
        """
        done = 0
        with store_errors():
            begin_restore(self._connection.unchecked_client)
            self._remove_what_is_left()
            batch: list[values.Part] = []
            for part in archive.records(values.Part):
                batch.append(part)
                if len(batch) == PARTS_AT_ONCE:
                    self._store(batch)
                    done += len(batch)
                    batch = []
                    self._progress(done)
            self._store(batch)
            end_restore(self._connection.unchecked_client, head.voter_key, head.schema)
        return done + len(batch)

    def _is_half_restored(self) -> bool:
        with store_errors():
            return is_half_restored(self._connection.unchecked_client)

    def _store(self, parts: list[values.Part]) -> None:
        pipe = self._connection.unchecked_client.pipeline(transaction=False)
        now_ms = int(clock.now() * 1000)
        for part in parts:
            for command in values.writing(part, now_ms=now_ms):
                pipe.execute_command(*command)
        if parts:
            pipe.execute()

    def _remove_what_is_left(self) -> None:
        """Remove what an interrupted restore wrote."""
        client = self._connection.unchecked_client
        for name in self._stored():
            client.unlink(name)

    def _stored(self) -> Iterator[Any]:
        """Yield the keys that a back-up would have."""
        client = self._connection.unchecked_client
        yield from filter(is_backed_up, keys_like(client, f"{keys.PREFIX}*"))
