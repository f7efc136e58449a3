"""What a start says: where settings, store, stories and desk are, and a store that is away."""

import logging
import threading
import time
from collections.abc import Callable, Sequence, Sized

from widget.domain.printable import printable
from widget.environment.environment import read_environment
from widget.secrets import Secrets, secrets_path
from widget.settings import SettingError, Settings, complaints
from widget.store.connect import Connection, place_of
from widget.store.connection.remedies import does, remedy

log = logging.getLogger("readback")

ASK_EVERY_S = 1.0


def warn_of_variables() -> None:
    """Log a line for each variable that is misspelt or does nothing."""
    for line in complaints():
        log.warning("%s", printable(line.text))


def warn_if_elsewhere(listens: Sequence[str], named: str) -> None:
    """Log that gunicorn was told to listen elsewhere than the settings say.

    :param named: READBACK_BIND and PORT.
    """
    if list(listens) != [named]:
        log.warning(
            "gunicorn listens on %s, not on READBACK_BIND and PORT (%s), so the addresses below "
            "and `readback check` may be wrong. Unset GUNICORN_CMD_ARGS, and use the settings.",
            ", ".join(map(printable, listens)),
            named,
        )


def warn_of_ledger(settings: Settings, secrets: Secrets) -> None:
    """Log that there is no ledger although the settings ask for one."""
    if settings.ledger_days and not secrets.ledger_keys:
        path = secrets_path(settings)
        log.warning(
            "No ledger is written: %s has no key for it, and this user may not add one. As the "
            "user whose file it is, run `readback secrets ledger-key %s`; or set "
            "READBACK_LEDGER_DAYS=0.",
            path,
            path,
        )


class StartReport:
    """The lines of one start.

    :param when_answers: what a start leaves undone while the store is away. It runs once, in a
        thread if the store is away at first.
    """

    def __init__(
        self, settings: Settings, connection: Connection, when_answers: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._connection = connection
        self._when_answers = when_answers
        self._store = place_of(settings)

    def tell(self, stories: Sized, *, is_new: bool) -> None:
        """Log where everything is, and wait for a store that is away."""
        settings, file = self._settings, read_environment().file
        log.info("Settings: %s", file.path if file else "the environment only")
        log.info("Stories: %d from %s", len(stories), settings.articles_dir)
        if is_new:
            log.info("Starting with a new, empty store in %s.", settings.data_dir)
        log.info("Store: %s", self._store)
        log.info("Desk: %s/desk", settings.public_url)
        reason = self._connection.why_away()
        if not reason:
            log.info("Readback is at %s (Ctrl-C stops it)", settings.public_url)
            self._when_answers()
            return
        self._say_why(reason)
        log.warning(
            "Readback is at %s, but takes no votes until its store answers (Ctrl-C stops it)",
            settings.public_url,
        )
        threading.Thread(
            target=self._wait, args=(reason,), daemon=True, name="readback-start"
        ).start()

    def _say_why(self, reason: str) -> None:
        log.error("The store (%s) %s. %s.", self._store, does(reason), remedy(reason))

    def _wait(self, reason: str) -> None:
        """Say when the store answers, and why not whenever that changes."""
        began_s = time.monotonic()
        while new_reason := self._connection.why_away():
            if new_reason != reason:
                self._say_why(new_reason)
            reason = new_reason
            time.sleep(ASK_EVERY_S)
        after_s = time.monotonic() - began_s
        try:
            self._connection.check_at_start()
        except SettingError as problem:
            log.error("The store (%s) answers after %.0f s. %s", self._store, after_s, problem)
            return
        log.info("The store (%s) answers after %.0f s. Votes are taken now.", self._store, after_s)
        self._when_answers()
