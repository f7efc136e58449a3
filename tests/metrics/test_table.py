"""The shared table: additions of threads, processes and killed workers are all there, once."""

import os
import signal
import threading

import pytest

from widget.metrics import series
from widget.metrics.kinds import BOUNDS_S, OTHER, SLOTS, Counter, table
from widget.metrics.table import ROWS, Table

EACH = 2000


def add_many(shared: Table, row: int) -> None:
    shared.count_in(row)
    threads = [threading.Thread(target=add_each, args=(shared,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def add_each(shared: Table) -> None:
    for _ in range(EACH):
        shared.add(0)


def test_additions_of_many_threads_and_processes_are_all_counted() -> None:
    shared = Table(3)
    children = []
    for _ in range(3):
        row = shared.take_row()
        child = os.fork()
        if child == 0:
            add_many(shared, row)
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert shared.total(0) == 3 * 4 * EACH and shared.total(1) == 0


def test_a_killed_workers_counts_stay_and_what_it_had_in_hand_goes() -> None:
    shared = Table(2, passing=(1,))
    row = shared.take_row()
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        shared.count_in(row)
        shared.add(0, 7)
        shared.add(1)
        os.write(done, b"x")
        signal.pause()
    os.read(ready, 1)
    assert (shared.total(0), shared.total(1)) == (7, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    shared.give_back(row)
    assert (shared.total(0), shared.total(1)) == (7, 0)
    assert shared.take_row() == row  # the next worker goes on where the killed one ended
    shared.count_in(row)
    shared.add(0, 1)
    assert shared.total(0) == 8


def test_a_thousand_restarts_need_no_more_rows() -> None:
    shared = Table(1)
    for _ in range(1000):
        shared.give_back(shared.take_row())
    assert [shared.take_row() for _ in range(ROWS)] == [*range(1, ROWS), 0]


def test_an_unlisted_value_counts_as_other() -> None:
    before = SLOTS.used
    counter = Counter("c", "", route=("vote",), status=("200", OTHER))
    assert SLOTS.used == before + 2
    assert counter.slot("vote", "418") == counter.slot("vote", OTHER) != counter.slot("vote", "200")


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0, 0), (0.0005, 0), (0.0006, 1), (10.0, 12), (60.0, len(BOUNDS_S))]
)
def test_an_observation_is_in_the_first_bucket_that_fits(seconds: float, bucket: int) -> None:
    [(_, before, before_s)] = series.TONE_SECONDS.totals()
    series.TONE_SECONDS.observe(seconds)
    [(_, after, after_s)] = series.TONE_SECONDS.totals()
    assert [b - a for a, b in zip(before, after, strict=True)].index(1) == bucket
    assert after_s - before_s == pytest.approx(seconds, abs=2e-6)


def test_the_table_of_the_process_has_a_slot_for_every_series() -> None:
    assert series.VOTES.totals() and table().total(series.IN_HAND.slot) >= 0
