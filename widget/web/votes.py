"""POST /v1/react ahead of Flask: the one write that a crowd makes at once.

Flask's and Werkzeug's own work on a request costs more than the vote itself (docs/scale.md).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from ..errors import MethodNotAllowed, ReadbackError
from . import api
from .reads import StartResponse
from .services import Services

PATH = "/v1/react"


class Votes:
    """The vote and its preflight as one small WSGI application."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        headers = [("Vary", "Origin"), ("Cache-Control", "no-store")]
        origin = environ.get("HTTP_ORIGIN")
        if origin and self._services.sites.is_registered(origin):
            headers.append(("Access-Control-Allow-Origin", origin))
            headers.append(("Access-Control-Expose-Headers", "Retry-After"))
        status = "200 OK"
        try:
            if environ["REQUEST_METHOD"] == "OPTIONS":
                return self._preflight(environ, start_response, headers)
            if environ["REQUEST_METHOD"] != "POST":
                raise MethodNotAllowed
            body = msgspec.json.encode(api.react(self._services, environ))
        except ReadbackError as refusal:
            status, body = f"{refusal.status} {refusal.code}", msgspec.json.encode(refusal.body())
            if refusal.retry_after_s is not None:
                headers.append(("Retry-After", str(refusal.retry_after_s)))
        headers.append(("Content-Type", "application/json"))
        headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return () if environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def _preflight(
        self, environ: dict[str, Any], start_response: StartResponse, headers: list[tuple[str, str]]
    ) -> Iterable[bytes]:
        """:raise BadOrigin: as a vote from there would."""
        api.registered_origin(self._services, environ)
        headers.append(("Access-Control-Allow-Methods", "POST"))
        headers.append(("Access-Control-Allow-Headers", "content-type"))
        headers.append(("Access-Control-Max-Age", "7200"))
        start_response("204 No Content", headers)
        return ()
