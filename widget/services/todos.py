"""What waits for the editors of a site. Reads only.

Votes and comments are counted at each call. Moods take more reading and change slowly: a process
keeps them for a minute, for the badges of pages that show no figures.
"""

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from widget.domain import clock as wall_clock
from widget.domain.comments.comment import created_s
from widget.domain.figures.period import DEFAULT, period_from
from widget.domain.model import Site
from widget.domain.todos import MOST_OTHERS, MOST_TURNED, Target, ToDo
from widget.services.figures.labels import reaction_labels
from widget.services.figures.overview import Overview, Overviews
from widget.store.figures import trends
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends, Waiting
from widget.store.integrity.flags import Flags

CACHE_S = 60
MOST_CACHED = 500  # sites

_ANGRY = "angry"


class ToDos:
    """:param clock: seconds; the time of the cache."""

    def __init__(
        self,
        trends: Trends,
        overviews: Overviews,
        flags: Flags,
        pages: Pages,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._trends, self._overviews = trends, overviews
        self._flags, self._pages = flags, pages
        self._moods: TTLCache[str, list[ToDo]] = TTLCache(MOST_CACHED, CACHE_S, timer=clock)
        self._lock = Lock()

    def of(self, site: Site) -> list[ToDo]:
        """Return everything that waits, most urgent first.

        :raise StoreUnavailable: the store timed out or refused.
        """
        [waiting] = self._trends.ask(site, trends.waiting())
        return self._all(site, waiting)

    def beside(self, site: Site, overview: Overview) -> list[ToDo]:
        """Return everything that waits, without reading again what an overview has."""
        if overview.period.name == DEFAULT:
            self._keep(site, of_moods(site, overview))
        return self._all(site, overview.waiting)

    def is_known(self, site: Site) -> bool:
        """Return whether :meth:`of` needs no figures of the site."""
        with self._lock:
            return site.key in self._moods

    def _all(self, site: Site, waiting: Waiting) -> list[ToDo]:
        flagged = self._flagged(site) if waiting.flags else []
        return [*flagged, *of_waiting(waiting), *self._moods_of(site)]

    def _flagged(self, site: Site) -> list[ToDo]:
        """Return the worst flags that wait."""
        flags = self._flags.worst(site, limit=MOST_OTHERS)
        ids = list(dict.fromkeys(flag.article_id for flag in flags))
        headlines = self._pages.headlines(site, ids, with_tone=False)
        now_s = int(wall_clock.now())
        return [
            ToDo(
                "flag",
                Target("integrity", flag.id),
                flag.finding.excess,
                flag.found_s,
                about=headlines[flag.article_id].title,
                reaction=site.choices(headlines[flag.article_id].page.poll_key)[
                    flag.finding.choice - 1
                ].label,
                until_s=flag.held_until_s if flag.held_until_s > now_s else 0,
            )
            for flag in flags
        ]

    def _moods_of(self, site: Site) -> list[ToDo]:
        with self._lock:
            known = self._moods.get(site.key)
        if known is not None:
            return known
        period = period_from(DEFAULT, "", "", now_s=int(wall_clock.now()), zone=site.zone)
        return self._keep(site, of_moods(site, self._overviews.overview(site, period)))

    def _keep(self, site: Site, moods: list[ToDo]) -> list[ToDo]:
        with self._lock:
            self._moods[site.key] = moods
        return moods


def of_waiting(waiting: Waiting) -> list[ToDo]:
    """Return the to-dos about held votes and comments in the queue."""
    found = []
    if waiting.votes:
        found.append(ToDo("votes", Target("held"), waiting.votes, stories=waiting.articles))
    if waiting.comments:
        since_s = created_s(waiting.oldest_comment) or 0
        found.append(ToDo("comments", Target("comments"), waiting.comments, since_s))
    return found


def of_moods(site: Site, overview: Overview) -> list[ToDo]:
    """Return the to-dos about moods: what turned, where reactions and comments disagree, anger."""
    labels = reaction_labels(site)
    found = [
        ToDo(
            "turned",
            Target("story", one.row.id),
            one.turn.since.n,
            one.turn.hour * 3600,
            about=overview.headlines[one.row.id].title,
            reaction=labels[one.turn.at],
            before=one.turn.before,
            now=one.turn.since,
        )
        for one in overview.turned[:MOST_TURNED]
    ]
    for talk in overview.disagreeing[:MOST_OTHERS]:
        headline = overview.headlines[talk.row.id]
        found.append(
            ToDo(
                "talk",
                Target("story", talk.row.id),
                headline.comments,
                about=headline.title,
                is_warm=talk.kind == "warm_above",
            )
        )
    keys = site.choice_keys("")
    angrier = (
        [one for one in overview.sections if one.against(keys.index(_ANGRY)) == "above"]
        if _ANGRY in keys
        else []
    )
    for section in angrier[:MOST_OTHERS]:
        at = keys.index(_ANGRY)
        found.append(
            ToDo(
                "section",
                Target("section", section.name),
                section.mix.counts[at],
                about=section.name,
                reaction=labels[at],
                before=section.usual.share(at),
                now=section.mix.share(at),
            )
        )
    return found
