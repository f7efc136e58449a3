"""Variants of a publisher's page: the bar works on each and does not disturb it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SHIFTS, Watched, box_of, button, see, sent_page
from tests.browser.hostsite import HostSite

VARIANTS = ["plain", "dark", "two", "strict", "isolated", "rtl", "list", "spa", "via-proxy"]
LIKE = {"rtl": "أعجبني"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_bar_works_on_every_variant_without_disturbing_the_page(
    host: HostSite, watched: Watched, axe: str, variant: str
) -> None:
    page = watched.page()
    see(page, host.url(f"{variant}.html"))
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []
    assert page.evaluate(SHIFTS) == 0
    assert page.evaluate("'Readback' in window") is False
    first = page.locator("reader-reactions").first
    like = first.get_by_role("button", name=re.compile(LIKE.get(variant, "^Like,")))
    like.click()
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(first.get_by_role("status")).not_to_be_empty()
    assert page.context.cookies() == []
    # Centring a new figure is a shift if a loaded machine does it too late after the click.
    assert page.evaluate(SHIFTS) < 0.0001
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
    page.reload()
    page.locator("reader-reactions").first.scroll_into_view_if_needed()
    expect(like).to_have_attribute("aria-pressed", "true")


def test_nothing_is_requested_before_the_bar_is_near_the_viewport(
    host: HostSite, watched: Watched
) -> None:
    host.pages["far.html"] = host.text("plain.html").replace(
        "<main>", "<main><div style='height: 5000px'></div>"
    )
    page = watched.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(host.url("far.html"), wait_until="networkidle")
    assert asked == [host.url("far.html"), f"{host.server.origin}/embed.js"]
    page.locator("reader-reactions").scroll_into_view_if_needed()
    button(page, "Wow").wait_for()
    assert len(asked) == 3 and "/v1/counts?" in asked[2]


def test_fifty_bars_share_one_request_for_counts(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    see(page, host.url("list.html"))
    page.locator("reader-reactions").last.scroll_into_view_if_needed()
    button(page.locator("reader-reactions").last, "Wow").wait_for()
    of_api = [url for url in asked if "/v1/" in url]
    assert [url.split("?")[0].rsplit("/", 1)[1] for url in of_api] == ["counts"]
    assert of_api[0].count("article=") == 50


def test_a_front_page_sends_no_metadata_for_its_stories(host: HostSite, watched: Watched) -> None:
    own = "<meta property=og:title content=Today><meta property=article:section content=Front>"
    front = host.text("list.html").replace("</title>", f"</title>{own}")
    # The script runs first, so each bar is upgraded before the parser reaches the next.
    host.pages["front.html"] = front.replace("script async", "script")
    page = watched.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    see(page, host.url("front.html"))
    with page.expect_request("**/v1/react") as sent:
        button(page.locator("reader-reactions").first, "Wow").click()
    assert sent_page(sent.value) == {}
    assert len([url for url in asked if "/v1/counts" in url]) == 1


def test_two_bars_of_one_article_share_one_vote_and_one_request(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    see(page, host.url("two.html"))
    above, below, poll = (page.locator(f"#{name}") for name in ("above", "below", "poll"))
    button(poll, "Bikes only").click()
    expect(poll.get_by_role("status")).to_have_text("You reacted: Bikes only")
    button(above, "Sad").click()
    expect(button(below, "Sad")).to_have_attribute("aria-pressed", "true")
    expect(above.get_by_role("status")).to_have_text("You reacted: Sad")
    expect(below.get_by_role("status")).to_be_empty()
    expect(button(below, "Sad").locator("b")).to_have_attribute("data-n", re.compile("%$"))
    assert (
        len([url for url in asked if "/v1/counts" in url]) == 2
    )  # one for the article, one for the poll


def test_the_vote_carries_the_metadata_of_the_page(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, host.url("plain.html"))
    with page.expect_request("**/v1/react") as sent:
        button(page, "Wow").click()
    assert sent_page(sent.value) == {
        "title": "The night bakery",
        "section": "City",
        "tags": ["bread", "night"],
        "url": host.url("plain.html"),
    }
    assert "section=City" in page.evaluate(
        "performance.getEntriesByType('resource').map((e) => e.name).join(' ')"
    )


def test_a_canonical_link_to_another_publisher_is_ignored(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, host.url("syndicated.html"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    own = host.server.uncached(f"/v1/bar?site=host&article={host.url('syndicated.html')}")
    assert own.json["counts"]["love"] == 1


def test_a_frame_without_an_origin_is_read_only(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.goto(host.url("sandbox.html"))
    frame = page.frame_locator("iframe")
    frame.locator("reader-reactions").scroll_into_view_if_needed()
    expect(button(frame.locator("reader-reactions"), "Love")).to_be_disabled()
    expect(frame.get_by_text("Reactions are not available on this page")).to_be_visible()
    [said] = watched.said(page)
    assert said.startswith("Readback: this frame may not vote\n")


MISNAMED = (
    'Readback: invalid article "a:{b}"\n'
    'article="a:{b}" is neither an id (1 to 120 of A-Z a-z 0-9 . _ ~ -) nor a URL, so the '
    "page's own address is used. Write the story's id or its permalink."
)


def test_an_invalid_article_attribute_warns_once_and_falls_back(
    host: HostSite, watched: Watched
) -> None:
    host.pages["misnamed.html"] = host.text("plain.html").replace(
        "data-site", 'data-article="a:{b}" data-site'
    )
    page = watched.page()
    see(page, host.url("misnamed.html"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    assert watched.said(page) == [MISNAMED]
    own = host.server.uncached(f"/v1/bar?site=host&article={host.url('misnamed.html')}")
    assert own.json["counts"]["love"] == 1


def test_a_script_with_the_wrong_hash_does_not_run(host: HostSite, watched: Watched) -> None:
    host.pages["wrong-hash.html"] = host.text("isolated.html").replace("sha384-", "sha384-A")
    page = watched.page()
    page.goto(host.url("wrong-hash.html"), wait_until="networkidle")
    assert page.locator("reader-reactions").count() == 0
    [said] = watched.said(page)
    assert "integrity" in said  # the browser says this


def test_a_script_loaded_twice_makes_one_element_and_one_request(
    host: HostSite, watched: Watched
) -> None:
    tag = '<script async src="{server}/embed.js" data-site="{site}" data-article="twice"></script>'
    host.pages["twice.html"] = (
        f"<!doctype html><html lang=en><title>Twice</title><p>Twice</p>{tag}{tag}"
    )
    page = watched.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    see(page, host.url("twice.html"))
    assert len([url for url in asked if "/v1/counts" in url]) == 1


def test_without_javascript_the_link_opens_a_form(host: HostSite, watched: Watched) -> None:
    page = watched.page(java_script_enabled=False)
    page.goto(host.url("noscript.html"))
    page.get_by_role("link", name="React to this story").focus()
    page.keyboard.press("Enter")
    expect(button(page, "Love")).to_be_visible()
    for one in page.get_by_role("button").all():
        box = box_of(one)
        assert box["width"] >= 24 and box["height"] >= 24
    for label in ("Love", "Sad"):
        button(page, label).focus()
        page.keyboard.press("Enter")
        expect(button(page, label)).to_have_attribute("aria-pressed", "true")
    names = [cookie["name"] for cookie in page.context.cookies()]
    assert sorted(names) == ["readback-form", "readback-host"]
    counts = host.server.uncached("/v1/bar?site=host&article=noscript").json["counts"]
    assert (counts["love"], counts["sad"]) == (0, 1)
    page.get_by_role("button", name="Take my reaction back").click()
    expect(page.get_by_role("button", name="Sad, 0 votes")).to_be_visible()


def test_an_open_heart_client_reacts_through_its_protocol(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.goto(host.url("openheart.html"))
    page.get_by_role("button", name="Love").click()
    expect(page.get_by_role("button", name="Love")).to_have_attribute("aria-pressed", "true")
    counts = "/openheart/host/heart"
    assert host.server.get(counts).json["❤️"] == 1
    page.get_by_role("button", name="Sad").click()
    expect(page.get_by_role("button", name="Sad")).to_have_attribute("aria-pressed", "true")
    after = host.server.get(counts).json
    assert (after["❤️"], after["😢"]) == (0, 1)
    page.evaluate("document.querySelector('open-heart').getCount()")
    expect(page.locator("open-heart").first).to_have_attribute("count", "0")
