"""The words that weighed in the tone of a story's newest comments. Reads nothing.

A hundred comments take about ten milliseconds to score, so a process keeps the words of a story
until the tone of its comments changes, and for ten minutes at most.
"""

import time
from collections.abc import Callable, Sequence
from threading import Lock

from cachetools import TTLCache

from widget.domain.comments.comment import Comment
from widget.domain.figures.weighed import Weighed, weighed
from widget.domain.model import Site
from widget.services.figures.baseline import CACHE_S
from widget.services.tone import SiteTone
from widget.store.comments.tone_totals import ToneTotals

MOST_SCORED = 200  # comments, the newest
MOST_CACHED = 500  # stories


class WeighedWords:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, tone: SiteTone, clock: Callable[[], float] = time.monotonic) -> None:
        self._tone = tone
        self._cache: TTLCache[tuple[str, str], tuple[ToneTotals, list[Weighed]]] = TTLCache(
            MOST_CACHED, CACHE_S, timer=clock
        )
        self._lock = Lock()

    def of(
        self, site: Site, article_id: str, totals: ToneTotals, comments: Sequence[Comment]
    ) -> list[Weighed]:
        """Return the words that weighed most.

        :param totals: of the article's comments; the words are kept until they change.
        :param comments: with a lean, in any order.
        """
        key = (site.key, article_id)
        with self._lock:
            known = self._cache.get(key)
        if known is not None and known[0] == totals:
            return known[1]
        newest = sorted(comments, key=lambda one: one.id, reverse=True)[:MOST_SCORED]
        found = weighed(self._added(site, comment.text) for comment in newest)
        with self._lock:
            self._cache[key] = (totals, found)
        return found

    def _added(self, site: Site, text: str) -> list[tuple[str, float]]:
        return [(one.word, one.value) for one in self._tone.score(site, text).contributions]
