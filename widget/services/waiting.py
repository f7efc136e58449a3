"""How much waits for an editor, for the metrics."""

import threading
import time

from widget.domain.errors import StoreUnavailable
from widget.store.figures import trends
from widget.store.figures.trends import Trends
from widget.store.sites import Sites

ASK_EVERY_S = 10.0
SITES_AT_ONCE = 50  # each costs 32 short scripts


class WaitingCounts:
    """Held votes and comments of all sites, a few sites at a time, so that the cost has a bound."""

    def __init__(self, sites: Sites, trends: Trends) -> None:
        self._sites = sites
        self._trends = trends
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, int]] = {}
        self._asked_s: dict[str, float] = {}
        self._next_s = 0.0

    def counts(self) -> tuple[int, int] | None:
        """Return ``(held votes, comments that wait)``; None until every site was asked once."""
        with self._lock:
            if time.monotonic() >= self._next_s:
                self._next_s = time.monotonic() + ASK_EVERY_S
                try:
                    self._ask()
                except StoreUnavailable:
                    self._known.clear()  # better no number than an old one
                    self._asked_s.clear()
            if not self._known or len(self._known) < len(self._asked_s):
                return None
            votes, comments = map(sum, zip(*self._known.values(), strict=True))
            return votes, comments

    def _ask(self) -> None:
        sites = {site.key: site for site in self._sites.all()}
        self._asked_s = {key: self._asked_s.get(key, 0.0) for key in sites}
        self._known = {key: known for key, known in self._known.items() if key in sites}
        for key in sorted(sites, key=lambda key: self._asked_s[key])[:SITES_AT_ONCE]:
            [found] = self._trends.ask(sites[key], trends.waiting())
            self._known[key] = found.votes, found.comments
            self._asked_s[key] = time.monotonic()
