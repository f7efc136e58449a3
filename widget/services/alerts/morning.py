"""The morning mail of each site that wants one: once for each hour it is due, by one process.

docs/adr/0091-morning-mail.md says what happens to an hour that no server was up for.
"""

from collections.abc import Callable

from widget.alerts.morning import morning
from widget.alerts.receivers import Receivers
from widget.domain import clock
from widget.domain.figures.period import period_from
from widget.domain.model import Site
from widget.domain.morning.sentence import sentence
from widget.domain.todos import shown
from widget.services.figures.morning import morning_figures
from widget.services.figures.overview import Overviews
from widget.services.todos import ToDos
from widget.store.alerts.outbox import Outbox, new_message_id
from widget.store.desk.site_desk import SiteDesk


class MorningMail:
    """:param clock: seconds since the epoch."""

    def __init__(
        self,
        overviews: Overviews,
        todos: ToDos,
        site_desk: SiteDesk,
        outbox: Outbox,
        *,
        public_url: str,
        clock: Callable[[], float] = clock.now,
    ) -> None:
        self._overviews, self._todos, self._site_desk = overviews, todos, site_desk
        self._outbox, self._public_url, self._clock = outbox, public_url, clock

    def run(self, site: Site, receivers: Receivers) -> None:
        """Put the site's mail into the outbox if one is due and nobody has.

        :raise StoreUnavailable: the store timed out or refused.
        """
        if not receivers.mails:
            return
        now_s = int(self._clock())
        state = self._site_desk.of(site.key)
        schedule = state.morning
        due_s = schedule.due_s(now_s, site.zone)
        if due_s is None or self._outbox.had_morning(site.key, due_s):
            return
        days = schedule.days(due_s, site.zone)
        first, last = (day.isoformat() for day in days)
        period = period_from("", first, last, now_s=now_s, zone=site.zone)
        overview = self._overviews.overview(site, period)
        todos, _ = shown(self._todos.beside(site, overview), state.hidden, now_s)
        clauses = sentence(morning_figures(site, overview, todos, schedule.lang), schedule.lang)
        message = morning(
            new_message_id(),
            site,
            clauses,
            days,
            schedule.lang,
            public_url=self._public_url,
            now_s=now_s,
        )
        self._outbox.morning(site.key, due_s, message, now_s=now_s)
