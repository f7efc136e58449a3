"""The scheduler of alerts: a thread of every worker process, of which one runs each check.

A vote costs nothing more because of alerts. Once a minute every process asks the store for a lease.
The one that gets it checks what the votes left in the store, puts alerts and morning mails that are
due into the outbox and delivers them. docs/adr/0060-alerts.md says why.
"""

from widget.domain.errors import UnknownSite
from widget.services.alerts.check import AngerCheck
from widget.services.alerts.dispatch import Dispatcher
from widget.services.alerts.morning import MorningMail
from widget.services.repeating import repeat
from widget.store.alerts.outbox import Outbox
from widget.store.alerts.receivers import ReceiverBook
from widget.store.sites import Sites


class Scheduler:
    """:param every_s: seconds between checks; 0: this process never checks."""

    def __init__(
        self,
        sites: Sites,
        book: ReceiverBook,
        outbox: Outbox,
        check: AngerCheck,
        morning: MorningMail,
        dispatcher: Dispatcher,
        *,
        every_s: int,
    ) -> None:
        self._sites, self._book, self._outbox = sites, book, outbox
        self._check, self._morning, self._dispatcher = check, morning, dispatcher
        self._every_s = every_s

    def start(self) -> None:
        """Check from now on, in this process and in its forks, which do not inherit a thread."""
        if self._every_s:
            failure = "A check for alerts failed; the next is in %s s."
            repeat(self.run_once, name="alerts", every_s=self._every_s, failure=failure)

    def run_once(self) -> None:
        """Check every site and deliver, unless another process has the lease.

        :raise StoreUnavailable: the store timed out or refused.
        """
        if not self._outbox.may_look(every_s=self._every_s):
            return
        for key, receivers in self._book.all().items():
            try:
                site = self._sites.get(key)
            except UnknownSite:
                continue
            self._check.run(site, receivers)
            self._morning.run(site, receivers)
            self._dispatcher.deliver(site, receivers)
