"""Pages whose own markup, libraries or storage stand in the way of the scripts.

The bar and the comments work all the same, and talk to nobody else.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, button, see, sent_page
from tests.browser.hostsite import HostSite
from tests.browser.hostsite.libraries import EXTENDED_OBJECTS, MOOTOOLS, PROTOTYPE, REPLACED
from tests.support.server import ROOT

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

HEAD = '<meta charset=utf-8><title>A page</title><link rel=icon href="data:,">'
PAGE = (
    f"<!doctype html><html lang=de>{HEAD}"
    '<meta property="og:title" content="A title"><meta property="article:tag" content="one">'
    '<meta property="article:tag" content="two"><body>{before}'
    '<script src="{{server}}/embed.js" data-site="{{site}}" data-article="{article}"></script>'
    '<script src="{{server}}/comments.js" data-site="{{site}}" data-article="{article}"></script>'
)
EVIL = "https://evil.example/v1/embed.js"
# What the scripts, or an older one of them, read from the document and the window.
OF_DOCUMENT = (
    "currentScript querySelector querySelectorAll createElement hidden readyState body head "
    "documentElement defaultView location cookie URL baseURI addEventListener"
).split()
OF_WINDOW = (
    "navigation origin self fetch localStorage navigator customElements crypto innerHeight "
    "CSSStyleSheet Document HTMLElement IntersectionObserver Reflect"
).split()
CLOBBERING = {
    "images": "".join(f'<img name={n} alt="" src="{EVIL}" data-site=evil>' for n in OF_DOCUMENT),
    "forms": "".join(f"<form name={n}><input name=src value={EVIL}></form>" for n in OF_DOCUMENT),
    "frames": "".join(f'<iframe name={n} srcdoc=""></iframe>' for n in OF_DOCUMENT),
    "twins": "".join(
        f"<a id={n} name={n} href={EVIL}></a><a id={n} href={EVIL}></a>"
        for n in [*OF_WINDOW, *OF_DOCUMENT]
    ),
    "window": "".join(
        f"<form id={n}><input name=addEventListener><input name=request></form>" for n in OF_WINDOW
    ),
    "properties": (
        '<form lang=fr property="og:title"><input name=lang><input name=content>'
        '<template property="article:section"><b></b></template>'
        "<reader-reactions></reader-reactions>"
    ),
}
LIBRARIES = {
    "Prototype.js": PROTOTYPE,
    "MooTools": MOOTOOLS,
    "objects": EXTENDED_OBJECTS,
    "replaced": REPLACED,
}
# A browser without the Navigation API, whose name markup can then take.
OLDER = "delete window.navigation"


@pytest.fixture
def fetched(watched: Watched) -> Iterator[tuple[Page, list[str]]]:
    """Open a page and collect the origins that its scripts send requests to."""
    page = watched.page(viewport={"width": 800, "height": 400})
    origins: list[str] = []
    page.on(
        "request",
        lambda request: (
            origins.append("{0.scheme}://{0.netloc}".format(urlsplit(request.url)))
            if request.resource_type == "fetch"
            else None
        ),
    )
    page.route("https://evil.example/**", lambda route: route.abort())
    yield page, origins


def votes_and_comments(
    host: HostSite, opened: tuple[Page, list[str]], name: str
) -> dict[str, object]:
    """Vote and comment on the page; return the page metadata that the vote carries."""
    page, origins = opened
    see(page, host.url(f"{name}.html"))
    bar = page.locator("reader-reactions").first
    with page.expect_request("**/v1/react") as sent:
        button(bar, "Liebe").click()
    expect(bar.get_by_role("status")).to_have_text("Ihre Reaktion: Liebe")
    button(bar, "Wow").click()
    expect(bar.get_by_role("status")).to_have_text("Ihre Reaktion: Wow")
    comments = page.locator("reader-comments")
    comments.locator("[part=start]").click()
    comments.get_by_label("Name").fill("Ana")
    comments.locator("textarea").fill(f"Beside {name}.")
    comments.locator("form [part=button]").click()
    expect(comments.get_by_role("listitem")).to_contain_text(f"Beside {name}.")
    expect(comments.locator("time")).to_have_text("jetzt")
    exact = re.compile(r"^\d{1,2}\. \w+ \d{4} um \d\d:\d\d$")
    expect(comments.locator("time")).to_have_attribute("title", exact)
    assert set(origins) == {host.server.origin}
    metadata: dict[str, object] = sent_page(sent.value)
    return metadata


@pytest.mark.parametrize("how", CLOBBERING)
def test_what_the_pages_markup_names_stands_in_for_nothing(
    host: HostSite, fetched: tuple[Page, list[str]], how: str
) -> None:
    fetched[0].add_init_script(OLDER)
    name = f"clobbered-{how}"
    host.pages[f"{name}.html"] = PAGE.format(before=CLOBBERING[how], article=name)
    metadata = votes_and_comments(host, fetched, name)
    assert metadata == {"title": "A title", "tags": ["one", "two"], "url": host.url(f"{name}.html")}


@pytest.mark.parametrize("library", LIBRARIES)
def test_what_a_library_replaces_changes_nothing(
    host: HostSite, fetched: tuple[Page, list[str]], library: str
) -> None:
    name = f"library-{library}"
    script = f"<script>{LIBRARIES[library]}</script>"
    host.pages[f"{name}.html"] = PAGE.replace(
        "{before}", script.replace("{", "{{").replace("}", "}}")
    ).format(article=name)
    metadata = votes_and_comments(host, fetched, name)
    assert metadata == {"title": "A title", "tags": ["one", "two"], "url": host.url(f"{name}.html")}


RECORDS: list[object] = [
    None,
    7,
    "text",
    [],
    [None],
    {"choice": 7},
    {"choice": "none such", "seq": 1},
    {"wanted": "none such"},
    {"seq": "x"},
    {"seq": -1},
    {"seq": 1.5},
    {"seq": 2147483646},
    {"seq": 9e99},
    {"counts": None, "ownAt": 1},
    {"counts": {"love": "many"}, "ownAt": 1},
    {"counts": {"love": 7}, "ownAt": 9e13},
    {"status": 403, "open": False, "set_": {}, "set": {}, "message_": "closed"},
]


def test_bars_vote_whatever_the_storage_says(host: HostSite, watched: Watched) -> None:
    articles = [f"stored-{n}" for n in range(len(RECORDS))]
    stored: dict[str, str] = {"readback:host:token": "x" * 9000, "readback:host:nonce": "{}"}
    for name, record in zip(articles, RECORDS, strict=True):
        known = host.server.get(f"/v1/bar?site=host&article={name}").json["article"]
        stored[f"readback:host:{known}"] = json.dumps(record)
    bars = "".join(f"<reader-reactions article={n}></reader-reactions>" for n in articles)
    host.pages["stored.html"] = (
        f"<!doctype html><html lang=en>{HEAD}<body>{bars}"
        '<script src="{server}/embed.js" data-site="{site}"></script>'
    )
    page = watched.page()
    page.add_init_script(f"Object.assign(localStorage, {json.dumps(stored)})")
    see(page, host.url("stored.html"))
    for n in range(len(articles)):
        bar = page.locator("reader-reactions").nth(n)
        bar.scroll_into_view_if_needed()
        expect(bar.get_by_role("button", name="Love, 0 votes")).to_be_enabled()
        button(bar, "Love").click()
        expect(bar.get_by_role("status")).to_have_text("You reacted: Love")
        expect(bar.get_by_role("button", name="Love, 1 vote")).to_be_visible()


@pytest.mark.parametrize(
    "record",
    [None, 7, [], {"new": None, "x": 5}, {"new": {"since": "x", "name": "", "text": ""}}, "held"],
    ids=["null", "number", "list", "entries", "draft", "held"],
)
def test_comments_are_written_whatever_the_storage_says(
    host: HostSite, watched: Watched, record: object, request: pytest.FixtureRequest
) -> None:
    name = f"comments-stored-{request.node.callspec.id}"
    known = host.server.get(f"/v1/comments?site=host&article={name}").json["article"]
    if record == "held":
        odd = {"id": "x", "state": "held", "why": 5, "at": "never", "edit_until": "Z"}
        record = {"x": {**odd, "keptAt": 1}, "y": {**odd, "keptAt": 9e13}}
    host.pages[f"{name}.html"] = PAGE.format(before="", article=name)
    page = watched.page(viewport={"width": 800, "height": 400})
    page.add_init_script(
        f"localStorage['readback:host:{known}:comments'] ??= {json.dumps(json.dumps(record))}"
    )
    page.goto(host.url(f"{name}.html"))
    comments = page.locator("reader-comments")
    if request.node.callspec.id == "draft":  # it opens the form by itself
        expect(comments.locator("form")).to_be_visible()
    else:
        comments.locator("[part=start]").click()
    comments.get_by_label("Name").fill("Ana")
    comments.locator("textarea").fill("Written anyway.")
    comments.locator("form [part=button]").click()
    expect(comments.get_by_role("listitem")).to_contain_text("Written anyway.")


@pytest.mark.parametrize("script", ["embed", "comments"])
def test_a_module_finds_its_own_tag_among_others(
    host: HostSite, watched: Watched, script: str
) -> None:
    page = watched.page(viewport={"width": 800, "height": 400})
    page.route("https://evil.example/**", lambda route: route.fulfill(body=""))
    name = f"module-{script}"
    host.pages[f"{name}.html"] = (
        f"<!doctype html><html lang=en>{HEAD}<body>"
        f'<script src="https://evil.example/{script}.js"></script>'
        f'<img data-site=evil src="https://evil.example/{script}.v3.js" alt="">'
        f'<script type=module src="{{server}}/{script}.js" data-site="{{site}}"'
        f' data-article="{name}"></script>'
    )
    with page.expect_response("**/v1/co*") as asked:
        page.goto(host.url(f"{name}.html"))
    assert asked.value.url.startswith(f"{host.server.origin}/v1/") and asked.value.status == 200


@pytest.mark.parametrize("script", ["embed", "comments"])
@pytest.mark.parametrize("how", ["imported", "inline"])
def test_a_script_without_a_tag_says_so_once_and_does_nothing(
    host: HostSite, watched: Watched, script: str, how: str
) -> None:
    element = {"embed": "reader-reactions", "comments": "reader-comments"}[script]
    built = (ROOT / "static" / "dist" / f"{script}.js").read_text()
    tag = {
        "imported": f'<script type=module>import "{host.server.origin}/{script}.js"</script>',
        "inline": f"<script>{built}</script>",
    }[how]
    host.pages[f"no-tag-{how}.html"] = (
        f"<!doctype html><html lang=en>{HEAD}<body>"
        f"<{element} site=host article=a>Text</{element}>{tag}"
    )
    page = watched.page()
    page.goto(host.url(f"no-tag-{how}.html"), wait_until="networkidle")
    assert watched.said(page) == ["Readback: no script tag"]
    expect(page.get_by_text("Text")).to_be_visible()
    assert page.evaluate(f"customElements.get('{element}') === undefined")
