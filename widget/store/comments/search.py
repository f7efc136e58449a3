"""A search of a whole site's comments: the queue oldest first, all others newest first. Reads only.

There is no index of words. A search reads the comments themselves, a bounded number at a time, and
returns how far it got, so that the next one can continue from there.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from widget.domain.comments.comment import LABELS, STATES, Comment, written_ms
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.comments import Comments
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.figures.trends import Question, Trends
from widget.store.reactions.page_records import PageRecord, shown
from widget.store.scripts import store_errors

LOOKED_AT = 640  # comments in each of the 32 partitions, in one search
LOOKED_AT_IN_ONE = 8000  # in a search of one article, which is in one partition
COUNTED = 300  # waiting comments in each partition whose reasons are counted
SHOWS = ("waiting", "all", "removed", *STATES.values())
SEARCHED_LABELS = (*LABELS, "not_scored")
# Why a comment waits, in the order in which the desk lists them.
WAITING_REASONS = (
    "reported",
    "second_look",
    "first_comment",
    "links",
    "duplicate",
    "too_fast",
    "honeypot",
    "crowded",
    "imported",
    "by_editor",
)
_LETTERS = {name: letter for letter, name in STATES.items()} | {"removed": "xd"}


@dataclass(frozen=True, slots=True)
class Sought:
    """The query of a search.

    :param show: one of SHOWS.
    :param text: words, each of which must be in the text, the name, or the article's title or
        address.
    :param label: the label under which they count; "" for any.
    :param article: an article's id; "" for any.
    :param reason: one of WAITING_REASONS; "" for any. Only for comments that wait.
    """

    show: str = "waiting"
    text: str = ""
    label: str = ""
    article: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse unknown values.

        :raise BadField: there is no such list or label.
        """
        if self.show not in SHOWS:
            raise BadField(f"show is one of: {', '.join(SHOWS)}.")
        if self.label and self.label not in SEARCHED_LABELS:
            raise BadField(f"label is one of: {', '.join(SEARCHED_LABELS)}.")
        if self.reason and (self.reason not in WAITING_REASONS or self.show != "waiting"):
            raise BadField(f"reason is one of: {', '.join(WAITING_REASONS)}.")

    @property
    def query(self) -> dict[str, str]:
        """The fields of an address's query, without those that have their default."""
        show = "" if self.show == "waiting" else self.show
        named = {
            "show": show,
            "q": self.text,
            "label": self.label,
            "article": self.article,
            "reason": self.reason,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def is_plain(self) -> bool:
        """Whether this is a whole list. The store has that in order, so it needs no search."""
        narrows = self.text or self.label or self.article or self.reason
        return self.show in ("waiting", "all") and not narrows

    @property
    def is_oldest_first(self) -> bool:
        """Whether those who have waited longest come first."""
        return self.show == "waiting"

    def has_state_of(self, comment: Comment) -> bool:
        """Return whether the list that is shown has comments in this one's state."""
        if self.show == "waiting":
            return comment.waits
        return self.show == "all" or _letter_of(comment) in _LETTERS[self.show]


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of a search, in the order of its list.

    :param next: cursor of the next page, or "".
    :param looked_to_s: if the search stopped before it filled the page, the time at which the
        last comment that it read was written; otherwise None.
    """

    comments: tuple[Comment, ...]
    next: str
    looked_to_s: int | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for an editor, counted.

    :param reasons: why, and how many for each of WAITING_REASONS; a comment can have several.
    :param articles: number of waiting comments by article, the most first.
    :param oldest_s: when the oldest was written; None if none waits.
    :param is_complete: false if there are more than were counted.
    """

    reasons: Mapping[str, int]
    articles: Mapping[str, int]
    oldest_s: int | None
    is_complete: bool


class CommentSearch:
    def __init__(self, connection: Connection) -> None:
        self._trends, self._comments = Trends(connection), Comments(connection)
        self._moderation = Moderation(connection)

    def find(self, site: Site, sought: Sought, *, past: str = "", limit: int) -> Found:
        """Return a page of matches.

        :param past: the ``next`` of the page before, "" for the first.
        """
        if sought.is_plain:
            if sought.is_oldest_first:
                part = self._moderation.queue(site, after=past, limit=limit)
            else:
                part = self._moderation.latest(site, before=past, limit=limit)
            return Found(part.comments, part.next)
        with store_errors():
            [(ids, looked_to)] = self._trends.ask(site, _question(sought, past, limit))
        comments = tuple(c for c in self._comments.get_all(site, ids[:limit]) if c)
        if len(ids) > limit:
            return Found(comments, ids[limit - 1])
        return Found(comments, looked_to, written_ms(looked_to) // 1000 if looked_to else None)

    def queue(self, site: Site) -> Queue:
        """Count what waits for an editor, by reason and by article."""
        with store_errors():
            [counted] = self._trends.ask(site, _counted())
        waiting: Queue = counted
        return waiting


def _counted() -> Question[Queue]:
    act = _act(Sought(), "", COUNTED, COUNTED + 1) | {"with_reasons": True}

    def merge(parts: list[list[Any]]) -> Queue:
        rows = [row for _, found, _ in parts for row in found]
        reasons = Counter(why for _, why_all, _ in rows for why in why_all.split(",") if why)
        articles = Counter(article for _, _, article in rows)
        oldest = min((one for one, _, _ in rows), default="")
        return Queue(
            {why: reasons[why] for why in WAITING_REASONS if reasons[why]},
            dict(articles.most_common()),
            written_ms(oldest) // 1000 if oldest else None,
            not any(last for last, _, _ in parts),
        )

    return Question("comments/scan.lua", act, merge)


def _question(sought: Sought, past: str, limit: int) -> Question[tuple[list[str], str]]:
    """Ask for the ids of matches in order, and the id up to which the list is complete."""
    words = _folded(sought.text).split()
    # A partition may stop after a page only if every id that it returns is a match.
    enough = LOOKED_AT_IN_ONE + 1 if words else limit + 1
    most = LOOKED_AT_IN_ONE if sought.article else LOOKED_AT
    act = _act(sought, past, most, enough) | {"with_words": bool(words)}

    def merge(parts: list[list[Any]]) -> tuple[list[str], str]:
        # Each partition stops at a different time. Beyond the first of these, matches may be
        # missing.
        stopped = [last for last, _, _ in parts if last]
        first = min if sought.is_oldest_first else max
        looked_to = first(stopped, default="")

        def is_complete(comment_id: str) -> bool:
            return not looked_to or first(comment_id, looked_to) == comment_id

        ids: list[str] = []
        for _, found, pages in parts:
            fits = _fitting(words, pages)
            ids += [one[0] for one in found if is_complete(one[0]) and (not words or fits(*one))]
        return sorted(ids, reverse=not sought.is_oldest_first), looked_to

    return Question("comments/scan.lua", act, merge)


def _act(sought: Sought, past: str, most: int, enough: int) -> dict[str, Any]:
    return {
        "list": "cq" if sought.show in ("waiting", "held") else "cs",
        "is_oldest_first": sought.is_oldest_first,
        "past": past,
        "most": most,
        "enough": enough,
        "states": _LETTERS.get(sought.show, ""),
        "label": sought.label,
        "article": sought.article,
        "reason": sought.reason,
    }


def _letter_of(comment: Comment) -> str:
    return _LETTERS[comment.state]


def _fitting(words: list[str], pages: list[str]) -> Callable[[str, str, str, str], bool]:
    """Return the check that a comment, or its article's page, has all the words.

    :param pages: articles and their stored pages, alternately.
    """
    titles = {}
    for article, raw in zip(pages[::2], pages[1::2], strict=True):
        page = shown(raw) if raw else PageRecord("")
        titles[article] = _folded(f"{page.title}\n{page.address}")

    def fits(_: str, name: str, text: str, article: str) -> bool:
        said = f"{_folded(name)}\n{_folded(text)}\n{titles.get(article, '')}"
        return all(word in said for word in words)

    return fits


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
