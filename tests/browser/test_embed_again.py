"""Tags that run again, addresses that change unseen, wrong clocks, what a page says of itself."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, button, see, sent_page
from tests.browser.hostsite import HostSite

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

HEAD = "<meta charset=utf-8><title>{name}</title><link rel=icon href='data:,'>"
TAG = '<script async src="{{server}}/{script}.js" data-site="{{site}}"{more}></script>'
OLDER = "delete window.navigation; delete Window.prototype.navigation"
ELEMENTS = {"embed": "reader-reactions", "comments": "reader-comments"}


def story(host: HostSite, name: str, head: str, other: str, more: str = "", body: str = "") -> str:
    """Make a page with both tags and a link to another page; return its address."""
    tags = "".join(TAG.format(script=script, more=more) for script in ELEMENTS)
    host.pages[f"{name}.html"] = (
        f"<!doctype html><html lang=en><head>{HEAD.format(name=name)}{head}</head><body {body}>"
        f"<h1>{name}</h1>{tags}<p><a href='/{other}.html'>Next</a></p></body>"
    )
    return host.url(f"{name}.html")


def has_one_of_each(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    for element in ELEMENTS.values():
        expect(page.locator(element)).to_have_count(1)
    expect(page.locator("reader-reactions button").first).to_be_visible()


ROUTERS = {
    "turbo": (
        '<script type=module src="/npm/@hotwired/turbo/dist/turbo.es2017-esm.js"></script>',
        "",
    ),
    "htmx": ('<script src="/npm/htmx.org/dist/htmx.min.js"></script>', "hx-boost=true"),
}


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_that_runs_the_tag_again_leaves_one_bar_a_tag(
    host: HostSite, watched: Watched, router: str
) -> None:
    head, body = ROUTERS[router]
    first, second = f"{router}-a", f"{router}-b"
    url = story(host, first, head, second, body=body)
    story(host, second, head, first, body=body)
    page = watched.page()
    see(page, url)
    has_one_of_each(page, first)
    for name in (second, first, second):
        page.get_by_role("link", name="Next").click()
        has_one_of_each(page, name)
    for name in (first, second):
        page.go_back()
        has_one_of_each(page, name)
    button(page, "Love").click()
    expect(page.locator("reader-reactions output")).to_have_text("You reacted: Love")
    counted = host.server.uncached(f"/v1/bar?site=host&article={host.url(second + '.html')}").json
    assert counted["counts"]["love"] == 1


def test_a_saved_page_and_a_tag_that_runs_twice_have_one_bar(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, story(host, "saved-one", "", "saved-one"))
    has_one_of_each(page, "saved-one")
    host.pages["saved-two.html"] = page.content()
    see(page, host.url("saved-two.html"))
    has_one_of_each(page, "saved-one")
    page.evaluate("""() => Promise.all([...document.querySelectorAll("script[src]")].map((old) =>
      new Promise((done) => {
        const again = document.createElement("script")
        for (const { name, value } of old.attributes) again.setAttribute(name, value)
        again.onload = done
        old.replaceWith(again)
      })))""")
    has_one_of_each(page, "saved-one")


@pytest.mark.parametrize("how", ["pushState", "replaceState"])
def test_a_click_counts_for_the_address_at_the_click(
    host: HostSite, watched: Watched, how: str
) -> None:
    page = watched.page()
    page.add_init_script(OLDER)
    see(page, story(host, f"moved-{how}", "", "x"))
    page.evaluate(f"history.{how}({{}}, '', '/moved-{how}-on')")
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    assert (sent.value.post_data_json or {})["article"] == host.url(f"moved-{how}-on")
    expect(page.locator("reader-reactions output")).to_have_text("You reacted: Love")
    expect(button(page, "Love")).to_have_attribute("aria-pressed", "true")


def test_a_click_is_kept_before_the_page_can_act_on_it(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, story(host, "card", "", "x"))
    # A card that leads to another story wherever it is clicked, as its own script hears it.
    page.evaluate("""addEventListener("click", () => {
      globalThis.kept = Object.values(localStorage).join()
      history.pushState({}, "", "/card-on")
    })""")
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    assert '"wanted":"love"' in page.evaluate("kept")
    assert (sent.value.post_data_json or {})["article"] == host.url("card.html")


def test_a_route_behind_a_hash_is_the_same_story(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.add_init_script(OLDER)
    see(page, story(host, "hashed", "", "x"))
    page.evaluate("location.hash = '#/next'")
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    assert (sent.value.post_data_json or {})["article"] == host.url("hashed.html")


def test_a_clock_that_was_ahead_freezes_no_count(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.clock.install()
    url = story(host, "clock", "", "x")
    page.goto(url)
    now_ms: int = page.evaluate("Date.now()")
    page.clock.set_system_time(now_ms + 3_600_000)
    with page.expect_response("**/v1/counts**"):
        page.clock.run_for(1000)
    expect(page.locator("reader-reactions button").first).to_be_visible()
    button(page, "Love").click()
    expect(page.locator("reader-reactions output")).to_have_text("You reacted: Love")
    page.clock.set_system_time(now_ms)
    for _ in range(2):
        with page.expect_response("**/v1/counts**"):
            page.clock.run_for(16_000)


FACTS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "a profile address",
        '<meta property="og:title" content="Fees to rise">'
        '<meta property="article:author" content="https://www.facebook.com/jane.doe">'
        '<meta name="author" content="Jane Doe"><meta property="article:section" content="City">',
        {"title": "Fees to rise", "author": "Jane Doe", "section": "City"},
    ),
    (
        "a name",
        '<meta property="article:author" content="Ana Maria">'
        '<meta name="author" content="The Desk">',
        {"author": "Ana Maria"},
    ),
    ("an address only", '<meta name="author" content="https://news.example/jane">', {}),
]


@pytest.mark.parametrize(("what", "head", "facts"), FACTS)
def test_what_a_page_says_of_itself_reaches_the_desk(
    host: HostSite, watched: Watched, what: str, head: str, facts: dict[str, Any]
) -> None:
    name = re.sub(r"\W", "-", what)
    url = story(host, name, head, "x", more=f' data-article="facts-{name}"')
    page = watched.page()
    see(page, f"{url}?utm_source=x#part")
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    address = f"{url}?utm_source=x"
    assert sent_page(sent.value) == {"title": name, "url": address, **facts}


def test_both_scripts_are_one_reader_without_storage(host: HostSite, watched: Watched) -> None:
    page = watched.page(viewport={"width": 800, "height": 400})
    page.add_init_script("""Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("denied", "SecurityError") } })""")
    see(page, story(host, "denied-both", "", "x"))
    with page.expect_response("**/v1/react") as voted:
        button(page, "Love").click()
    token = voted.value.json()["token"]
    comments = page.locator("reader-comments")
    comments.locator("[part=start]").click()
    comments.get_by_label("Name").fill("Ana")
    comments.locator("textarea").fill("Both are one reader.")
    with page.expect_request("**/v1/comments") as sent:
        comments.locator("form [part=button]").click()
    assert (sent.value.post_data_json or {})["token"] == token


def test_comment_counts_of_a_page_share_one_request(host: HostSite, watched: Watched) -> None:
    host.pages["counted.html"] = (
        f"<!doctype html><html lang=en>{HEAD.format(name='Front')}"
        "<script async src='{server}/counts.js' data-site='{site}'></script>"
        "<p data-readback-comments=counted-1>Comments</p>"
        "<a href='/counted-2.html#comments' data-readback-comments>Comments</a>"
        "<b data-readback-comments='not a name'>Comments</b>"
    )
    page = watched.page()
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/counts?" in r.url else None)
    page.goto(host.url("counted.html"))
    expect(page.locator("p")).to_have_text("0 comments")
    expect(page.locator("a")).to_have_text("0 comments")
    expect(page.locator("b")).to_have_text("Comments")
    assert len(asked) == 1
    page.evaluate("document.body.append(document.querySelector('p').cloneNode())")
    expect(page.locator("p").last).to_have_text("0 comments")
    assert len(asked) == 2
