"""Comments in a real browser without JavaScript: write, reply, edit, delete, agree, report."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watched
from tests.domain.comments.test_cleaning import PAYLOADS
from tests.support.server import Serve, Server

PATH = "/articles/night-bakery"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(
        READBACK_NEW_READERS="1000",
        READBACK_NEW_READERS_WIDE="1000",
        READBACK_COMMENTS="0",
        READBACK_CASTS="0",
    )
    running.prepare("site", "set", "home", "--comments", '{"hold_fast_s": 0}')
    return running


@pytest.fixture
def reader(own: Server, watched: Watched) -> Callable[[], Page]:
    def reader() -> Page:
        page = watched.page(java_script_enabled=False, base_url=own.origin)
        page.goto(PATH)
        return page

    return reader


def write(page: Page, text: str, name: str = "Ana") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Comment", exact=True).fill(text)
    page.get_by_role("button", name="Send").click()


def comment(page: Page, text: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=text).last


def test_a_reader_writes_edits_and_deletes(reader: Callable[[], Page]) -> None:
    page = reader()
    assert page.context.cookies() == []
    page.get_by_role("link", name="Write a comment").click()
    write(page, "I like the bakrey.")
    expect(comment(page, "I like the bakrey.")).to_be_visible()
    comment(page, "I like the bakrey.").get_by_role("link", name="Edit").click()
    page.get_by_label("Comment", exact=True).fill("I like the bakery.\nEvery night.")
    page.get_by_role("button", name="Save").click()
    expect(comment(page, "I like the bakery.")).to_contain_text("edited")
    page.get_by_role("link", name="Back to the story").click()
    expect(page.locator("#comments")).to_contain_text("I like the bakery.")
    page.get_by_role("link", name="Reply, vote or report").click()
    expect(page.get_by_label("Name")).to_be_hidden()
    page.locator("summary", has_text="Add a comment…").click()
    expect(page.get_by_label("Name")).to_have_value("Ana")
    page.get_by_role("button", name="Delete your comment").click()
    expect(page.get_by_role("status")).to_have_text("Your comment was deleted.")
    expect(page.get_by_role("main")).not_to_contain_text("I like the bakery.")


def test_another_reader_replies_agrees_and_reports(reader: Callable[[], Page]) -> None:
    ana, ben = reader(), reader()
    ana.get_by_role("link", name="Write a comment").click()
    write(ana, "The question of the day?")
    ben.reload()
    ben.get_by_role("link", name="Reply, vote or report").click()
    theirs = comment(ben, "The question of the day?")
    expect(theirs.get_by_role("link", name="Edit")).to_have_count(0)
    theirs.get_by_role("button", name="Recommend the comment by Ana").click()
    agreed = comment(ben, "The question of the day?")
    expect(agreed.get_by_role("button", name="Recommend")).to_have_attribute("aria-pressed", "true")
    expect(agreed).to_contain_text("1 recommendation")
    agreed.get_by_role("button", name="Recommend").click()
    expect(comment(ben, "The question")).not_to_contain_text("recommendation")
    comment(ben, "The question").get_by_role("link", name="Reply to Ana").click()
    expect(ben.get_by_role("heading", name="Reply to Ana")).to_be_visible()
    write(ben, "The answer.", name="Ben")
    expect(ben.locator(".comments__replies .comment")).to_contain_text("The answer.")
    comment(ben, "The question").get_by_role("link", name="Report the comment by Ana").click()
    ben.get_by_label("Off topic").check()
    ben.get_by_label("One line for the editor").fill("It is about another story.")
    ben.get_by_role("button", name="Send report").click()
    expect(ben.get_by_role("status")).to_contain_text("An editor will look")
    expect(ben.get_by_role("status")).to_contain_text("Reason: Off topic")


def test_a_refused_comment_comes_back_with_its_text(
    reader: Callable[[], Page], watched: Watched
) -> None:
    page = reader()
    page.get_by_role("link", name="Write a comment").click()
    write(page, "My long thought.", name="Admin")
    expect(page.get_by_label("Name")).to_have_accessible_description(re.compile("for the staff"))
    expect(page.get_by_label("Comment", exact=True)).to_have_value("My long thought.")
    write(page, "x" * 2001, name="Ana")
    text = page.get_by_label("Comment", exact=True)
    expect(text).to_have_accessible_description(re.compile("2,000"))
    expect(page.get_by_label("Comment", exact=True)).to_have_value("x" * 2001)
    page.context.clear_cookies()
    write(page, "After the cookies went.", name="Ana")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(page.get_by_label("Comment", exact=True)).to_have_value("After the cookies went.")
    # Chromium itself reports each refused page.
    assert all("Failed to load resource" in each for each in watched.complaints)
    watched.complaints.clear()
    write(page, "After the cookies went.", name="Ana")
    expect(comment(page, "After the cookies went.")).to_be_visible()


def test_a_held_comment_is_shown_only_to_its_author(reader: Callable[[], Page]) -> None:
    page = reader()
    page.get_by_role("link", name="Write a comment").click()
    write(page, "http://a.example http://b.example http://c.example")
    expect(page.get_by_role("status")).to_contain_text("awaits review")
    expect(page.locator(".comment--held")).to_contain_text("http://a.example")
    address = page.url
    other = reader()
    other.goto(address)
    expect(other.get_by_role("main")).not_to_contain_text("a.example")


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_markup_is_shown_as_text(reader: Callable[[], Page], payload: str) -> None:
    page = reader()
    page.get_by_role("link", name="Write a comment").click()
    write(page, payload, name=payload[:50])
    for _ in range(2):
        expect(page.locator(".comment__text").first).to_have_text(payload)
        expect(page.locator(".comment__name").first).to_have_text(payload[:50])
        assert page.locator("main img, main svg, main script").count() == 0
        page.goto(PATH)


def test_the_page_of_a_story_is_the_same_for_everyone(
    own: Server, reader: Callable[[], Page]
) -> None:
    page = reader()
    page.get_by_role("link", name="Write a comment").click()
    write(page, "Hello from one reader.")
    with_cookie = page.request.get(PATH)
    without = own.get(PATH)
    assert with_cookie.body() == without.body
    assert "Set-Cookie" not in without.headers and "csrf" not in without.body.decode()
    assert "public" in without.headers["Cache-Control"]
    form = own.get(f"{PATH}/comments")
    assert form.headers["Cache-Control"] == "no-store"
