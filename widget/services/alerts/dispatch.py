"""The dispatcher of alerts: sends what is due in the outbox."""

from collections.abc import Callable

from widget.alerts.delivery import Sender, next_try_s
from widget.alerts.receivers import Receivers
from widget.domain import clock
from widget.domain.model import Site
from widget.store.alerts.outbox import Outbox

MOST_AT_ONCE = 20  # deliveries of a site after one check


class Dispatcher:
    """:param clock: seconds since the epoch."""

    def __init__(
        self, outbox: Outbox, sender: Sender, clock: Callable[[], float] = clock.now
    ) -> None:
        self._outbox, self._sender, self._clock = outbox, sender, clock

    def deliver(self, site: Site, receivers: Receivers) -> None:
        """Attempt the deliveries that are due, and note when the retry policy allows the next.

        :raise StoreUnavailable: the store timed out or refused.
        """
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
