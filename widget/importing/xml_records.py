"""Reader of XML files of any size, piece by piece, which refuses XML's dangerous features.

defusedxml's parser refuses a document type here. Without one, a file cannot declare entities, so it
cannot expand without bound or include other files. This module also limits everything that expat
keeps in memory: open elements, different names, and the length of a single tag or comment.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from widget.importing.kinds import kind, packing
from widget.importing.model import (
    MAX_SOURCE_CHARS,
    BadFile,
    CutFile,
    Found,
    Progress,
    Skipped,
    Thread,
)
from widget.importing.near_xml import NearXml

CHUNK_BYTES = 64 * 1024
MAX_TAG_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_NAMES = 1000


class Handler(ContentHandler):
    """Base of a format's reader. It reports each element by its path: ``rss/channel/item``.

    :cvar roots: the first elements that such a file may have; ``what`` is the format's name for
        people, with its article.
    :cvar wanted: the paths whose text is read. No other text is kept.
    :cvar usual: the namespaces of prefixes, for a file that uses one and does not declare it.
    """

    roots: tuple[str, ...] = ()
    what = ""
    wanted: frozenset[str] = frozenset()
    usual: Mapping[str, str] = {}

    def __init__(self) -> None:
        super().__init__()
        self.events = 0
        self.records: list[Thread | Found | Skipped] = []
        self._path: list[str] = []
        self._scopes: list[Mapping[str, str]] = [self.usual]
        self._names: set[str] = set()
        self._text: list[str] | None = None
        self._chars = 0

    def prefix(self, namespace: str) -> str:
        """Return the prefix of a name in its path. A namespace of https counts as that of http."""
        raise NotImplementedError

    def began(self, path: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""

    def ended(self, path: str, text: str) -> None:
        """Handle the end of an element. ``text`` is "" for those that are not wanted."""

    def cut(self) -> None:
        """Handle the end of a file that breaks off: records may be whole and not read yet."""

    def take(self) -> list[Thread | Found | Skipped]:
        """Return the records read since the last call."""
        records, self.records = self.records, []
        return records

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.events += 1
        values = dict(attrs.items())
        self._count(name, *values)
        if len(self._path) >= MAX_DEPTH:
            raise BadFile(f"has elements nested more than {MAX_DEPTH} deep")
        self._scopes.append(self._scope(values))
        self._path.append(self._named(name, self._scopes[-1].get("", "")))
        path = "/".join(self._path)
        if len(self._path) == 1 and path not in self.roots:
            first = name.rpartition(":")[2][:40]
            raise BadFile(f"is not {self.what}: its first element is <{first}>")
        if path in self.wanted:
            self._text, self._chars = [], 0
        self.began(path, {self._named(key, ""): value for key, value in values.items()})

    def endElement(self, name: str) -> None:
        self.events += 1
        path = "/".join(self._path)
        text = ""
        if path in self.wanted and self._text is not None:
            text, self._text = "".join(self._text), None
        self.ended(path, text)
        self._path.pop()
        self._scopes.pop()

    def characters(self, content: str) -> None:
        self.events += 1
        if self._text is not None and self._chars <= MAX_SOURCE_CHARS:
            self._text.append(content)
            self._chars += len(content)

    def _scope(self, attributes: Mapping[str, str]) -> Mapping[str, str]:
        """Return the namespaces of prefixes inside an element; "" has the default one."""
        declared = {
            name.removeprefix("xmlns").removeprefix(":"): uri
            for name, uri in attributes.items()
            if name == "xmlns" or name.startswith("xmlns:")
        }
        self._count(*declared.values())
        return {**self._scopes[-1], **declared} if declared else self._scopes[-1]

    def _named(self, name: str, default: str) -> str:
        """Return an element's or attribute's name as paths have it."""
        prefix, _, local = name.rpartition(":")
        namespace = self._scopes[-1].get(prefix, "?") if prefix else default
        if namespace.startswith("https:"):
            namespace = namespace.replace("https:", "http:", 1)
        return self.prefix(namespace) + local if namespace else local

    def _count(self, *names: str) -> None:
        """Refuse a file with too many different names, all of which expat keeps in memory."""
        self._names.update(names)
        if len(self._names) > MAX_NAMES:
            raise BadFile(f"has more than {MAX_NAMES:,} different names of elements and attributes")


def read(path: Path, handler: Handler, progress: Progress) -> Iterator[Thread | Found | Skipped]:
    """Read a file through a handler.

    :raise BadFile: not XML, not this format, or hostile.
    :raise CutFile: it is not XML from some line on. All records before that were yielded.
    """
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    silent_bytes = 0
    with path.open("rb") as file:
        start = file.read(CHUNK_BYTES)
        _refuse_other(start)
        file.seek(0)
        repaired = NearXml(start, handler.roots)
        while True:
            chunk, before = file.read(CHUNK_BYTES), handler.events
            is_end = False
            try:
                parser.feed(repaired.feed(chunk, final=not chunk))
                is_end = not chunk
                if is_end:
                    parser.close()
            except SAXParseException as problem:
                if not handler.events:
                    raise BadFile(f"is not XML: it looks like {kind(path)}") from None
                handler.cut()
                yield from handler.take()
                raise CutFile(_where(problem, is_end=is_end)) from None
            except DefusedXmlException:
                raise BadFile(
                    "declares a document type (<!DOCTYPE ...>). No export or feed needs one, and "
                    "it can hide entities that expand without end or read other files; the file "
                    f"looks like {kind(path)}"
                ) from None
            yield from handler.take()
            if not chunk:
                return
            progress(len(chunk))
            silent_bytes = silent_bytes + len(chunk) if handler.events == before else 0
            if silent_bytes > MAX_TAG_BYTES:
                raise BadFile(f"has a tag or comment of more than {MAX_TAG_BYTES:,} bytes")


def _where(problem: SAXParseException, *, is_end: bool) -> str:
    line = problem.getLineNumber()
    if is_end:
        return f"ends too early, in line {line:,}; download it again"
    column = problem.getColumnNumber()
    return f"is not XML from line {line:,}, column {column:,} on: {problem.getMessage()}"


def _refuse_other(start: bytes) -> None:
    if not start:
        raise BadFile("is empty")
    if packed := packing(start):
        raise BadFile(f"is compressed (a {packed} archive); unpack it first")
