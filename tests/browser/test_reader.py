"""The acts of a reader in a real browser: vote, reload, change, take back; also by form."""

import pytest
from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.browser.conftest import SHIFTS, Watched, box_of, button
from tests.support.server import Server


def bar(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator("reader-reactions").scroll_into_view_if_needed()
    page.locator("reader-reactions button").first.wait_for()
    return page


def status(page: Page) -> Locator:
    return page.locator("reader-reactions").get_by_role("status")


def chosen(page: Page, label: str) -> None:
    expect(button(page, label)).to_have_attribute("aria-pressed", "true")


def named(page: Page, name: str) -> None:
    expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_a_reader_votes_reloads_changes_and_takes_back(server: Server, watched: Watched) -> None:
    url = f"{server.origin}/articles/riverside-library"
    page = bar(watched.page(), url)
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []
    button(page, "Love").click()
    named(page, "Love, 1 vote, 100%")
    chosen(page, "Love")
    bar(page, url)
    chosen(page, "Love")

    second = watched.page()
    second.clock.install()
    second.goto(url)
    second.locator("reader-reactions").scroll_into_view_if_needed()
    polls_until(second, "Love, 1 vote")
    button(page, "Sad").click()
    chosen(page, "Sad")
    expect(status(page)).to_have_text("You reacted: Sad")
    polls_until(second, "Sad, 1 vote")

    button(page, "Sad").click()
    named(page, "Sad, 0 votes")
    expect(status(page)).to_have_text("You took your reaction back")
    bar(page, url)
    expect(page.locator("reader-reactions [aria-pressed=true]")).to_have_count(0)


def polls_until(page: Page, name: str) -> None:
    """Run the page's clock until it polls and shows these figures, a few times at most.

    A response still on its way when the clock runs has not scheduled the next poll yet.
    """
    for _ in range(10):
        page.clock.run_for(15_500)
        try:
            page.get_by_role("button", name=name, exact=True).wait_for(timeout=2000)
        except TimeoutError:
            continue
        return
    named(page, name)


def test_the_last_of_two_quick_clicks_wins(server: Server, watched: Watched) -> None:
    page = bar(watched.page(), f"{server.origin}/articles/night-bakery")
    button(page, "Wow").dblclick()
    expect(status(page)).to_have_text("You took your reaction back")
    named(page, "Wow, 0 votes")
    assert server.counts("night-bakery")["total"] == 0


@pytest.mark.parametrize("width", [320, 360, 412, 1280])
def test_the_element_replaces_the_button_without_a_layout_shift(
    server: Server, watched: Watched, width: int
) -> None:
    page = watched.page(viewport={"width": width, "height": 900})
    page.goto(f"{server.origin}/articles/talent-visa")
    before = box_of(page.locator("reader-reactions"))["height"]
    page.locator("reader-reactions").scroll_into_view_if_needed()
    page.locator("reader-reactions button").first.wait_for()
    after = box_of(page.locator("reader-reactions"))["height"]
    assert abs(before - after) < 1
    assert page.evaluate(SHIFTS) < 0.001


def test_without_javascript_a_reader_votes_changes_and_takes_back(
    server: Server, watched: Watched
) -> None:
    page = watched.page(java_script_enabled=False)
    page.goto(f"{server.origin}/articles/talent-visa")
    page.get_by_role("link", name="Angry, 0 votes").click()
    button(page, "Angry").click()
    expect(page).to_have_url(f"{server.origin}/articles/talent-visa#reactions")
    expect(page.get_by_role("link", name="Angry, 1 vote")).to_be_visible()
    page.get_by_role("link", name="Wow, 0 votes").click()
    chosen(page, "Angry")
    button(page, "Wow").click()
    page.get_by_role("link", name="Wow, 1 vote").click()
    page.get_by_role("button", name="Take my reaction back").click()
    expect(page.get_by_role("link", name="Wow, 0 votes")).to_be_visible()
    assert {cookie["name"] for cookie in page.context.cookies()} == {"readback", "readback-form"}


def test_the_comments_replace_their_link_without_a_layout_shift(
    server: Server, watched: Watched
) -> None:
    url = f"{server.origin}/articles/talent-visa"
    page = watched.page(viewport={"width": 1280, "height": 900})
    page.add_init_script("""self.haveComments = new Promise((done) =>
      addEventListener("readback:load", ({ target }) => {
        if (target.localName === "reader-comments") done()
      }))""")
    page.goto(url)
    page.locator("#comments").scroll_into_view_if_needed()
    page.evaluate("self.haveComments")  # until then the link opens another page
    write = page.get_by_role("button", name="Add a comment…")
    link = page.get_by_role("link", name="Write a comment")
    expect(write.or_(link)).to_be_visible()
    if link.is_visible():
        link.click()
    expect(write).to_be_visible()
    assert page.url == url
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate(SHIFTS) == 0
