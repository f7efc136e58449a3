"""Reader of Disqus' XML export. https://docs.disqus.com/developers/export/

The file has all threads, then all posts.
"""

from pathlib import Path
from xml.sax.xmlreader import AttributesNSImpl

from widget.importing import xml_records
from widget.importing.html_text import plain_text
from widget.importing.model import NO_ID, NO_TIME, Found, Progress, Records, Skipped, Thread
from widget.importing.times import seconds

_NAMESPACE = "http://disqus.com"
_ID = ("http://disqus.com/disqus-internals", "id")
_THREAD, _POST = "disqus/thread", "disqus/post"


def read(path: Path, progress: Progress) -> Records:
    """Read the threads and posts of the file.

    :raise BadFile: as :func:`xml_records.read`.
    """
    return xml_records.read(path, _Handler(), progress)


class _Handler(xml_records.Handler):
    root = "disqus"
    what = "Disqus export"
    wanted = frozenset(
        [f"{_THREAD}/{name}" for name in ("link", "title")]
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

    def prefix(self, namespace: str) -> str:
        return "" if namespace == _NAMESPACE else "?:"

    def began(self, path: str, attributes: AttributesNSImpl) -> None:
        if path in (_THREAD, _POST):
            self._record = {"id": _id(attributes)}
        elif path in (f"{_POST}/thread", f"{_POST}/parent"):
            self._record[path.rpartition("/")[2]] = _id(attributes)

    def ended(self, path: str, text: str) -> None:
        if path == _THREAD:
            thread = self._record
            page = {"title": plain_text(thread.get("title", "")).strip()}
            self.records.append(Thread(thread["id"], thread.get("link", "").strip(), page))
        elif path == _POST:
            self.records.append(_post(self._record))
        elif path in self.wanted:
            self._record[path.split("/", 2)[2]] = text


def _id(attributes: AttributesNSImpl) -> str:
    return str(attributes.get(_ID, ""))[:64]


def _post(post: dict[str, str]) -> Found | Skipped:
    source = f"disqus:{post['id']}"
    if not post["id"]:
        return Skipped(source, NO_ID)
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
    def value(name: str) -> str:
        return post.get(name, "").strip().lower()

    if value("isSpam") == "true":
        return "spam"
    if value("isDeleted") == "true":
        return "deleted"
    return "held" if value("isApproved") == "false" else "published"
