"""Import of comments from elsewhere, cleaned and scored as every reader's comment is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from widget.domain.article import ArticleRef
from widget.domain.comments.cleaning import MAX_NAME, clean_name, cut_text
from widget.domain.comments.comment import Score, id_in, imported_id
from widget.domain.comments.names import is_reserved
from widget.domain.errors import BadArticle, BadField, NotFound, TooLong, TooShort
from widget.domain.model import Site
from widget.domain.page import Page, clean_section, page_from
from widget.importing.model import Found, Skipped
from widget.importing.report import Report
from widget.importing.staging import Root, Staged, Staging
from widget.services.transfer.addresses import OTHER_ORIGIN, ROUTE, Addresses, origin_of
from widget.store.comments.comments import Comments, score_fields
from widget.store.connect import Connection

ANONYMOUS = "Anonymous"
AHEAD_S = 86400  # clocks and time zones differ

SPAM = "it was marked as spam there"
DELETED = "it was deleted there"
FUTURE = "its time is in the future"
BEYOND = "the comment that it answers is not in the part of the file that could be read"
ELSEWHERE = "the thread of its parent is stored under another article"

_BATCH = 50  # texts in memory at once; a file may make each very long
_LETTERS = {"published": "p", "held": "h", "hidden": "x", "deleted": "d"}


class Importer:
    """The import into one site. A second run stores nothing twice."""

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

    def store(
        self, staging: Staging, stored: Callable[[Staged, str], None], *, is_cut: bool = False
    ) -> None:
        """Store every comment, threads first.

        :param stored: called with each comment and the reason why it was skipped, or "".
        :param is_cut: the file breaks off. What answers a comment behind that is skipped, because
            it would be stored as a thread, and stay one.
        """
        comments = iter(staging)
        while batch := list(islice(comments, _BATCH)):
            places = [self._place_of(one) for one in batch]
            ids = {one for place in places if place for one in place.ids}
            there = self._comments.there(self._site, sorted(ids))
            for staged, place in zip(batch, places, strict=True):
                why = self._why_not(staged, is_cut=is_cut)
                if place and not why:
                    why = self._put(staged, place, there)
                elif place and staged.why != ROUTE and self._is_shown(place, there):
                    self.report.expose(self._addresses.full(staged.address))
                if why:
                    self.report.skip(Skipped(staged.found.source, why))
                stored(staged, why)

    def _why_not(self, staged: Staged, *, is_cut: bool) -> str:
        """Return the reason why a comment is not for the store, whatever is in it, or ""."""
        if staged.why == OTHER_ORIGIN:
            self.report.miss(origin_of(self._addresses.full(staged.address)))
        if staged.why:
            return staged.why
        if staged.found.at_s > self._now_s + AHEAD_S:
            return FUTURE
        return BEYOND if is_cut and staged.found.parent and not staged.root else ""

    def _place_of(self, staged: Staged) -> "_Place | None":
        """Return the place of a comment, or None if it has none."""
        latest_s = self._now_s + AHEAD_S
        if staged.found.at_s > latest_s:
            return None
        try:
            article = self._addresses.article(staged.address)
        except BadArticle:
            return None
        found, root = staged.found, staged.root
        if root and root.at_s > latest_s:
            root = None
        return _Place(
            article,
            _id(found.source, found.at_s, found.more, article.partition),
            frozenset(
                _id(found.source, found.at_s, found.more, partition)
                for partition in self._addresses.partitions(staged.address)
            ),
            _id(root.source, root.at_s, root.more, article.partition) if root else "",
        )

    def _is_shown(self, place: "_Place", there: set[str]) -> bool:
        """Decide whether readers see a comment that an earlier import has stored."""
        ids = there.intersection((place.id, *place.ids_before))
        return any(self._comments.get(self._site, one).state == "published" for one in ids)

    def _put(self, staged: Staged, place: "_Place", there: set[str]) -> str:
        """Store one comment. Return the reason why it was skipped, or ""."""
        found = staged.found
        restored = bool(found.more)
        if found.state == "spam":
            return SPAM
        if found.state == "deleted" and not restored:
            return DELETED
        if not place.ids_before.isdisjoint(there):
            self.report.there += 1
            return ""
        try:
            fields = self._fields(found)
        except TooShort:
            return "it has no text"
        page = self._page(staged)
        if place.root:
            if place.root not in there and staged.root:
                self._put_empty_thread(place, staged.root, page)
                there.add(place.root)
            fields["p"] = place.root
        try:
            self._comments.put_imported(
                self._site,
                place.article,
                place.id,
                fields,
                page=page,
                restored=restored,
                statements=found.more.get("statements", ()),
            )
        except NotFound:
            return ELSEWHERE
        there.add(place.id)
        self.report.stored += 1
        self.report.held += fields["s"] == "h"
        return ""

    def _fields(self, found: Found) -> dict[str, Any]:
        """Return a comment's fields in the store.

        :raise TooShort: it has no text.
        """
        restored = bool(found.more)
        fields: dict[str, Any] = {
            "at": found.at_s,
            "src": found.more.get("source", "") if restored else found.source,
            "u": found.ups or "",
            "bu": found.brought[0] or "",
            "bd": found.brought[1] or "",
            "s": _LETTERS[found.state],
        }
        if found.state != "deleted":
            fields |= self._text_fields(found)
        if restored:
            fields |= self._restored_fields(found)
        return fields

    def _put_empty_thread(self, place: "_Place", root: Root, page: Page) -> None:
        """Store an empty thread in place of a skipped comment whose replies are imported."""
        fields = {"at": root.at_s, "s": "d", "src": root.source}
        self._comments.put_imported(self._site, place.article, place.root, fields, page=page)
        self.report.places += 1

    def _text_fields(self, found: Found) -> dict[str, Any]:
        """Return the fields of name, text and score.

        :raise TooShort: it has no text.
        """
        text, is_cut = cut_text(found.text)
        self.report.cut_texts += is_cut
        name = self._name(found.name)
        fields = {"n": name, "t": text, **score_fields(self._score(text))}
        if found.edited_s:
            fields["e"] = found.edited_s
        if found.more:
            return fields
        is_staffs = is_reserved(name, self._site.reserved_names)
        if found.state == "held" or (found.state == "published" and is_staffs):
            fields |= {"s": "h", "w": "imported"}
        return fields

    def _name(self, raw: str) -> str:
        """Clean a name, and shorten it if it is too long: no reason to skip the comment."""
        # Unicode normalization may make three characters of one, so the last attempt is that short.
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

    def _restored_fields(self, found: Found) -> dict[str, Any]:
        """Return the fields that only a Readback export has."""
        more = found.more
        fields = {
            "w": ",".join(more["why"]),
            "c": clean_section(more["section"]),
            "rp": more["reports"] or "",
            "ok": "1" if more["approved"] else "",
            "rk": " ".join(f"{kind}:{n}" for kind, n in sorted(more["report_kinds"].items())),
            "dk": " ".join(more["known_kinds"]),
            "pk": " ".join(more["new_kinds"]),
            "lk": "1" if more["second_look"] else "",
        }
        if found.state != "deleted":
            fields["k"] = more["corrected"]
        return fields

    def _page(self, staged: Staged) -> Page:
        known = staged.page
        if not staged.found.more:
            known = {"url": self._addresses.full(staged.address)} | known
        try:
            return page_from(known, self._site)
        except BadField:
            return Page()


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of a comment in the store.

    :param ids_before: its id now, and those under which it may have been stored before.
    :param root: the id of the thread it replies to, or "".
    """

    article: ArticleRef
    id: str
    ids_before: frozenset[str]
    root: str

    @property
    def ids(self) -> Iterator[str]:
        return filter(None, (*self.ids_before, self.root))


def _id(source: str, at_s: int, more: Mapping[str, Any], partition: int) -> str:
    own = more.get("id", "")
    return id_in(own, partition) if own else imported_id(source, at_s, partition)
