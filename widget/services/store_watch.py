"""A thread of each process that looks whether the store is still the one it began with."""

from contextlib import suppress

from widget.domain.errors import StoreUnavailable
from widget.services.repeating import repeat
from widget.store.connect import Connection
from widget.store.scripts import store_errors

EVERY_S = 10


class StoreWatch:
    """The repeated check of the store's voter key and schema: both may change beside a server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self) -> None:
        """Check now and from now on, in this process and in its forks."""
        with suppress(StoreUnavailable):
            self.check()
        failure = "The check of the store's voter key and schema failed; the next is in %s s."
        repeat(self.check, name="store", every_s=EVERY_S, failure=failure)

    def check(self) -> None:
        """Check once.

        :raise WrongStore: it is another store. The log has the remedy, and nothing uses it now.
        :raise StoreUnavailable: the store timed out or refused.
        """
        with store_errors():
            self._connection.check_again()
