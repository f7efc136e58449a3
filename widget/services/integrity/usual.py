"""What is usual for a site, for the detector: choices of 28 days, and new readers among them."""

import time
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from threading import Lock

from cachetools import TTLCache

from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.integrity.usual import SUPPOSED_NEW_PER_KNOWN, Usual, usual_of
from widget.domain.model import Site
from widget.store.figures import trends
from widget.store.figures.trends import Trends

DAYS = 28
CACHE_S = 3600
MOST_CACHED = 2000  # sites
LEAST_VOTES = 30  # of a story whose new readers are told apart


class SiteUsual:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, trends: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = trends
        self._cache: TTLCache[tuple[str, int], Usual] = TTLCache(MOST_CACHED, CACHE_S, timer=clock)
        self._lock = Lock()

    def of(self, site: Site, stories: Iterable[Sequence[HourEvidence]], *, now_s: int) -> Usual:
        """Return what is usual, as known for at most an hour.

        :param stories: the evidence of some of the site's stories. The median of them says how many
            new readers there are for a known one, so a story or two with stuffed votes do not.
        :raise StoreUnavailable: the store timed out or refused.
        """
        key = (site.key, len(site.choice_keys("")))
        with self._lock:
            known = self._cache.get(key)
        if known is None:
            today = now_s // 86400
            [days] = self._trends.ask(site, trends.days(site, today - DAYS, today))
            known = usual_of(_totals(days, _new_per_known(stories)), range(1, key[1] + 1))
            with self._lock:
                self._cache[key] = known
        return known


def _totals(days: Sequence[Sequence[int]], new_per_known: float) -> dict[int, ChoiceEvidence]:
    """Return the votes of each choice, parted into new and known readers' as everywhere."""
    found = {}
    for number, votes in enumerate(map(sum, zip(*days, strict=True)), 1):
        new = round(votes * new_per_known / (1 + new_per_known))
        found[number] = ChoiceEvidence(new, votes - new)
    return found


def _new_per_known(stories: Iterable[Sequence[HourEvidence]]) -> float:
    ratios = []
    for hours in stories:
        new, known = sum(hour.new for hour in hours), sum(hour.known for hour in hours)
        if new + known >= LEAST_VOTES:
            ratios.append(new / max(known, 1))
    return median(ratios) if ratios else SUPPOSED_NEW_PER_KNOWN
