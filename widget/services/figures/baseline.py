"""The baseline of each section: its votes of the 28 days before a period. Reads only.

They are days of UTC, and over when the period begins, so a process caches them for ten minutes: a
baseline is a yardstick, not a sum that has to be exact to the last vote.
"""

import time
from collections.abc import Callable
from functools import reduce
from threading import Lock

from cachetools import TTLCache

from widget.domain.figures.moods import Mix
from widget.domain.figures.period import Period
from widget.domain.model import Site
from widget.store.figures.trends import Trends, weeks_of_sections

BASELINE_WEEKS = 4
BASELINE_DAYS = BASELINE_WEEKS * 7
CACHE_S = 600
MAX_CACHED_BYTES = 4 << 20
SECTION_BYTES = 2500  # of a section's name and mixes

# Site, its choice keys (a mix has as many counts), first day of the period.
_Key = tuple[str, tuple[str, ...], int]


class Baseline:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, trends: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = trends
        self._cache: TTLCache[_Key, dict[str, list[Mix]]] = TTLCache(
            MAX_CACHED_BYTES, CACHE_S, timer=clock, getsizeof=_bytes_of
        )
        self._lock = Lock()

    def by_section(self, site: Site, period: Period) -> dict[str, Mix]:
        """Return each section's votes of the 28 days before the period.

        :raise StoreUnavailable: the store timed out or refused.
        """
        return self.before(site, period.first_hour // 24)

    def before(self, site: Site, first_day: int) -> dict[str, Mix]:
        """Return each section's votes of the 28 days before a day.

        :raise StoreUnavailable: the store timed out or refused.
        """
        return {
            name: reduce(Mix.plus, weeks) for name, weeks in self.weeks(site, first_day).items()
        }

    def weeks(self, site: Site, first_day: int) -> dict[str, list[Mix]]:
        """Return each section's votes of the four weeks before a day, the earliest week first.

        :raise StoreUnavailable: the store timed out or refused.
        """
        key = (site.key, site.choice_keys(""), first_day)
        with self._lock:
            cached = self._cache.get(key)
        if cached is not None:
            return cached
        asked = weeks_of_sections(site, first_day - BASELINE_DAYS, BASELINE_WEEKS)
        found: dict[str, list[Mix]] = self._trends.ask(site, asked)[0]
        if _bytes_of(found) <= MAX_CACHED_BYTES:
            with self._lock:
                self._cache[key] = found
        return found


def _bytes_of(sections: dict[str, list[Mix]]) -> int:
    return (1 + len(sections)) * SECTION_BYTES
