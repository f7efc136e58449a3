"""Counts of a minute: exact in one process, shared with the processes it forks."""

import os
from collections.abc import Iterator

import pytest

from widget.domain.errors import RateLimited
from widget.services.rates import Rate, SharedCounts


class Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock()


def allowed(rate: Rate, subject: str, tries: int = 30) -> int:
    return sum(rate.take(subject) for _ in range(tries))


def test_a_reader_has_one_limit_each_minute_over_everything_that_is_counted_as_one_act(
    clock: Clock,
) -> None:
    counts = SharedCounts()
    votes, comments = Rate("votes", 20, counts, clock), Rate("comments", 3, counts, clock)
    assert allowed(votes, "news|reader") == 20
    assert allowed(comments, "news|reader") == 3
    assert allowed(votes, "news|other") == 20
    with pytest.raises(RateLimited) as refused:
        clock.now_s = 30
        votes.count("news|reader")
    assert refused.value.retry_after_s == 30
    clock.now_s = 61
    assert allowed(votes, "news|reader") == 20


def test_an_act_that_changed_nothing_is_given_back(clock: Clock) -> None:
    votes = Rate("votes", 2, SharedCounts(), clock)
    for _ in range(50):
        assert votes.take("reader")
        votes.give_back("reader")
    assert allowed(votes, "reader") == 2


def test_no_limit_counts_nothing(clock: Clock) -> None:
    assert allowed(Rate("votes", 0, SharedCounts(), clock), "reader") == 30


def test_an_ipv6_48_has_four_networks_limits(clock: Clock) -> None:
    writes = Rate("writes", 10, SharedCounts(), clock)

    def passed(address: str) -> bool:
        try:
            writes.count_network(address)
        except RateLimited:
            return False
        return True

    assert sum(passed(f"2001:db8:1:{n % 20:x}::{n:x}") for n in range(200)) == 40
    assert sum(passed("2001:db8:2::1") for _ in range(20)) == 10
    assert sum(passed(f"192.0.2.{n}") for n in range(200)) == 200


def test_many_flooding_subjects_do_not_block_another_one() -> None:
    counts = SharedCounts()
    for network in range(2000):
        counts.add(f"10.0.{network // 256}.{network % 256}", 1, 11)
    quiet = [counts.add(f"172.16.{n // 256}.{n % 256}", 1) for n in range(2000)]
    # With one slot for each about 60 would be blocked; with two slots, about 2 of 2,000.
    assert sum(count > 10 for count in quiet) < 10


def test_a_forked_process_counts_into_the_same_table() -> None:
    counts = SharedCounts()
    counts.add("reader", 1)
    child = os.fork()
    if child == 0:
        counts.add("reader", 1)
        os._exit(0)
    os.waitpid(child, 0)
    assert counts.add("reader", 1) == 3
