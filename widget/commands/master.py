"""What the first process of a server does, whichever program reads the requests.

It starts the store, outlives the workers, and shares rates and metrics with them.
"""

import logging
import signal
from collections.abc import Iterable
from typing import Any

from widget.commands.allocator import keep_little_memory
from widget.commands.editor import first_admin_line
from widget.commands.ending import Ending
from widget.commands.loading import loaded
from widget.commands.open_files import allow_many_files
from widget.commands.start_report import (
    StartReport,
    warn_if_elsewhere,
    warn_of_ledger,
    warn_of_variables,
)
from widget.commands.store_settings import warn_of_store_settings
from widget.domain.errors import StoreUnavailable
from widget.domain.stories import Story, load_stories
from widget.metrics.kinds import table
from widget.secrets import Secrets, open_secrets
from widget.services.backup_schedule import BackupSchedule
from widget.services.rates import counts_of_this_server
from widget.settings import Settings, in_address
from widget.store.clock import StoreClock
from widget.store.connect import Connection, open_store, place_of
from widget.store.embedded import EmbeddedStore
from widget.store.parent import end_with_parent
from widget.web.proxy_warning import warn_if_public
from widget.web.starting import start_or_say_why

log = logging.getLogger("readback")


class Master:
    """The process that forks the workers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._embedded: EmbeddedStore | None = None
        self._ending: Ending | None = None
        self._connection: Connection | None = None
        self._stories: dict[str, Story] = {}

    @property
    def bind(self) -> str:
        return f"{in_address(self._settings.bind)}:{self._settings.port}"

    def start(self, listens: list[str], addresses: Iterable[Any]) -> None:
        """Check what a start needs, and start the store, before there is a worker.

        :param listens: where the server will listen, as its own options say.
        :param addresses: the same as ``(host, port)`` pairs or paths of unix sockets.
        """
        settings = self._settings
        allow_many_files()
        warn_of_variables()
        warn_if_elsewhere(listens, self.bind)
        warn_if_public(addresses)
        with start_or_say_why():
            # Without one of these, each worker would fail and be started again for ever.
            self._stories = load_stories(settings.articles_dir)
            self._connection, self._embedded = open_store(settings)
            self._ending = Ending(self._embedded, place_of(settings), self._connection.why_away)
            secrets = open_secrets(settings)
            warn_of_ledger(settings, secrets)
            self._connection.check_at_start()
            StoreClock(self._connection).measure()
        if self._embedded is not None:
            self._embedded.keep()
            if settings.backup_hours:
                self._schedule(self._connection, self._embedded, secrets).start()
        counts_of_this_server()  # mapped before the fork, so the workers share it
        table()
        keep_little_memory()  # the workers inherit this
        loaded("widget.web.application")  # and this: each would load all of it anew

    def _schedule(
        self, connection: Connection, embedded: EmbeddedStore, secrets: Secrets
    ) -> BackupSchedule:
        return BackupSchedule(
            connection,
            secrets,
            self._settings.data_dir,
            lambda: embedded.is_owned,
            hours=self._settings.backup_hours,
            keep=self._settings.backup_keep,
        )

    def leave_in_worker(self, parent: int, row: int) -> None:
        """Have a worker end with its master, so that the next start finds port and store free.

        A request under way is cut off, as with any killed worker: sending it again is safe.

        :param row: the worker's row of the metrics.
        """
        end_with_parent(parent, signal.SIGKILL)
        if self._embedded is not None:
            self._embedded.leave()
        table().count_in(row)

    def tell(self) -> None:
        """Say where everything is, once the server listens."""
        assert self._connection is not None
        report = StartReport(self._settings, self._connection, self._when_the_store_answers)
        report.tell(self._stories, is_new=self._embedded is not None and self._embedded.is_new)

    def _when_the_store_answers(self) -> None:
        """Say what only the store knows: its settings, and whether there is an editor."""
        assert self._connection is not None
        if self._embedded is None:
            warn_of_store_settings(self._settings.redis_url)
        try:
            # Not before: a start that fails would take the link with it.
            line = first_admin_line(self._connection, self._settings.public_url)
        except StoreUnavailable:
            return  # no link this time; run `readback editor add` instead. The log has the reason
        if line:
            log.info("%s", line)

    def end(self) -> int:
        """Stop the store once all workers have ended, and return the exit code."""
        return self._ending.end() if self._ending is not None else 0
