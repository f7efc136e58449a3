"""Signing in with a real browser: keyboard only, and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.support.desk import PASSWORD, invited
from tests.support.server import Server

# For a mouse on a wide page, the arrows beside a choice and the halves of a switch are smaller.
SMALL = """(isWide) => [...document.querySelectorAll(
    "button, input:not([type=hidden]):not([type=checkbox]), select, textarea, nav a, label.check"
  )].filter((e) => e.offsetParent && !e.closest("[aria-hidden], .visually-hidden"))
    .filter((e) => (e.closest("label") ?? e).getBoundingClientRect().height
      < (isWide && e.closest(".choice__move, .seg__one") ? 24 : 44))
    .map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def editor(server: Server) -> str:
    invited(server, "keyboard", "home:editor")
    return "keyboard"


def signed_in(server: Server, page: Page, name: str, path: str = "/desk/") -> Page:
    page.goto(f"{server.origin}{path}")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def test_the_keyboard_alone_signs_in_navigates_and_signs_out(
    server: Server, watched: Watched, editor: str
) -> None:
    page = watched.page()
    page.goto(f"{server.origin}/desk/account")
    expect(page).to_have_url(re.compile(r"/desk/login\?next=/desk/account$"))
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type(editor)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.origin}/desk/account")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.get_by_role("button", name="Sign out", exact=True).evaluate(
            "e => e === document.activeElement"
        ):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"  # the focus is visible
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.origin}/desk/login")
    page.goto(f"{server.origin}/desk/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_password_is_reported_and_the_name_is_kept(
    server: Server, watched: Watched, editor: str
) -> None:
    page = watched.page()
    page.goto(f"{server.origin}/desk/login")
    page.get_by_label("Name").fill(editor)
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    expect(page.get_by_label("Name")).to_have_value(editor)
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Password")).to_be_focused()
    refused = [c for c in watched.complaints if "422" in c]
    watched.complaints[:] = [c for c in watched.complaints if c not in refused]


def test_without_javascript_a_link_sets_the_password_and_sessions_end(
    server: Server, watched: Watched
) -> None:
    added = server.cli("editor", "add", "plain", "--role", "home:viewer", "--link")
    [path] = re.findall(r"/desk/welcome/\S+", added.stdout)
    page = watched.page(java_script_enabled=False)
    page.goto(f"{server.origin}{path}")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Repeat password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    other = signed_in(server, watched.page(java_script_enabled=False), "plain", "/desk/account")
    other.get_by_role("button", name="Sign out everywhere else").click()
    expect(other.get_by_role("status")).to_contain_text("signed out everywhere else")
    page.goto(f"{server.origin}/desk/account")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_and_controls_are_large_enough_to_touch(
    server: Server, watched: Watched, editor: str, width: int, scheme: str
) -> None:
    page = watched.page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    signed_in(server, page, editor, "/desk/home/settings/")
    for path in ("", "reactions", "comments", "../audit", "../../account"):
        page.goto(f"{server.origin}/desk/home/settings/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.evaluate(SMALL, width > 1000) == [], path
