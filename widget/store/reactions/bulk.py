"""Many votes at once through the script every vote takes, for simulations: pipelined, bounded."""

from types import TracebackType
from typing import Any

from widget.domain.article import ArticleRef
from widget.domain.model import MAX_CHOICES, Site, Vote
from widget.domain.page import Page
from widget.store.connect import Connection
from widget.store.reactions.votes import cast_call
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

    def cast(
        self, site: Site, article: ArticleRef, vote: Vote, *, now_s: int, page: Page, origin: str
    ) -> None:
        """As :meth:`Reactions.cast`, answered by nobody."""
        names, arguments = cast_call(
            site, article, vote, choices=MAX_CHOICES, now_s=now_s, page=page, origin=origin
        )
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
