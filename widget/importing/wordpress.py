"""Reader of WordPress' export (WXR): an RSS feed whose items contain their comments."""

from datetime import tzinfo
from pathlib import Path
from xml.sax.xmlreader import AttributesNSImpl

from widget.importing import xml_records
from widget.importing.html_text import plain_text
from widget.importing.model import NO_ID, NO_TIME, Found, Progress, Records, Skipped, Thread
from widget.importing.times import seconds

_ITEM = "rss/channel/item"
_COMMENT = f"{_ITEM}/wp:comment"
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


def read(path: Path, progress: Progress, zone: tzinfo) -> Records:
    """Read the items and comments of the file.

    :param zone: the blog's time zone: some old comments have only a local time.
    :raise BadFile: as :func:`xml_records.read`.
    """
    return xml_records.read(path, _Handler(zone), progress)


class _Handler(xml_records.Handler):
    root = "rss"
    what = "WordPress export (WXR)"
    wanted = frozenset(
        [f"{_ITEM}/{name}" for name in ("title", "link", "category")]
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
        self._zone = zone
        self._items = 0
        self._item: dict[str, str] = {}
        self._comment: dict[str, str] = {}
        self._is_section = False

    def prefix(self, namespace: str) -> str:
        if not namespace:
            return ""
        return "wp:" if namespace.startswith("http://wordpress.org/export/") else "?:"

    def began(self, path: str, attributes: AttributesNSImpl) -> None:
        if path == _ITEM:
            self._items += 1
            self._item = {}
        elif path == _COMMENT:
            self._comment = {}
        elif path == f"{_ITEM}/category":
            self._is_section = attributes.get((None, "domain"), "") == "category"

    def ended(self, path: str, text: str) -> None:
        item = self._item
        if path == _ITEM:
            # WordPress stores names as HTML: "Arts &amp; Culture".
            page = {name: plain_text(item.get(name, "")).strip() for name in ("title", "section")}
            self.records.append(Thread(str(self._items), item.get("link", "").strip(), page))
        elif path == _COMMENT:
            self.records.append(self._found(self._comment))
        elif path.startswith(f"{_COMMENT}/") and path in self.wanted:
            self._comment[path.rpartition("/wp:comment_")[2]] = text
        elif path == f"{_ITEM}/category":
            if self._is_section:
                item.setdefault("section", text)
        elif path in self.wanted:
            item[path.rpartition("/")[2]] = text

    def _found(self, comment: dict[str, str]) -> Found | Skipped:
        def value(name: str) -> str:
            return comment.get(name, "").strip()

        source = f"wordpress:{value('id')[:64]}"
        if not value("id"):
            return Skipped(source, NO_ID)
        if value("type") not in _COMMENTS:
            return Skipped(source, "it is a pingback, trackback or note, not a reader's comment")
        at_s = seconds(value("date_gmt")) or seconds(value("date"), self._zone)
        if at_s is None:
            return Skipped(source, NO_TIME)
        parent = value("parent")[:64]
        return Found(
            source,
            str(self._items),
            at_s,
            value("author"),
            plain_text(comment.get("content", "")),
            f"wordpress:{parent}" if parent not in ("", "0") else "",
            _STATES.get(value("approved"), "held"),
        )
