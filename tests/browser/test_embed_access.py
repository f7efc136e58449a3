"""Accessibility of the bar: keyboard, screen readers, sizes, forced colours, right to left."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Watched, box_of, button, see
from tests.browser.hostsite import HostSite

FIRST = "document.querySelector('reader-reactions').shadowRoot"
CLIPPED = f"""() => [...{FIRST}.querySelectorAll("button, #q, p, span, b")]
  .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth)
  .map((node) => node.outerHTML)"""


def only(host: HostSite, name: str, **attributes: str) -> str:
    """Make a page with one bar of its own article; return its address."""
    written = " ".join(f'{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    host.pages[f"{name}.html"] = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>One bar</title>"
        "<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>"
        "<script async src='{server}/embed.js' data-site='{site}'></script>"
        f"<main><reader-reactions article={name} {written}></reader-reactions></main>"
    )
    return host.url(f"{name}.html")


def test_the_keyboard_alone_votes_and_takes_back(host: HostSite, watched: Watched) -> None:
    page = see(watched.page(), only(host, "keys"))
    page.keyboard.press("Tab")
    expect(button(page, "Like")).to_be_focused()
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(button(page, "Like")).to_be_focused()
    expect(page.get_by_role("status")).to_be_empty()
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_have_text("You reacted: Like")
    expect(button(page, "Like")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You reacted: Dislike")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You took your reaction back")


def test_a_screen_reader_announces_group_name_count_and_state(
    host: HostSite, watched: Watched
) -> None:
    page = see(watched.page(), only(host, "heard-names"))
    expect(page.get_by_role("group", name="What\u2019s Your Reaction?")).to_be_visible()
    love = page.get_by_role("button", name="Love, 0 votes", exact=True, pressed=False)
    love.click()
    expect(
        page.get_by_role("button", name="Love, 1 vote, 100%", exact=True, pressed=True)
    ).to_be_visible()


def test_large_counts_are_shown_short_and_announced_exactly(
    host: HostSite, watched: Watched
) -> None:
    url = only(host, "large")
    page = watched.page()

    def many(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["articles"]["large"]["counts"].update(love=12_345, sad=999, wow=1_500_000)
        route.fulfill(response=answer, json=body)

    page.route("**/v1/counts**", many)
    see(page, url)
    for name, short in (
        ("Love, 12,345 votes", "12K"),
        ("Sad, 999 votes", "999"),
        ("Wow, 1,500,000 votes", "1.5M"),
    ):
        named = page.get_by_role("button", name=name, exact=True)
        expect(named.locator("b")).to_have_attribute("data-n", short)


@pytest.mark.parametrize(
    ("lang", "question", "name"),
    [
        ("de", "Wie reagieren Sie?", "Liebe, 0 Stimmen"),
        ("fr-CA", None, "J\u2019adore, 0 vote"),
        ("pl", None, "Uwielbiam, 0 głosów"),
        ("ja", "あなたの反応は\uff1f", "大好き、0票"),
        ("nl_NL", "Wat is uw reactie?", "Geweldig, 0 stemmen"),
        ("zh-Hant-HK", "您的反應是\uff1f", "喜愛\uff0c0 票"),
        ("uk-UA", None, "Люблю, 0 голосів"),
        ("fa", None, "دوستش دارم، 0 رأی"),
        ("ru", "What\u2019s Your Reaction?", "Love, 0 votes"),
        ("x_!", None, "Love, 0 votes"),
    ],
)
def test_the_bar_uses_the_language_of_the_page(
    host: HostSite, watched: Watched, lang: str, question: str | None, name: str
) -> None:
    page = see(watched.page(), only(host, f"lang-{lang[:2]}", lang=lang))
    expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    if question:
        expect(page.get_by_role("group", name=question)).to_be_visible()


def test_without_a_page_language_the_bar_uses_the_browsers(
    host: HostSite, watched: Watched
) -> None:
    url = only(host, "browsers")
    host.pages["browsers.html"] = host.pages["browsers.html"].replace(" lang=en", "")
    page = see(watched.page(locale="zh-TW"), url)
    expect(page.get_by_role("group", name="您的反應是\uff1f")).to_be_visible()


@pytest.mark.parametrize("layout", ["bar", "compact", "column"])
@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (320, "200%"), (1280, "200%")])
def test_nothing_is_clipped_on_small_screens_or_with_large_text(
    host: HostSite, watched: Watched, layout: str, width: int, size: str
) -> None:
    page = watched.page(viewport={"width": width, "height": 800})
    url = only(host, "sizes", layout=layout, lang="de")
    host.pages["sizes.html"] = host.pages["sizes.html"].replace(
        "<main>", f"<style>html {{ font-size: {size} }}</style><main>"
    )
    see(page, url)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CLIPPED) == []
    for one in page.locator("reader-reactions [part~=choice]").all():
        box = box_of(one)
        assert box["width"] >= 44 and box["height"] >= 44


def test_the_choice_is_visible_without_colour_and_nothing_moves(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page(forced_colors="active", reduced_motion="reduce")
    see(page, only(host, "forced"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    tick = "(node) => getComputedStyle(node, '::after').content"
    assert "✓" in button(page, "Love").locator("i").evaluate(tick)
    moving = "[...{}.querySelectorAll('*')].some((n) => parseFloat(getComputedStyle(n)[k]) > 0)"
    for property_name in ("transitionDuration", "animationDuration"):
        assert page.evaluate(f"(k) => {moving.format(FIRST)}", property_name) is False


def test_the_first_choice_is_at_the_right_in_right_to_left_text(
    host: HostSite, watched: Watched
) -> None:
    page = see(watched.page(), host.url("rtl.html"))
    boxes = [box_of(one)["x"] for one in page.locator("reader-reactions [part~=choice]").all()]
    assert boxes == sorted(boxes, reverse=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_fixed_theme_keeps_its_contrast_on_any_page(
    host: HostSite, watched: Watched, axe: str, theme: str
) -> None:
    page = watched.page(color_scheme="light" if theme == "dark" else "dark")
    see(page, only(host, f"theme-{theme}", theme=theme))
    ground = page.locator("reader-reactions").evaluate("(n) => getComputedStyle(n).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 18, 18)"}[theme]
    page.evaluate(axe)
    rules = "axe.run({ runOnly: ['color-contrast'] }).then(({ violations }) => violations.length)"
    assert page.evaluate(rules) == 0
