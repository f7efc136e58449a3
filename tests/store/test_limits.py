"""Hashes of networks under a salt that expires, new readers and their price, allowances."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from widget.domain.readers.network import Allowance
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import Entry, Limits, Newcomers

DAY_S = 86400
ADDRESS = "203.0.113.9"
MOST = Newcomers(free=20, free_wide=300, worked=2000, held=600)


@pytest.fixture
def limits(connection: Connection) -> Limits:
    return Limits(connection)


@pytest.fixture
def network_id(connection: Connection) -> Callable[[int], str]:
    def of(now_s: int) -> str:
        return Limits(connection).network_id(ADDRESS, now_s=now_s)  # as in a new process

    return of


@pytest.fixture
def today_s(connection: Connection) -> int:
    """Return the store's own time: it drops a salt of the past at once."""
    return int(connection.client.time()[0])


def test_a_salt_expires_with_the_next_day_and_its_hashes_cannot_be_computed_again(
    connection: Connection, network_id: Callable[[int], str], today_s: int
) -> None:
    of_today = network_id(today_s)
    assert network_id(today_s) == of_today
    assert network_id(today_s + DAY_S) != of_today
    for day in (today_s // DAY_S, today_s // DAY_S - 1):
        network_id(day * DAY_S)
        assert connection.client.expiretime(keys.salt(day)) == (day + 2) * DAY_S
    connection.client.delete(keys.salt(today_s // DAY_S))  # as the store does
    assert network_id(today_s) != of_today


def test_a_store_whose_clock_is_ahead_leaves_a_random_salt(
    network_id: Callable[[int], str], today_s: int
) -> None:
    assert network_id(today_s - 5 * DAY_S) != network_id(today_s - 5 * DAY_S)


def test_a_network_has_another_mark_on_each_subject_and_keeps_yesterdays(limits: Limits) -> None:
    today = limits.network_marks(ADDRESS, "news|a", now_s=NOW_S)
    tomorrow = limits.network_marks(ADDRESS, "news|a", now_s=NOW_S + DAY_S)
    assert len(today) == 16 and tomorrow[8:] == today[:8] != tomorrow[:8]
    assert limits.network_marks(ADDRESS, "news|b", now_s=NOW_S)[:8] != today[:8]
    assert len(limits.network_marks("2001:db8::1", "news|a", now_s=NOW_S)) == 32
    assert limits.network_marks("", "news|a", now_s=NOW_S) == b""


def test_the_store_holds_no_address_and_forgets_its_networks(
    connection: Connection, limits: Limits, today_s: int
) -> None:
    for number in range(60):
        limits.admit(b"%16d" % number, ADDRESS, MOST, now_s=today_s, may_hold=True)
    limits.allow("news", "stories", {"": Allowance(3, 60)}, now_s=today_s)
    written = connection.client.keys("*")
    assert len(written) >= 6 and not [key for key in written if b"203.0" in key]
    for key in written:
        assert 0 < connection.client.ttl(key) <= 2 * DAY_S, key


def enter(
    limits: Limits, number: int, *, now_s: int = NOW_S, paid: float = 0, is_wrong: bool = False
) -> tuple[Entry, float]:
    reader = b"%16d" % number
    return limits.admit(reader, ADDRESS, MOST, now_s=now_s, paid=paid, is_wrong=is_wrong)


def test_the_price_is_flat_first_and_then_rises_with_what_the_network_brought(
    limits: Limits,
) -> None:
    assert {enter(limits, number)[0] for number in range(20)} == {Entry.FREE}
    prices = {}
    for number in range(20, 1001):
        how, prices[number] = enter(limits, number)
        assert how is Entry.PRICED
        assert enter(limits, number, paid=prices[number])[0] is Entry.WORKED
    assert prices[20] == prices[30] == prices[40] == 1
    assert prices[500] == 12.5 and prices[1000] == 25
    assert prices[1000] >= 10 * prices[30]


def test_challenges_cannot_be_collected_while_they_are_cheap(limits: Limits) -> None:
    for number in range(20):
        enter(limits, number)
    worked = [enter(limits, number, paid=1)[0] for number in range(20, 1000)]
    assert worked.count(Entry.WORKED) == 41 and worked[-1] is Entry.PRICED


def test_a_price_falls_as_time_passes(limits: Limits) -> None:
    for number in range(20):
        enter(limits, number)
    assert enter(limits, 20)[0] is Entry.PRICED
    assert enter(limits, 21, now_s=NOW_S + 361)[0] is Entry.FREE
    assert enter(limits, 22, now_s=NOW_S + 361)[0] is Entry.PRICED
    late = [enter(limits, number, now_s=NOW_S + 8000)[0] for number in range(23, 50)]
    assert late.count(Entry.FREE) == 20


def test_a_reader_who_comes_again_is_let_in_and_counted_once(limits: Limits) -> None:
    for _ in range(50):
        assert enter(limits, 1)[0] is Entry.FREE
    assert [enter(limits, number)[0] for number in range(2, 22)].count(Entry.FREE) == 19


def test_a_network_that_brought_very_many_by_work_brings_only_held_ones(limits: Limits) -> None:
    few = Newcomers(free=20, free_wide=300, worked=100, held=3)
    hows = []
    for number in range(110):
        how, price = limits.admit(b"%16d" % number, ADDRESS, few, now_s=NOW_S)
        if how is Entry.PRICED:
            how, _ = limits.admit(b"%16d" % number, ADDRESS, few, now_s=NOW_S, paid=price)
        hows.append(how)
    assert hows[:20] == [Entry.FREE] * 20 and hows[20:100] == [Entry.WORKED] * 80
    assert hows[100:103] == [Entry.HELD] * 3 and hows[103:] == [Entry.TOO_MANY_HELD] * 7


def test_a_limit_that_nobody_meets_lets_everybody_in(limits: Limits) -> None:
    huge = Newcomers(free=10**9, free_wide=10**9, worked=10**9, held=10**9)
    for number in range(200):
        assert limits.admit(b"%16d" % number, ADDRESS, huge, now_s=NOW_S)[0] is Entry.FREE
    assert not limits.allow("news", "stories", {"": Allowance(10**9, 0)}, now_s=NOW_S)


def test_a_void_proof_is_never_free(limits: Limits) -> None:
    assert enter(limits, 1, is_wrong=True)[0] is Entry.PRICED
    assert enter(limits, 1)[0] is Entry.FREE


def test_a_wide_network_pays_as_one_that_brought_the_same_share(limits: Limits) -> None:
    def bring(number: int, address: str) -> tuple[Entry, float]:
        return limits.admit(b"%16d" % number, address, MOST, now_s=NOW_S)

    for number in range(80):
        assert bring(number, f"2001:db8:2:{number:x}::1")[0] is Entry.FREE
    assert bring(300, "2001:db8:2:fff::1") == (Entry.PRICED, 1)
    assert bring(301, "2001:db8:3::1")[0] is Entry.FREE
    for number in range(400, 700):
        assert bring(number, f"192.0.2.{number % 250}")[0] is Entry.FREE
    assert bring(700, "192.0.2.251") == (Entry.PRICED, 1)


def test_a_48_has_four_times_the_held_readers_of_a_network(limits: Limits) -> None:
    few = Newcomers(free=1, free_wide=1, worked=1, held=10)

    def hold(number: int, address: str) -> bool:
        how, _ = limits.admit(b"%16d" % number, address, few, now_s=NOW_S, may_hold=True)
        return how is Entry.HELD

    for number in range(4):
        limits.admit(b"%16d" % number, f"2001:db8:1:{number}::1", few, now_s=NOW_S)
    assert sum(hold(n, f"2001:db8:1:{n:x}::1") for n in range(100, 300)) == 40
    limits.admit(b"%16d" % 0, "192.0.2.1", few, now_s=NOW_S)
    assert sum(hold(n, "192.0.2.1") for n in range(300, 400)) == 10


def test_one_address_that_works_much_does_not_make_its_24_pay(limits: Limits) -> None:
    for number in range(1000):
        limits.admit(b"%16d" % number, "192.0.2.1", MOST, now_s=NOW_S, paid=100 * (number > 19))
    assert limits.admit(b"x" * 16, "192.0.2.2", MOST, now_s=NOW_S)[0] is Entry.FREE
    for number in range(1000):
        reader, paid = b"%16d" % number, 100 * (number > 19)
        limits.admit(reader, "2001:db8:1:1::1", MOST, now_s=NOW_S, paid=paid)
    assert limits.admit(b"x" * 16, "2001:db8:1:2::1", MOST, now_s=NOW_S)[0] is Entry.PRICED


def test_an_act_counts_in_all_allowances_or_in_none(limits: Limits) -> None:
    few, many = Allowance(2, 30), Allowance(5, 30)

    def begin(network: str, now_s: int = NOW_S) -> int:
        return limits.allow("news", "stories", {"": many, network: few}, now_s=now_s)

    assert [begin("a") for _ in range(4)] == [0, 0, 30, 30]
    assert [begin("b") for _ in range(2)] == [0, 0]
    assert [begin("c") for _ in range(2)] == [0, 30]
    assert begin("a", NOW_S + 30) == 0
