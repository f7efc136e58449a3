"""Comments that were kept as HTML, as the plain text their readers wrote."""

import re
from html.parser import HTMLParser

MAX_HTML = 20_000  # characters; beyond this no comment is short enough, and the parser is quadratic

_BREAKS = {"br": "\n", "p": "\n\n", "div": "\n", "li": "\n", "blockquote": "\n\n", "pre": "\n\n"}
_SILENT = frozenset(("script", "style"))
# What begins no whole tag or comment: the parser trips over some of it ("<!["), and looks for the
# end of each tag that has none through all of the text.
_NO_TAG = re.compile(r"<(?!/?[a-zA-Z][^<>]*>|!--)")


def plain_text(html: str) -> str:
    """Tags are taken out, their breaks and the addresses of links and pictures stay."""
    if "<" not in html and "&" not in html:
        return html
    if len(html) > MAX_HTML:
        return html  # too long for a comment, which is what whoever cleans it will say
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", html))
    reader.close()
    return "".join(reader.text)


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
        named = {name: value or "" for name, value in attrs}
        if tag == "img" and _is_address(named.get("src", "")):
            self.text.append(f" {named['src']} ")
        elif tag == "a":
            self._link, self._link_from = _address(named), len(self.text)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag == "a" and self._link:
            # Long addresses are shown cut off, so what is said of one need not be all of it.
            said = "".join(self.text[self._link_from :]).strip()
            if said and _bare(self._link).startswith(_bare(said).rstrip(".\u2026")):
                self.text[self._link_from :] = [self._link]
            else:
                self.text.append(f" ({self._link})")
            self._link = ""
        self.text.append(_BREAKS.get(tag, ""))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


def _address(link: dict[str, str]) -> str:
    """Where a link leads. Disqus leads through a counter of its own, and the title says where."""
    address, title = link.get("href", ""), link.get("title", "")
    if _bare(address).startswith("disq.us/") and _is_address(title):
        address = title
    return address if _is_address(address) else ""


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _bare(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://")
