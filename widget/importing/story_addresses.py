"""Reader of stories' addresses: a sitemap, an RSS or Atom feed, or a list, one on each line."""

from collections.abc import Mapping
from pathlib import Path

from widget.importing import xml_records
from widget.importing.model import BadFile

MAX_LINE_BYTES = 8192
_SITEMAP_LINK = "urlset/url/loc"
_RSS_LINKS = ("rss/channel/item/link", "RDF/item/link")
_ATOM_LINK = "feed/entry/link"
_ROOTS = ("urlset", "rss", "RDF", "feed")
_INDEX = "sitemapindex"
# Elements of other namespaces, such as image:loc, keep apart from those of the format itself.
_NAMESPACES = (
    "",
    "http://www.sitemaps.org/schemas/sitemap/0.9",
    "http://www.google.com/schemas/sitemap/0.84",
    "http://www.w3.org/2005/Atom",
    "http://purl.org/rss/1.0/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)


def read(path: Path) -> list[str]:
    """Return the addresses in a file, as they are written there.

    :raise BadFile: it is none of these formats, or hostile.
    """
    with path.open("rb") as file:
        start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"<"):
        return _lines(path)
    handler = _Handler()
    for _ in xml_records.read(path, handler, lambda _: None):
        pass  # it keeps the addresses, and has no records
    return handler.addresses


def _lines(path: Path) -> list[str]:
    found = []
    with path.open("rb") as file:
        while line := file.readline(MAX_LINE_BYTES):
            try:
                found.append(line.decode("utf-8-sig").strip())
            except UnicodeDecodeError:
                raise BadFile("is neither text in UTF-8 nor XML") from None
    return [address for address in found if address and not address.startswith("#")]


class _Handler(xml_records.Handler):
    roots = (*_ROOTS, _INDEX)
    what = "a sitemap or feed"
    wanted = frozenset((_SITEMAP_LINK, *_RSS_LINKS))

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def prefix(self, namespace: str) -> str:
        return "" if namespace in _NAMESPACES else "other:"

    def began(self, path: str, attributes: Mapping[str, str]) -> None:
        if path == _INDEX:
            raise BadFile("lists other sitemaps; pass each of those")
        if path == _ATOM_LINK and attributes.get("rel", "alternate") == "alternate":
            self._add(attributes.get("href", ""))

    def ended(self, path: str, text: str) -> None:
        if path in self.wanted:
            self._add(text)

    def _add(self, address: str) -> None:
        if address.strip():
            self.addresses.append(address.strip())
