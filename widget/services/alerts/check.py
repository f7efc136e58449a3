"""The check for angry stories: reads figures, fills the outbox."""

from collections.abc import Callable

from widget.alerts import event
from widget.alerts.receivers import Receivers
from widget.alerts.rule import Anger, Surge, anger, offers_anger
from widget.domain import clock
from widget.domain.figures.period import period_from
from widget.domain.model import Site
from widget.services.figures.baseline import Baseline
from widget.services.figures.surges import surges
from widget.store.alerts.outbox import Outbox, new_message_id
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends


class AngerCheck:
    """:param clock: seconds since the epoch."""

    def __init__(
        self,
        trends: Trends,
        baseline: Baseline,
        pages: Pages,
        outbox: Outbox,
        *,
        public_url: str,
        clock: Callable[[], float] = clock.now,
    ) -> None:
        self._trends, self._baseline, self._pages = trends, baseline, pages
        self._outbox, self._public_url, self._clock = outbox, public_url, clock

    def run(self, site: Site, receivers: Receivers) -> None:
        """Put an alert for each angry story into the outbox.

        This reads the previous hour too: its last votes came after the last check in it.

        :raise StoreUnavailable: the store timed out or refused.
        """
        if not offers_anger(site):
            return
        now_s = int(self._clock())
        hour = now_s // 3600
        [found] = self._trends.ask(site, surges(site, hour - 1, hour))
        if not found:
            return
        usual = self._baseline.by_section(site, period_from("today", "", "", now_s=now_s))
        for surge in found:
            angry = anger(site, surge, usual)
            if angry and not self._outbox.had_alert(site.key, surge.article_id):
                self._alert(site, receivers, surge, angry, now_s)

    def _alert(
        self, site: Site, receivers: Receivers, surge: Surge, angry: Anger, now_s: int
    ) -> None:
        headlines = self._pages.headlines(site, [surge.article_id], with_tone=False)
        headline = headlines[surge.article_id]
        if "#" in headline.page.address:
            return  # an editor's own question: its choice numbers have other meanings
        desk_url = f"{self._public_url}/desk/{site.key}/articles/{surge.article_id}"
        links = event.Links(headline.title, headline.page.url, desk_url)
        message = event.angry(
            new_message_id(), site, surge, angry, links, aside=headline.aside, now_s=now_s
        )
        self._outbox.notice(site.key, surge.article_id, message, receivers.channels, now_s=now_s)
