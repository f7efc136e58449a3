"""Threads that ask the same at the same time: one asks, the others wait for it for a while."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from widget.domain.errors import StoreUnavailable
from widget.store.connection.deadline import deadline
from widget.web.joined import Joined


def test_only_the_first_asks() -> None:
    joined: Joined[str, int] = Joined()
    asked, begun, let_go = [], threading.Event(), threading.Event()

    def ask() -> int:
        asked.append(1)
        begun.set()
        assert let_go.wait(10)
        return 7

    with ThreadPoolExecutor(5) as pool:
        first = pool.submit(joined.get, "key", ask)
        assert begun.wait(10)
        others = [pool.submit(joined.get, "key", ask) for _ in range(4)]
        assert joined.get("other key", lambda: 8) == 8
        let_go.set()
        assert [one.result() for one in (first, *others)] == [7] * 5
    assert joined.get("key", lambda: 9) == 9 and not joined._flights


def test_where_the_first_fails_each_asks_for_itself() -> None:
    joined: Joined[str, int] = Joined()
    begun, let_go = threading.Event(), threading.Event()

    def fail() -> int:
        begun.set()
        assert let_go.wait(10)
        raise StoreUnavailable

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(joined.get, "key", fail)
        assert begun.wait(10)
        other = pool.submit(joined.get, "key", lambda: 7)
        let_go.set()
        assert other.result() == 7
        with pytest.raises(StoreUnavailable):
            first.result()


def test_waiting_takes_the_time_of_the_request_that_waits() -> None:
    joined: Joined[str, float] = Joined()
    begun, let_go = threading.Event(), threading.Event()

    def slow() -> float:
        begun.set()
        assert let_go.wait(10)
        return 0.0

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(joined.get, "key", slow)
        assert begun.wait(10)
        began_s = time.monotonic()
        with deadline(0.1) as budget:
            assert joined.get("key", lambda: budget.left_s) <= 0.0
        assert time.monotonic() - began_s < 5
        let_go.set()
        first.result()
