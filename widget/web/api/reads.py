"""GET /v1/bar, /v1/counts, /v1/comments and /v1/comments/counts, ahead of Flask.

They are public, and cached for a second.

Their answers are the same for every reader. They depend on path, query and If-None-Match only; the
client's network counts for the limit on reads.
"""

import hashlib
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from cachetools import TTLCache

from widget.domain import clock
from widget.domain.errors import BadArticle, BadField, MethodNotAllowed, ReadbackError
from widget.domain.model import USUAL_RESULTS, Poll, Site, Tally
from widget.domain.page import Page
from widget.domain.strings import bar_strings
from widget.services.registry import Services
from widget.services.voting import Ballot
from widget.web.api.comment_views import (
    COMMENTS_PATH,
    COUNTS_PARAMETERS,
    COUNTS_PATH,
    PARAMETERS,
    counts,
    listing,
)
from widget.web.api.lists import by_name
from widget.web.api.query import ARTICLE, MAX_ARTICLES, Query, used_parameters
from widget.web.api.set_aside import set_aside
from widget.web.api.wsgi import StartResponse
from widget.web.network import client_address
from widget.web.refusals import note, refusal_headers

CACHE_S = 1.0
MAX_CACHED_BYTES = 2 << 20
ENTRY_BYTES = 1500  # of an entry, besides its body and the values of its query
POLL_S = 15

BAR_PARAMETERS = frozenset(("site", ARTICLE, "poll", "section", "lang"))
_READS = ("GET", "HEAD", "OPTIONS")
_WRITES = ("POST", "OPTIONS")  # of comments; Flask answers them
_CORS = ("Access-Control-Allow-Origin", "*")
_EXPOSE = ("Access-Control-Expose-Headers", "Retry-After")
_TYPE = ("Content-Type", "application/json")
_SHARED = ("Cache-Control", "public, max-age=5, stale-while-revalidate=30")


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised answer.

    :param kept_bytes: the memory that it takes in a cache, with its query.
    """

    etag: str
    body: bytes
    headers: list[tuple[str, str]]
    kept_bytes: int

    @classmethod
    def of(cls, value: dict[str, Any], query: Query) -> "Answer":
        body = msgspec.json.encode(value)
        etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        headers = [_TYPE, ("Content-Length", str(len(body))), ("ETag", etag), _CORS, _SHARED]
        asked = sum(sys.getsizeof(value) + 120 for _, value in query)
        return cls(etag, body, headers, ENTRY_BYTES + len(body) + asked)


@dataclass(frozen=True, slots=True)
class Read:
    """One kind of read.

    :param parameters: the names of those that it uses.
    """

    answer: Callable[[Query], dict[str, Any]]
    parameters: frozenset[str]
    lists_articles: bool = False

    def query(self, text: str) -> Query:
        """:raise BadField: as :func:`used_parameters`."""
        return used_parameters(text, self.parameters, lists_articles=self.lists_articles)


class Reads:
    """The public reads as one small WSGI application."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reads = {
            "/v1/bar": Read(self._bar, BAR_PARAMETERS),
            "/v1/counts": Read(self._counts, BAR_PARAMETERS, lists_articles=True),
            COMMENTS_PATH: Read(self._comments, PARAMETERS),
            COUNTS_PATH: Read(self._comment_counts, COUNTS_PARAMETERS, lists_articles=True),
        }
        self._cache: TTLCache[tuple[str, Query], Answer] = TTLCache(
            MAX_CACHED_BYTES, CACHE_S, getsizeof=lambda answer: answer.kept_bytes
        )
        self._lock = threading.Lock()

    def serves(self, path: str, method: str) -> bool:
        """Say whether a request is a read's; comments are written under the same address."""
        return path in self._reads and (path != COMMENTS_PATH or method not in _WRITES)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        try:
            if method not in ("GET", "HEAD"):
                return _other_method(path, method, start_response)
            address = client_address(environ, self._services.settings.trusted_proxy_hops)
            self._services.gate.count_read(address)
            answer = self._cached(path, environ.get("QUERY_STRING", ""))
        except ReadbackError as refusal:
            return _refuse(refusal, start_response)
        if answer.etag in environ.get("HTTP_IF_NONE_MATCH", ""):  # one of a list, weak or not
            start_response("304 Not Modified", [("ETag", answer.etag), _CORS, _SHARED])
            return ()
        start_response("200 OK", answer.headers)
        return (answer.body,) if method == "GET" else ()

    def _cached(self, path: str, text: str) -> Answer:
        read = self._reads[path]
        query = read.query(text)
        with self._lock:
            cached = self._cache.get((path, query))
        if cached is None:
            cached = Answer.of(read.answer(query), query)
            if cached.kept_bytes <= MAX_CACHED_BYTES:
                with self._lock:
                    self._cache[path, query] = cached
        return cached

    def _bar(self, query: Query) -> dict[str, Any]:
        names = dict(query)
        site = self._services.sites.get(names.get("site", ""))
        claimed = Page(section=names.get("section", ""))
        [(ballot, tally)] = self._services.voting.tallies(
            site, [names.get(ARTICLE, "")], names.get("poll", ""), claimed=claimed
        )
        return {
            **self._figures(ballot, tally),
            **_set(site, ballot.poll, names.get("lang", "")),
            **_results(site, ballot.poll_key),
        }

    def _comments(self, query: Query) -> dict[str, Any]:
        return listing(self._services, dict(query))

    def _comment_counts(self, query: Query) -> dict[str, Any]:
        first = dict(query)
        site = self._services.sites.get(first.get("site", ""))
        return counts(self._services, site, _listed(query), first.get("lang", ""))

    def _counts(self, query: Query) -> dict[str, Any]:
        """Return figures by the requested name; with ``lang`` also the strings of the bars.

        A name that is not the site's is answered with null, unless all are: it may be the canonical
        link of another publisher, and one wrong name in a list is not the other bars' fault. Nor is
        it their fault if the shard of one story is away: such names are listed apart.
        """
        first = dict(query)
        site, voting = self._services.sites.get(first.get("site", "")), self._services.voting
        names = _listed(query)
        poll_key = first.get("poll", "")
        known = [name for name in names if voting.has_article(site, name, poll_key)]
        if not known:
            raise BadArticle
        claimed = Page(section=first.get("section", ""))
        found = voting.reachable_tallies(site, known, poll_key, claimed=claimed)
        figures = {name: self._figures(*of) for name, of in found.items()}
        answer = by_name(names, known, figures)
        if "lang" not in first:
            return answer
        common = _common([ballot.poll for ballot, _ in found.values()])
        return {**answer, **_set(site, common, first["lang"]), **_results(site, poll_key)}

    def _figures(self, ballot: Ballot, tally: Tally) -> dict[str, Any]:
        counts = ballot.counts(tally)
        return {
            "article": ballot.article.id,
            "counts": counts,
            "total": sum(counts.values()),
            "open": tally.is_open,
            "note": tally.note,
            **set_aside(ballot, tally, self._services.settings.public_url),
        }


def _listed(query: Query) -> list[str]:
    """Return the articles that a query asks for, each once.

    :raise BadField: there are too many, or none.
    """
    listed = [value for name, value in query if name == ARTICLE]
    if not 1 <= len(listed) <= MAX_ARTICLES:
        raise BadField(f"Ask for 1 to {MAX_ARTICLES} articles.")
    return list(dict.fromkeys(listed))


def _common(polls: list[Poll]) -> Poll:
    """Return the choices that every article of a request offers.

    All bars of one request show the same choices, and none may show one that its article refuses.
    """
    keys = [{choice.key for choice in poll.choices} for poll in polls]
    shared = set.intersection(*keys)
    return replace(polls[0], choices=tuple(c for c in polls[0].choices if c.key in shared))


def _set(site: Site, poll: Poll, requested: str) -> dict[str, Any]:
    """Return what a bar needs besides figures.

    It has the site's origins, so that a page knows whether it may vote: the answer is cached by its
    address, and so is the same for a page of any origin.
    """
    return {**bar_strings(site, poll, requested), "origins": site.origins, "poll_s": POLL_S}


def _results(site: Site, poll_key: str) -> dict[str, Any]:
    """Return how bars show figures, if not as usual: then they load more than they usually need."""
    if site.has_experiment(poll_key, clock.now()):
        return {"results": site.results, "experiment": True}
    return {} if site.results == USUAL_RESULTS else {"results": site.results}


def _other_method(path: str, method: str, start_response: StartResponse) -> Iterable[bytes]:
    """Answer OPTIONS with the methods of the address.

    :raise MethodNotAllowed: it is none of them.
    """
    methods = sorted((*_READS, "POST") if path == COMMENTS_PATH else _READS)
    if method != "OPTIONS":
        raise MethodNotAllowed(*methods)
    start_response("204 No Content", [("Allow", ", ".join(methods)), _CORS])
    return ()


def _refuse(refusal: ReadbackError, start_response: StartResponse) -> Iterable[bytes]:
    note(refusal)
    body = msgspec.json.encode(refusal.body())
    headers = [_TYPE, ("Content-Length", str(len(body))), _CORS, _EXPOSE]
    headers.append(("Cache-Control", "no-store"))
    start_response(f"{refusal.status} {refusal.code}", headers + refusal_headers(refusal))
    return (body,)
