"""The networks that an address belongs to, and how much each of them may do. Pure."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import NamedTuple

WIDE_FACTOR = 4  # a wide network's allowance, in those of a network
DAY_S = 86400
# RFC 6052 and RFC 8215: the last 32 bits are the IPv4 address of the client behind a translator.
_NAT64 = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))
_BYTE = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_BYTE}(?:\.{_BYTE}){{3}}")
_UNKNOWN = "unknown"


class Networks(NamedTuple):
    """The networks of one address, as text: IPv4 /32 and /24, IPv6 /64 and /48.

    :param near: an address or a home's network; what shares it may well be one person.
    :param wide: the network around it, which one customer of a provider may have to themselves.
    """

    near: str
    wide: str

    @property
    def is_wide_one_customer(self) -> bool:
        """Whether one machine can have the whole wide network: an IPv6 /48, but no IPv4 /24."""
        return ":" in self.wide

    @property
    def customers(self) -> tuple[str, ...]:
        """The networks that one customer may have to themselves, the widest last."""
        return tuple(self) if self.is_wide_one_customer else (self.near,)


class Allowance(NamedTuple):
    """An allowance that refills with time.

    :param burst: acts at once, when it is whole.
    :param every_s: seconds until one more is back.
    """

    burst: int
    every_s: int

    @classmethod
    def of_day(cls, most: int) -> "Allowance":
        """Return the allowance that permits at most ``most`` acts in any 24 hours; 0: none at all.

        5/12 of them at once leave 7/12 to refill in a day. So any single hour has less than half.
        """
        if not most:
            return cls(0, 0)
        burst = max(1, most * 5 // 12)
        return cls(burst, -(-DAY_S // max(1, most - burst)))

    @property
    def of_wide(self) -> "Allowance":
        """The allowance of a wide network of which each network has this one."""
        return Allowance(self.burst * WIDE_FACTOR, max(1, self.every_s // WIDE_FACTOR))


@lru_cache(maxsize=4096)  # a key is an address of at most 45 characters
def networks(address: str) -> Networks:
    """Return the networks of an address; an IPv4 address inside an IPv6 one is that address."""
    if is_ipv4(address):
        return Networks(f"{address}/32", f"{address[: address.rindex('.')]}.0/24")
    try:
        ip = _ipv4_inside(ip_address(address))
    except ValueError:
        return Networks(_UNKNOWN, _UNKNOWN)
    near, wide = (32, 24) if ip.version == 4 else (64, 48)
    return Networks(
        str(ip_network((ip, near), strict=False)), str(ip_network((ip, wide), strict=False))
    )


def is_ipv4(text: str) -> bool:
    """Say whether a text is an IPv4 address, in the only spelling that it has."""
    return _IPV4.fullmatch(text) is not None


def _ipv4_inside(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the client's IPv4 address behind a mapped, NAT64, 6to4 or Teredo address."""
    if not isinstance(ip, IPv6Address):
        return ip
    if any(ip in prefix for prefix in _NAT64):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
