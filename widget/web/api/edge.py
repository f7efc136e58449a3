"""What runs ahead of Flask: the host check, the probes, the vote and the public reads."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from widget.domain.errors import BadHost, ReadbackError
from widget.logs.exchange import current
from widget.services.registry import Services
from widget.store.connection.deadline import deadline
from widget.store.steps import Steps, run
from widget.web.api.probes import PATHS as PROBE_PATHS
from widget.web.api.probes import Probes
from widget.web.api.reads import Reads
from widget.web.api.votes import PATH as VOTE_PATH
from widget.web.api.votes import Votes
from widget.web.api.wsgi import WsgiApp
from widget.web.network import own_hosts
from widget.web.proxy_warning import ProxyWarning
from widget.web.refusals import note, unforeseen
from widget.web.turn import Answer


class Edge:
    """Wraps the Flask application as middleware."""

    def __init__(self, app: WsgiApp, services: Services) -> None:
        self._app = app
        self._reads = Reads(services)
        self._votes = Votes(services)
        self._probes = Probes(services)
        self._proxy = ProxyWarning(services.settings.trusted_proxy_hops)
        self._hosts = own_hosts(services.settings.public_url, services.settings.port)
        self.store_s = services.settings.redis_timeout_ms / 1000

    def is_kept(self, environ: dict[str, Any]) -> bool:
        """Say whether the answer is in memory, so that nobody waits for it."""
        path = environ["PATH_INFO"]
        return self._reads.serves(path, environ["REQUEST_METHOD"]) and self._reads.finds(environ)

    def steps(self, environ: dict[str, Any]) -> Steps[Answer] | None:
        """Return the work on a vote, or on a bar's read; None for any other request."""
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == VOTE_PATH and method == "POST":
            work = self._votes.steps
        elif self._reads.asks(path, method):
            work = self._reads.steps
        else:
            return None
        if environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return None
        self._proxy.look(environ)
        return _or_unforeseen_refusal(work(environ))

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        # A probe comes by the address of the machine or pod, or names no host at all.
        is_probe = path in PROBE_PATHS
        if not is_probe and environ.get("HTTP_HOST", "").lower() not in self._hosts:
            return _refuse(BadHost(), "400 Bad Request", start_response)
        if not is_probe:
            self._proxy.look(environ)
        with deadline(self.store_s) as budget:
            try:
                if self._reads.serves(path, environ["REQUEST_METHOD"]):
                    return _or_unforeseen(self._reads, environ, start_response)
                if path == VOTE_PATH:
                    work = _or_unforeseen_refusal(self._votes.steps(environ))
                    status, headers, body = run(work)
                    start_response(status, headers)
                    return (body,) if body else ()
                if is_probe:
                    return _or_unforeseen(self._probes, environ, start_response)
                return self._app(environ, start_response)
            finally:
                exchange = current()
                if exchange is not None:
                    exchange.store_s = self.store_s - budget.left_s


def _or_unforeseen_refusal(work: Steps[Answer]) -> Steps[Answer]:
    try:
        return (yield from work)
    except Exception:
        return _refusal(unforeseen(), "500 Internal Server Error")


def _or_unforeseen(
    app: WsgiApp, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer an unforeseen error as Flask's error handlers do for what is behind Flask."""
    try:
        return app(environ, start_response)
    except Exception:
        return _refuse(unforeseen(), "500 Internal Server Error", start_response)


def _refuse(
    refusal: ReadbackError, status: str, start_response: Callable[..., Any]
) -> Iterable[bytes]:
    status, headers, body = _refusal(refusal, status)
    start_response(status, headers)
    return (body,)


def _refusal(refusal: ReadbackError, status: str) -> Answer:
    note(refusal)
    body = msgspec.json.encode(refusal.body())
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return status, [*headers, ("Cache-Control", "no-store")], body
