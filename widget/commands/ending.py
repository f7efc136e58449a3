"""The last line of a server, and its exit code: both say what became of the votes."""

import atexit
import logging
import os
import sys
from collections.abc import Callable

from widget.store.connection.remedies import does
from widget.store.embedded import EmbeddedStore
from widget.store.stopping import Stopped

log = logging.getLogger("readback")

NOT_ON_DISK = 1  # exit code


class Ending:
    """Stops the embedded store once, however the server ends, and says what became of the votes.

    :param embedded: None for a store of the operator's own.
    :param store: what messages call the store.
    :param why_away: returns why the store does not answer now; "" if it does.
    """

    def __init__(
        self, embedded: EmbeddedStore | None, store: str, why_away: Callable[[], str]
    ) -> None:
        self._embedded = embedded
        self._store = store
        self._why_away = why_away
        self._owner = os.getpid()
        self._has_ended = False
        atexit.register(self._at_exit)  # a start that fails ends without gunicorn's own hook

    def end(self, *, has_served: bool = True) -> int:
        """Stop the store, and return the exit code.

        :param has_served: say that all went well, too.
        """
        if self._has_ended or os.getpid() != self._owner:  # a worker inherits what is done at exit
            return 0
        self._has_ended = True
        stopped = self._embedded.stop() if self._embedded else None
        if stopped is not None and stopped.trouble:
            log.error("Readback has stopped. %s", _why(stopped))
            return NOT_ON_DISK
        if has_served and stopped is None and (reason := self._why_away()):
            log.warning(
                "Readback has stopped without its store (%s), which %s. It has what was "
                "acknowledged while it answered.",
                self._store,
                does(reason),
            )
        elif has_served:
            log.info("Readback has stopped; %s", _said(stopped))
        return 0

    def _at_exit(self) -> None:
        if self.end(has_served=False):
            sys.stderr.flush()
            os._exit(NOT_ON_DISK)


def _why(stopped: Stopped) -> str:
    return (
        f"Its last votes may not be on disk: {stopped.trouble}. valkey.log in READBACK_DATA_DIR "
        "says more. Make sure that its disk has room and is healthy, start again, and run "
        "`readback verify`"
    )


def _said(stopped: Stopped | None) -> str:
    if stopped is None:
        return "your store has every acknowledged vote, as safely as its settings allow."
    if not stopped.is_own:
        return "the votes are in the store in READBACK_DATA_DIR, which another process still uses."
    if not stopped.deaths:
        return "every vote is on disk."
    times = "once" if stopped.deaths == 1 else f"{stopped.deaths} times"
    if not stopped.lost_s:
        return f"every vote is on disk. The store died {times} and was restarted."
    return (
        f"what the store has is on disk. It died {times} and was restarted: votes of up to "
        f"{stopped.lost_s} s before that may be missing (READBACK_FSYNC=always prevents it)."
    )
