"""Which servers a webhook may reach: public ones, over https. The one place that decides."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import ada_url

MAX_URL_CHARS = 2048
RESOLVE_S = 3.0
_GLOBAL_UNICAST = ip_network("2000::/3")
# Inside what Python 3.11 calls global: IETF assignments, the 6to4 relay; tunnels that carry an
# IPv4 address inside an IPv6 one; documentation.
_SPECIAL = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20"))
)


class Unreachable(Exception):
    """Nothing is sent to this address. The message is a sentence for an admin."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address to connect to, and what stands in the request.

    :param ips: every address its name has at this moment; all of them are allowed.
    """

    host: str
    port: int
    host_header: str
    path: str
    ips: tuple[str, ...]


def is_public(address: str) -> bool:
    """Whether an IP address is some server's on the internet, and nothing of this network's."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False  # a scoped one, fe80::1%eth0, as well
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False  # also everything mapped, compatible or translated from IPv4
    special = any(ip in network for network in _SPECIAL if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not special


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name. Bounded: the system's resolver would take its own time.

    :raise OSError: it has none, or not in time.
    """
    found: list[str] = []
    problems: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(answer[4][0]) for answer in answers)
        except (OSError, UnicodeError) as problem:  # a label of more than 63 characters
            problems.append(problem)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(RESOLVE_S)
    if not found:
        raise OSError(f"no address of {host}") from (problems[0] if problems else None)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """How other people's servers are reached. Tests put their own in; no setting can.

    :param tls: makes a context that verifies certificates and their names.
    """

    resolve: Callable[[str, int], list[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def target(self, url: str) -> Target:
        """Where a webhook's address leads at this moment.

        :raise Unreachable: not https, no such name, or one of its addresses is an inner one.
        """
        parsed = ada_url.URL(canonical(url))
        host = str(parsed.hostname)
        port = int(parsed.port or 443)
        literal = host.strip("[]")
        try:
            ips = [literal] if _is_ip(literal) else self.resolve(host, port)
        except OSError:
            raise Unreachable(f"There is no server named {host}.") from None
        if not all(map(self.is_allowed, ips)):
            raise Unreachable(f"{host} is not a server on the internet.")
        path = f"{parsed.pathname}{parsed.search}"
        return Target(literal, port, str(parsed.host), path, tuple(ips))


def canonical(text: str) -> str:
    """A webhook's address as a browser would read it: 127.1 is 127.0.0.1.

    :raise Unreachable: no https address, or one with a user, a password or a fragment.
    """
    text = text.strip()
    if len(text) > MAX_URL_CHARS:
        raise Unreachable(f"An address has at most {MAX_URL_CHARS} characters.")
    try:
        parsed = ada_url.URL(text)
    except ValueError:
        raise Unreachable(
            "Write a whole address, such as https://hooks.example/readback."
        ) from None
    if parsed.protocol != "https:":
        raise Unreachable("The address begins with https://.")
    if parsed.username or parsed.password or parsed.hash:
        raise Unreachable("The address has no user, no password and no part after #.")
    return str(parsed.href)


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
