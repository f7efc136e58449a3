"""Questions that several threads ask at the same time, asked once."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from widget.store.connection.deadline import current

K = TypeVar("K")
V = TypeVar("V")


class _Flight(Generic[V]):
    """One question that is being asked."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.answers: list[V] = []


class Joined(Generic[K, V]):
    """Joins the threads that ask for the same key."""

    def __init__(self) -> None:
        self._flights: dict[K, _Flight[V]] = {}

    def get(self, key: K, ask: Callable[[], V]) -> V:
        """Return what ``ask`` does, in this thread or in another one that began a moment ago.

        If the other one fails or takes too long, this thread asks with what its deadline has left.
        """
        flight: _Flight[V] = _Flight()
        under_way = self._flights.setdefault(key, flight)
        if under_way is not flight:
            _wait(under_way.is_over)
            return under_way.answers[0] if under_way.answers else ask()
        try:
            answer = ask()
            flight.answers.append(answer)
            return answer
        finally:
            del self._flights[key]
            flight.is_over.set()


def _wait(event: threading.Event) -> None:
    """Wait for as long as this thread may still wait for the store."""
    budget = current()
    if budget is None:
        event.wait()
        return
    budget.start()
    event.wait(max(0.0, budget.left_s))
    budget.spend()
