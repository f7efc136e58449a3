"""What a page's HTML says about the bar: its tags, its elements, its canonical link. Pure.

The source comes from anywhere, so only single tags are given to the parser of the standard library,
whose time grows with the square of what it reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

MAX_CHARS = 192 * 1024
MAX_FOUND = 20
_FILE = re.compile(r"/embed(?:\.v\d+)?\.js(?:[?#]|\Z)")
# A tag, with ">" in what is quoted. Possessive and bounded, so the time is that of the length.
_TAG = re.compile(
    r"<(script|style|textarea|title|template|base|link|body|head|/head|reader-reactions)"
    r"(?=[\s/>])(?:[^<>=]++|=\s*+(?:\"[^\"]{0,2048}+\"|'[^']{0,2048}+')|=){0,120}+>",
    re.IGNORECASE,
)
_SILENT = frozenset(("script", "style", "textarea", "title", "template"))  # no tags inside count

Attributes = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PageSource:
    """What a page has, in its order.

    :param tags: the attributes of each script tag of the bar, and whether it is in the head.
    :param elements: the attributes of each ``<reader-reactions>`` that the page itself placed.
    :param canonical: the href of the first canonical link, "" without one.
    :param base: the href of the first base, "" without one.
    """

    tags: tuple[tuple[Attributes, bool], ...]
    elements: tuple[Attributes, ...]
    canonical: str
    base: str


def read_source(text: str) -> PageSource:
    """Read the first 192 KiB of a page's source."""
    tags: list[tuple[Attributes, bool]] = []
    elements: list[Attributes] = []
    canonical = base = ""
    is_head = False
    for name, attributes in _tags(_without_comments(text[:MAX_CHARS])):
        if name == "head":
            is_head = True
        elif name in ("body", "/head"):
            is_head = False
        elif name == "script" and _FILE.search(attributes.get("src", "")):
            tags.append((attributes, is_head))
        elif name == "reader-reactions":
            elements.append(attributes)
        elif name == "link" and "canonical" in attributes.get("rel", "").lower().split():
            canonical = canonical or attributes.get("href", "")
        elif name == "base":
            base = base or attributes.get("href", "")
    return PageSource(tuple(tags[:MAX_FOUND]), tuple(elements[:MAX_FOUND]), canonical, base)


def _tags(text: str) -> Iterator[tuple[str, Attributes]]:
    lower, at = text.lower(), 0
    while found := _TAG.search(text, at):
        name, at = found[1].lower(), found.end()
        yield name, _attributes(found[0])
        if name in _SILENT:
            at = lower.find(f"</{name}", at)
            if at < 0:
                return


def _attributes(tag: str) -> Attributes:
    reader = _Reader()
    reader.feed(tag)
    return reader.found


def _without_comments(text: str) -> str:
    kept, start = [], 0
    while (begin := text.find("<!--", start)) >= 0:
        kept.append(text[start:begin])
        end = text.find("-->", begin + 2)
        if end < 0:
            return "".join(kept)  # a browser takes all that follows for the comment
        start = end + 3
    return "".join([*kept, text[start:]])


class _Reader(HTMLParser):
    """Reads the attributes of one tag; of several with one name, the first counts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.found.setdefault(name, (value or "").strip() if name == "href" else value or "")
