"""Reader of WordPress' export (WXR): an RSS feed whose items contain their comments."""

import re
from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path

from widget.importing import xml_records
from widget.importing.html_text import plain_text
from widget.importing.model import NO_TIME, BadFile, Found, Progress, Records, Skipped, Thread
from widget.importing.times import seconds

PASSWORD = "its post has a password there"
UNKNOWN_STATE = "its post has a state there that is not known to be public"

_ITEM = "rss/channel/item"
_COMMENT = f"{_ITEM}/wp:comment"
_NAMESPACE = re.compile(r"http://(www\.)?wordpress\.org/export(/.*)?")
_STATES = {
    "1": "published",
    "approved": "published",
    "0": "held",
    "hold": "held",
    "spam": "spam",
    "trash": "deleted",
    "post-trashed": "deleted",
}
_COMMENTS = ("", "comment", "review")  # types that readers write; others are pings and notes
# Why readers must not see the comments of a post in this state. An attachment inherits its post's.
_NOT_PUBLIC = {
    "publish": "",
    "inherit": "",
    "private": "its post is private there",
    "draft": "its post is a draft there",
    "auto-draft": "its post is a draft there",
    "pending": "its post waits for review there",
    "future": "its post is not published yet there",
    "trash": "its post is in the trash there",
}


def read(path: Path, progress: Progress, zone: tzinfo) -> Records:
    """Read the items and comments of the file.

    :param zone: the blog's time zone: some old comments have only a local time.
    :raise BadFile, CutFile: as :func:`xml_records.read`; or it has no comment.
    """
    handler = _Handler(zone)
    yield from xml_records.read(path, handler, progress)
    if not handler.is_wordpress:
        raise BadFile(
            "is an RSS feed, not a WordPress export (WXR): nothing in it is in WordPress' "
            "namespace, http://wordpress.org/export/1.2/. Export with WordPress, Tools, Export"
        )
    if not handler.comments:
        raise BadFile(
            f"is a WordPress export of {handler.items:,} items without a comment "
            "(<wp:comment>). Export all content with WordPress, Tools, Export"
        )


class _Handler(xml_records.Handler):
    roots = ("rss",)
    what = "a WordPress export (WXR)"
    usual: Mapping[str, str] = {"wp": "http://wordpress.org/export/"}
    wanted = frozenset(
        [f"{_ITEM}/{name}" for name in ("title", "link", "category")]
        + [
            f"{_ITEM}/wp:{name}"
            for name in ("post_id", "post_parent", "post_type", "status", "post_password")
        ]
        + [
            f"{_COMMENT}/wp:comment_{name}"
            for name in (
                "id",
                "author",
                "date",
                "date_gmt",
                "content",
                "approved",
                "type",
                "parent",
            )
        ]
    )

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self.is_wordpress = False
        self.items = 0
        self.comments = 0
        self._zone = zone
        self._item: dict[str, str] = {}
        self._comment: dict[str, str] = {}
        self._is_section = False

    def prefix(self, namespace: str) -> str:
        return "wp:" if _NAMESPACE.fullmatch(namespace) else "?:"

    def began(self, path: str, attributes: Mapping[str, str]) -> None:
        if path == _ITEM:
            self.items += 1
            self._item = {}
        elif path == _COMMENT:
            self.comments += 1
            self._comment = {}
        elif path == f"{_ITEM}/category":
            self._is_section = attributes.get("domain", "") == "category"
        self.is_wordpress = self.is_wordpress or "/wp:" in path

    def ended(self, path: str, text: str) -> None:
        item = self._item
        if path == _ITEM:
            self.records.append(self._thread())
            self._item = {}
        elif path == _COMMENT:
            self.records.append(self._found(self._comment))
        elif path.startswith(f"{_COMMENT}/") and path in self.wanted:
            self._comment[path.rpartition("/wp:comment_")[2]] = text
        elif path == f"{_ITEM}/category":
            if self._is_section:
                item.setdefault("section", text)
        elif path in self.wanted:
            item[path.rpartition("/")[2]] = text

    def cut(self) -> None:
        # Comments follow what their item says about itself, so those before the end are whole.
        if "wp:status" in self._item and "link" in self._item:
            self.records.append(self._thread())

    def _thread(self) -> Thread:
        item = self._item

        def value(name: str) -> str:
            return item.get(name, "").strip()

        # WordPress stores names as HTML: "Arts &amp; Culture".
        page = {name: plain_text(item.get(name, "")).strip() for name in ("title", "section")}
        above = value("wp:post_parent")
        inherits = value("wp:status").lower() == "inherit" and above not in ("", "0")
        return Thread(
            str(self.items),
            value("link"),
            page,
            _why_not_public(item),
            value("wp:post_id")[:64],
            above[:64] if inherits else "",
        )

    def _found(self, comment: dict[str, str]) -> Found | Skipped:
        def value(name: str) -> str:
            return comment.get(name, "").strip()

        source = f"wordpress:{value('id')[:64]}"
        if not value("id"):
            return Skipped(source, "it has no id")
        if value("type") not in _COMMENTS:
            return Skipped(source, "it is a pingback, trackback or note, not a reader's comment")
        at_s = seconds(value("date_gmt")) or seconds(value("date"), self._zone)
        if at_s is None:
            return Skipped(source, NO_TIME)
        parent = value("parent")[:64]
        return Found(
            source,
            str(self.items),
            at_s,
            plain_text(value("author")),
            plain_text(comment.get("content", "")),
            f"wordpress:{parent}" if parent not in ("", "0") else "",
            _STATES.get(value("approved"), "held"),
        )


def _why_not_public(item: Mapping[str, str]) -> str:
    """Return why readers must not see the comments of an item, or "".

    An item that says nothing is public: other systems write this format without WordPress' states.
    """
    if item.get("wp:post_password", "").strip():
        return PASSWORD
    if "wp:status" not in item:
        return ""
    return _NOT_PUBLIC.get(item["wp:status"].strip().lower(), UNKNOWN_STATE)
