"""The outermost layer: every request gets an id, is counted, and is logged if refused."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from widget.logs.exchange import Exchange, begin
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

log = logging.getLogger(LOGGER)

ID_HEADER = "X-Request-Id"
_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
)
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Watched:
    """Wraps the application as middleware.

    :param trusts_proxy: our own proxy is in front, so the id that it sends may be used.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], *, trusts_proxy: bool) -> None:
        self._app = app
        self._trusts_proxy = trusts_proxy
        shared = table()
        self._observe, self._observe_two = shared.observe, shared.observe_two

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        given_id = environ.get("HTTP_X_REQUEST_ID", "") if self._trusts_proxy else ""
        exchange = begin(route_of(environ["PATH_INFO"], method), given_id)

        def with_id(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            exchange.status = status
            return start_response(status, [*headers, *_HEADERS, (ID_HEADER, exchange.id)], *more)

        began = time.perf_counter()
        try:
            return self._app(environ, with_id)
        finally:
            kind = STATUSES[exchange.status[:1]]
            whole = REQUEST_SECONDS.place(time.perf_counter() - began, exchange.route, kind)
            if exchange.store_s:
                self._observe_two(*whole, *STORE_SECONDS.place(exchange.store_s))
            else:
                self._observe(*whole)
            if kind > "4":
                refused(exchange, method)


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
