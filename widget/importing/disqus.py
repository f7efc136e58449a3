"""Reader of Disqus' XML export. https://docs.disqus.com/developers/export/

The file has all categories, then all threads, then all posts.
"""

from collections.abc import Mapping
from pathlib import Path

from widget.importing import xml_records
from widget.importing.html_text import plain_text
from widget.importing.model import NO_TIME, BadFile, Found, Progress, Records, Skipped, Thread
from widget.importing.times import seconds

CLOSED_TO_READERS = "its discussion was deleted, or is not public, there"

_NAMESPACE = "http://disqus.com"
_INTERNALS = f"{_NAMESPACE}/disqus-internals"
_CATEGORY, _THREAD, _POST = "disqus/category", "disqus/thread", "disqus/post"
_FORUM = "disqus/forum"
# What a thread, or the forum or category that it is in, may say about itself, and what each must
# say so that readers see it. "isClosed" is not among them: readers see what was said before.
_PUBLIC = {
    "isDeleted": "false",
    "isSpam": "false",
    "isPrivate": "false",
    "isKilled": "false",
    "isApproved": "true",
}
_MAX_HIDDEN = 10_000
_BOOLEANS = {"true": "true", "1": "true", "false": "false", "0": "false"}


def read(path: Path, progress: Progress) -> Records:
    """Read the threads and posts of the file.

    :raise BadFile, CutFile: as :func:`xml_records.read`; or it has no post.
    """
    handler = _Handler()
    yield from xml_records.read(path, handler, progress)
    if not handler.posts:
        raise BadFile(
            "has no <post>, and so no comment. In Disqus' admin, export the comments of the forum "
            "once more"
        )


class _Handler(xml_records.Handler):
    roots = ("disqus",)
    what = "a Disqus export"
    usual: Mapping[str, str] = {"dsq": _INTERNALS}
    wanted = frozenset(
        [f"{_THREAD}/{name}" for name in ("link", "title", "forum", *_PUBLIC)]
        + [f"{place}/{name}" for place in (_CATEGORY, _FORUM) for name in _PUBLIC]
        + [
            f"{_POST}/{name}"
            for name in (
                "message",
                "createdAt",
                "isDeleted",
                "isSpam",
                "isApproved",
                "author/name",
                "author/username",
            )
        ]
    )

    def __init__(self) -> None:
        super().__init__()
        self._record: dict[str, str] = {}
        self.posts = 0
        self._hidden: set[str] = set()  # categories and forums that readers must not see

    def prefix(self, namespace: str) -> str:
        own = namespace.rstrip("/").replace("://www.", "://")
        return {_NAMESPACE: "", _INTERNALS: "dsq:"}.get(own, "?:")

    def began(self, path: str, attributes: Mapping[str, str]) -> None:
        if path in (_CATEGORY, _FORUM, _THREAD, _POST):
            self._record = {"id": _id(attributes)}
        elif path in (f"{_POST}/thread", f"{_POST}/parent", f"{_THREAD}/category"):
            self._record[path.rpartition("/")[2]] = _id(attributes)

    def ended(self, path: str, text: str) -> None:
        record = self._record
        if path == _THREAD:
            page = {"title": plain_text(record.get("title", "")).strip()}
            why = "" if self._is_public(record) else CLOSED_TO_READERS
            self.records.append(Thread(record["id"], record.get("link", "").strip(), page, why))
        elif path == _POST:
            self.posts += 1
            self.records.append(_post(record))
        elif path in (_CATEGORY, _FORUM):
            if not _is_shown(record):
                self._hidden.add(f"{path}:{record['id']}")
            if len(self._hidden) > _MAX_HIDDEN:
                raise BadFile(f"has more than {_MAX_HIDDEN:,} deleted categories")
        elif path in self.wanted:
            record[path.split("/", 2)[2]] = text

    def _is_public(self, thread: dict[str, str]) -> bool:
        places = {
            f"{_CATEGORY}:{thread.get('category', '')}",
            f"{_FORUM}:{thread.get('forum', '').strip()}",
        }
        return _is_shown(thread) and not places & self._hidden


def _is_shown(place: dict[str, str]) -> bool:
    """Decide whether readers see a thread, category or forum. A value that is unknown hides it."""
    return all(_flag(place, name, shown) == shown for name, shown in _PUBLIC.items())


def _flag(record: dict[str, str], name: str, default: str) -> str:
    """Return "true", "false" or, for a value that Disqus never writes, ""."""
    return _BOOLEANS.get(record.get(name, default).strip().lower() or default, "")


def _id(attributes: Mapping[str, str]) -> str:
    return attributes.get("dsq:id", "")[:64]


def _post(post: dict[str, str]) -> Found | Skipped:
    source = f"disqus:{post['id']}"
    if not post["id"]:
        return Skipped(source, "it has no id")
    at_s = seconds(post.get("createdAt", ""))
    if at_s is None:
        return Skipped(source, NO_TIME)
    parent = post.get("parent", "")
    return Found(
        source,
        post.get("thread", ""),
        at_s,
        post.get("author/name", "").strip() or post.get("author/username", ""),
        plain_text(post.get("message", "")),
        f"disqus:{parent}" if parent else "",
        _state(post),
    )


def _state(post: dict[str, str]) -> str:
    spam, deleted = (_flag(post, name, "false") for name in ("isSpam", "isDeleted"))
    if spam == "true":
        return "spam"
    if deleted == "true":
        return "deleted"
    is_clear = spam == deleted == "false" and _flag(post, "isApproved", "true") == "true"
    return "published" if is_clear else "held"
