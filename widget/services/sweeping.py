"""Removal of stories that nobody confirmed, in small steps: in a thread, and beside new stories."""

from widget.domain import clock
from widget.domain.model import Site
from widget.services.repeating import repeat
from widget.store.reactions.unconfirmed import Unconfirmed
from widget.store.sites import Sites

EVERY_S = 60
MOST_OF_A_PARTITION = 20  # in a step: 640 of a site in a minute
MOST_BESIDE_A_NEW_ONE = 2


class Sweeper:
    """A thread of every worker, of which one has the lease.

    :param days: days after which a story goes that nobody confirmed; 0: none ever goes.
    """

    def __init__(self, sites: Sites, unconfirmed: Unconfirmed, *, days: int) -> None:
        self._sites = sites
        self._unconfirmed = unconfirmed
        self._days = days

    @property
    def after_s(self) -> int:
        """Seconds after which a new story goes that nobody confirmed; 0: never."""
        return self._days * 86400

    def start(self) -> None:
        """Sweep from now on, in this process and in its forks, which do not inherit a thread."""
        if self._days:
            failure = "Unconfirmed stories were not removed; next try in %s s."
            repeat(self._sweep_with_lease, name="stories", every_s=EVERY_S, failure=failure)

    def sweep(self, *, now_s: int) -> int:
        """Remove some of the stories that are due, and return how many were removed.

        :raise StoreUnavailable: the store timed out or refused.
        """
        return sum(
            self._unconfirmed.drop(site, one, now_s=now_s)
            for site in self._sites.all()
            for one in self._unconfirmed.due(site, now_s=now_s, most=MOST_OF_A_PARTITION)
        )

    def sweep_beside(self, site: Site, partition: int, *, now_s: int) -> None:
        """Remove a few stories of the partition in which a new one begins."""
        if self._days:
            most = MOST_BESIDE_A_NEW_ONE
            for one in self._unconfirmed.due_in(site, partition, now_s=now_s, most=most):
                self._unconfirmed.drop(site, one, now_s=now_s)

    def _sweep_with_lease(self) -> None:
        if self._unconfirmed.may_sweep():
            self.sweep(now_s=int(clock.now()))
