"""Conversion of names and comments stored as HTML to the plain text that readers wrote."""

import html
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from widget.importing.model import MAX_SOURCE_CHARS

PIECE_CHARS = 20_000  # the parser is quadratic, so a long text is parsed in pieces of this length

_BREAKS = {
    **dict.fromkeys(("br", "div", "tr", "dt", "dd", "figcaption"), "\n"),
    **dict.fromkeys(("p", "blockquote", "pre", "ul", "ol", "dl", "table", "figure"), "\n\n"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "hr"), "\n\n"),
}
_LISTS = frozenset(("ul", "ol"))
_SILENT = frozenset(("script", "style"))
_MAX_NESTED = 5  # quotes and lists that change the text; those inside are only text
# A "<" that does not begin a complete tag. The parser fails at some ("<!["), and for each
# unfinished tag it searches all of the text for the end.
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
# No character has such a number, and Python refuses to read one of thousands of digits.
_NO_CHARACTER = re.compile(r"&#[0-9]{9,};?")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});")
# A character that some databases and editors write as its two halves in UTF-16.
_HALVES = re.compile(
    r"&#(x[dD][89abAB][0-9a-fA-F]{2}|5[56][0-9]{3});&#(x[dD][c-fC-F][0-9a-fA-F]{2}|5[67][0-9]{3});"
)


def plain_text(html_: str) -> str:
    """Remove tags. Keep their line breaks, and the addresses of links and pictures."""
    if "<" not in html_ and "&" not in html_:
        return html_
    reader = _Reader()
    for piece in _pieces(_NO_TAG.sub("&lt;", without_comments(html_[:MAX_SOURCE_CHARS]))):
        reader.feed(_NO_CHARACTER.sub("\ufffd", _joined(piece)))
        reader.close()
    return reader.result()


def decoded(text: str) -> str:
    """Decode references to characters, once: "&amp;lt;" becomes "&lt;". Tags are only text."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), _joined(text))


def without_comments(html_: str) -> str:
    """Remove complete comments. Once one has no end, no later one has."""
    kept, start = [], 0
    while (begin := html_.find("<!--", start)) >= 0:
        end = html_.find("-->", begin + 2)  # "<!-->" is a whole comment
        if end < 0:
            break
        kept.append(html_[start:begin])
        start = end + 3
    return "".join([*kept, html_[start:]])


def _joined(text: str) -> str:
    """Write a character given as two halves as itself."""
    return _HALVES.sub(_pair, text)


def _pair(halves: re.Match[str]) -> str:
    high, low = (int(h[1:], 16) if h[0] == "x" else int(h) for h in halves.groups())
    if 0xD800 <= high <= 0xDBFF and 0xDC00 <= low <= 0xDFFF:
        return chr(0x10000 + (high - 0xD800 << 10) + low - 0xDC00)
    return halves[0]


def _pieces(html_: str) -> Iterator[str]:
    """Divide HTML, but never within a tag or, if it has any other place, a reference."""
    start = 0
    while len(html_) - start > PIECE_CHARS:
        end = start + PIECE_CHARS
        tag = html_.rfind("<", start, end)
        if tag >= 0 and html_.find(">", tag, end) < 0:
            end = tag if tag > start else html_.find(">", tag) + 1
        elif (sign := html_.rfind("&", max(start + 1, end - 40), end)) > start:
            end = sign
        yield html_[start:end]
        start = end
    yield html_[start:]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._text: list[str] = []
        self._silent = 0
        self._after_break = False
        self._link = ""
        self._link_from = 0
        self._quotes: list[int] = []
        self._lists: list[int] = []  # the next number of each open list; 0 in one without numbers

    def result(self) -> str:
        return "".join(self._text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag == "br" and self._text and self._text[-1].endswith("\n") and not self._after_break:
            self._text[-1] = self._text[-1][:-1]
        self._text.append(_BREAKS.get(tag, ""))
        self._after_break = tag == "br"
        values = {name: value or "" for name, value in attrs}
        if tag == "img":
            self._text.append(_picture(values))
        elif tag == "a":
            self._link, self._link_from = _address(values), len(self._text)
        elif tag == "blockquote":
            self._quotes.append(len(self._text))
        elif tag in _LISTS:
            self._lists.append(tag == "ol")
        elif tag == "li":
            self._begin_item()

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        self._after_break = False
        if tag == "a" and self._link:
            self._end_link()
        elif tag == "blockquote" and self._quotes:
            self._end_quote()
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        if tag != "br":
            self._text.append(_BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if self._after_break:  # the source has its own line break behind the tag
            data = re.sub(r"^[ \t]*\r?\n", "", data)
            self._after_break = False
        if not self._silent:
            self._text.append(data)

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        indent = "  " * min(len(self._lists) - 1, _MAX_NESTED)
        self._text.append(f"\n{indent}{number}. " if number else f"\n{indent}- ")
        if number:
            self._lists[-1] += 1

    def _end_link(self) -> None:
        # The text of a link may be its address, or the beginning of a long one.
        label = "".join(self._text[self._link_from :]).strip()
        if label and _bare(self._link).startswith(_bare(label).rstrip(".\u2026")):
            self._text[self._link_from :] = [self._link]
        else:
            self._text.append(f" ({self._link})")
        self._link = ""

    def _end_quote(self) -> None:
        begin = self._quotes.pop()
        if len(self._quotes) < _MAX_NESTED:
            lines = "".join(self._text[begin:]).strip().split("\n")
            self._text[begin:] = ["\n".join(f"> {line}".rstrip() for line in lines)]
            self._link_from = min(self._link_from, len(self._text))


def _picture(image: dict[str, str]) -> str:
    """Return the emoji that a picture shows, or else its address."""
    alt, classes = image.get("alt", ""), image.get("class", "").split()
    if alt and len(alt) <= 20 and any("emoji" in one or "smil" in one for one in classes):
        return alt
    address = image.get("src", "")
    return f" {address} " if _is_address(address) else ""


def _address(link: dict[str, str]) -> str:
    """Return the address of a link. Disqus links to its own counter; the title has the address."""
    address, title = link.get("href", ""), link.get("title", "")
    if _bare(address).startswith("disq.us/") and _is_address(title):
        address = title
    return address if _is_address(address) else ""


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://")
