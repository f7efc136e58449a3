"""Records of past corrections, and the state of their articles. Reads only."""

from dataclasses import dataclass
from typing import Literal

from widget.domain.article import partition_of
from widget.domain.errors import NotFound
from widget.domain.model import MAX_CHOICES, Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import Audit, Entry, entry_id
from widget.store.reactions.page_records import PageRecord, has_provisional_name, shown, stored
from widget.store.scripts import store_errors

MOST_SHOWN = 20
_NO_CHOICES = (0,) * MAX_CHOICES


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article before a correction.

    :param into: the id of the article that it was merged into, or "".
    :param held_counts: held votes by choice, of which ``held`` is the sum.
    :param said: the page without what an editor says: as readers' pages have it.
    :param is_provisional: ``said`` is only what one network's page said.
    """

    id: str
    page: PageRecord | None
    counts: tuple[int, ...] = _NO_CHOICES
    held: int = 0
    voters: int = 0
    closes_s: int = 0
    state: Literal["", "closed", "moved"] = ""
    into: str = ""
    note: str = ""
    said: PageRecord | None = None
    is_provisional: bool = False
    held_counts: tuple[int, ...] = _NO_CHOICES

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Correction:
    """A past correction.

    :param undone_by: the id of the audit entry that undid it, or "".
    """

    entry: Entry
    undone_by: str = ""


class Records:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = Audit(connection)

    def correction(self, site: Site, audit_id: str) -> Correction:
        """Return the correction of an audit entry.

        :raise NotFound: the entry is not a correction on this site, or is an undo.
        """
        entry = self._audit.get(site, audit_id)
        if entry is None or entry.kind != "article" or not entry.act:
            raise NotFound("This entry of the log cannot be undone.")
        partition = partition_of(entry.object)
        key = keys.act(site.key, partition, entry.object, int(entry.act))
        with store_errors():
            undone = self._connection.client.hget(key, "u")
        return Correction(entry, entry_id(undone, partition) if undone else "")

    def of(self, site: Site, article_id: str) -> list[Correction]:
        """Return an article's latest corrections, newest first."""
        partition = partition_of(article_id)
        with store_errors():
            client = self._connection.client
            count = client.hget(keys.article(site.key, partition, article_id), "acts")
            newest = int(count or 0)
            pipe = client.pipeline(transaction=False)
            for number in range(newest, max(newest - MOST_SHOWN, 0), -1):
                pipe.hmget(keys.act(site.key, partition, article_id, number), "e", "u")
            found = [(e, u) for e, u in pipe.execute() if e]
        entries = [(self._audit.get(site, entry_id(e, partition)), u) for e, u in found]
        return [
            Correction(entry, entry_id(u, partition) if u else "") for entry, u in entries if entry
        ]

    def part(self, site: Site, article_id: str) -> ArticleState:
        """Return the present state of an article that an editor is about to correct.

        :raise BadArticle: this is not the id of an article.
        """
        partition = partition_of(article_id)
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            pipe.hgetall(keys.article(site.key, partition, article_id))
            pipe.get(keys.page(site.key, partition, article_id))
            fields, raw = pipe.execute()
        numbers = range(1, MAX_CHOICES + 1)
        held = tuple(int(fields.get(f"h{n}".encode(), 0)) for n in numbers)
        state = fields.get(b"s")
        return ArticleState(
            article_id,
            shown(raw) if raw else None,
            tuple(int(fields.get(str(n).encode(), 0)) for n in numbers),
            sum(held),
            sum(int(v) for k, v in fields.items() if k == b"v" or k[:2] == b"v:"),
            int(fields.get(b"x", 0)),
            "" if state is None else "moved" if state == b"m" else "closed",
            fields.get(b"into", b"").decode(),
            fields.get(b"n", b"").decode(),
            stored(raw) if raw else None,
            has_provisional_name(fields.get(b"d")),
            held,
        )
