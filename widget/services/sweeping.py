"""Removal of stories that nobody confirmed, in small steps: in a thread, and beside new stories."""

import logging
import os
import threading
import time

from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.store.reactions.unconfirmed import Unconfirmed
from widget.store.sites import Sites

EVERY_S = 60
MOST_OF_A_PARTITION = 20  # in a step: 640 of a site in a minute
MOST_BESIDE_A_NEW_ONE = 2

log = logging.getLogger(__name__)


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
            os.register_at_fork(after_in_child=self._start_thread)
            self._start_thread()

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

    def _start_thread(self) -> None:
        threading.Thread(target=self._repeat, name="stories", daemon=True).start()

    def _repeat(self) -> None:
        while True:
            time.sleep(EVERY_S)
            try:
                if self._unconfirmed.may_sweep():
                    self.sweep(now_s=int(time.time()))
            except StoreUnavailable:
                pass  # what is due stays due
            except Exception:
                log.exception("Unconfirmed stories were not removed; next try in %s s.", EVERY_S)
