"""GET /v1/bar, /v1/counts and /v1/comments, ahead of Flask: public, and cached for a second.

Their answers are the same for every reader. They depend on path, query and If-None-Match only; the
client's network counts for the limit on reads.
"""

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from cachetools import TTLCache

from widget.domain.errors import BadArticle, BadField, MethodNotAllowed, ReadbackError
from widget.domain.model import Poll, Tally
from widget.domain.page import Page, clean_section
from widget.domain.strings import bar_strings
from widget.services.rates import counts_of_this_server
from widget.services.registry import Services
from widget.services.voting import Ballot
from widget.web.api.comment_views import COMMENTS_PATH, listing
from widget.web.api.flood import ReadLimit
from widget.web.api.wsgi import StartResponse
from widget.web.network import client_address

CACHE_S = 1.0
MAX_CACHED = 4096
MAX_ARTICLES = 50
POLL_S = 15

_CORS = ("Access-Control-Allow-Origin", "*")
_EXPOSE = ("Access-Control-Expose-Headers", "Retry-After")
_TYPE = ("Content-Type", "application/json")
_SHARED = ("Cache-Control", "public, max-age=5, stale-while-revalidate=30")


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised answer."""

    etag: str
    body: bytes
    headers: list[tuple[str, str]]

    @classmethod
    def of(cls, value: dict[str, Any]) -> "Answer":
        body = msgspec.json.encode(value)
        etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        headers = [_TYPE, ("Content-Length", str(len(body))), ("ETag", etag), _CORS, _SHARED]
        return cls(etag, body, headers)


class Reads:
    """The public reads as one small WSGI application."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._answers = {
            "/v1/bar": self._bar,
            "/v1/counts": self._counts,
            COMMENTS_PATH: self._comments,
        }
        self._cache: TTLCache[tuple[str, str], Answer] = TTLCache(MAX_CACHED, CACHE_S)
        self._lock = threading.Lock()
        self._limit = ReadLimit(services.settings.reads, counts_of_this_server())

    def serves(self, path: str, method: str) -> bool:
        """Say whether a request is a read; comments are written under the same address."""
        return path in self._answers and (path != COMMENTS_PATH or method in ("GET", "HEAD"))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        try:
            if method not in ("GET", "HEAD"):
                raise MethodNotAllowed
            address = client_address(environ, self._services.settings.trusted_proxy_hops)
            self._limit.count(address, time.monotonic())
            answer = self._cached(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        except ReadbackError as refusal:
            return _refuse(refusal, start_response)
        if answer.etag in environ.get("HTTP_IF_NONE_MATCH", ""):  # one of a list, weak or not
            start_response("304 Not Modified", [("ETag", answer.etag), _CORS, _SHARED])
            return ()
        start_response("200 OK", answer.headers)
        return (answer.body,) if method == "GET" else ()

    def _cached(self, path: str, query: str) -> Answer:
        with self._lock:
            cached = self._cache.get((path, query))
        if cached is None:
            cached = Answer.of(self._answers[path](query))
            with self._lock:
                self._cache[path, query] = cached
        return cached

    def _bar(self, query: str) -> dict[str, Any]:
        names = dict(_parse(query))
        site = self._services.sites.get(names.get("site", ""))
        claimed = Page(section=clean_section(names.get("section", "")))
        [(ballot, tally)] = self._services.voting.tallies(
            site, [names.get("article", "")], names.get("poll", ""), claimed=claimed
        )
        return {
            "article": ballot.article.id,
            **bar_strings(site, ballot.poll, names.get("lang", "")),
            **_figures(ballot, tally),
            "poll_s": POLL_S,
        }

    def _comments(self, query: str) -> dict[str, Any]:
        return listing(self._services, dict(_parse(query)))

    def _counts(self, query: str) -> dict[str, Any]:
        """Return figures by the requested name; with ``lang`` also the strings of the bars.

        A name that is not the site's is answered with null, unless all are: it may be the canonical
        link of another publisher, and one wrong name in a list is not the other bars' fault.
        """
        pairs = _parse(query)
        first = dict(pairs)
        site, voting = self._services.sites.get(first.get("site", "")), self._services.voting
        names = list(dict.fromkeys(value for name, value in pairs if name == "article"))
        if not 1 <= sum(name == "article" for name, _ in pairs) <= MAX_ARTICLES:
            raise BadField(f"Ask for 1 to {MAX_ARTICLES} articles.")
        poll_key = first.get("poll", "")
        known = [name for name in names if voting.has_article(site, name, poll_key)]
        if not known:
            raise BadArticle
        claimed = Page(section=clean_section(first.get("section", "")))
        found = dict(
            zip(known, voting.tallies(site, known, poll_key, claimed=claimed), strict=True)
        )
        figures = {name: _named_figures(*found[name]) if name in found else None for name in names}
        if "lang" not in first:
            return {"articles": figures}
        common = _common([ballot.poll for ballot, _ in found.values()])
        strings = bar_strings(site, common, first["lang"])
        return {"articles": figures, **strings, "poll_s": POLL_S}


def _common(polls: list[Poll]) -> Poll:
    """Return the choices that every article of a request offers.

    All bars of one request show the same choices, and none may show one that its article refuses.
    """
    keys = [{choice.key for choice in poll.choices} for poll in polls]
    shared = set.intersection(*keys)
    return replace(polls[0], choices=tuple(c for c in polls[0].choices if c.key in shared))


def _parse(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, errors="strict", max_num_fields=MAX_ARTICLES + 10)
    except ValueError:
        raise BadField("The query cannot be read; write it in percent-encoded UTF-8.") from None


def _named_figures(ballot: Ballot, tally: Tally) -> dict[str, Any]:
    return {"article": ballot.article.id, **_figures(ballot, tally)}


def _figures(ballot: Ballot, tally: Tally) -> dict[str, Any]:
    counts = ballot.counts(tally)
    return {
        "counts": counts,
        "total": sum(counts.values()),
        "open": tally.is_open,
        "note": tally.note,
    }


def _refuse(refusal: ReadbackError, start_response: StartResponse) -> Iterable[bytes]:
    body = msgspec.json.encode(refusal.body())
    headers = [_TYPE, ("Content-Length", str(len(body))), _CORS, _EXPOSE]
    headers.append(("Cache-Control", "no-store"))
    if refusal.retry_after_s is not None:
        headers.append(("Retry-After", str(refusal.retry_after_s)))
    start_response(f"{refusal.status} {refusal.code}", headers)
    return (body,)
