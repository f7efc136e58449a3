"""Kinds of metrics. Every series is known before the first request, so each has its slot.

No name of an article, reader or site is ever a label.
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from widget.metrics.table import Table

# Upper bounds in seconds, from a read in memory to the longest wait for the store.
BOUNDS_S = (*(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05), *(0.1, 0.25, 0.5, 1.0, 2.5, 10.0))
_SUM = len(BOUNDS_S) + 1  # behind the buckets, one of which is above all bounds: microseconds
OTHER = "other"


class Slots:
    """The numbering of all series. Metrics take their slots when their module is imported."""

    def __init__(self) -> None:
        self.used = 0
        self.passing: list[int] = []

    def take(self, count: int) -> int:
        """Return the first of some new slots."""
        self.used += count
        return self.used - count


SLOTS = Slots()


@lru_cache(maxsize=1)
def table() -> Table:
    """Return the table that this process shares with every process it forks from now on."""
    return Table(SLOTS.used, SLOTS.passing)


class Counter:
    """A number for each combination of labels that only grows.

    :param name: without the ending ``_total``.
    :param labels: for each label its values. A value that is not listed counts as "other", which
        must be one of them.
    """

    def __init__(self, name: str, help: str, **labels: Iterable[str]) -> None:
        self.name = name
        self.help = help
        self.labels = tuple(labels)
        values = list(product(*labels.values()))
        first = SLOTS.take(len(values))
        self.slots = {value: first + at for at, value in enumerate(values)}

    def slot(self, *values: str) -> int:
        found = self.slots.get(values)
        return self.slots[*values[:-1], OTHER] if found is None else found

    def add(self, *values: str, by: int = 1) -> None:
        slot = self.slots.get(values)
        table().add(self.slot(*values) if slot is None else slot, by)

    def totals(self) -> list[tuple[tuple[str, ...], int]]:
        """Return ``[(values of the labels, sum over all workers), ...]``."""
        return [(values, table().total(slot)) for values, slot in self.slots.items()]


class Passing:
    """A number that rises and falls, such as the requests in hand. A worker's ends with it."""

    def __init__(self, name: str, help: str) -> None:
        self.name = name
        self.help = help
        self.slot = SLOTS.take(1)
        SLOTS.passing.append(self.slot)

    def put(self, value: int) -> None:
        table().put(self.slot, value)

    def total(self) -> int:
        return table().total(self.slot)


class Histogram:
    """How many observations took how long, for each value of one label, or for none."""

    def __init__(self, name: str, help: str, **labels: Iterable[str]) -> None:
        self.name = name
        self.help = help
        self.labels = tuple(labels)
        values = list(product(*labels.values()))
        first = SLOTS.take(len(values) * (_SUM + 1))
        self.slots = {value: first + at * (_SUM + 1) for at, value in enumerate(values)}

    def observe(self, seconds: float, *values: str) -> None:
        table().observe(*self.place(seconds, *values))

    def place(self, seconds: float, *values: str) -> tuple[int, int, int]:
        """Return the slots of a bucket and of the sum, and the microseconds to add to that."""
        first = self.slots[values]
        return first + bisect_left(BOUNDS_S, seconds), first + _SUM, int(seconds * 1e6)

    def totals(self) -> list[tuple[tuple[str, ...], list[int], float]]:
        """Return ``[(values of the labels, observations by bucket, sum in seconds), ...]``."""
        shared = table()
        return [
            (
                values,
                [shared.total(first + at) for at in range(_SUM)],
                shared.total(first + _SUM) / 1e6,
            )
            for values, first in self.slots.items()
        ]
