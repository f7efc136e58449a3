"""What every vote reads: cached for a second, and remembered for as long as the store is away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Generic, TypeVar

from widget.domain.errors import ReadbackError, StoreUnavailable
from widget.store.connection.deadline import current, part_of_deadline
from widget.store.connection.waiting import WouldWait, beside

FRESH_S = 1.0
GRACE_S = 1.0  # after FRESH_S, the old value serves while another thread reads
SHARE = 0.6  # of a request's time, for a read without which the request can go on,
SHARE_AGAIN = 0.15  # and for each such read while one has failed
AGAIN_S = 5.0

K = TypeVar("K")
V = TypeVar("V")


class _Entry(Generic[V]):
    """A value. Any change of it makes a new entry, so a slow read never replaces a later one."""

    __slots__ = ("is_away", "is_being_read", "until_s", "value")

    def __init__(self, value: V, until_s: float, *, is_away: bool = False) -> None:
        self.value = value
        self.until_s = until_s
        self.is_away = is_away
        self.is_being_read = False


class Remembered(Generic[K, V]):
    """Values of one kind by their key; the one that was read longest ago goes first.

    :param read: returns the value of a key, given the one before or None. It raises
        :class:`StoreUnavailable`, and any other error for a key that has no value.
    :param most: values that are kept.
    :param fresh_s: how long a value is used before it is read again.
    """

    def __init__(
        self,
        read: Callable[[K, V | None], V],
        *,
        most: int,
        fresh_s: float = FRESH_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._most = most
        self._fresh_s = fresh_s
        self._clock = clock
        self._entries: dict[K, _Entry[V]] = {}
        self._lock = Lock()

    def get(self, key: K) -> V:
        """Return a value read within ``fresh_s`` or, while the store is away, the last one.

        :raise StoreUnavailable: the store is away, and this process has never read the value.
        """
        entry = self._entries.get(key)
        if entry is not None and self._clock() < entry.until_s:
            return entry.value
        return self._refreshed(key, entry)

    def put(self, key: K, value: V) -> None:
        """Remember a value that was just read or written."""
        with self._lock:
            self._put(key, _Entry(value, self._clock() + self._fresh_s))

    def expire(self, key: K) -> None:
        """Make the next look-up ask the store."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None:
                self._entries[key] = _Entry(entry.value, -GRACE_S)

    def forget(self, key: K) -> None:
        """Forget a value that the store no longer has."""
        with self._lock:
            self._entries.pop(key, None)

    def _refreshed(self, key: K, entry: _Entry[V] | None) -> V:
        if entry is None:
            value = self._read(key, None)
            self._replace(key, None, _Entry(value, self._clock() + self._fresh_s))
            return value
        if not self._may_read(entry):
            return entry.value
        try:
            return self._read_again(key, entry)
        except WouldWait:
            if self._clock() >= entry.until_s + GRACE_S:
                entry.is_being_read = False
                raise
            beside(self._read_beside, key, entry)
            return entry.value

    def _read_beside(self, key: K, entry: _Entry[V]) -> None:
        with suppress(ReadbackError):  # who asks for the value next meets the same
            self._read_again(key, entry)

    def _read_again(self, key: K, entry: _Entry[V]) -> V:
        try:
            with most_of_deadline():
                value = self._read(key, entry.value)
        except StoreUnavailable:
            value = entry.value
            self._replace(key, entry, _Entry(value, self._clock() + self._fresh_s, is_away=True))
        except WouldWait:
            raise
        except BaseException:
            self._replace(key, entry, None)
            raise
        else:
            self._replace(key, entry, _Entry(value, self._clock() + self._fresh_s))
        return value

    def _may_read(self, entry: _Entry[V]) -> bool:
        """Return whether this thread reads; False if the old value serves while another does."""
        with self._lock:
            if entry.is_being_read:
                return not (entry.is_away or self._clock() < entry.until_s + GRACE_S)
            entry.is_being_read = True
            return True

    def _replace(self, key: K, old: _Entry[V] | None, new: _Entry[V] | None) -> None:
        """Replace an entry, or with None remove it, unless another thread has changed it."""
        with self._lock:
            if self._entries.get(key) is not old:
                return
            if new is None:
                self._entries.pop(key, None)
            else:
                self._put(key, new)

    def _put(self, key: K, entry: _Entry[V]) -> None:
        self._entries.pop(key, None)
        self._entries[key] = entry
        if len(self._entries) > self._most:
            self._entries.pop(next(iter(self._entries)))


class _Latest:
    """When a read that a request can do without failed the last time, in this process."""

    failed_s = float("-inf")


@contextmanager
def most_of_deadline() -> Iterator[None]:
    """Keep a part of a request's time for what follows, should the store not answer now."""
    is_again = time.monotonic() < _Latest.failed_s + AGAIN_S
    try:
        with part_of_deadline(SHARE_AGAIN if is_again else SHARE):
            yield
    except StoreUnavailable:
        if current() is not None:
            _Latest.failed_s = time.monotonic()
        raise
