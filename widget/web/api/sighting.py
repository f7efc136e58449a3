"""/checkz: what a server sees of a request, for `readback check` and whoever has its token."""

from typing import Any
from urllib.parse import parse_qs

import msgspec

from widget.assets import release
from widget.domain.errors import NotFound
from widget.services.registry import Services
from widget.store.connect import place_of
from widget.web.network import client_address, own_hosts


class Sighting(msgspec.Struct, frozen=True):
    """The answer.

    :param client: the address that would count as the reader's.
    :param peer: whose connection it is: the last proxy's, or the reader's own.
    :param forwarded_for: the entries of X-Forwarded-For, as they are.
    :param is_host_served: readers who ask with this Host header are answered.
    :param fingerprints: of the settings, see :class:`SelfCheck`.
    """

    client: str
    peer: str
    forwarded_for: tuple[str, ...]
    hops: int
    host: str
    is_host_served: bool
    forwarded_proto: str
    release: str
    store: str
    fingerprints: dict[str, str]


def sighting(environ: dict[str, Any], services: Services) -> bytes:
    """Return the answer to a request that has a token.

    :raise NotFound: it has none, or one of another secrets file.
    """
    query = parse_qs(environ.get("QUERY_STRING", ""))
    if not services.self_check.is_good(query.get("token", [""])[0]):
        raise NotFound()
    settings = services.settings
    forwarded = environ.get("HTTP_X_FORWARDED_FOR")
    host = environ.get("HTTP_HOST", "").lower()
    seen = Sighting(
        client=client_address(environ, settings.trusted_proxy_hops),
        peer=environ.get("REMOTE_ADDR", ""),
        forwarded_for=tuple(entry.strip() for entry in forwarded.split(",")) if forwarded else (),
        hops=settings.trusted_proxy_hops,
        host=host,
        is_host_served=host in own_hosts(settings.public_url, settings.port),
        forwarded_proto=environ.get("HTTP_X_FORWARDED_PROTO", ""),
        release=release(),
        store=place_of(settings),
        fingerprints=services.self_check.fingerprints(settings),
    )
    return msgspec.json.format(msgspec.json.encode(seen), indent=2) + b"\n"
