"""Pages parsed as HTML5, and what every page keeps to."""

import re
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib

_TOKEN = re.compile(rb'(name="csrf_token"[^>]* value)="[^"]+"')
_linted: set[bytes] = set()  # without their tokens: parsing is half of the time of a test


@lru_cache(maxsize=8)
def document(body: bytes) -> Element:
    """Parse a page. Nobody may change the tree, as others are given the same.

    :raise html5lib.html5parser.ParseError: it is not valid.
    """
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(body.decode())
    return root


def without_tokens(body: bytes) -> bytes:
    """Return a page without its forms' tokens, which are others every second."""
    return _TOKEN.sub(rb"\1", body)


def lint(body: bytes) -> None:
    """Check that a page is valid HTML5 with a title, unique ids and an action on every form."""
    bare = without_tokens(body)
    if bare in _linted:
        return
    page = document(body)
    title = page.find("head/title")
    assert title is not None and title.text and title.text.strip()
    elements = list(page.iter())
    ids = [name for element in elements if (name := element.get("id"))]
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for form in page.iter("form"):
        assert form.get("action"), "form without an action"
    for element in elements:
        assert not element.get("style"), "inline style, which the CSP refuses"
        assert not any(name.startswith("on") for name in element.keys()), "inline handler"
    for label in page.iter("label"):
        assert label.get("for") in ids or list(label.iter("input")), "lone label"
    _linted.add(bare)
