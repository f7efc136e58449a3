"""Single-page apps: attributes, removal and history; nothing stale and nothing left over."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, button, see, sent_page
from tests.browser.hostsite import HostSite

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

AGAIN = """() => {
  const bar = document.querySelector("reader-reactions"), place = bar.parentElement
  for (let i = 0; i < 100; i++) { bar.remove(); place.append(bar) }
}"""
NEW = """(times) => {
  const place = document.querySelector("main")
  for (let i = 0; i < times; i++) {
    document.querySelector("reader-reactions").remove()
    const bar = document.createElement("reader-reactions")
    bar.setAttribute("article", "remount")
    place.append(bar)
  }
}"""


def test_a_new_address_shows_another_article_and_back_shows_the_first(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, host.url("spa.html"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    page.get_by_role("link", name="One").click()
    expect(button(page, "Love")).to_have_attribute("aria-pressed", "false")
    button(page, "Sad").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Sad")
    page.get_by_role("link", name="Two").click()
    expect(page.get_by_role("button", name="Sad, 0 votes")).to_be_visible()
    page.go_back()
    expect(button(page, "Sad")).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(button(page, "Love")).to_have_attribute("aria-pressed", "true")
    for path, key in (("spa.html", "love"), ("spa-one", "sad")):
        own = host.server.uncached(f"/v1/bar?site=host&article={host.url(path)}").json
        assert own["counts"][key] == 1


def test_a_changed_attribute_shows_no_count_of_the_previous_article(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, host.url("spa.html"))
    page.route("**/v1/counts**", lambda route: None)  # no response ever comes
    page.evaluate("document.querySelector('reader-reactions').setAttribute('article', 'other')")
    expect(page.locator("reader-reactions button").first).to_be_hidden()


def test_attributes_changed_in_a_row_are_applied_together(host: HostSite, watched: Watched) -> None:
    """Frameworks do this. A vote on the new article must not carry the title of the old one."""
    page = watched.page()
    see(page, host.url("spa.html"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("""() => { const bar = document.querySelector("reader-reactions")
      for (const [name, value] of Object.entries({ article: "next", lang: "de",
        "data-title": "The next", results: "percent" })) bar.setAttribute(name, value) }""")
    with page.expect_request("**/v1/react") as sent:
        button(page, "Liebe").click()
    assert sent_page(sent.value) == {"title": "The next"}
    expect(button(page, "Liebe").locator("b")).to_have_attribute("data-n", re.compile("100"))
    assert len([url for url in asked if "/v1/counts" in url]) == 1
    page.evaluate("document.querySelector('reader-reactions').setAttribute('results', 'counts')")
    expect(button(page, "Liebe").locator("b")).to_have_attribute("data-n", "1")


def test_a_bar_moved_a_hundred_times_makes_one_request(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, host.url("spa.html"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(AGAIN)
    button(page, "Wow").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Wow")
    assert [url.rsplit("/", 1)[1] for url in asked] == ["more.v1.js", "react"]


def test_a_hundred_new_bars_leave_no_listener_node_or_timer(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, host.url("spa.html"))
    measure = page.context.new_cdp_session(page)
    measure.send("Performance.enable")

    def held() -> dict[str, float]:
        measure.send("HeapProfiler.collectGarbage")
        metrics = measure.send("Performance.getMetrics")["metrics"]
        return {
            m["name"]: m["value"] for m in metrics if m["name"] in ("JSEventListeners", "Nodes")
        }

    page.evaluate(NEW, 3)
    button(page, "Wow").wait_for()
    before = held()
    page.evaluate(NEW, 100)
    button(page, "Wow").wait_for()
    after = held()
    # The collector may have missed a bar or two; a hundred would leave 700 and more.
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 30
    assert after["Nodes"] <= before["Nodes"] + 150


def test_polling_pauses_while_the_page_is_hidden(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.clock.install()
    page.goto(host.url("plain.html"))
    page.locator("reader-reactions").scroll_into_view_if_needed()
    page.clock.run_for(500)
    button(page, "Wow").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response("**/v1/counts**") as polled:
        page.clock.run_for(15_500)
    polled.value.finished()
    expect(page.get_by_role("status")).to_be_empty()  # other readers' votes are not announced
    page.evaluate(
        "window.real = Object.getOwnPropertyDescriptor(Document.prototype, 'hidden');"
        "Object.defineProperty(Document.prototype, 'hidden', { ...real, get: () => true });"
        "dispatchEvent(new Event('visibilitychange'))"
    )
    page.clock.run_for(120_000)
    assert len(asked) == 1
    page.evaluate(
        "Object.defineProperty(Document.prototype, 'hidden', real);"
        "dispatchEvent(new Event('visibilitychange'))"
    )
    with page.expect_response("**/v1/counts**"):
        page.clock.run_for(500)
    page.evaluate("document.querySelector('reader-reactions').remove()")
    page.clock.run_for(120_000)
    assert len(asked) == 2


def test_the_page_receives_events(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.add_init_script("""window.heard = []
      for (const name of ["load", "react", "error"])
        addEventListener(`readback:${name}`, ({ type, detail, target }) =>
          heard.push([type, target.localName, detail.choice, Object.keys(detail.counts).length,
            detail.total]))""")
    host.pages["heard.html"] = host.text("plain.html")
    see(page, host.url("heard.html"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    assert page.evaluate("heard") == [
        ["readback:load", "reader-reactions", None, 7, 0],
        ["readback:react", "reader-reactions", "love", 7, 1],
    ]
    # Whatever a cache says, the total includes the reader's vote, as the counts do.
    see(page, page.url)
    assert page.evaluate("heard") == [["readback:load", "reader-reactions", "love", 7, 1]]
