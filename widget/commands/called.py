"""A call of the WSGI application, for servers that want its answer as a whole."""

import logging
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from widget.web.api.wsgi import WsgiApp

log = logging.getLogger("readback")

PLAIN = [("Content-Type", "text/plain")]
SAME: dict[str, Any] = {  # in the environment of every request
    "SCRIPT_NAME": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


class Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


def called(app: WsgiApp, environ: dict[str, Any]) -> Answer:
    """Return the application's answer; an error that it leaves unhandled is a plain 500."""
    started: list[Any] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], failure: object = None
    ) -> Callable[[bytes], object]:
        started[:] = int(status[:3]), headers
        return _no_writing

    try:
        body = app(environ, start_response)
        try:
            whole = b"".join(body)
        finally:
            _close(body)
        status, headers = started
    except Exception:
        log.exception("Error handling request")
        return Answer(500, PLAIN, b"Internal Server Error\n")
    return Answer(status, headers, whole)


def _no_writing(_: bytes) -> None:
    raise NotImplementedError("the application returns its body")


def _close(body: Iterable[bytes]) -> None:
    close = getattr(body, "close", None)
    if close is not None:
        close()
