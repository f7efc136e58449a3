"""The client's address, and the hosts that Readback answers for."""

from typing import Any
from urllib.parse import urlsplit


def client_address(environ: dict[str, Any], hops: int) -> str:
    """Return the client's network address.

    :param hops: the number of our own proxies in front. Each appends one address to
        X-Forwarded-For, so the client's is the ``hops``-th from the right. 0 ignores the header.
    """
    if hops:
        forwarded = [a.strip() for a in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(forwarded) >= hops and forwarded[-hops]:
            return str(forwarded[-hops])
    return str(environ.get("REMOTE_ADDR", ""))


def own_hosts(public_url: str, port: int) -> frozenset[str]:
    """Return the accepted Host headers: the public one, and loopback for local health checks."""
    loopback = (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}")
    return frozenset((urlsplit(public_url).netloc.lower(), *loopback))
