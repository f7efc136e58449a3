"""The lives of the stories before a period, a yardstick for those of the period. Reads only.

As with the baseline of sections, they are cached for ten minutes: an earlier story may get a few
more votes, which hardly moves a median.
"""

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from widget.domain.figures.expected import Lives
from widget.domain.figures.period import Period
from widget.domain.model import Site
from widget.services.figures.baseline import BASELINE_DAYS
from widget.store.figures import trends
from widget.store.figures.trends import Trends

CACHE_S = 600
MOST_CACHED = 200  # periods of sites, of at most 256 stories each


class EarlierLives:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, reading: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = reading
        self._cache: TTLCache[tuple[str, int], Lives] = TTLCache(MOST_CACHED, CACHE_S, timer=clock)
        self._lock = Lock()

    def before(self, site: Site, period: Period) -> Lives:
        """Return the lives of the stories that began in the 28 days before a period.

        :raise StoreUnavailable: the store timed out or refused.
        """
        stop = period.first_hour
        with self._lock:
            known = self._cache.get((site.key, stop))
        if known is not None:
            return known
        asked = trends.lives(stop - BASELINE_DAYS * 24, stop, period.now_s // 3600)
        lives = Lives(self._trends.ask(site, asked)[0])
        with self._lock:
            self._cache[site.key, stop] = lives
        return lives
