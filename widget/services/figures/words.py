"""The words that weighed in the tone of a story's newest comments. Reads nothing.

A hundred comments take about ten milliseconds to score, so a process keeps what it found in a text
for ten minutes. The texts themselves are not kept.
"""

import time
from collections.abc import Callable, Iterable
from threading import Lock

from cachetools import TTLCache

from widget.domain.comments.comment import Comment
from widget.domain.figures.weighed import Weighed, weighed
from widget.domain.model import Site
from widget.services.figures.baseline import CACHE_S
from widget.services.tone import SiteTone

MOST_SCORED = 200  # comments of a story, the newest
MOST_CACHED = 5000  # comments

_Added = tuple[tuple[str, float], ...]


class WeighedWords:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, tone: SiteTone, clock: Callable[[], float] = time.monotonic) -> None:
        self._tone = tone
        self._cache: TTLCache[tuple[str, str], _Added] = TTLCache(MOST_CACHED, CACHE_S, timer=clock)
        self._lock = Lock()

    def of(self, site: Site, comments: Iterable[Comment]) -> list[Weighed]:
        """Return the words that weighed most in the newest of the comments."""
        newest = sorted(comments, key=lambda one: one.id, reverse=True)[:MOST_SCORED]
        return weighed(self._added(site, comment) for comment in newest)

    def _added(self, site: Site, comment: Comment) -> _Added:
        key = (site.key, comment.text_id)
        with self._lock:
            known = self._cache.get(key)
        if known is not None:
            return known
        found = self._tone.score(site, comment.text).contributions
        added = tuple((one.word, one.value) for one in found)
        with self._lock:
            self._cache[key] = added
        return added
