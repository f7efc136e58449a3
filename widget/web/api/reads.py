"""GET /v1/bar, /v1/counts and /v1/comments, ahead of Flask: public, cached a second.

They are the same for every reader, and read nothing of the request but path, query, If-None-Match
and the network that asks.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from widget.domain.article import ArticleRef
from widget.domain.errors import BadArticle, BadField, MethodNotAllowed, ReadbackError
from widget.domain.model import Poll, Site, Tally
from widget.domain.page import Page, clean_section
from widget.domain.strings import bar_strings
from widget.services.voting import Services, counts_by_key, poll_or_error
from widget.web.api.comment_views import COMMENTS_PATH, listing
from widget.web.api.flood import ReadLimit, counts_of_this_server
from widget.web.network import client_address

CACHE_S = 1.0
MAX_CACHED = 4096
MAX_ARTICLES = 50
POLL_S = 15

_CORS = ("Access-Control-Allow-Origin", "*")
_EXPOSE = ("Access-Control-Expose-Headers", "Retry-After")
_TYPE = ("Content-Type", "application/json")
_SHARED = ("Cache-Control", "public, max-age=5, stale-while-revalidate=30")

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Reads:
    """The public reads as one small WSGI application."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._answers = {
            "/v1/bar": self._bar,
            "/v1/counts": self._counts,
            COMMENTS_PATH: self._comments,
        }
        self._cache: dict[tuple[str, str], tuple[float, str, bytes, list[tuple[str, str]]]] = {}
        self._limit = ReadLimit(services.settings.reads, counts_of_this_server())

    def serves(self, path: str, method: str) -> bool:
        # Comments are written under the address they are read from; votes have their own.
        return path in self._answers and (path != COMMENTS_PATH or method in ("GET", "HEAD"))

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        now = time.monotonic()
        try:
            if method not in ("GET", "HEAD"):
                raise MethodNotAllowed
            address = client_address(environ, self._services.settings.trusted_proxy_hops)
            self._limit.count(address, now)
            path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
            cached = self._cache.get((path, query))
            if cached is None or cached[0] < now:
                cached = self._refresh(path, query, now)
        except ReadbackError as refusal:
            return _refuse(refusal, start_response)
        _, etag, body, headers = cached
        if etag in environ.get("HTTP_IF_NONE_MATCH", ""):  # one of a list, weak or not
            start_response("304 Not Modified", [("ETag", etag), _CORS, _SHARED])
            return ()
        start_response("200 OK", headers)
        return (body,) if method == "GET" else ()

    def _refresh(
        self, path: str, query: str, now: float
    ) -> tuple[float, str, bytes, list[tuple[str, str]]]:
        body = msgspec.json.encode(self._answers[path](query))
        etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        headers = [_TYPE, ("Content-Length", str(len(body))), ("ETag", etag), _CORS, _SHARED]
        entry = (now + CACHE_S, etag, body, headers)
        if len(self._cache) >= MAX_CACHED:
            self._cache = {}  # cheap to fill again, and a scan for the oldest would not be
        self._cache[path, query] = entry
        return entry

    def _bar(self, query: str) -> dict[str, Any]:
        names = dict(_parse(query))
        site = self._services.sites.get(names.get("site", ""))
        poll_key = names.get("poll", "")
        poll_or_error(site, poll_key)
        named = names.get("article", "")
        article = self._services.article(site, named, poll_key)
        choices = len(site.choice_keys(poll_key))
        [tally] = self._services.tallies(site, [(article, choices)], now_s=int(time.time()))
        claimed = Page(section=clean_section(names.get("section", "")))
        page = self._services.page_of(site, named, claimed)
        poll = poll_or_error(site, poll_key, tally.section or page.section)
        return {
            "article": article.id,
            **bar_strings(site, poll, names.get("lang", "")),
            **_figures(site, poll_key, poll, tally),
            "poll_s": POLL_S,
        }

    def _comments(self, query: str) -> dict[str, Any]:
        return listing(self._services, dict(_parse(query)))

    def _counts(self, query: str) -> dict[str, Any]:
        """Figures by the name asked for. With ``lang``, also what the bars say: one request a page.

        A name that is not the site's is answered with null, unless all are: it may be the canonical
        link of another publisher, and one wrong name in a list is not the other bars' fault.
        """
        pairs = _parse(query)
        names = dict(pairs)
        site = self._services.sites.get(names.get("site", ""))
        poll_key = names.get("poll", "")
        poll_or_error(site, poll_key)
        asked = [value for name, value in pairs if name == "article"]
        if not 1 <= len(asked) <= MAX_ARTICLES:
            raise BadField(f"Ask for 1 to {MAX_ARTICLES} articles.")
        claimed = clean_section(names.get("section", ""))
        choices = len(site.choice_keys(poll_key))
        found = {name: self._article_or_none(site, name, poll_key) for name in asked}
        articles = [(article, choices) for article in found.values() if article]
        if not articles:
            raise BadArticle
        tallies = iter(self._services.tallies(site, articles, now_s=int(time.time())))
        figures: dict[str, Any] = {}
        polls: list[Poll] = []
        for name, article in found.items():
            if article is None:
                figures[name] = None
                continue
            tally = next(tallies)
            page = self._services.page_of(site, name, Page(section=claimed))
            polls.append(poll_or_error(site, poll_key, tally.section or page.section))
            own = _figures(site, poll_key, polls[-1], tally)
            figures[name] = {"article": article.id, **own}
        if "lang" not in names:
            return {"articles": figures}
        return {
            "articles": figures,
            **bar_strings(site, _common(polls), names["lang"]),
            "poll_s": POLL_S,
        }

    def _article_or_none(self, site: Site, name: str, poll_key: str) -> ArticleRef | None:
        try:
            return self._services.article(site, name, poll_key)
        except BadArticle:
            return None


def _common(polls: list[Poll]) -> Poll:
    """What every bar of one request offers: none may offer what its article would refuse."""
    keys = [{choice.key for choice in poll.choices} for poll in polls]
    shared = set.intersection(*keys)
    return replace(polls[0], choices=tuple(c for c in polls[0].choices if c.key in shared))


def _parse(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, errors="strict", max_num_fields=MAX_ARTICLES + 10)
    except ValueError:
        raise BadField("The query cannot be read; write it in percent-encoded UTF-8.") from None


def _figures(site: Site, poll_key: str, poll: Poll, tally: Tally) -> dict[str, Any]:
    counts = counts_by_key(site, poll_key, poll, tally)
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
