"""The outermost layer: every request gets an id, is counted, and is logged if refused."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from widget.logs.exchange import Exchange, begin, id_of
from widget.logs.lines import REQUESTS as LOGGER
from widget.logs.routes import COMMENTS as COMMENT_ROUTES
from widget.logs.routes import VOTES as VOTE_ROUTES
from widget.logs.routes import route_of
from widget.metrics.kinds import table
from widget.metrics.series import (
    COMMENTS,
    REFUSALS,
    REFUSED,
    REQUEST_SECONDS,
    STATUSES,
    STORE_SECONDS,
    VOTES,
)
from widget.store.steps import Steps
from widget.web.turn import Answer, Turn

log = logging.getLogger(LOGGER)

ID_HEADER = "X-Request-Id"
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Application(Protocol):
    """What is watched: widget/web/api/edge.py.

    :ivar store_s: the most that one request may wait for the store.
    """

    store_s: float

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]: ...

    def is_kept(self, environ: dict[str, Any]) -> bool: ...

    def steps(self, environ: dict[str, Any]) -> Steps[Answer] | None: ...


class Watched:
    """Wraps the application as middleware.

    :param trusts_proxy: our own proxy is in front, so the id that it sends may be used.
    """

    def __init__(self, app: Application, *, trusts_proxy: bool) -> None:
        self._app = app
        self.store_s = app.store_s
        self._trusts_proxy = trusts_proxy
        shared = table()
        self._observe, self._observe_two = shared.observe, shared.observe_two

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        exchange = begin(route_of(environ["PATH_INFO"], method), self._given_id(environ))

        def with_id(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            exchange.status = status
            return start_response(status, with_own(headers, exchange), *more)

        began = time.perf_counter()
        try:
            return self._app(environ, with_id)
        finally:
            self._ended(exchange, method, time.perf_counter() - began)

    def is_kept(self, environ: dict[str, Any]) -> bool:
        """Say whether the answer is in memory, so that nobody waits for it."""
        return self._app.is_kept(environ)

    def turn(self, environ: dict[str, Any]) -> Turn | None:
        """Return a vote or read that an event loop can answer, counted and logged as all others.

        None for any other request.
        """
        steps = self._app.steps(environ)
        if steps is None:
            return None
        method = environ["REQUEST_METHOD"]
        route = route_of(environ["PATH_INFO"], method)
        exchange = Exchange(id_of(self._given_id(environ)), route)

        def ended(answer: Answer, seconds: float) -> Answer:
            status, headers, body = answer
            exchange.status = status
            self._ended(exchange, method, seconds)
            return status, with_own(headers, exchange), body

        return Turn(steps, exchange, ended, store_s=self.store_s)

    def _given_id(self, environ: dict[str, Any]) -> str:
        return environ.get("HTTP_X_REQUEST_ID", "") if self._trusts_proxy else ""

    def _ended(self, exchange: Exchange, method: str, seconds: float) -> None:
        kind = STATUSES[exchange.status[:1]]
        whole = REQUEST_SECONDS.place(seconds, exchange.route, kind)
        if exchange.store_s:
            self._observe_two(*whole, *STORE_SECONDS.place(exchange.store_s))
        else:
            self._observe(*whole)
        if kind > "4":
            refused(exchange, method)


def with_own(headers: list[tuple[str, str]], exchange: Exchange) -> list[tuple[str, str]]:
    """Add the headers that every answer has."""
    return [*headers, *_HEADERS, (ID_HEADER, exchange.id)]


def refused(exchange: Exchange, method: str) -> None:
    """Count and log an answer that is an error."""
    if exchange.code:
        REFUSALS.add(exchange.code)
    if method == "POST" and exchange.route in VOTE_ROUTES:
        VOTES.add(REFUSED)
    elif method == "POST" and exchange.route in COMMENT_ROUTES:
        COMMENTS.add(REFUSED)
    status = exchange.status[:3]
    if status == "503" and exchange.route == "probe":
        return  # asked every few seconds: the lines about the store say it once
    log.log(
        logging.WARNING if status >= "500" else logging.INFO,
        "refused %s: %s",
        exchange.route,
        f"{status} {exchange.code}".strip(),
        extra={
            "route": exchange.route,
            "status": status,
            "code": exchange.code,
            "method": method if method in _METHODS else "other",  # it is the client's own word
        },
    )
