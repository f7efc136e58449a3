"""Many votes at once through the script every vote takes, for simulations: pipelined, bounded."""

from types import TracebackType

from widget.domain.article import ArticleRef
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.reactions.votes import CAST_SCRIPT, Cast, Voter, cast_call
from widget.store.scripts import Call, Script, pipelined, store_errors

AT_ONCE = 400


class BulkCasts:
    """Casts that leave together. The end of the ``with`` block sends the rest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._script = Script(connection, *CAST_SCRIPT)
        self._waiting: list[Call] = []

    def __enter__(self) -> "BulkCasts":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._send()

    def cast(self, site: Site, article: ArticleRef, voter: Voter, cast: Cast) -> None:
        """Send one vote as :meth:`Reactions.cast` does, without its answer."""
        self._waiting.append(self._script.call(*cast_call(site, article, voter, cast)))
        if len(self._waiting) >= AT_ONCE:
            self._send()

    def _send(self) -> None:
        with store_errors():
            # Casting a vote again changes nothing, so the runner may repeat them.
            pipelined(self._connection, self._waiting)
        self._waiting.clear()
