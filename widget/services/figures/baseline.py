"""What is usual for each section: its votes of the 28 days before a period. Reads only.

Those days are over, so the answer is kept for ten minutes in the process: it is a yardstick, not a
sum that has to be exact to the last vote.
"""

import time
from collections.abc import Callable

from widget.domain.figures.moods import Mix
from widget.domain.figures.period import Period
from widget.domain.model import Site
from widget.store.figures.trends import Question, Trends, sections

USUAL_DAYS = 28
REMEMBER_S = 600
MOST_REMEMBERED = 256


class Baseline:
    def __init__(self, trends: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = trends
        self._clock = clock
        self._remembered: dict[tuple[str, tuple[str, ...], int], tuple[float, dict[str, Mix]]] = {}

    def by_section(self, site: Site, period: Period) -> dict[str, Mix]:
        """Each section's votes of the 28 days before the period."""
        key = (
            site.key,
            site.choice_keys(""),
            period.first_day,
        )  # a mix has as many counts as choices
        known = self._remembered.get(key)
        if known and self._clock() - known[0] < REMEMBER_S:
            return known[1]
        question: Question[dict[str, Mix]] = sections(
            site, period.first_day - USUAL_DAYS, period.first_day - 1
        )
        [found] = self._trends.ask(site, question)
        if len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = (self._clock(), found)
        return dict(found)
