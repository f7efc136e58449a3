"""The metadata of a publisher's page: title, section, author, tags and URL. No Flask, no redis.

A reader's browser sends it, so it is untrusted: cleaned, bounded, and only ever shown as text.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from widget.domain.article import address_url, canonical_url
from widget.domain.composition import composed
from widget.domain.errors import BadArticle, BadField
from widget.domain.model import Site

MAX_TITLE_CHARS = 200
MAX_SECTION_CHARS = 40
MAX_AUTHOR_CHARS = 80
MAX_TAG_CHARS = 40
MAX_TEXT_CHARS = 1000  # of authors, before the addresses among them are dropped
MAX_TAGS = 10
_ADDRESS = re.compile(r"(https?:)?//|www\.", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
# Controls, lone surrogates, line and paragraph separators. Bidi overrides and isolates could
# reverse text after their own line.
_UNSHOWN = frozenset(("Cc", "Cs", "Zl", "Zp"))
_BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Page(msgspec.Struct, frozen=True):
    """Metadata of a page. ``url`` is its canonical address on an origin of the site, or empty."""

    title: str = ""
    section: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether it says nothing about the story."""
        return not (self.title or self.section or self.author or self.tags)


@dataclass(frozen=True, slots=True)
class PageEdits:
    """What an editor says instead of readers' pages; an empty field follows the pages."""

    title: str = ""
    section: str = ""
    author: str = ""
    tags: tuple[str, ...] = ()


NO_PAGE = Page()


def edits_from(form: Mapping[str, str]) -> PageEdits:
    """Read an editor's form. Tags are separated by commas.

    :raise BadField: a text is too long, or there are too many tags.
    """
    tags = [tag for tag in map(clean_line, form.get("tags", "").split(",")) if tag]
    if len(tags) > MAX_TAGS:
        raise BadField(f"A story has at most {MAX_TAGS} tags.", field="tags")
    return PageEdits(
        _typed(form.get("title", ""), "title", MAX_TITLE_CHARS),
        _typed(form.get("section", ""), "section", MAX_SECTION_CHARS),
        _typed(form.get("author", ""), "author", MAX_AUTHOR_CHARS),
        tuple(dict.fromkeys(_typed(tag, "tag", MAX_TAG_CHARS, "tags") for tag in tags)),
    )


def page_from(fields: object, site: Site) -> Page:
    """Read the page that a request claims to come from. Drop an address of another site.

    :raise BadField: not an object of strings, or tags that are not a list of strings.
    """
    if fields is None:
        return NO_PAGE
    if not isinstance(fields, dict):
        raise BadField("page must be an object with title, section, author, tags and url.")
    tags = fields.get("tags", [])
    if not isinstance(tags, list):
        raise BadField("page.tags must be a list of strings.")
    cleaned_tags = (_clean(tag, "tags", MAX_TAG_CHARS) for tag in tags[:MAX_TAGS])
    return Page(
        _clean(fields.get("title", ""), "title", MAX_TITLE_CHARS),
        _clean(fields.get("section", ""), "section", MAX_SECTION_CHARS),
        _author(_clean(fields.get("author", ""), "author", MAX_TEXT_CHARS)),
        tuple(dict.fromkeys(tag for tag in cleaned_tags if tag)),
        _url(fields.get("url", ""), site),
    )


def _typed(text: str, name: str, max_chars: int, field: str = "") -> str:
    """:raise BadField: it is too long."""
    cleaned = clean_line(text)
    if len(cleaned) > max_chars:
        raise BadField(f"The {name} has at most {max_chars} characters.", field=field or name)
    return cleaned


def clean_section(text: str) -> str:
    """Clean a section's name from a query or a form, as a page's section is cleaned."""
    return _clean(text, "section", MAX_SECTION_CHARS)


def clean_line(text: str) -> str:
    """Clean one line of text: drop controls and bidi marks, collapse runs of white space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())  # it has neither
    spaced = _SPACE.sub(" ", text)
    shown = "".join(c for c in spaced if c not in _BIDI and unicodedata.category(c) not in _UNSHOWN)
    return composed(shown).strip()


def _clean(value: object, name: str, max_chars: int) -> str:
    if not isinstance(value, str):
        raise BadField(f"page.{name} must be a string.")
    return clean_line(value)[:max_chars].strip()


def _author(text: str) -> str:
    """Drop the addresses of profiles, which some pages have instead of a name."""
    if not _ADDRESS.match(text) and ",http" not in text.lower().replace(" ", ""):
        return text[:MAX_AUTHOR_CHARS].strip()
    names = (name.strip() for name in text.split(","))
    return ", ".join(name for name in names if not _ADDRESS.match(name))[:MAX_AUTHOR_CHARS].strip()


def _url(value: object, site: Site) -> str:
    if not isinstance(value, str) or not value:
        return ""
    try:
        return address_url(canonical_url(value, site.origins, site.parameters), site.origins)
    except BadArticle:
        return ""
