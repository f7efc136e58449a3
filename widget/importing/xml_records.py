"""Reads XML of any size piece by piece, and refuses what XML should never have had.

defusedxml's parser, told to take no document type: without one there is no entity to declare, so
no bomb and nothing to fetch. What expat itself would keep without bound is bounded here: open
elements, different names, and a single tag or comment.
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
    """Tells a format's reader which element began or ended, by its path: ``rss/channel/item``.

    :cvar root: the first element of such a file; ``what`` is the format's name for people.
    :cvar wanted: the paths whose text is read. No other text is ever kept.
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
        """What stands before an element's name in its path."""
        raise NotImplementedError

    def began(self, path: str, attributes: AttributesNSImpl) -> None:
        """An element of the format began."""

    def ended(self, path: str, text: str) -> None:
        """An element ended; ``text`` is "" for those that are not wanted."""

    def take(self) -> list[Thread | Found | Skipped]:
        taken, self.records = self.records, []
        return taken

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:
        self.events += 1
        self._know(name, *attrs.getNames())
        if len(self._path) >= MAX_DEPTH:
            raise BadFile(f"has more than {MAX_DEPTH} elements inside one another")
        self._path.append(self.prefix(name[0] or "") + name[1])
        path = "/".join(self._path)
        if len(self._path) == 1 and path != self.root:
            raise BadFile(f"is no {self.what}: its first element is <{name[1][:40]}>")
        if path in self.wanted:
            self._text, self._chars = [], 0
        self.began(path, attrs)

    def startPrefixMapping(self, prefix: str | None, uri: str) -> None:
        self._know((uri, prefix or ""))

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

    def _know(self, *names: Name) -> None:
        self._names.update(names)
        if len(self._names) > MAX_NAMES:
            raise BadFile(f"has more than {MAX_NAMES:,} different names of elements")


def read(path: Path, handler: Handler, progress: Progress) -> Iterator[Thread | Found | Skipped]:
    """:raise BadFile: no XML, not this format, or made to hurt."""
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
                    raise BadFile(f"is no XML: {problem.getMessage()} ({where})") from None
                raise BadFile(f"ends too early ({where}); fetch it again, whole") from None
            except DefusedXmlException:
                raise BadFile(
                    f"declares a document type (<!DOCTYPE ...>), which no {handler.what} does and "
                    "which can hide entities that grow without end or read other files"
                ) from None
            except (ValueError, LookupError) as problem:
                raise BadFile(f"is in an encoding that cannot be read: {problem}") from None
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
