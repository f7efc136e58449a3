"""What GET /v1/bar and /v1/counts answer, and what would change that."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf
from typing import Any

from cachetools import LRUCache

from widget.domain import clock
from widget.domain.errors import BadArticle
from widget.domain.model import USUAL_RESULTS, Poll, Site, Tally
from widget.domain.page import Page
from widget.domain.strings import bar_strings, language_of
from widget.services.registry import Services
from widget.services.voting import Ballot
from widget.store.reactions.tallies import Reading, Reply, Source, Wanted, closes_s
from widget.web.api.answers import Answer, Basis, end_of
from widget.web.api.lists import by_name
from widget.web.api.query import ARTICLE, Query, listed
from widget.web.api.set_aside import set_aside

POLL_S = 15
MOST_STRINGS = 500  # of 3 KB; their keys are polls and languages that a site has
BAR_PARAMETERS = frozenset(("site", ARTICLE, "poll", "section", "lang"))
NOTHING: Mapping[Wanted, Reply | None] = {}


class Bars:
    """The answers about reactions, made from replies of the store."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._replies = services.replies
        self._strings = BarStrings()

    def bar(self, query: Query, given: Mapping[Wanted, Reply | None] = NOTHING) -> Answer:
        """Return a bar's answer.

        :param given: replies of the store that were read a moment ago.
        """
        return self._made(self._bar, query, given)

    def counts(self, query: Query, given: Mapping[Wanted, Reply | None] = NOTHING) -> Answer:
        """Return figures by the requested name; with ``lang`` also the strings of the bars."""
        return self._made(self._counts, query, given)

    def settings(self, query: Query) -> object:
        """Return what an answer is made of besides replies: while it is equal, so is the answer.

        :raise UnknownSite: no site has this key.
        """
        names = dict(query)
        site, poll_key = self._services.sites.get(names.get("site", "")), names.get("poll", "")
        poll, now_s = site.polls.get(poll_key), clock.now()
        return (
            site,
            self._services.aliases.version(site.key),
            poll is not None and poll.is_closed(now_s),
            site.has_experiment(poll_key, now_s),
        )

    def _made(self, make: "_Make", query: Query, given: Mapping[Wanted, Reply | None]) -> Answer:
        settings = self.settings(query)  # before the rest, so a change meanwhile is noticed later
        reading = Reading(self._replies, given)
        figures, strings = make(query, reading)
        return Answer.of(figures, query, strings, _basis(settings, reading.used))

    def _bar(self, query: Query, source: Source) -> tuple[dict[str, Any], bytes]:
        names = dict(query)
        site = self._services.sites.get(names.get("site", ""))
        claimed = Page(section=names.get("section", ""))
        [(ballot, tally)] = self._services.voting.tallies(
            site, [names.get(ARTICLE, "")], names.get("poll", ""), claimed=claimed, source=source
        )
        answer = {**self._figures(ballot, tally), **_results(site, ballot.poll_key)}
        return answer, self._strings.of(site, ballot.poll, names.get("lang", ""))

    def _counts(self, query: Query, source: Source) -> tuple[dict[str, Any], bytes]:
        """Return figures by the requested name; with ``lang`` also the strings of the bars.

        A name that is not the site's is answered with null, unless all are: it may be the canonical
        link of another publisher, and one wrong name in a list is not the other bars' fault. Nor is
        it their fault if the shard of one story is away: such names are listed apart.
        """
        first = dict(query)
        site, voting = self._services.sites.get(first.get("site", "")), self._services.voting
        names = listed(query)
        poll_key = first.get("poll", "")
        known = [name for name in names if voting.has_article(site, name, poll_key)]
        if not known:
            raise BadArticle
        claimed = Page(section=first.get("section", ""))
        found = voting.reachable_tallies(site, known, poll_key, claimed=claimed, source=source)
        figures = {name: self._figures(*of) for name, of in found.items()}
        answer = by_name(names, known, figures)
        if "lang" not in first:
            return answer, b""
        common = _common([ballot.poll for ballot, _ in found.values()])
        return {**answer, **_results(site, poll_key)}, self._strings.of(site, common, first["lang"])

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


# Makes the figures of an answer, and what it shares with others of its site.
_Make = Callable[[Query, Source], tuple[dict[str, Any], bytes]]


class BarStrings:
    """What the answers of a site's bars end with, the same for all articles; made once."""

    def __init__(self) -> None:
        self._made: LRUCache[tuple[str, Poll, str], tuple[Site, bytes]] = LRUCache(MOST_STRINGS)
        self._lock = threading.Lock()

    def of(self, site: Site, poll: Poll, requested: str) -> bytes:
        key = site.key, poll, language_of(site, requested)
        with self._lock:
            known = self._made.get(key)
        if known is not None and known[0] is site:
            return known[1]
        made = end_of(_set(site, poll, requested))
        with self._lock:
            self._made[key] = site, made
        return made


def _basis(settings: object, used: Mapping[Wanted, Reply | None]) -> Basis | None:
    """Return what an answer was made of; None if it lacks an article, whose shard was away."""
    replies = {one: reply for one, reply in used.items() if reply is not None}
    if len(replies) < len(used):
        return None
    now_s, closing = clock.now(), map(closes_s, replies.values())
    return Basis(settings, replies, min((at_s for at_s in closing if at_s > now_s), default=inf))


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
