"""Reader of XML files of any size, piece by piece, which refuses XML's dangerous features.

defusedxml's parser refuses a document type here. Without one, a file cannot declare entities, so it
cannot expand without bound or include other files. This module also limits everything that expat
keeps in memory: open elements, different names, and the length of a single tag or comment.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from widget.domain.comments.cleaning import MAX_RAW
from widget.importing.model import BadFile, Found, Progress, Skipped, Thread

CHUNK_BYTES = 64 * 1024
MAX_TAG_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_NAMES = 1000

Name = tuple[str | None, str]


class Handler(ContentHandler):
    """Base of a format's reader. It reports each element by its path: ``rss/channel/item``.

    :cvar root: the first element of such a file; ``what`` is the format's name for people.
    :cvar wanted: the paths whose text is read. No other text is kept.
    """

    root = ""
    what = ""
    wanted: frozenset[str] = frozenset()

    def __init__(self) -> None:
        super().__init__()
        self.events = 0
        self.records: list[Thread | Found | Skipped] = []
        self._path: list[str] = []
        self._names: set[Name] = set()
        self._text: list[str] | None = None
        self._chars = 0

    def prefix(self, namespace: str) -> str:
        """Return the prefix of an element's name in its path."""
        raise NotImplementedError

    def began(self, path: str, attributes: AttributesNSImpl) -> None:
        """Handle the start of an element."""

    def ended(self, path: str, text: str) -> None:
        """Handle the end of an element. ``text`` is "" for those that are not wanted."""

    def take(self) -> list[Thread | Found | Skipped]:
        """Return the records read since the last call."""
        records, self.records = self.records, []
        return records

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:
        self.events += 1
        self._count(name, *attrs.getNames())
        if len(self._path) >= MAX_DEPTH:
            raise BadFile(f"has elements nested more than {MAX_DEPTH} deep")
        self._path.append(self.prefix(name[0] or "") + name[1])
        path = "/".join(self._path)
        if len(self._path) == 1 and path != self.root:
            raise BadFile(f"is not a {self.what}: its first element is <{name[1][:40]}>")
        if path in self.wanted:
            self._text, self._chars = [], 0
        self.began(path, attrs)

    def startPrefixMapping(self, prefix: str | None, uri: str) -> None:
        self._count((uri, prefix or ""))

    def endElementNS(self, name: Name, qname: str | None) -> None:
        self.events += 1
        path = "/".join(self._path)
        text = ""
        if path in self.wanted and self._text is not None:
            text, self._text = "".join(self._text), None
        self.ended(path, text)
        self._path.pop()

    def characters(self, content: str) -> None:
        self.events += 1
        if self._text is not None and self._chars <= MAX_RAW:
            self._text.append(content)
            self._chars += len(content)

    def _count(self, *names: Name) -> None:
        """Refuse a file with too many different names, all of which expat keeps in memory."""
        self._names.update(names)
        if len(self._names) > MAX_NAMES:
            raise BadFile(f"has more than {MAX_NAMES:,} different names of elements and attributes")


def read(path: Path, handler: Handler, progress: Progress) -> Iterator[Thread | Found | Skipped]:
    """Read a file through a handler.

    :raise BadFile: not XML, not this format, or hostile.
    """
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    silent_bytes = 0
    with path.open("rb") as file:
        _refuse_other(file.read(2))
        file.seek(0)
        while True:
            chunk, before = file.read(CHUNK_BYTES), handler.events
            try:
                parser.feed(chunk) if chunk else parser.close()
            except SAXParseException as problem:
                where = f"line {problem.getLineNumber()}, column {problem.getColumnNumber()}"
                if chunk or not handler.events:
                    raise BadFile(f"is not XML: {problem.getMessage()} ({where})") from None
                raise BadFile(f"ends too early ({where}); download it again") from None
            except DefusedXmlException:
                raise BadFile(
                    f"declares a document type (<!DOCTYPE ...>). No {handler.what} needs one, and "
                    "it can hide entities that expand without end or read other files"
                ) from None
            except (ValueError, LookupError) as problem:
                raise BadFile(f"has an encoding that cannot be read: {problem}") from None
            yield from handler.take()
            if not chunk:
                return
            progress(len(chunk))
            silent_bytes = silent_bytes + len(chunk) if handler.events == before else 0
            if silent_bytes > MAX_TAG_BYTES:
                raise BadFile(f"has a tag or comment of more than {MAX_TAG_BYTES:,} bytes")


def _refuse_other(start: bytes) -> None:
    if not start:
        raise BadFile("is empty")
    if start in (b"\x1f\x8b", b"PK", b"BZ"):
        raise BadFile("is compressed; unpack it first")
