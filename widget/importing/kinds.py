"""What kind of file somebody has passed, from its beginning, to say so when it is refused."""

import re
from pathlib import Path

_START_BYTES = 64 * 1024
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "ZIP",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "Zstandard",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
}
_SQLITE = b"SQLite format 3\0"
_ISSO_TABLE = re.compile(rb"CREATE TABLE (IF NOT EXISTS )?['\"]?threads['\"]?\s*\(")
_HTML = re.compile(rb"<(!doctype\s+html|html)\b", re.IGNORECASE)
# The first element of a document, behind a declaration, comments and a document type.
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]{0,40})[\s>/]")
_WXR = re.compile(rb"https?://(www\.)?wordpress\.org/export/|<wp:")
_ELEMENTS = {
    b"disqus": "a Disqus export",
    b"feed": "an Atom feed",
    b"RDF": "an RSS feed",
    b"urlset": "a sitemap",
    b"sitemapindex": "a list of sitemaps",
}
# The names that each system's JSON has near its beginning.
_JSON = (
    ("a Readback export (JSONL)", (b'"kind"', b'"article"')),
    ("a Remark42 backup", (b'"locator"', b'"pid"')),
    ("a Commento export", (b'"commentHex"',)),
    ("a Waline export", (b'"type"', b'"waline"')),
    ("an Artalk export", (b'"page_key"',)),
    ("Isso's generic JSON", (b'"comments"', b'"author"', b'"created"')),
)


def packing(start: bytes) -> str:
    """Return the compression of a file that begins so, or ""."""
    return next((name for mark, name in _PACKED.items() if start.startswith(mark)), "")


def kind(path: Path) -> str:
    """Return what a file looks like, with its article: "a Disqus export"."""
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if packed := packing(start):
        return f"a {packed} archive"
    if start.startswith(_SQLITE):
        return "an Isso database" if _ISSO_TABLE.search(start) else "an SQLite database"
    return _of_text(start.removeprefix(b"\xef\xbb\xbf").strip())


def _of_text(start: bytes) -> str:
    if not start:
        return "an empty file"
    if start[:1] in b"{[":
        return next((name for name, words in _JSON if all(word in start for word in words)), "JSON")
    if _HTML.match(start):
        return "a web page (HTML)"
    if b"\0" in start:
        return "a binary file"
    root = _ROOT.search(start) if b"<" in start[:200] else None
    return _of_xml(root[1], start) if root else "plain text"


def _of_xml(root: bytes, start: bytes) -> str:
    if root == b"rss":
        return "a WordPress export (WXR)" if _WXR.search(start) else "an RSS feed"
    return _ELEMENTS.get(root, f"XML whose first element is <{root.decode()}>")
