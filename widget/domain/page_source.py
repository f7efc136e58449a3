"""What a page's HTML says about the bar: its tags, its elements, its canonical link. Pure.

The source comes from anywhere, so only single tags are given to the parser of the standard library,
whose time grows with the square of what it reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

MAX_CHARS = 2 * 1024 * 1024
MAX_FOUND = 20
MAX_READ = 5000  # tags whose attributes are read
_FILE = re.compile(r"/embed(?:\.v\d+)?\.js(?:[?#]|\Z)")
# The begin of a comment, or a tag up to the first ">" that is not quoted, as browsers read it. Each
# sign is read once, so the time is that of the length.
_NEXT = re.compile(
    r"<(?:!--|(/?[a-z][^\s/>]{0,60}+)(?=[\s/>])"
    r"(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')|=)*+(?:>|\Z))",
    re.IGNORECASE | re.ASCII,
)
_COMMENT_END = re.compile("--!?>")
# No tags inside count. A browser that runs scripts takes noscript for text.
_SILENT = {
    name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII)
    for name in (
        *("script", "style", "textarea", "title", "template"),
        *("noscript", "iframe", "noframes", "noembed", "xmp"),
    )
}
_OF_HEADS = frozenset(("html", "head", "meta", "link", "base", "/html", *_SILENT))
_RUNS = frozenset(
    f"{group}/{name}" for group in ("text", "application") for name in ("javascript", "ecmascript")
) | {"", "module", "application/x-javascript", "text/jscript"}

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScriptTag:
    """A script tag whose file has the name of the bar's, of whichever server."""

    attributes: Attributes
    is_in_head: bool

    @property
    def runs(self) -> bool:
        """Whether a browser runs it: a consent banner often gives tags another type until then."""
        kind = self.attributes.get("type", "").strip().lower()
        return kind in _RUNS and "nomodule" not in self.attributes


@dataclass(frozen=True, slots=True)
class PageSource:
    """What a page has, in its order.

    :param elements: the attributes of each ``<reader-reactions>`` that the page itself placed.
    :param canonical: the href of the first canonical link, "" without one.
    :param base: the href of the first base, "" without one.
    :param is_amp: the page is written in AMP, where no script of a publisher runs.
    """

    tags: tuple[ScriptTag, ...]
    elements: tuple[Attributes, ...]
    canonical: str
    base: str
    is_amp: bool


def read_source(text: str) -> PageSource:
    """Read the first 2 MiB of a page's source."""
    tags: list[ScriptTag] = []
    elements: list[Attributes] = []
    canonical = base = ""
    is_head = is_amp = False
    read = 0
    for name, tag in _tags(text[:MAX_CHARS]):
        is_head = name == "head" or (is_head and name in _OF_HEADS)
        if name not in ("html", "script", "reader-reactions", "link", "base"):
            continue
        read += 1
        if read > MAX_READ:
            break
        attributes = _attributes(tag)
        if name == "html":
            is_amp = is_amp or any(sign in attributes for sign in ("amp", "\u26a1"))
        elif name == "script" and _FILE.search(attributes.get("src", "").strip()):
            tags.append(ScriptTag(attributes, is_head))
        elif name == "reader-reactions" and "placed" not in attributes:
            elements.append(attributes)
        elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            canonical = canonical or attributes.get("href", "")
        elif name == "base":
            base = base or attributes.get("href", "")
    return PageSource(tuple(tags[:MAX_FOUND]), tuple(elements[:MAX_FOUND]), canonical, base, is_amp)


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each tag that a browser would take for one."""
    at = 0
    while found := _NEXT.search(text, at):
        at = found.end()
        if text[at - 1] != ">" and found[1]:
            return  # a browser drops a tag without an end, and that is all that follows
        name = (found[1] or "").lower()
        end = _SILENT.get(name)
        if name:
            yield name, found[0]
        else:
            at, end = found.start() + 2, _COMMENT_END  # <!--> is a whole comment
        if end:
            last = end.search(text, at)
            if last is None:
                return  # a browser takes all that follows for its content
            at = last.end() if not name else last.start()


def _attributes(tag: str) -> Attributes:
    reader = _Reader()
    reader.feed(tag)
    return reader.found


class _Reader(HTMLParser):
    """Reads the attributes of one tag; of several with one name, the first counts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.found.setdefault(name, (value or "").strip() if name == "href" else value or "")
