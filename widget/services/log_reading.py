"""The log as people read it: entries by filter, with the names of what they are about.

Nothing in an entry says what a story or a comment is called, so that the log never has to change.
The names are read for a page at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from widget.domain.article import is_article_id
from widget.domain.comments.comment import Comment
from widget.domain.editors.deeds import group_of
from widget.domain.model import Site
from widget.store.comments.comments import Comments
from widget.store.connect import Connection
from widget.store.desk.audit import Audit, Entry, split_id
from widget.store.figures.headlines import Pages

MOST_READ = 2000  # entries that one page of a search reads
_AT_ONCE = 200
_ON_COMMENTS = ("state", "label", "text", "removal", "restore")
_ON_ARTICLES = "article "  # before the id, in entries about notes
_START_CHARS = 48
_SKEW_S = 3600  # between the store's clock and that of an entry

Kind = Literal["story", "comment", "other"]


@dataclass(frozen=True, slots=True)
class Sought:
    """What a search of the log looks for. Empty fields do not narrow it.

    :param group: of deeds: one of ``domain.editors.deeds.GROUPS``.
    :param story: an article's id, or a part of its title or address.
    :param since_s: the first second; ``until_s``: the one after the last.
    """

    who: str = ""
    group: str = ""
    story: str = ""
    since_s: int = 0
    until_s: int = 0

    @property
    def is_plain(self) -> bool:
        return self == Sought()


@dataclass(frozen=True, slots=True)
class Subject:
    """What an entry is about.

    :param title: a story's title; a comment's author and beginning; else what the entry names.
    :param article_id: the story, or that of the comment, or "".
    :param page: the story's title and address, for a search.
    """

    kind: Kind
    id: str
    title: str
    article_id: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    entry: Entry
    subject: Subject


@dataclass(frozen=True, slots=True)
class LogPage:
    """A page of the log, newest first.

    :param older: where the next page begins, or "".
    :param read_to_s: if the search stopped before it filled the page: how far back it read.
    """

    lines: tuple[Line, ...]
    older: str = ""
    read_to_s: int | None = None


class LogReading:
    def __init__(self, connection: Connection) -> None:
        self._audit = Audit(connection)
        self._pages = Pages(connection)
        self._comments = Comments(connection)

    def page(
        self,
        site: Site,
        sought: Sought,
        *,
        before: str = "",
        limit: int,
        most_read: int = MOST_READ,
    ) -> LogPage:
        """Return the newest entries that match.

        :param before: ``LogPage.older`` of the page before, "" for the first one.
        :param most_read: so many entries are read at most.
        """
        found: list[Line] = []
        size = min(limit + 1 if sought.is_plain else _AT_ONCE, _AT_ONCE)
        start = before or _start(sought)
        entries = self._audit.newest_first(site, before=start, at_once=size)
        read, last = 0, None
        while some := list(islice(entries, size)):
            for line in self._lines(site, some, sought):
                if len(found) == limit:
                    return LogPage(tuple(found), found[-1].entry.id)
                found.append(line)
            read, last = read + len(some), some[-1]
            if _is_past(last, sought):
                return LogPage(tuple(found))
            if read >= most_read:
                return LogPage(tuple(found), last.id, last.at_s)
        return LogPage(tuple(found))

    def _lines(self, site: Site, entries: Sequence[Entry], sought: Sought) -> Iterator[Line]:
        """Yield the entries that match, with their subjects, read in three round trips at most."""
        some = [entry for entry in entries if _matches(entry, sought)]
        on_comments = [entry.object for entry in some if entry.kind in _ON_COMMENTS]
        comments = self._named_comments(site, list(dict.fromkeys(on_comments)))
        articles = [article for entry in some if (article := _article_of(entry, comments))]
        unique = list(dict.fromkeys(articles))
        pages = self._pages.records(site, unique) if unique else {}
        for entry in some:
            subject = _subject(entry, comments)
            page = pages.get(subject.article_id)
            if page:
                said = f"{page.title}\n{page.address}\n{page.url}"
                title = page.name if subject.kind == "story" else subject.title
                subject = Subject(
                    subject.kind, subject.id, title or subject.id, subject.article_id, said
                )
            if not sought.story or _is_about(subject, sought.story):
                yield Line(entry, subject)

    def _named_comments(self, site: Site, ids: list[str]) -> dict[str, Comment]:
        found = self._comments.get_all(site, ids) if ids else []
        return {comment.id: comment for comment in found if comment is not None}


def _start(sought: Sought) -> str:
    """Return an entry's id after which none is sought, so that old days are found at once."""
    return f"{(sought.until_s + _SKEW_S) * 1000}-0.0" if sought.until_s else ""


def _is_past(entry: Entry, sought: Sought) -> bool:
    """Say whether no entry before this one can be of the sought days."""
    named = split_id(entry.id)
    stored_s = int(named[0].partition("-")[0]) // 1000 if named else 0
    return stored_s + _SKEW_S < sought.since_s


def _matches(entry: Entry, sought: Sought) -> bool:
    return (
        sought.who.casefold() in entry.who.casefold()
        and (not sought.group or group_of(entry.kind, entry.action) == sought.group)
        and entry.at_s >= sought.since_s
        and (not sought.until_s or entry.at_s < sought.until_s)
    )


def _article_of(entry: Entry, comments: Mapping[str, Comment]) -> str:
    return _subject(entry, comments).article_id


def _subject(entry: Entry, comments: Mapping[str, Comment]) -> Subject:
    """Return what an entry is about, still without a story's title."""
    if entry.kind in _ON_COMMENTS:
        comment = comments.get(entry.object)
        if comment is None:
            return Subject("comment", entry.object, entry.object)
        return Subject("comment", comment.id, _beginning(comment), comment.article_id)
    named = entry.object.removeprefix(_ON_ARTICLES)
    if entry.kind == "article" or (named != entry.object and is_article_id(named)):
        return Subject("story", named, named, named)
    return Subject("other", entry.object, entry.object)


def _beginning(comment: Comment) -> str:
    """Return ``Rosa: A fine day for everybody who ...``."""
    if comment.state == "deleted" or not comment.text:
        return "a deleted comment"
    text = " ".join(comment.text.split())
    start = text if len(text) <= _START_CHARS else f"{text[:_START_CHARS].rstrip()}\u2026"
    return f"\u2068{comment.name}\u2069: \u2068{start}\u2069"  # each in its own direction


def _is_about(subject: Subject, story: str) -> bool:
    return subject.article_id == story or (
        bool(subject.page) and story.casefold() in subject.page.casefold()
    )
