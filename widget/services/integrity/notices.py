"""Alerts about flags: once for each, by webhook and mail."""

from widget.alerts import event
from widget.alerts.receivers import Receivers
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.store.alerts.outbox import Outbox, new_message_id
from widget.store.figures.headlines import Pages
from widget.store.integrity.flags import Flags

MOST_FLAGS = 50  # worst ones of a site
LATE_S = 12 * 3600  # a flag that nobody could be told of until then is no news


class FlagNotices:
    def __init__(self, flags: Flags, pages: Pages, outbox: Outbox, *, public_url: str) -> None:
        self._flags, self._pages, self._outbox = flags, pages, outbox
        self._public_url = public_url

    def put(self, site: Site, receivers: Receivers, *, now_s: int) -> list[Flag]:
        """Put an alert for each new flag into the outbox, and return the worst that wait.

        :raise StoreUnavailable: the store timed out or refused.
        """
        waiting = self._flags.worst(site, limit=MOST_FLAGS)
        if receivers.channels:
            for flag in waiting:
                is_news = now_s - flag.found_s < LATE_S
                if is_news and not self._outbox.had_flag(site.key, flag.id):
                    self._notice(site, receivers, flag, now_s)
        return waiting

    def _notice(self, site: Site, receivers: Receivers, flag: Flag, now_s: int) -> None:
        article_id = flag.article_id
        headline = self._pages.headlines(site, [article_id], with_tone=False)[article_id]
        desk_url = f"{self._public_url}/desk/{site.key}/integrity/{flag.id}"
        links = event.Links(headline.title, headline.page.url, desk_url)
        choice = site.choices(headline.page.poll_key)[flag.finding.choice - 1]
        message = event.flagged(new_message_id(), site, flag, choice, links, now_s=now_s)
        self._outbox.flag(site.key, flag.id, message, receivers.channels, now_s=now_s)
