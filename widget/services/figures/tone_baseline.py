"""The tone that is usual at a site: of the stories and days of the 28 days before. Reads only.

Those days are over, so a process keeps each answer for ten minutes, like the votes' baseline.
"""

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from widget.domain.figures.tone import EarlierTones
from widget.domain.model import Site
from widget.services.figures.baseline import BASELINE_DAYS, CACHE_S
from widget.store.figures import trends
from widget.store.figures.trends import Trends

MOST_CACHED = 500  # days of sites, each with a few numbers for a section


class ToneBaseline:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, reading: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = reading
        self._cache: TTLCache[tuple[str, int], EarlierTones] = TTLCache(
            MOST_CACHED, CACHE_S, timer=clock
        )
        self._lock = Lock()

    def before(self, site: Site, day: int) -> EarlierTones:
        """Return the tone of the stories that began in the 28 days before a day, and of those days.

        :param day: days since the epoch.
        :raise StoreUnavailable: the store timed out or refused.
        """
        with self._lock:
            known = self._cache.get((site.key, day))
        if known is not None:
            return known
        found: EarlierTones = self._trends.ask(
            site, trends.earlier_tones(day - BASELINE_DAYS, day)
        )[0]
        with self._lock:
            self._cache[site.key, day] = found
        return found
