"""Many votes at once, for simulations: through the same script as every vote, in pipelines."""

from types import TracebackType

from widget.domain.article import ArticleRef
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.reactions.votes import CAST_SCRIPT, Cast, Voter, cast_call
from widget.store.scripts import Call, Script, pipelined, store_errors

AT_ONCE = 400


class BulkCasts:
    """Casts sent 400 at a time. The end of the ``with`` block sends the rest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._script = Script(connection, *CAST_SCRIPT, is_replicated=True)
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
        """Cast a vote as :meth:`Reactions.cast` does, without returning the tally."""
        self._waiting.append(self._script.call(*cast_call(site, article, voter, cast)))
        if len(self._waiting) >= AT_ONCE:
            self._send()

    def _send(self) -> None:
        with store_errors():
            # Casting a vote again changes nothing, so these are safe to repeat.
            pipelined(self._connection, self._waiting)
        self._waiting.clear()
