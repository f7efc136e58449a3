"""One place that knows who is asking: the client's address, and the host asked for."""

from typing import Any
from urllib.parse import urlsplit


def client_address(environ: dict[str, Any], hops: int) -> str:
    """The address of the reader's network.

    :param hops: how many proxies of ours stand in front; each appended one address to
        X-Forwarded-For, so the reader's is the ``hops``-th from the right. 0 ignores the header.
    """
    if hops:
        forwarded = [a.strip() for a in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(forwarded) >= hops and forwarded[-hops]:
            return str(forwarded[-hops])
    return str(environ.get("REMOTE_ADDR", ""))


def own_origins(public_url: str, port: int) -> tuple[str, ...]:
    """The public origin, and on a loopback host its other names."""
    parts = urlsplit(public_url)
    origins = [public_url]
    if parts.hostname in ("127.0.0.1", "localhost"):
        origins += [f"http://{name}:{port}" for name in ("127.0.0.1", "localhost")]
    return tuple(dict.fromkeys(origins))


def own_hosts(public_url: str, port: int) -> frozenset[str]:
    """Host headers answered: the public one, and loopback for health checks on this machine."""
    loopback = (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}")
    return frozenset((urlsplit(public_url).netloc.lower(), *loopback))
