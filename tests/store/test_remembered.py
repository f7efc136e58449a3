"""Values that are cached for a second, and remembered while the store is away."""

import threading
from contextlib import suppress
from functools import partial

import pytest

from tests.support.server import wait_for
from widget.domain.errors import StoreUnavailable, UnknownSite
from widget.store.connection.deadline import current, deadline
from widget.store.connection.waiting import WouldWait
from widget.store.remembered import Remembered, _Latest, most_of_deadline


class Shelf:
    """What is read: a value, an error, or a read that waits until it is let go."""

    def __init__(self) -> None:
        self.value: str | Exception = "a"
        self.reads = 0
        self.now_s = 100.0
        self.let_go = threading.Event()
        self.let_go.set()
        self.is_reading = threading.Event()
        self.remembered = Remembered(self.read, most=3, clock=lambda: self.now_s)

    def read(self, key: str, last: str | None) -> str:
        self.reads += 1
        self.is_reading.set()
        value = self.value
        assert self.let_go.wait(10)
        if isinstance(value, Exception):
            raise value
        return value

    def get(self) -> str:
        return self.remembered.get("key")

    def must_not_wait_here(self) -> None:
        """Have only other threads than this one read, and remember nothing yet."""
        here = threading.get_ident()

        def read(key: str, last: str | None) -> str:
            if threading.get_ident() == here:
                raise WouldWait
            return self.read(key, last)

        self.remembered = Remembered(read, most=3, clock=lambda: self.now_s)

    def has_read(self, times: int) -> bool:
        return self.reads == times


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_a_value_is_read_once_a_second(shelf: Shelf) -> None:
    assert [shelf.get() for _ in range(3)] == ["a"] * 3 and shelf.reads == 1
    shelf.value = "b"
    shelf.now_s += 0.9
    assert shelf.get() == "a"
    shelf.now_s += 0.2
    assert shelf.get() == "b" and shelf.reads == 2


def test_the_last_value_serves_while_the_store_is_away_and_it_is_asked_once_a_second(
    shelf: Shelf,
) -> None:
    shelf.get()
    shelf.value = StoreUnavailable()
    for _ in range(50):
        shelf.now_s += 1.1
        assert [shelf.get() for _ in range(5)] == ["a"] * 5
    assert shelf.reads == 51
    shelf.value = "b"
    shelf.now_s += 1.1
    assert shelf.get() == "b"


def test_a_value_that_was_never_read_is_unavailable_while_the_store_is_away(shelf: Shelf) -> None:
    shelf.value = StoreUnavailable()
    with pytest.raises(StoreUnavailable):
        shelf.get()


def test_what_the_store_no_longer_has_is_forgotten(shelf: Shelf) -> None:
    shelf.get()
    shelf.value = UnknownSite()
    shelf.now_s += 1.1
    with pytest.raises(UnknownSite):
        shelf.get()
    shelf.value = StoreUnavailable()
    with pytest.raises(StoreUnavailable):
        shelf.get()


def test_only_one_thread_waits_for_a_store_that_is_slow(shelf: Shelf) -> None:
    shelf.get()
    shelf.now_s += 1.1
    shelf.let_go.clear()
    shelf.is_reading.clear()
    reader = threading.Thread(target=shelf.get)
    reader.start()
    assert shelf.is_reading.wait(10)
    assert shelf.get() == "a" and shelf.reads == 2
    shelf.let_go.set()
    reader.join()


def test_a_value_that_is_older_than_two_seconds_is_read_by_everyone(shelf: Shelf) -> None:
    shelf.get()
    shelf.now_s += 60
    shelf.let_go.clear()
    shelf.is_reading.clear()
    reader = threading.Thread(target=shelf.get)
    reader.start()
    assert shelf.is_reading.wait(10)
    shelf.value = "b"  # the first read has the older one already
    shelf.let_go.set()
    assert shelf.get() == "b"
    reader.join()


def test_a_slow_read_does_not_undo_a_later_change(shelf: Shelf) -> None:
    shelf.get()
    shelf.now_s += 1.1
    shelf.let_go.clear()
    shelf.is_reading.clear()
    reader = threading.Thread(target=shelf.get)
    reader.start()
    assert shelf.is_reading.wait(10)
    shelf.remembered.put("key", "changed")
    shelf.let_go.set()
    reader.join()
    assert shelf.get() == "changed"


def test_what_expires_is_read_again_and_still_serves_if_the_store_is_away(shelf: Shelf) -> None:
    shelf.get()
    shelf.value = "b"
    shelf.remembered.expire("key")
    assert shelf.get() == "b"
    shelf.value = StoreUnavailable()
    shelf.remembered.expire("key")
    assert shelf.get() == "b"


def test_it_keeps_so_many_and_the_one_read_longest_ago_goes(shelf: Shelf) -> None:
    for key in ("one", "two", "three"):
        shelf.remembered.get(key)
    shelf.now_s += 1.1
    shelf.remembered.get("one")
    shelf.remembered.get("four")
    shelf.value = StoreUnavailable()
    assert [shelf.remembered.get(key) for key in ("one", "three", "four")] == ["a"] * 3
    with pytest.raises(StoreUnavailable):
        shelf.remembered.get("two")


def wait(seconds: float) -> None:
    """Take the time of a call to the store that does not answer."""
    left = current()
    assert left is not None
    left.left_s -= min(seconds, left.left_s)
    raise StoreUnavailable


def test_reads_that_can_be_done_without_leave_time_for_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_Latest, "failed_s", float("-inf"))
    with deadline(1.0) as whole:
        with most_of_deadline():
            pass
        assert whole.left_s == 1.0
        lefts = []
        for _ in range(4):
            with suppress(StoreUnavailable), most_of_deadline():
                wait(9)
            lefts.append(whole.left_s)
    assert lefts[0] == pytest.approx(0.4) and lefts[3] > 0.2
    with most_of_deadline():
        assert current() is None


def test_where_nobody_may_wait_the_last_value_serves_for_a_second_while_a_thread_reads(
    shelf: Shelf,
) -> None:
    shelf.must_not_wait_here()
    with pytest.raises(WouldWait):
        shelf.get()
    shelf.remembered.put("key", "a")
    shelf.value = "b"
    shelf.let_go.clear()
    shelf.now_s += 1.1
    assert [shelf.get() for _ in range(5)] == ["a"] * 5
    shelf.now_s += 1.1
    with pytest.raises(WouldWait):
        shelf.get()  # too old, and the thread has not come back
    assert shelf.reads == 1
    shelf.let_go.set()
    wait_for(lambda: shelf.remembered._entries["key"].value == "b")
    assert shelf.get() == "b" and shelf.reads == 1


def test_an_outage_that_a_thread_meets_leaves_the_last_value(shelf: Shelf) -> None:
    shelf.must_not_wait_here()
    shelf.remembered.put("key", "a")
    for problem in (StoreUnavailable(), StoreUnavailable()):
        shelf.value, before = problem, shelf.reads
        shelf.now_s += 1.1
        assert shelf.get() == "a"
        wait_for(partial(shelf.has_read, before + 1))
        wait_for(lambda: shelf.remembered._entries["key"].is_away)
        assert shelf.get() == "a"
