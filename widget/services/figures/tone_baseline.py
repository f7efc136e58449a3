"""The usual tone of each section's comments: the mean of the 28 days before a story. Reads only.

Cached like the votes' baseline, since those days are over.
"""

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from widget.domain.figures.statistics import Mean, mean
from widget.domain.model import Site
from widget.services.figures.baseline import BASELINE_DAYS, CACHE_S
from widget.store.comments.tone_totals import ToneReadings
from widget.store.figures.headlines import NO_TONE

MOST_CACHED = 5_000  # sections of sites before a day


class ToneBaseline:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, tones: ToneReadings, clock: Callable[[], float] = time.monotonic) -> None:
        self._tones = tones
        self._cache: TTLCache[tuple[str, int, str], Mean] = TTLCache(
            MOST_CACHED, CACHE_S, timer=clock
        )
        self._lock = Lock()

    def before(self, site: Site, first_day: int, section: str) -> Mean:
        """Return the mean tone of a section's comments of the 28 days before a day.

        :raise StoreUnavailable: the store timed out or refused.
        """
        key = (site.key, first_day, section)
        with self._lock:
            cached = self._cache.get(key)
        if cached is not None:
            return cached
        days = range(first_day - BASELINE_DAYS, first_day)
        totals = self._tones.by_section(site, days).get(section)
        found = NO_TONE
        if totals:
            found = mean(totals.n, totals.sum_e4 / 1e4, totals.squares_e8 / 1e8)
        with self._lock:
            self._cache[key] = found
        return found
