"""Settings in a real browser: the live preview, the tag to copy, forms without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.test_desk_signin import signed_in
from tests.support.desk import invited
from tests.support.server import Server


@pytest.fixture(scope="module")
def admin(server: Server) -> str:
    invited(server, "chief", "admin")
    server.prepare("site", "add", "paper", "--name", "Paper", "--origin", "https://p.example")
    return "chief"


def labels(page: Page) -> list[str]:
    expect(page.locator("readback-preview button").first).to_be_visible()
    return page.locator("readback-preview .label, readback-preview [part=label]").all_inner_texts()


def test_rows_are_changed_in_the_page_and_shown_by_the_real_bar(
    server: Server, watched: Watched, admin: str
) -> None:
    page = signed_in(server, watched.page(), admin, "/desk/paper/settings/reactions")
    expect(page.get_by_role("button", name="Preview")).to_be_hidden()
    page.get_by_label("Question").first.fill("<b>How</b> was it?")
    expect(page.locator("readback-preview [part=question]")).to_have_text("<b>How</b> was it?")
    page.get_by_label("Label of Love").fill("Adore")
    page.get_by_role("button", name="Retire Funny").click()
    for _ in range(5):
        page.get_by_role("button", name="Move Wow up").click()
    expect(page.get_by_role("button", name="Move Wow up")).to_be_disabled()
    expect(page.get_by_role("button", name="Move Wow down")).to_be_focused()
    page.get_by_role("button", name="Add another choice").click()
    page.keyboard.type("Hope")
    page.get_by_label("Emoji of choice").last.fill("🌱")
    assert labels(page) == ["Wow", "Like", "Dislike", "Adore", "Angry", "Sad", "Hope"]
    expect(page.locator("[data-changed]:visible")).to_have_text(
        ["Changed", "Changed", "Changed", "New", "Changed"]
    )
    page.reload()
    assert "Adore" not in labels(page)


def test_the_keyboard_alone_retires_a_choice_and_restores_it(
    server: Server, watched: Watched, admin: str
) -> None:
    page = signed_in(server, watched.page(), admin, "/desk/paper/settings/reactions")
    page.get_by_role("button", name="Retire Sad").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Label of Wow")).to_be_focused()
    page.get_by_label("Question").first.focus()
    page.keyboard.press("Enter")  # Enter presses the first button of the form, which saves
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert "Sad" not in labels(page)
    page.get_by_role("button", name="Bring back Sad").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    assert "Sad" in labels(page)


def test_the_copied_tag_is_ready_to_paste(server: Server, watched: Watched, admin: str) -> None:
    page = watched.page(permissions=["clipboard-read", "clipboard-write"])
    signed_in(server, page, admin, "/desk/paper/settings/")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f'<script async src="{server.origin}/embed.js" data-site="paper"></script>'


def test_wording_is_found_previewed_marked_and_saved(
    server: Server, watched: Watched, admin: str
) -> None:
    page = signed_in(server, watched.page(), admin, "/desk/paper/settings/words/?lang=en")
    expect(page.get_by_role("button", name="Preview")).to_be_hidden()
    page.get_by_role("searchbox").fill("are now closed")
    texts = page.locator("[data-text]:visible")
    expect(texts).to_have_count(1)
    texts.get_by_role("textbox").fill("Shut since noon")
    expect(texts.get_by_text("Changed", exact=True)).to_be_visible()
    expect(texts.get_by_text("Readers see “Shut since noon”")).to_be_visible()
    expect(page.get_by_text("1 text changed")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    stored = page.locator("[name='text.closed']")
    expect(stored).to_have_value("Shut since noon")
    page.get_by_role("button", name=re.compile("^Back to default")).click()
    expect(stored).to_have_value("")
    expect(stored).to_be_focused()


def test_the_time_zone_and_the_morning_mail_are_set(
    server: Server, watched: Watched, admin: str
) -> None:
    page = signed_in(server, watched.page(), admin, "/desk/paper/settings/")
    zone = page.get_by_label("Your newsroom's time zone")
    zone.fill("Mars/Olympus")
    page.keyboard.press("Enter")
    expect(zone).to_have_attribute("aria-invalid", "true")
    expect(zone).to_have_value("Mars/Olympus")
    zone.fill("Europe/Paris")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    page.goto(f"{server.origin}/desk/paper/settings/alerts/")
    page.get_by_label("When", exact=True).select_option("Every week")
    page.get_by_label("Day, if every week").select_option("Friday")
    page.get_by_label(re.compile("^Hour, ")).select_option("07:00")
    page.get_by_role("button", name="Save the morning mail").click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(page.get_by_label("Day, if every week")).to_have_value("4")


def test_a_shared_link_is_made_copied_and_shows_its_page(
    server: Server, watched: Watched, admin: str
) -> None:
    page = watched.page(permissions=["clipboard-read", "clipboard-write"])
    signed_in(server, page, admin, "/desk/paper/links/")
    page.get_by_label("Who is it for?").fill("The board")
    page.get_by_label("Expires after").select_option("30 days")
    page.get_by_role("button", name="Create link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Last 7 days")


def test_without_javascript_the_copy_button_is_hidden(
    server: Server, watched: Watched, admin: str
) -> None:
    page = watched.page(java_script_enabled=False)
    signed_in(server, page, admin, "/desk/paper/settings/")
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_a_desk_page_does_not_load_in_a_frame(server: Server, watched: Watched, admin: str) -> None:
    page = watched.page()
    page.goto(f"{server.origin}/healthz")
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.set_content(f'<!doctype html><iframe src="{server.origin}/desk/login"></iframe>')
    frame = page.frames[-1]
    expect(page.locator("iframe")).to_be_visible()
    assert "Sign in" not in frame.content()
    watched.complaints.clear()
