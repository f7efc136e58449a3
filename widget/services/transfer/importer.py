"""Stores what was read from elsewhere, cleaned and scored as any reader's comment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from widget.domain.article import ArticleRef
from widget.domain.comments.cleaning import MAX_NAME, clean_name, clean_text
from widget.domain.comments.comment import Score, id_in, imported_id, is_reserved
from widget.domain.errors import BadField, NotFound, TooLong, TooShort
from widget.domain.model import Site
from widget.domain.page import Page, clean_section, page_from
from widget.importing.model import Found, Skipped
from widget.importing.report import Report
from widget.importing.staging import Root, Staged, Staging
from widget.services.transfer.addresses import OTHER_ORIGIN, Addresses, origin_of
from widget.store.comments.comments import Comments, score_fields
from widget.store.connect import Connection

ANONYMOUS = "Anonymous"
AHEAD_S = 86400  # clocks differ, and so do zones

SPAM = "it was marked as spam there"
DELETED = "it was deleted there"
FUTURE = "its time is in the future"
ELSEWHERE = "the thread it answers is stored under another article"

_BATCH = 50  # as many texts are in memory at once, each as long as a file may make it
_LETTERS = {"published": "p", "held": "h", "hidden": "x", "deleted": "d"}


class Importer:
    """Brings comments into one site. Running it again stores nothing twice."""

    def __init__(
        self,
        connection: Connection,
        site: Site,
        score: Callable[[str], Score],
        addresses: Addresses,
        *,
        now_s: int,
    ) -> None:
        self._site = site
        self._score = score
        self._now_s = now_s
        self._addresses = addresses
        self._comments = Comments(connection)
        self.report = Report()

    def store(self, staging: Staging, stored: Callable[[Staged, str], None]) -> None:
        """Store every comment, threads first.

        :param stored: told of each comment, and why it was skipped, or "".
        """
        comments = iter(staging)
        while batch := list(islice(comments, _BATCH)):
            work = [self._placed(one) for one in batch]
            ids = {one for placed in work if placed for one in placed.ids}
            there = self._comments.there(self._site, sorted(ids))
            for staged, placed in zip(batch, work, strict=True):
                why = self._put(staged, placed, there) if placed else self._why_not(staged)
                if why:
                    self.report.skip(Skipped(staged.found.source, why))
                stored(staged, why)

    def _why_not(self, staged: Staged) -> str:
        if staged.why == OTHER_ORIGIN:
            self.report.miss(origin_of(self._addresses.full(staged.address)))
        return staged.why or FUTURE

    def _placed(self, staged: Staged) -> "_Placed | None":
        """Where a comment belongs; None for one that belongs nowhere."""
        latest_s = self._now_s + AHEAD_S
        if staged.why or staged.found.at_s > latest_s:
            return None
        article = self._addresses.article(staged.address)
        own = self._addresses.own_article(staged.address)
        found, root = staged.found, staged.root
        if root and root.at_s > latest_s:
            root = None
        return _Placed(
            article,
            _id(found.source, found.at_s, found.more, article.partition),
            _id(found.source, found.at_s, found.more, own.partition),
            _id(root.source, root.at_s, root.more, article.partition) if root else "",
        )

    def _put(self, staged: Staged, placed: "_Placed", there: set[str]) -> str:
        """Store one comment. Answers why not, or ""."""
        found = staged.found
        restored = bool(found.more)
        if found.state == "spam":
            return SPAM
        if found.state == "deleted" and not restored:
            return DELETED
        if placed.id in there or placed.id_before in there:
            self.report.there += 1
            return ""
        page = self._page(staged)
        fields: dict[str, Any] = {
            "at": found.at_s,
            "src": found.more.get("source", "") if restored else found.source,
            "u": found.ups or "",
            "s": _LETTERS[found.state],
        }
        if found.state != "deleted":
            try:
                fields |= self._words(found)
            except TooLong as problem:
                return str(problem)
            except TooShort:
                return "it has no text"
        if restored:
            fields |= self._as_it_was(found)
        if placed.root:
            if placed.root not in there and staged.root:
                self._place(placed, staged.root, page)
                there.add(placed.root)
            fields["p"] = placed.root
        try:
            self._comments.put_imported(
                self._site, placed.article, placed.id, fields, page=page, restored=restored
            )
        except NotFound:
            return ELSEWHERE
        there.add(placed.id)
        self.report.stored += 1
        self.report.held += fields["s"] == "h"
        return ""

    def _place(self, placed: "_Placed", root: Root, page: Page) -> None:
        """Keep the place of a thread that itself was not stored: its answers were."""
        fields = {"at": root.at_s, "s": "d", "src": root.source}
        self._comments.put_imported(self._site, placed.article, placed.root, fields, page=page)
        self.report.places += 1

    def _words(self, found: Found) -> dict[str, Any]:
        """:raise TooLong, TooShort: the text is no comment."""
        text = clean_text(found.text)
        name = self._name(found.name)
        fields = {"n": name, "t": text, **score_fields(self._score(text))}
        if found.edited_s:
            fields["e"] = found.edited_s
        if found.more:
            return fields
        reserved = (*self._site.comments.reserved, self._site.name)
        if found.state == "held" or (found.state == "published" and is_reserved(name, reserved)):
            fields |= {"s": "h", "w": "imported"}
        return fields

    def _name(self, raw: str) -> str:
        """A name that is too long loses its end: no reason to lose the comment."""
        # Composing may make three characters of one, so the last try is that short.
        for chars in (len(raw), MAX_NAME, MAX_NAME // 3):
            try:
                name = clean_name(raw[:chars])
            except TooLong:
                continue
            except TooShort:
                break
            self.report.cut += chars < len(raw)
            return name
        return ANONYMOUS

    def _as_it_was(self, found: Found) -> dict[str, Any]:
        """What an export of ours knows and no other file."""
        more = found.more
        fields = {
            "w": ",".join(more["why"]),
            "c": clean_section(more["section"]),
            "rp": more["reports"] or "",
            "ok": "1" if more["approved"] else "",
        }
        if found.state != "deleted":
            fields["k"] = more["corrected"]
        return fields

    def _page(self, staged: Staged) -> Page:
        known = staged.page
        if not staged.found.more:
            known = {"url": self._addresses.full(staged.address)} | known
        try:
            return page_from(known, self._site.origins)
        except BadField:
            return Page()


@dataclass(frozen=True, slots=True)
class _Placed:
    """
    :param id_before: its id under the address itself, mostly the same: it may have been stored
        before the address led to another article.
    :param root: the id of the thread it answers, or "".
    """

    article: ArticleRef
    id: str
    id_before: str
    root: str

    @property
    def ids(self) -> Iterator[str]:
        return filter(None, (self.id, self.id_before, self.root))


def _id(source: str, at_s: int, more: Mapping[str, Any], partition: int) -> str:
    own = more.get("id", "")
    return id_in(own, partition) if own else imported_id(source, at_s, partition)
