"""Finding comments of a whole site, the newest first. Reads only.

There is no index of words: a search looks through the comments themselves, a bounded number at a
time, says how far it looked, and goes on from there when asked.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from widget.domain.comments.comment import LABELS, STATES, Comment, written_ms
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.comments import Comments
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.figures.trends import Question, Trends
from widget.store.reactions.votes import PageRecord
from widget.store.scripts import store_errors

LOOKED_AT = 640  # comments in each of the 32 partitions, in one search
LOOKED_AT_IN_ONE = 8000  # where an article decides the partition
SHOWS = ("waiting", "all", *STATES.values())
SEARCHED_LABELS = (*LABELS, "not_scored")
_LETTERS = {name: letter for letter, name in STATES.items()}


@dataclass(frozen=True, slots=True)
class Sought:
    """Which comments are looked for.

    :param show: one of SHOWS.
    :param text: words, each of which stands in text, name, or the article's title or address.
    :param label: what they count as; "" any.
    :param article: an article's id; "" any.
    """

    show: str = "waiting"
    text: str = ""
    label: str = ""
    article: str = ""

    def __post_init__(self) -> None:
        """:raise BadField: names no such list or label."""
        if self.show not in SHOWS:
            raise BadField(f"show is one of: {', '.join(SHOWS)}.")
        if self.label and self.label not in SEARCHED_LABELS:
            raise BadField(f"label is one of: {', '.join(SEARCHED_LABELS)}.")

    @property
    def query(self) -> dict[str, str]:
        """As an address names it; what is as usual is left out."""
        show = "" if self.show == "waiting" else self.show
        named = {"show": show, "q": self.text, "label": self.label, "article": self.article}
        return {name: value for name, value in named.items() if value}

    @property
    def is_plain(self) -> bool:
        """A whole list, which the store keeps in order and nothing has to be looked through for."""
        return self.show in ("waiting", "all") and not (self.text or self.label or self.article)


@dataclass(frozen=True, slots=True)
class Found:
    """Comments newest first.

    :param next: cursor of what follows, or "".
    :param looked_to_s: when the oldest comment was written that was looked at, where the search
        stopped before it had a page full; None where all that were asked for are here or follow.
    """

    comments: tuple[Comment, ...]
    next: str
    looked_to_s: int | None = None


class CommentSearch:
    def __init__(self, connection: Connection) -> None:
        self._trends, self._comments = Trends(connection), Comments(connection)
        self._moderation = Moderation(connection)

    def find(self, site: Site, sought: Sought, *, before: str = "", limit: int) -> Found:
        """:param before: the ``next`` of the answer before, "" for the first."""
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
    """Ids that fit, newest first and none left out down to the id that comes with them."""
    words = _folded(sought.text).split()
    waits = sought.show in ("waiting", "held")
    # A partition can stop at more than a page only where all that it answers fits.
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
        # Partitions reach back differently far: beyond the one that reaches least, some may be
        # missing.
        looked_to = max(last for last, _, _ in parts)
        ids: list[str] = []
        for _, found, pages in parts:
            fits = _fitting(words, pages)
            ids += [one[0] for one in found if one[0] >= looked_to and (not words or fits(*one))]
        return sorted(ids, reverse=True), looked_to

    return Question("comments/scan.lua", act, merge)


def _fitting(words: list[str], pages: list[str]) -> Callable[[str, str, str, str], bool]:
    """:param pages: articles and their stored pages in turn."""
    titles = {}
    for article, raw in zip(pages[::2], pages[1::2], strict=True):
        page = msgspec.json.decode(raw, type=PageRecord) if raw else PageRecord("")
        titles[article] = _folded(f"{page.title}\n{page.address}")

    def fits(_: str, name: str, text: str, article: str) -> bool:
        said = f"{_folded(name)}\n{_folded(text)}\n{titles.get(article, '')}"
        return all(word in said for word in words)

    return fits


def _folded(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
