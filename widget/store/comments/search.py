"""A search of a whole site's comments, newest first. Reads only.

There is no index of words. A search reads the comments themselves, a bounded number at a time, and
returns how far it got, so that the next one can continue from there.
"""

import unicodedata
from collections.abc import Callable
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
SHOWS = ("waiting", "all", *STATES.values())
SEARCHED_LABELS = (*LABELS, "not_scored")
_LETTERS = {name: letter for letter, name in STATES.items()}


@dataclass(frozen=True, slots=True)
class Sought:
    """The query of a search.

    :param show: one of SHOWS.
    :param text: words, each of which must be in the text, the name, or the article's title or
        address.
    :param label: the label under which they count; "" for any.
    :param article: an article's id; "" for any.
    """

    show: str = "waiting"
    text: str = ""
    label: str = ""
    article: str = ""

    def __post_init__(self) -> None:
        """Refuse unknown values.

        :raise BadField: there is no such list or label.
        """
        if self.show not in SHOWS:
            raise BadField(f"show is one of: {', '.join(SHOWS)}.")
        if self.label and self.label not in SEARCHED_LABELS:
            raise BadField(f"label is one of: {', '.join(SEARCHED_LABELS)}.")

    @property
    def query(self) -> dict[str, str]:
        """The fields of an address's query, without those that have their default."""
        show = "" if self.show == "waiting" else self.show
        named = {"show": show, "q": self.text, "label": self.label, "article": self.article}
        return {name: value for name, value in named.items() if value}

    @property
    def is_plain(self) -> bool:
        """Whether this is a whole list. The store has that in order, so it needs no search."""
        return self.show in ("waiting", "all") and not (self.text or self.label or self.article)


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of a search, newest first.

    :param next: cursor of the next page, or "".
    :param looked_to_s: if the search stopped before it filled the page, the time at which the
        oldest comment that it read was written; otherwise None.
    """

    comments: tuple[Comment, ...]
    next: str
    looked_to_s: int | None = None


class CommentSearch:
    def __init__(self, connection: Connection) -> None:
        self._trends, self._comments = Trends(connection), Comments(connection)
        self._moderation = Moderation(connection)

    def find(self, site: Site, sought: Sought, *, before: str = "", limit: int) -> Found:
        """Return a page of matches.

        :param before: the ``next`` of the page before, "" for the first.
        """
        if sought.is_plain:
            lists = {"waiting": self._moderation.queue, "all": self._moderation.latest}
            part = lists[sought.show](site, before=before, limit=limit)
            return Found(part.comments, part.next)
        with store_errors():
            [(ids, looked_to)] = self._trends.ask(site, _question(sought, before, limit))
        comments = tuple(c for c in self._comments.get_all(site, ids[:limit]) if c)
        if len(ids) > limit:
            return Found(comments, ids[limit - 1])
        return Found(comments, looked_to, written_ms(looked_to) // 1000 if looked_to else None)


def _question(sought: Sought, before: str, limit: int) -> Question[tuple[list[str], str]]:
    """Ask for the ids of matches, newest first, and the id down to which the list is complete."""
    words = _folded(sought.text).split()
    waits = sought.show in ("waiting", "held")
    # A partition may stop after a page only if every id that it returns is a match.
    enough = LOOKED_AT_IN_ONE + 1 if words else limit + 1
    act = {
        "list": "cq" if waits else "cs",
        "before": before,
        "most": LOOKED_AT_IN_ONE if sought.article else LOOKED_AT,
        "enough": enough,
        "state": _LETTERS.get(sought.show, ""),
        "label": sought.label,
        "article": sought.article,
        "with_words": bool(words),
    }

    def merge(parts: list[list[Any]]) -> tuple[list[str], str]:
        # Each partition stops at a different time. Beyond the latest of these, matches may be
        # missing.
        looked_to = max(last for last, _, _ in parts)
        ids: list[str] = []
        for _, found, pages in parts:
            fits = _fitting(words, pages)
            ids += [one[0] for one in found if one[0] >= looked_to and (not words or fits(*one))]
        return sorted(ids, reverse=True), looked_to

    return Question("comments/scan.lua", act, merge)


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
