"""Looks for anger while no editor does. A thread of every worker process; one of all looks.

No vote knows of it. Once a minute a thread asks the store whether it is its turn; whose turn it is
reads what the votes left there, puts what it found into the outbox and empties that.
docs/adr/0060-alerts.md says why.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from widget.alerts import event
from widget.alerts.delivery import Sender, next_try_s
from widget.alerts.receivers import Receivers
from widget.alerts.rule import Anger, Surge, anger, offers_anger
from widget.domain.errors import StoreUnavailable, UnknownSite
from widget.domain.figures.period import period_from
from widget.domain.model import Site
from widget.services.figures.baseline import Baseline
from widget.services.figures.surges import surges
from widget.store.alerts.outbox import Outbox, new_message_id
from widget.store.alerts.receivers import ReceiverBook
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.sites import Sites

MOST_AT_ONCE = 20  # deliveries of a site in one look

log = logging.getLogger(__name__)


class Watch:
    """:param every_s: seconds between looks; 0: this process never looks.
    :param clock: seconds since the epoch.
    """

    def __init__(
        self,
        sites: Sites,
        book: ReceiverBook,
        outbox: Outbox,
        trends: Trends,
        usual: Baseline,
        pages: Pages,
        sender: Sender,
        *,
        public_url: str,
        every_s: int,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._sites, self._book, self._outbox = sites, book, outbox
        self._trends, self._usual, self._pages = trends, usual, pages
        self._sender, self._public_url = sender, public_url
        self._every_s, self._clock = every_s, clock

    def start(self) -> None:
        """Look from now on, in this process and in those forked from it, which keep no thread."""
        if self._every_s:
            os.register_at_fork(after_in_child=self._begin)
            self._begin()

    def _begin(self) -> None:
        threading.Thread(target=self._go_on, name="alerts", daemon=True).start()

    def _go_on(self) -> None:
        while True:
            time.sleep(self._every_s)
            try:
                self.turn()
            except StoreUnavailable:
                pass  # what was due stays due
            except Exception:
                log.exception("A look for alerts failed; the next is in %s s.", self._every_s)

    def turn(self) -> None:
        """Look and send, where no other process did in this time.

        :raise StoreUnavailable: the store timed out or refused.
        """
        if not self._outbox.may_look(every_s=self._every_s):
            return
        for key, receivers in self._book.all().items():
            try:
                site = self._sites.get(key)
            except UnknownSite:
                continue
            self.look(site, receivers)
            self.deliver(site, receivers)

    def look(self, site: Site, receivers: Receivers) -> None:
        """Put what is worth an alert into the outbox.

        The hour before is read as well: its last votes came after the last look at it.
        """
        if not offers_anger(site):
            return
        now_s = int(self._clock())
        hour = now_s // 3600
        [found] = self._trends.ask(site, surges(site, hour - 1, hour))
        if not found:
            return
        usual = self._usual.by_section(site, period_from("today", "", "", now_s=now_s))
        for surge in found:
            what = anger(site, surge, usual)
            if what and not self._outbox.had_alert(site.key, surge.article_id):
                self._notice(site, receivers, surge, what, now_s)

    def _notice(
        self, site: Site, receivers: Receivers, surge: Surge, found: Anger, now_s: int
    ) -> None:
        headlines = self._pages.headlines(site, [surge.article_id], with_tone=False)
        headline = headlines[surge.article_id]
        if "#" in headline.page.address:
            return  # a question of the site's own, whose numbers mean other answers
        message = event.angry(
            new_message_id(),
            site,
            surge,
            found,
            title=headline.title,
            url=headline.page.url,
            desk_url=f"{self._public_url}/desk/{site.key}/articles/{surge.article_id}",
            now_s=now_s,
        )
        self._outbox.notice(site.key, surge.article_id, message, receivers.channels, now_s=now_s)

    def deliver(self, site: Site, receivers: Receivers) -> None:
        """Try what is due."""
        for _ in range(MOST_AT_ONCE):
            claimed = self._outbox.claim(site.key, now_s=int(self._clock()))
            if claimed is None:
                return
            outcome = self._sender.send(
                site, receivers, claimed.channel, claimed.message, now_s=int(self._clock())
            )
            now_s = int(self._clock())
            next_s = next_try_s(claimed.tries, outcome, made_s=claimed.made_s, now_s=now_s)
            self._outbox.settle(site.key, claimed, outcome, next_s=next_s, now_s=now_s)
