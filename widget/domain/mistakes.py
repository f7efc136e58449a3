"""What a publisher's tag can get wrong, in words that name the attribute, its value and the remedy.

The bar shows them on the console, and with ``data-debug`` in its place. Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.article import is_article_of
from widget.domain.forms.refused_origin import why_not_allowed
from widget.domain.model import RESULTS, Site
from widget.domain.printable import printable

LAYOUTS = ("bar", "compact", "column")
NO_ORIGIN = "null"  # what a browser names for a sandboxed frame or a local file
SHOWN_CHARS = 120
_NAME = re.compile(r"[\w.~-]{1,120}|https?://\S+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as its page has it: what its attributes say, or "" where it has none.

    :param names: what the bar takes for the article's name, best first.
    :param origin: the page's.
    """

    site: str = ""
    article: str = ""
    poll: str = ""
    layout: str = ""
    results: str = ""
    names: Sequence[str] = ()
    origin: str = ""


def mistakes(tag: Tag, site: Site | None, public_url: str) -> list[str]:
    """Return what is wrong, each with a title in its first line; nothing if all is right.

    :param site: the site with the tag's key; None if there is none.
    """
    if not tag.site:
        return [_without_key()]
    if site is None:
        return [_unknown_site(tag.site, public_url)]
    found = [
        _layout(tag.layout),
        _results(tag.results, site),
        _poll(tag.poll, site),
        _origin(tag.origin, site),
    ]
    return [mistake for mistake in (*found, _article(tag, site)) if mistake]


def _without_key() -> str:
    return (
        "no site\n"
        'The script tag has no data-site, and the element no site. Write data-site="KEY" on the '
        "script tag; at the desk, Settings has the whole tag to copy."
    )


def _unknown_site(key: str, public_url: str) -> str:
    return (
        f"unknown site {quoted(key)}\n"
        f"data-site={quoted(key)} is not known at {public_url}. At the desk, Settings has the "
        "tag to copy, and `readback site list` shows all keys."
    )


def _layout(layout: str) -> str:
    if not layout or layout in LAYOUTS:
        return ""
    return (
        f"unknown layout {quoted(layout)}\n"
        f"layout={quoted(layout)} is drawn as bar. Use bar, compact or column."
    )


def _results(results: str, site: Site) -> str:
    if not results or results in RESULTS:
        return ""
    return (
        f"unknown results {quoted(results)}\n"
        f"results={quoted(results)} shows figures as percent does. Use percent, after or counts; "
        f"without the attribute it is the site's own setting, {site.results}."
    )


def _poll(poll: str, site: Site) -> str:
    if not poll or site.poll(poll):
        return ""
    return (
        f"unknown question {quoted(poll)}\n"
        f"poll={quoted(poll)} is not a question of site {quoted(site.key)}. At the desk, "
        "Questions has the line to paste for each."
    )


def _origin(origin: str, site: Site) -> str:
    if not origin or origin in site.origins:
        return ""
    if origin == NO_ORIGIN:
        return (
            "this frame may not vote\n"
            "A sandboxed frame and a local file have no origin, so votes from here are refused. "
            "Add allow-same-origin to the frame's sandbox, or put the tag in the page itself."
        )
    if why := why_not_allowed(origin):
        return (
            "this page may not vote\n"
            f"Votes and comments from {_cut(origin)} are refused. {why} Serve the page by https, "
            "or on this machine from http://localhost."
        )
    all_origins = " ".join(f"--origin {each}" for each in (*site.origins, origin))
    return (
        "this page may not vote\n"
        f"{_cut(origin)} is not an origin of site {quoted(site.key)}: this page can show "
        "figures, but its votes and comments are refused. If the site is yours, allow it at the "
        "desk under Settings, Origins, or run:\n"
        f"readback site set {site.key} {all_origins}"
    )


def _article(tag: Tag, site: Site) -> str:
    if tag.article and not _NAME.fullmatch(tag.article):
        return (
            f"invalid article {quoted(tag.article)}\n"
            f"article={quoted(tag.article)} is neither an id (1 to 120 of A-Z a-z 0-9 . _ ~ -) "
            "nor a URL, so the page's own address is used. Write the story's id or its permalink."
        )
    if not tag.names or any(is_article_of(site, name) for name in tag.names):
        return ""
    if tag.article:
        return (
            f"an article of another site\narticle={quoted(tag.article)} is on no origin of site "
            f"{quoted(site.key)}: {' '.join(site.origins)}. Write the permalink on one of them, "
            "or an id."
        )
    if tag.origin not in site.origins:
        return ""  # the page's address is on an unknown origin, which is said already
    return (
        f"a page without an article\nThe page's address, {quoted(tag.names[-1])}, does not name "
        "an article. Write data-article with the story's permalink or an id."
    )


def quoted(text: str) -> str:
    """Return a text of a page as a message has it: short, on one line, and all of it visible."""
    return f'"{_cut(text)}"'


def _cut(text: str) -> str:
    """Return a text of the page on one line, and not longer than a message."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= SHOWN_CHARS else f"{line[:SHOWN_CHARS]}…"
