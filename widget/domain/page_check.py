"""What the bar on a page would use, and what is wrong with it, from the page's source. Pure.

It follows static/embed/tag.js and article.js, and has the sentences of mistakes.py.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape

import ada_url

from widget.domain.article import is_article_of
from widget.domain.mistakes import Tag, mistakes, quoted
from widget.domain.model import Site
from widget.domain.page_source import Attributes, PageSource, ScriptTag

_NAME = re.compile(r"[\w.~-]{1,120}|https?://\S+", re.ASCII)
_ATTRIBUTES = ("article", "poll", "layout", "results")  # in the order of a Tag's fields


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a page.

    :param name: the article's id or URL as the server takes it, "" if it takes none.
    :param source: where the name comes from.
    """

    tag: str
    key: str
    poll: str
    layout: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class PageCheck:
    """:param mistakes: each has a title in its first line, and the remedy below."""

    bars: tuple[Bar, ...]
    canonical: str
    origin: str
    mistakes: tuple[str, ...]


def check_page(
    page: PageSource, address: str, site: Site, find: Callable[[str], Site | None], public_url: str
) -> PageCheck:
    """Return what the bars of a page use.

    :param address: of the page, an http(s) URL.
    :param site: the site whose settings ask.
    :param find: returns the site of a key, None if there is none.
    """
    here = ada_url.URL(address)
    canonical = _joined(page.canonical, _joined(page.base, address) or address)
    page = replace(page, tags=tuple(_own_tags(page, address, public_url)))
    found: list[str] = list(_of_page(page, canonical, here, site, public_url))
    bars = []
    for shown, tag in _placed(page):
        names, source = _names(tag.article, here, canonical)
        tag = replace(tag, names=names, origin=str(here.origin))
        of_tag = find(tag.site) if tag.site else None
        found += mistakes(tag, of_tag, public_url)
        if of_tag is not None and of_tag.key != site.key:
            found.append(
                f'another site\'s key\n"{tag.site}" is the key of {of_tag.name}, so votes count '
                f'there. Write "{site.key}" for {site.name}.'
            )
        name = next((one for one in names if is_article_of(of_tag or site, one)), "")
        if len(names) > 1 and name == names[1]:
            source = "the page's address"
        bars.append(Bar(shown, tag.site, tag.poll, tag.layout, name, source if name else ""))
    return PageCheck(tuple(bars), canonical, str(here.origin), tuple(dict.fromkeys(found)))


def page_address(text: str) -> str:
    """Return the address of a page as browsers write it.

    :raise ValueError: it is not one; the message is a sentence.
    """
    try:
        parsed = ada_url.URL(text.strip())
    except ValueError:
        raise ValueError("Enter the whole address, such as https://news.example/story.") from None
    if parsed.protocol not in ("http:", "https:") or parsed.username or parsed.password:
        raise ValueError("Enter an address that begins with https:// and has no user name.")
    return str(parsed.href).partition("#")[0]


def _own_tags(page: PageSource, address: str, public_url: str) -> Iterator[ScriptTag]:
    """Yield the bar's tags. Other services have an embed.js too, such as Instagram and TikTok."""
    base = _joined(page.base, address) or address
    hosts = [_host(public_url), _host(address)]
    for tag in page.tags:
        src = _joined(tag.attributes.get("src", "").strip(), base)
        if "data-site" in tag.attributes or _host(src) in hosts:
            yield tag


def _placed(page: PageSource) -> Iterator[tuple[str, Tag]]:
    """Yield each bar as the page shows it: those that it placed itself, or else the tag's own."""
    tag = page.tags[0].attributes if page.tags else {}
    key = tag.get("data-site", "")
    for element in page.elements:
        yield (
            _shown("reader-reactions", element),
            Tag(element.get("site") or key, *(element.get(name, "") for name in _ATTRIBUTES)),
        )
    if page.tags and not page.elements:
        values = (tag.get(f"data-{name}", "") for name in _ATTRIBUTES)
        yield _shown("script", tag), Tag(key, *values)


def _of_page(
    page: PageSource, canonical: str, here: ada_url.URL, site: Site, public_url: str
) -> Iterator[str]:
    """Yield what is wrong with the page as a whole."""
    if not page.tags:
        yield (
            f"no script tag\nThe source has no script whose src is {public_url}/embed.js, so it "
            "shows no bar. Paste this where it should be:\n"
            f'<script async src="{public_url}/embed.js" data-site="{site.key}"></script>'
        )
    if len(page.tags) > 1:
        yield (
            f"{len(page.tags)} script tags\nThe page has the bar's script more than once. "
            "Keep one, and place further bars with <reader-reactions>."
        )
    for tag in page.tags:
        if not tag.runs:
            kind = tag.attributes.get("type", "")
            yield (
                f"a tag that does not run\nWith {f'type={quoted(kind)}' if kind else 'nomodule'} "
                "browsers run the tag only after another script, such as one that asks for "
                "consent, has changed it. Remove that attribute if you did not intend it."
            )
    if page.is_amp:
        yield (
            "an AMP page\nAMP runs no publisher's script, so no bar is shown here. Readers "
            "react on the page that its canonical link names; check that one."
        )
    if page.tags and page.tags[0].is_in_head and not page.elements:
        yield (
            "a tag in the head\nThe bar appears where its tag is, and the head of a page shows "
            "nothing. Move the tag to its place in the body, or put <reader-reactions> there."
        )
    if canonical and not is_article_of(site, canonical):
        yield (
            f"a canonical link elsewhere\n{canonical} is on no origin of {site.name}, so it does "
            "not name the article. Correct the link, or add its origin in the settings."
        )


def _names(article: str, here: ada_url.URL, canonical: str) -> tuple[list[str], str]:
    """Return the names of the article, best first, and where the first comes from."""
    if _NAME.fullmatch(article):
        return [article], "its attribute"
    address = str(here.href)
    if not canonical:
        return [address], "the page's address"
    is_alone = canonical.startswith(f"{here.origin}/")
    return [canonical] if is_alone else [canonical, address], "the canonical link"


def _host(address: str) -> str:
    return str(ada_url.URL(address).host) if ada_url.URL.can_parse(address) else ""


def _joined(link: str, base: str) -> str:
    """Return a link of a page as a whole address, "" if it has none."""
    try:
        return str(ada_url.URL(link, base=base).href) if link else ""
    except ValueError:
        return ""


def _shown(name: str, attributes: Attributes) -> str:
    said = (f'{key}="{escape(value)}"' if value else key for key, value in attributes.items())
    text = " ".join((f"<{name}", *said)) + ">"
    return text if len(text) <= 400 else f"{text[:400]}…"
