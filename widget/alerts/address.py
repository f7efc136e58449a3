"""The egress policy: a webhook may reach only public servers, over https. Nothing else decides."""

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
# Networks that Python 3.11 calls global, but that are not public servers: IETF assignments, the
# 6to4 relay, tunnels with an IPv4 address inside an IPv6 one, documentation.
_SPECIAL = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20"))
)


class Unreachable(Exception):
    """An address to which nothing is sent. The message is a sentence for an admin."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address to connect to, and the host and path of the request.

    :param ips: every IP address that the name has now. All of them are allowed.
    """

    host: str
    port: int
    host_header: str
    path: str
    ips: tuple[str, ...]


def is_public(address: str) -> bool:
    """Return whether an IP address is public, not one of this network or a special one."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False  # this includes scoped ones, such as fe80::1%eth0
    if isinstance(ip, IPv6Address) and ip not in _GLOBAL_UNICAST:
        return False  # this includes addresses mapped, compatible or translated from IPv4
    special = any(ip in network for network in _SPECIAL if network.version == ip.version)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not special


def resolve(host: str, port: int) -> list[str]:
    """Return all IP addresses of a name, within a time limit that the system's resolver lacks.

    :raise OSError: the name has none, or the resolver did not answer in time.
    """
    found: list[str] = []
    problems: list[OSError | UnicodeError] = []

    def look_up() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(answer[4][0]) for answer in answers)
        except (OSError, UnicodeError) as problem:  # a label of more than 63 characters
            problems.append(problem)

    resolver = threading.Thread(target=look_up, daemon=True)
    resolver.start()
    resolver.join(RESOLVE_S)
    if not found:
        raise OSError(f"no address of {host}") from (problems[0] if problems else None)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """The rules for connections to other servers. Tests replace them; no setting can.

    :param tls: makes a context that verifies certificates and their names.
    """

    resolve: Callable[[str, int], list[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def target(self, url: str) -> Target:
        """Resolve and check a webhook's address.

        :raise Unreachable: not https, no such name, or one of its IP addresses is not public.
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
    """Normalise a webhook's address as a browser does: 127.1 becomes 127.0.0.1.

    :raise Unreachable: not an https address, or one with a user, a password or a fragment.
    """
    text = text.strip()
    if len(text) > MAX_URL_CHARS:
        raise Unreachable(f"An address can have at most {MAX_URL_CHARS} characters.")
    try:
        parsed = ada_url.URL(text)
    except ValueError:
        raise Unreachable(
            "Enter a complete address, such as https://hooks.example/readback."
        ) from None
    if parsed.protocol != "https:":
        raise Unreachable("The address must begin with https://.")
    if parsed.username or parsed.password or parsed.hash:
        raise Unreachable("The address must have no user, no password and no part after #.")
    return str(parsed.href)


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
