"""The watch: it looks for votes that are not organic, in a thread of every worker process.

One process at a time has the lease. What it finds is flagged for an editor, and told. It sets no
vote aside. docs/adr/0132-the-integrity-watch.md says what it may do by itself, and why.
"""

import time
from collections.abc import Callable, Sequence

from widget.alerts.receivers import Receivers
from widget.domain import clock
from widget.domain.errors import CannotCorrect, StoreUnavailable
from widget.domain.integrity.detector import find, is_alarming
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.metrics.series import FLAGS, LOOK_SECONDS
from widget.services.integrity.held import HeldReleases
from widget.services.integrity.notices import FlagNotices
from widget.services.integrity.resting import RestingFlags
from widget.services.integrity.stories import lively
from widget.services.integrity.usual import SiteUsual
from widget.services.repeating import repeat
from widget.store.alerts.receivers import ReceiverBook
from widget.store.figures.trends import Trends
from widget.store.integrity.flags import Flags
from widget.store.reactions.evidence import Evidence
from widget.store.sites import Sites

AT_ONCE = 50  # stories whose evidence is read in one round trip
MOST_S = 60.0  # that a round begins with another site
MOST_FAILURES = 3  # sites of a round that the store did not answer for
HOLD_S = 7200


class IntegrityWatch:
    """
    :param every_s: seconds between rounds; 0: this process never looks.
    :param clock: seconds since the epoch.
    """

    def __init__(
        self,
        sites: Sites,
        trends: Trends,
        evidence: Evidence,
        flags: Flags,
        usual: SiteUsual,
        book: ReceiverBook,
        notices: FlagNotices,
        held: HeldReleases,
        resting: RestingFlags,
        *,
        every_s: int,
        clock: Callable[[], float] = clock.now,
    ) -> None:
        self._sites, self._trends, self._evidence = sites, trends, evidence
        self._flags, self._usual = flags, usual
        self._held, self._resting = held, resting
        self._book, self._notices = book, notices
        self._every_s, self._clock = every_s, clock

    def start(self) -> None:
        """Look from now on, in this process and in its forks, which do not inherit a thread."""
        if self._every_s:
            failure = "A look for votes that are not organic failed; the next is in %s s."
            repeat(self.run_once, name="integrity", every_s=self._every_s, failure=failure)

    def run_once(self) -> None:
        """Look at every site, unless another process has the lease.

        A site whose shard is away does not keep the others waiting. Should one round not be enough
        for all sites, the next begins with another one.

        :raise StoreUnavailable: the store timed out or refused.
        """
        if not self._flags.may_look(every_s=self._every_s):
            return
        sites, receivers = self._sites.all(), self._book.all()
        first = int(self._clock()) // max(self._every_s, 1) % len(sites)
        until_s, failures = time.monotonic() + MOST_S, 0
        for site in (*sites[first:], *sites[:first]):
            if time.monotonic() > until_s:
                return
            try:
                self.look(site, receivers.get(site.key, Receivers()))
            except StoreUnavailable:
                failures += 1
                if failures == MOST_FAILURES:
                    raise

    def look(self, site: Site, receivers: Receivers) -> None:
        """Look at one site's stories, and at what waits there.

        :raise StoreUnavailable: the store timed out or refused.
        """
        began, now_s = time.perf_counter(), int(self._clock())
        self._find(site, lively(self._trends, site, now_s=now_s), now_s)
        waiting = self._notices.put(site, receivers, now_s=now_s)
        self._resting.rest(site, waiting, now_s=now_s)
        if site.release_held:
            self._held.release_alike(site, now_s=now_s)
        LOOK_SECONDS.observe(time.perf_counter() - began)

    def _find(self, site: Site, ids: Sequence[str], now_s: int) -> None:
        for at in range(0, len(ids), AT_ONCE):
            evidence = self._evidence.of_many(site, ids[at : at + AT_ONCE])
            usual = self._usual.of(site, evidence.values(), now_s=now_s)
            for article_id, hours in evidence.items():
                for found in find(hours, usual, now_s=now_s) if hours else ():
                    try:
                        flag = self._flags.put(site, article_id, found, now_s=now_s)
                        self._after(site, flag, now_s)
                    except CannotCorrect:
                        continue  # merged, moving, or an editor has just decided

    def _after(self, site: Site, flag: Flag, now_s: int) -> None:
        """Count a new flag, and hold new readers' votes if what it is about goes on and alarms."""
        if flag.state != "waiting":
            return
        if flag.found_s == now_s:
            FLAGS.add(flag.finding.signal)
        if flag.finding.to_hour >= now_s // 3600 and is_alarming(flag.finding):
            until_s = now_s + HOLD_S
            self._flags.hold_new_readers(site, flag.id, now_s=now_s, until_s=until_s)
