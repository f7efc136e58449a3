"""Networks of an address, and allowances that refill."""

from ipaddress import IPv4Address

import pytest

from widget.domain.readers.network import Allowance, is_ipv4, networks


@pytest.mark.parametrize(
    ("address", "near", "wide"),
    [
        ("192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("64:ff9b::192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("64:ff9b:1::192.0.2.7", "192.0.2.7/32", "192.0.2.0/24"),
        ("2002:c000:207::1", "192.0.2.7/32", "192.0.2.0/24"),
        ("2002:c000:207:ffff::9", "192.0.2.7/32", "192.0.2.0/24"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdf8", "192.0.2.7/32", "192.0.2.0/24"),
        ("no address", "unknown", "unknown"),
        ("", "unknown", "unknown"),
    ],
)
def test_an_address_is_in_its_networks(address: str, near: str, wide: str) -> None:
    assert networks(address) == (near, wide)


def test_only_an_ipv6_48_may_be_one_customers() -> None:
    assert networks("2001:db8::1").is_wide_one_customer
    assert not networks("192.0.2.7").is_wide_one_customer
    assert not networks("64:ff9b::192.0.2.7").is_wide_one_customer
    assert not networks("unknown").is_wide_one_customer


@pytest.mark.parametrize("most", [1, 2, 7, 12, 120, 1000, 86400])
def test_a_days_allowance_is_its_burst_and_what_comes_back_in_a_day(most: int) -> None:
    allowance = Allowance.of_day(most)
    assert allowance.burst >= 1
    assert allowance.burst + 86400 // allowance.every_s <= max(2, most)


@pytest.mark.parametrize(
    "text",
    [
        "1.2.3.4", "0.0.0.0", "255.255.255.255", "01.2.3.4", "1.2.3.004", "256.1.1.1", "1.2.3",
        "1.2.3.4.5", "1.2.3.4 ", "1.2.3.4\n", "1.2.3.4\0", "0x1.2.3.4", "\u0661.2.3.4", "", "::1",
    ],
)  # fmt: skip
def test_an_ipv4_address_is_what_ipaddress_writes(text: str) -> None:
    try:
        expected = str(IPv4Address(text)) == text
    except ValueError:
        expected = False
    assert is_ipv4(text) == expected
