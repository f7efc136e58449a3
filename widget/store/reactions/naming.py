"""What readers' pages say about stories, and the names that stories get from it."""

from typing import Any

from widget.domain.article import ArticleRef
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import MARK_BYTES
from widget.store.reactions.page_records import claim_digest
from widget.store.scripts import ActScript, store_errors


class Naming:
    """The names of every site's stories."""

    def __init__(self, connection: Connection) -> None:
        self._name = ActScript(
            connection,
            "shared/ledger.lua",
            "shared/catch_up.lua",
            "shared/naming.lua",
            "reactions/name.lua",
        )

    def hear(
        self, site: Site, article: ArticleRef, page: Page, marks: bytes, *, now_s: int
    ) -> bool:
        """Record what one network's page says, and return whether the story's page was written.

        :param marks: the network's two marks on this article, of :meth:`Limits.customer_marks`.
        """
        today, before = marks[:MARK_BYTES], marks[MARK_BYTES:]
        claim = {"mark": today.hex(), "mark_before": before.hex()}
        return self._run(site, article, page, now_s, claim)

    def settle(self, site: Site, article: ArticleRef, page: Page, *, now_s: int) -> bool:
        """Name a story as its own file does, and return whether the story has votes or comments."""
        return self._run(site, article, page, now_s, {"is_own": True})

    def _run(
        self, site: Site, article: ArticleRef, page: Page, now_s: int, more: dict[str, Any]
    ) -> bool:
        names = (
            keys.article(site.key, article.partition, article.id),
            keys.stem(site.key, article.partition),
        )
        said = {
            "title": page.title,
            "section": page.section,
            "author": page.author,
            "tags": page.tags,
            "url": page.url,
        }
        act = {
            "id": article.id,
            "now": now_s,
            "page": {name: value for name, value in said.items() if value},
            "digest": claim_digest(page),
            **more,
        }
        with store_errors():
            return bool(self._name(names, act))
