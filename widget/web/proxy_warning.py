"""Warnings in the log about the proxy in front: there is none, or the settings do not count it."""

import logging
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

log = logging.getLogger("readback")


def warn_if_public(addresses: Iterable[Any]) -> None:
    """Warn if a server listens on more than loopback.

    :param addresses: ``(host, port)`` pairs, or paths of unix sockets, as gunicorn has them.
    """
    public = [address[0] for address in addresses if not _is_local(address)]
    if public:
        log.warning(
            "Readback listens on %s. Without a proxy in front, readers have no TLS and no cache: "
            "put one such as deploy/nginx.conf there, and bind to 127.0.0.1.",
            ", ".join(public),
        )


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple) or address[0] == "localhost":
        return True
    try:
        ip = ip_address(address[0])
    except ValueError:
        return False
    mapped = ip.ipv4_mapped if ip.version == 6 else None  # as a socket for both versions has it
    return (mapped or ip).is_loopback


class ProxyWarning:
    """Warns once that a proxy on this machine forwards readers and is not among the trusted hops.

    :param hops: READBACK_TRUSTED_PROXY_HOPS.
    """

    def __init__(self, hops: int) -> None:
        self._is_due = not hops

    def look(self, environ: dict[str, Any]) -> None:
        """Look at one request."""
        if not self._is_due or "HTTP_X_FORWARDED_FOR" not in environ:
            return
        peer = environ.get("REMOTE_ADDR", "")
        if peer and not _is_local((peer,)):
            return  # a stranger can send the header too
        self._is_due = False
        log.warning(
            "A proxy on this machine sends X-Forwarded-For, but READBACK_TRUSTED_PROXY_HOPS is 0, "
            "so all readers count as one network. Set it to the number of your proxies."
        )
