"""Rankings, days and sections follow votes later: what brings them up to date before they are read.

docs/adr/0145-what-follows-a-vote.md says why.
"""

from collections.abc import Iterable
from contextlib import suppress

from widget.domain.errors import StoreFull
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, pipelined, store_errors

AT_ONCE = 8  # scripts in a round trip: together they run for a few milliseconds


class CatchUp:
    """Brings the articles of some partitions up to date."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._script = ActScript(
            connection, "shared/ledger.lua", "shared/catch_up.lua", "figures/catch_up.lua"
        )

    def run(self, site: Site, partitions: Iterable[int]) -> None:
        """Bring up to date what was behind when this began.

        A store without room keeps its figures as they are: nothing that must be exact is late.

        :raise StoreUnavailable: the store timed out or refused.
        """
        waiting = list(partitions)
        with suppress(StoreFull), store_errors():
            while waiting:
                some, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
                names = [(keys.guard(site.key, p), keys.stem(site.key, p)) for p in some]
                left = pipelined(self._connection, self._script.calls(names, {}))
                waiting += [p for p, behind in zip(some, left, strict=True) if behind]
