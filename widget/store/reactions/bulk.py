"""Many votes at once through the script every vote takes, for simulations: pipelined, bounded."""

from types import TracebackType
from typing import Any

from widget.domain.article import ArticleRef
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.reactions.votes import Cast, Voter, cast_call
from widget.store.scripts import Script, store_errors

AT_ONCE = 400


class BulkCasts:
    """Casts that leave together. The end of the ``with`` block sends the rest."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        with store_errors():
            self._digest = Script(connection, "cast.lua").digest()
        self._waiting: list[tuple[Any, ...]] = []

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
        names, arguments = cast_call(site, article, voter, cast)
        self._waiting.append(("EVALSHA", self._digest, len(names), *names, *arguments))
        if len(self._waiting) >= AT_ONCE:
            self._send()

    def _send(self) -> None:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for call in self._waiting:
                pipe.execute_command(*call)
            pipe.execute()
        self._waiting.clear()
