"""Numbers that all workers of a server share, in memory, without a file and without the store.

The master maps the table before it forks (commands/master.py). Each worker then adds to a row of
its own, so none of two additions is lost; a reading adds the rows up. A row outlives its worker:
the next worker that gets it goes on counting in it. Under any other server each process counts for
itself.
"""

import mmap
import threading
from collections.abc import Iterable

ROWS = 64  # the master's, and those of the workers that live at the same time, reloads included
_SLOT_BYTES = 8


class Table:
    """Rows of whole numbers from 0 to 2^63-1, one slot for each series.

    :param slots: how many series there are.
    :param passing: the slots of what ends with its worker, such as the requests in hand.
    """

    def __init__(self, slots: int, passing: Iterable[int] = ()) -> None:
        memory = memoryview(mmap.mmap(-1, ROWS * slots * _SLOT_BYTES)).cast("q")
        self._rows = [memory[at * slots : (at + 1) * slots] for at in range(ROWS)]
        self._passing = tuple(passing)
        self._taken = {0}
        self._own = self._rows[0]
        self._lock = threading.Lock()

    def add(self, slot: int, by: int = 1) -> None:
        with self._lock:
            self._own[slot] += by

    def observe(self, bucket: int, sum_slot: int, amount: int) -> None:
        """Add one observation to its bucket and to the sum."""
        with self._lock:
            own = self._own
            own[bucket] += 1
            own[sum_slot] += amount

    def observe_two(
        self, bucket: int, sum_slot: int, amount: int, other: int, other_sum: int, other_amount: int
    ) -> None:
        """Add two observations at once: every request makes both."""
        with self._lock:
            own = self._own
            own[bucket] += 1
            own[sum_slot] += amount
            own[other] += 1
            own[other_sum] += other_amount

    def put(self, slot: int, value: int) -> None:
        """Set a number of this process that only one of its threads sets."""
        self._own[slot] = value

    def total(self, slot: int) -> int:
        """Return the sum of a series over all workers, those that have ended included."""
        return sum(row[slot] for row in self._rows)

    def take_row(self) -> int:
        """Return a row that no living worker has; the master's own if there is none left."""
        row = next((at for at in range(ROWS) if at not in self._taken), 0)
        self._taken.add(row)
        return row

    def count_in(self, row: int) -> None:
        """Add to this row from now on: the first act of a new worker."""
        self._lock = threading.Lock()  # the master's may be held at the moment of the fork
        self._own = self._rows[row]

    def give_back(self, row: int) -> None:
        """Free the row of a worker that has ended, however it ended. Its sums stay."""
        for slot in self._passing:
            self._rows[row][slot] = 0
        if row:
            self._taken.discard(row)
