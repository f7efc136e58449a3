"""Conversion of comments stored as HTML to the plain text that readers wrote."""

import re
from html.parser import HTMLParser

MAX_HTML = 20_000  # characters; the text of longer HTML is too long, and the parser is quadratic

_BREAKS = {"br": "\n", "p": "\n\n", "div": "\n", "li": "\n", "blockquote": "\n\n", "pre": "\n\n"}
_SILENT = frozenset(("script", "style"))
# A "<" that does not begin a complete tag. The parser fails at some ("<!["), and for each
# unfinished tag it searches all of the text for the end.
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]*>)")
# No character has such a number, and Python refuses to read one of thousands of digits.
_NO_CHARACTER = re.compile(r"&#[0-9]{9,};?")


def plain_text(html: str) -> str:
    """Remove tags. Keep their line breaks, and the addresses of links and pictures."""
    if "<" not in html and "&" not in html:
        return html
    if len(html) > MAX_HTML:
        return html  # cleaning will refuse it as too long
    reader = _Reader()
    reader.feed(_NO_CHARACTER.sub("\ufffd", _NO_TAG.sub("&lt;", without_comments(html))))
    reader.close()
    return "".join(reader.text)


def without_comments(html: str) -> str:
    """Remove complete comments. Once one has no end, no later one has."""
    kept, start = [], 0
    while (begin := html.find("<!--", start)) >= 0:
        end = html.find("-->", begin + 2)  # "<!-->" is a whole comment
        if end < 0:
            break
        kept.append(html[start:begin])
        start = end + 3
    return "".join([*kept, html[start:]])


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._silent = 0
        self._link = ""
        self._link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.text.append(_BREAKS.get(tag, ""))
        values = {name: value or "" for name, value in attrs}
        if tag == "img" and _is_address(values.get("src", "")):
            self.text.append(f" {values['src']} ")
        elif tag == "a":
            self._link, self._link_from = _address(values), len(self.text)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag == "a" and self._link:
            # The text of a link may be its address, or the beginning of a long one.
            label = "".join(self.text[self._link_from :]).strip()
            if label and _bare(self._link).startswith(_bare(label).rstrip(".\u2026")):
                self.text[self._link_from :] = [self._link]
            else:
                self.text.append(f" ({self._link})")
            self._link = ""
        self.text.append(_BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


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
