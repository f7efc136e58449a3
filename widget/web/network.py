"""The client's address, and the hosts that Readback answers for."""

import re
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from widget.domain.readers.network import is_ipv4

# A peer without an address of its own, as on a Unix socket, is on this machine.
LOCAL = "127.0.0.1"
MAX_ENTRY_CHARS = 64  # longer than any address with its zone and port, so the cache stays small
# An address in quotes, in brackets, with a zone or a port: some proxies write them so.
_BRACKETED = re.compile(r"\[([^\[\]]*)\](?::\d{1,5})?", re.ASCII)
_WITH_PORT = re.compile(r"([\d.]+):\d{1,5}", re.ASCII)


def client_address(environ: dict[str, Any], hops: int) -> str:
    """Return the client's IP address, in its one shortest spelling.

    An entry that has no address in it stands for the proxy that wrote it: the peer's address
    counts, as it does if there are too few entries. So does :data:`LOCAL` for a peer without one.

    :param hops: the number of our own proxies in front. Each appends one address to
        X-Forwarded-For, so the client's is the ``hops``-th from the right. 0 ignores the header.
    """
    if hops:
        # An empty entry keeps its place: a reader must not move what a proxy appended.
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        found = address_in(forwarded[-hops]) if len(forwarded) >= hops else ""
        if found:
            return found
    return address_in(environ.get("REMOTE_ADDR", "")) or LOCAL


def address_in(entry: str) -> str:
    """Return the IP address in an entry of X-Forwarded-For or a host with a port; "" for none."""
    return _parsed(entry) if len(entry) <= MAX_ENTRY_CHARS else ""


@lru_cache(maxsize=2048)
def _parsed(entry: str) -> str:
    """Return the IP address in an entry of X-Forwarded-For, or "" if there is none."""
    text = entry.strip().strip('"')
    if is_ipv4(text):
        return text
    match = _BRACKETED.fullmatch(text) or _WITH_PORT.fullmatch(text)
    text = match[1] if match else text
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def own_hosts(public_url: str, port: int) -> frozenset[str]:
    """Return the accepted Host headers: the public one, and loopback for local health checks."""
    loopback = (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}")
    return frozenset((urlsplit(public_url).netloc.lower(), *loopback))
