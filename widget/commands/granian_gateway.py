"""What granian hands a request to: its own call becomes WSGI, with Readback's limits.

granian does not check what gunicorn is set to check, and has no separate threads for probes. This
reads the body, picks the threads that may run the request, and calls the application.
"""

from io import BytesIO
from queue import SimpleQueue
from typing import Any, Protocol

from widget.commands.called import PLAIN, SAME, called
from widget.commands.lanes import LANES, lane
from widget.metrics.kinds import table
from widget.metrics.series import IN_HAND
from widget.web.api.wsgi import WsgiApp
from widget.web.body import MAX_BODY_BYTES

MAX_LINE_CHARS = 4094  # of a path, decoded, and its query
MAX_FIELDS = 50
MAX_FIELD_CHARS = 4096  # of a field's value
# What granian puts into each environment beside the header fields, with their two of the body.
_OTHER_VARIABLES = 11
_PLAIN = [*PLAIN, ("Connection", "close")]


class Answers(Protocol):
    """The half of granian's call that takes the answer."""

    def response_bytes(
        self, status: int, headers: list[tuple[str, str]], body: bytes, /
    ) -> None: ...


class Places:
    """The threads that may run one kind of request at once; further ones wait in line."""

    def __init__(self, number: int) -> None:
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(number):
            self._free.put(None)
        self.take, self.give_back = self._free.get, self._free.put


class Gateway:
    """The callable of one worker.

    granian starts a thread for each request in hand, so a slow body occupies a thread of its own
    and nothing else: only a request that has its body takes a place.

    :param threads: requests that the application answers at once.
    :param hops: READBACK_TRUSTED_PROXY_HOPS.
    """

    def __init__(self, app: WsgiApp, *, threads: int, hops: int) -> None:
        self._app = app
        self._hops = hops
        self._places = Places(threads)
        self._large = Places(1)  # bodies that the application reads itself, at the client's pace
        self._lanes = [Places(1) for _ in LANES]
        self._count = table().add

    def __call__(self, answers: Answers, environ: dict[str, Any]) -> None:
        """Answer one request.

        :param environ: granian's, made for this request alone.
        """
        if refusal := self._why_refused(environ):
            answers.response_bytes(*refusal)
            return
        environ.update(SAME)
        own = lane(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        is_read = self._read_body(environ)
        places = self._lanes[own] if own is not None else self._places if is_read else self._large
        places.take()
        self._count(IN_HAND.slot)
        try:
            status, headers, body = called(self._app, environ)
        finally:
            self._count(IN_HAND.slot, -1)
            places.give_back(None)
        if not is_read:
            # What follows on the connection may be more of the body: never the next request.
            headers = [*headers, ("Connection", "close")]
        answers.response_bytes(status, headers, body)

    def _why_refused(
        self, environ: dict[str, Any]
    ) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Return the answer to a request that the application never sees; None for any other."""
        if environ.get("HTTP_TRANSFER_ENCODING", "chunked").lower() != "chunked":
            return 501, _PLAIN, b"Unknown transfer coding\n"
        if len(environ["PATH_INFO"]) + len(environ["QUERY_STRING"]) > MAX_LINE_CHARS:
            return 414, _PLAIN, b"URI Too Long\n"
        if len(environ) > MAX_FIELDS + _OTHER_VARIABLES:
            return 431, _PLAIN, b"Too many header fields\n"
        if any(len(environ[name]) > MAX_FIELD_CHARS for name in environ if name[:5] == "HTTP_"):
            return 431, _PLAIN, b"Header field too long\n"
        if self._hops and environ.get("HTTP_X_FORWARDED_FOR") == "":
            # granian leaves out a value with a byte beyond ASCII, and with it what a proxy added.
            return 400, _PLAIN, b"Unreadable X-Forwarded-For\n"
        return None

    def _read_body(self, environ: dict[str, Any]) -> bool:
        """Read a body of the usual size. Return whether nothing of it is left to read."""
        length = environ.get("CONTENT_LENGTH")
        if length is None:
            return "HTTP_TRANSFER_ENCODING" not in environ
        if int(length) > MAX_BODY_BYTES:
            return False
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        return True
