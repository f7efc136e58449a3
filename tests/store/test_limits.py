"""Hashes of networks under a salt that expires after two days."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import Limits

DAY_S = 86400
ADDRESS = "203.0.113.9"


@pytest.fixture
def network_id(connection: Connection) -> Callable[[int], str]:
    def of(now_s: int) -> str:
        return Limits(connection).network_id(ADDRESS, now_s=now_s)  # as in a new process

    return of


def test_a_salt_expires_after_two_days_and_its_hashes_cannot_be_computed_again(
    connection: Connection, network_id: Callable[[int], str]
) -> None:
    of_today = network_id(NOW_S)
    assert network_id(NOW_S) == of_today
    assert network_id(NOW_S + DAY_S) != of_today
    salt = keys.salt(NOW_S // DAY_S)
    assert 0 < connection.client.ttl(salt) <= 2 * DAY_S
    connection.client.delete(salt)  # as the store does after two days
    assert network_id(NOW_S) != of_today


def test_the_store_holds_no_address(connection: Connection) -> None:
    Limits(connection).admit(b"r" * 16, ADDRESS, most=1, most_wide=1, now_s=NOW_S)
    written = connection.client.keys("*")
    assert written and not [key for key in written if b"203.0" in key]
    for key in written:
        assert 0 < connection.client.ttl(key) <= 2 * DAY_S, key
