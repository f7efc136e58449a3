"""/healthz, /readyz, /metrics and /checkz, for load balancers, Prometheus and the operator. They
are ahead of Flask and count towards no limit.
"""

import hmac
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Any

import msgspec

from widget.domain.errors import Forbidden, MethodNotAllowed, ReadbackError
from widget.services.registry import Services
from widget.services.self_check import PATH as CHECK
from widget.store.readiness import Readiness
from widget.web.api.exposition import CONTENT_TYPE, exposition
from widget.web.api.sighting import sighting
from widget.web.api.wsgi import StartResponse
from widget.web.network import address_in
from widget.web.refusals import note, refusal_headers

HEALTH, READY, METRICS, _ = PATHS = ("/healthz", "/readyz", "/metrics", CHECK)
_JSON = "application/json"
_TEXT = "text/plain; charset=utf-8"
# Not ipaddress' is_private: it also has the ranges for documentation, and others.
_PRIVATE = tuple(
    ip_network(block)
    for block in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)
_REMEDY = (
    "/metrics is for this machine and for private networks, asked by address. To read it from "
    "elsewhere or by a name, set READBACK_METRICS_TOKEN and send Authorization: Bearer TOKEN."
)
_BAD_TOKEN = "Send READBACK_METRICS_TOKEN as Authorization: Bearer TOKEN."


class Probes:
    """The probes as one small WSGI application."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        status, kind, more = "200 OK", _TEXT, []
        try:
            if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
                raise MethodNotAllowed("GET", "HEAD")
            path = environ["PATH_INFO"]
            if path == HEALTH:
                body = f"{self._health()}\n".encode()
            elif path == READY:
                status, body = self._ready()
            elif path == CHECK:
                kind, body = _JSON, sighting(environ, self._services)
            else:
                check_reader(environ, self._services.settings.metrics_token)
                kind, body = CONTENT_TYPE, exposition(self._services)
        except ReadbackError as refusal:
            note(refusal)
            status, kind = f"{refusal.status} {refusal.code}", _JSON
            body, more = msgspec.json.encode(refusal.body()), refusal_headers(refusal)
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response(status, [*headers, ("Cache-Control", "no-store"), *more])
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _health(self) -> str:
        """Return what this process knows without asking: a restart brings no store back."""
        is_troubled = self._services.prober.is_troubled
        return "ok, but the store does not answer: see /readyz" if is_troubled else "ok"

    def _ready(self) -> tuple[str, bytes]:
        found = self._services.prober.look()
        status = "200 OK" if found.is_ready else "503 Service Unavailable"
        return status, f"{readiness_line(found)}\n".encode()


def readiness_line(found: Readiness) -> str:
    """Return one line about the store, without the name of any of its servers."""
    if not found.is_ready:
        return f"not ready: {found.reason}"
    if found.away_count:
        share = f"{found.away_count} of {len(found.away)} primaries"
        return f"ok, but {share} take no votes: {found.reason}"
    return f"ok, but the store is nearly full: {found.room}" if found.room.is_near else "ok"


def check_reader(environ: dict[str, Any], token: str) -> None:
    """Refuse who may not read the metrics: they have no secret, but they are business figures.

    :param token: READBACK_METRICS_TOKEN.
    :raise Forbidden: the message says what to do.
    """
    if token:
        given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            raise Forbidden(_BAD_TOKEN)
        return
    # A proxy that passes readers on adds an address, or asks by the public name.
    forwarded = environ.get("HTTP_X_FORWARDED_FOR")
    callers = [environ.get("REMOTE_ADDR", ""), *(forwarded.split(",") if forwarded else ())]
    if "HTTP_FORWARDED" in environ or not all(map(_is_private, callers)):
        raise Forbidden(_REMEDY)
    if not _is_address(environ.get("HTTP_HOST", "")):
        raise Forbidden(_REMEDY)


def _is_private(caller: str) -> bool:
    if not caller:
        return True  # a peer without an address, as on a unix socket, is on this machine
    address = address_in(caller)
    return bool(address) and any(ip_address(address) in block for block in _PRIVATE)


def _is_address(host: str) -> bool:
    """Say whether a Host header is an IP address, localhost or missing, with any port."""
    return not host or host.lower().partition(":")[0] == "localhost" or bool(address_in(host))
