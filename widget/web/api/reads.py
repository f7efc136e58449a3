"""GET /v1/bar, /v1/counts, /v1/comments and /v1/comments/counts, ahead of Flask.

They are public, and a worker keeps their answers for a second, or for as long as a look each second
finds that they have not changed (look.py).

Their answers are the same for every reader. They depend on path, query and If-None-Match only; the
client's network counts for the limit on reads.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from widget.domain.clock import steady
from widget.domain.errors import MethodNotAllowed, ReadbackError
from widget.services.registry import Services
from widget.store.connection.waiting import WouldWait
from widget.store.reactions.tallies import Lacking, Reply, Wanted
from widget.store.steps import WAITS, Steps
from widget.web import turn
from widget.web.api.answers import CORS, SHARED, TYPE, Answer, Answers, Kept
from widget.web.api.bars import BAR_PARAMETERS, NOTHING, Bars
from widget.web.api.comment_views import (
    COMMENTS_PATH,
    COUNTS_PARAMETERS,
    COUNTS_PATH,
    PARAMETERS,
    counts,
    listing,
)
from widget.web.api.look import Given, Look
from widget.web.api.query import Query, listed, used_parameters
from widget.web.api.wsgi import StartResponse
from widget.web.joined import Joined
from widget.web.network import client_address
from widget.web.refusals import note, refusal_headers

FOUND = "readback.answer"  # in the environment, an answer that was kept
MOST_BAR_BYTES = 5 << 20
MOST_COMMENT_BYTES = 2 << 20

_BAR, _BAR_COUNTS = "/v1/bar", "/v1/counts"
_READS = ("GET", "HEAD", "OPTIONS")
_WRITES = ("POST", "OPTIONS")  # of comments; Flask answers them
_EXPOSE = ("Access-Control-Expose-Headers", "Retry-After")


@dataclass(frozen=True, slots=True)
class Read:
    """One kind of read.

    :param make: makes an answer; it may take these replies of the store.
    :param parameters: the names of those that it uses.
    """

    make: Callable[[Query, Given], Answer]
    answers: Answers
    parameters: frozenset[str]
    lists_articles: bool = False

    def query(self, text: str) -> Query:
        """:raise BadField: as :func:`used_parameters`."""
        return used_parameters(text, self.parameters, lists_articles=self.lists_articles)


class Reads:
    """The public reads as one small WSGI application.

    :param clock: as for :class:`Answers`.
    """

    def __init__(self, services: Services, clock: Callable[[], float] = steady) -> None:
        self._services = services
        self._clock = clock
        self._bars = Bars(services)
        self._hops = services.settings.trusted_proxy_hops
        self._count = services.gate.count_read
        self._begin()

    def _begin(self) -> None:
        """Begin with nothing kept: in a fork, there is no thread that was in the midst of it."""
        self._pid = os.getpid()
        self._joined: Joined[tuple[str, Query], Answer] = Joined()
        of_bars = Answers(MOST_BAR_BYTES, self._clock)
        of_comments = Answers(MOST_COMMENT_BYTES, self._clock)
        bars = self._bars
        self._reads = {
            _BAR: Read(bars.bar, of_bars, BAR_PARAMETERS),
            _BAR_COUNTS: Read(bars.counts, of_bars, BAR_PARAMETERS, lists_articles=True),
            COMMENTS_PATH: Read(self._comments, of_comments, PARAMETERS),
            COUNTS_PATH: Read(
                self._comment_counts, of_comments, COUNTS_PARAMETERS, lists_articles=True
            ),
        }
        self.look = Look(
            of_bars,
            self._services.replies,
            bars.settings,
            self._remake,
            store_s=self._services.settings.redis_timeout_ms / 1000,
            clock=self._clock,
        )

    def serves(self, path: str, method: str) -> bool:
        """Say whether a request is a read's; comments are written under the same address."""
        return path in self._reads and (path != COMMENTS_PATH or method not in _WRITES)

    def finds(self, environ: dict[str, Any]) -> bool:
        """Say whether an answer is kept; if so, the environment has it from now on."""
        path, text = environ["PATH_INFO"], environ["QUERY_STRING"]
        environ[FOUND] = self._reads[path].answers.get(path, text)
        return environ[FOUND] is not None

    def asks(self, path: str, method: str) -> bool:
        """Say whether a request is a read of bars, whose figures an event loop can ask for."""
        return path in (_BAR, _BAR_COUNTS) and method in ("GET", "HEAD")

    def steps(self, environ: dict[str, Any]) -> Steps[turn.Answer]:
        """Return the work on a read of bars whose answer was not kept a moment ago."""
        try:
            self._count(client_address(environ, self._hops))
            answer = yield from self._asked(environ["PATH_INFO"], environ["QUERY_STRING"])
        except ReadbackError as refusal:
            return _refused(refusal)
        return _told(environ, answer)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        try:
            if method not in ("GET", "HEAD"):
                return _other_method(path, method, start_response)
            self._count(client_address(environ, self._hops))
            text = environ.get("QUERY_STRING", "")
            read = self._reads[path]
            answer = environ.get(FOUND) or read.answers.get(path, text) or self._missed(path, text)
            status, headers, body = _told(environ, answer)
        except ReadbackError as refusal:
            status, headers, body = _refused(refusal)
        start_response(status, headers)
        return (body,) if body else ()

    def _asked(self, path: str, text: str) -> Steps[Answer]:
        """Return what :meth:`_missed` does. Other work is done until the store replies."""
        read, asked_s = self._read(path), self._clock()
        given: dict[Wanted, Reply | None] = {}
        try:
            key = path, read.query(text)
            answer = read.answers.of(key)
            while answer is None:
                try:
                    answer = read.make(key[1], given)
                    read.answers.put(key, answer, asked_s)
                except Lacking as lacking:
                    found: Any = yield lacking.question
                    given.update(found)
                    answer = read.answers.of(key)  # made for another reader meanwhile
        except WouldWait:
            yield WAITS
            return self._missed(path, text)
        return self._known(key, text, answer)

    def _missed(self, path: str, text: str) -> Answer:
        """Return the answer to a query that nobody asked in this spelling within the last second.

        :raise ReadbackError: there is none; a refusal is not kept.
        """
        read = self._read(path)
        key = path, read.query(text)
        answer = read.answers.of(key) or self._joined.get(key, lambda: self._made(*key))
        return self._known(key, text, answer)

    def _read(self, path: str) -> Read:
        if self._pid != os.getpid():
            self._begin()
        return self._reads[path]

    def _known(self, key: tuple[str, Query], text: str, answer: Answer) -> Answer:
        self._reads[key[0]].answers.learn(key, text)
        if answer.basis is not None:
            self.look.ensure()
        return answer

    def _made(self, path: str, query: Query) -> Answer:
        read, asked_s = self._reads[path], self._clock()
        answer = read.make(query, NOTHING)
        read.answers.put((path, query), answer, asked_s)
        return answer

    def _remake(self, kept: Kept, given: Given, asked_s: float) -> None:
        path, query = kept.key
        read = self._reads[path]
        read.answers.put(kept.key, read.make(query, given), asked_s)

    def _comments(self, query: Query, _: Given) -> Answer:
        return Answer.of(listing(self._services, dict(query)), query)

    def _comment_counts(self, query: Query, _: Given) -> Answer:
        first = dict(query)
        site = self._services.sites.get(first.get("site", ""))
        names, lang = listed(query), first.get("lang", "")
        return Answer.of(counts(self._services, site, names, lang), query)


def _other_method(path: str, method: str, start_response: StartResponse) -> Iterable[bytes]:
    """Answer OPTIONS with the methods of the address.

    :raise MethodNotAllowed: it is none of them.
    """
    methods = sorted((*_READS, "POST") if path == COMMENTS_PATH else _READS)
    if method != "OPTIONS":
        raise MethodNotAllowed(*methods)
    start_response("204 No Content", [("Allow", ", ".join(methods)), CORS])
    return ()


def _told(environ: dict[str, Any], answer: Answer) -> turn.Answer:
    """Return an answer as a request gets it."""
    if answer.etag in environ.get("HTTP_IF_NONE_MATCH", ""):  # one of a list, weak or not
        return "304 Not Modified", [("ETag", answer.etag), CORS, SHARED], b""
    body = answer.body if environ["REQUEST_METHOD"] == "GET" else b""
    return "200 OK", answer.headers, body


def _refused(refusal: ReadbackError) -> turn.Answer:
    note(refusal)
    body = msgspec.json.encode(refusal.body())
    headers = [TYPE, ("Content-Length", str(len(body))), CORS, _EXPOSE]
    headers.append(("Cache-Control", "no-store"))
    return f"{refusal.status} {refusal.code}", headers + refusal_headers(refusal), body
