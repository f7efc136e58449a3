"""What stands ahead of Flask: the host check, the public reads, and headers for every answer."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from ..errors import BadHost
from .reads import Reads

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
]


class Edge:
    """Wraps the Flask application as middleware."""

    def __init__(self, app: WsgiApp, reads: Reads, hosts: frozenset[str]) -> None:
        self._app = app
        self._reads = reads
        self._hosts = hosts

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return _bad_host(start_response)
        if self._reads.serves(environ["PATH_INFO"], environ["REQUEST_METHOD"]):
            return self._reads(environ, start_response)

        def with_headers(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, headers + _HEADERS, *more)

        return self._app(environ, with_headers)


def _bad_host(start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = msgspec.json.encode(BadHost().body())
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response("400 Bad Request", [*headers, ("Cache-Control", "no-store"), *_HEADERS])
    return (body,)
