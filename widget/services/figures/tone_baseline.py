"""The usual tone of each section's comments: the mean of the 28 days before a story. Reads only.

Those days are over, so a process keeps each for ten minutes, like the votes' baseline. Stories that
began on other days share most of theirs.
"""

import time
from collections.abc import Callable
from threading import Lock

from cachetools import TTLCache

from widget.domain.figures.statistics import Mean, mean
from widget.domain.model import Site
from widget.services.figures.baseline import BASELINE_DAYS, CACHE_S
from widget.store.comments.tone_totals import ToneReadings

MAX_CACHED_BYTES = 4 << 20
SECTION_BYTES = 250  # of a section's name and sums

# By section: comments with a tone, the sum of their tone * 1e4, and the sum of its squares * 1e8.
_Day = dict[str, tuple[int, int, int]]


class ToneBaseline:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, tones: ToneReadings, clock: Callable[[], float] = time.monotonic) -> None:
        self._tones = tones
        self._cache: TTLCache[tuple[str, int], _Day] = TTLCache(
            MAX_CACHED_BYTES, CACHE_S, timer=clock, getsizeof=_bytes_of
        )
        self._lock = Lock()

    def before(self, site: Site, first_day: int, section: str) -> Mean:
        """Return the mean tone of a section's comments of the 28 days before a day.

        :raise StoreUnavailable: the store timed out or refused.
        """
        days = self._days(site, range(first_day - BASELINE_DAYS, first_day))
        n, total_e4, squares_e8 = map(
            sum, zip(*(day.get(section, (0, 0, 0)) for day in days), strict=True)
        )
        return mean(n, total_e4 / 1e4, squares_e8 / 1e8)

    def _days(self, site: Site, wanted: range) -> list[_Day]:
        with self._lock:
            cached = {day: self._cache.get((site.key, day)) for day in wanted}
        found = {day: sums for day, sums in cached.items() if sums is not None}
        missing = [day for day in wanted if day not in found]
        read = self._tones.by_section(site, missing) if missing else {}
        for day, totals in read.items():
            found[day] = {name: (of.n, of.sum_e4, of.squares_e8) for name, of in totals.items()}
            if _bytes_of(found[day]) <= MAX_CACHED_BYTES:
                with self._lock:
                    self._cache[site.key, day] = found[day]
        return list(found.values())


def _bytes_of(day: _Day) -> int:
    return (1 + len(day)) * SECTION_BYTES
