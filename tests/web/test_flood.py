"""The read limit of a network."""

import pytest

from widget.domain.errors import RateLimited
from widget.services.rates import SharedCounts
from widget.web.flood import ReadLimit


def reads_allowed(limit: ReadLimit, address: str, now: float, tries: int = 20) -> int:
    allowed = 0
    for _ in range(tries):
        try:
            limit.count(address, now)
            allowed += 1
        except RateLimited:
            pass
    return allowed


def test_a_network_may_read_up_to_its_limit_each_minute() -> None:
    limit = ReadLimit(10, SharedCounts())
    assert reads_allowed(limit, "192.0.2.1", now=59.9) == 10
    assert reads_allowed(limit, "192.0.2.1", now=60.1) == 10
    assert reads_allowed(limit, "192.0.2.2", now=60.1) == 10
    with pytest.raises(RateLimited) as refused:
        limit.count("192.0.2.1", now=90.0)
    assert refused.value.retry_after_s == 30


def test_a_limit_of_zero_turns_the_limit_off() -> None:
    assert reads_allowed(ReadLimit(0, SharedCounts()), "192.0.2.1", now=0) == 20


def test_addresses_of_one_ipv6_network_share_a_limit() -> None:
    limit = ReadLimit(10, SharedCounts())
    assert reads_allowed(limit, "2001:db8:0:1::1", now=0) == 10
    assert reads_allowed(limit, "2001:db8:0:1::2", now=0) == 0
    assert reads_allowed(limit, "2001:db8:0:2::1", now=0) == 10
