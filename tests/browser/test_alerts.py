"""The alerts page of a site in a real browser: both widths and themes, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched
from tests.browser.test_desk_signin import SMALL, signed_in
from tests.support.desk import invited
from tests.support.server import Server

PATH = "/desk/home/settings/alerts/"
FAULTS = "axe.run().then(({ violations }) => violations.map((v) => v.id + ': ' + v.help))"


@pytest.fixture(scope="module")
def admin(server: Server) -> str:
    invited(server, "watchful", "home:admin")
    return "watchful"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_a_refused_address_is_marked_at_its_field(
    server: Server, watched: Watched, admin: str, axe: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    page = watched.page(viewport=size, color_scheme=scheme, bypass_csp=True)
    signed_in(server, page, admin, PATH)
    webhook = page.get_by_label("Webhook")
    for typed in ("", "https://127.1/hook"):
        webhook.focus()
        page.keyboard.type(typed)
        page.evaluate(axe)
        assert page.evaluate(FAULTS) == []
        assert page.evaluate(SMALL) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.keyboard.press("Enter")
    expect(webhook).to_have_attribute("aria-invalid", "true")
    expect(webhook).to_have_accessible_description("127.0.0.1 is not a server on the internet.")
    expect(webhook).to_have_value("https://127.1/hook")
    page.evaluate(axe)
    assert page.evaluate(FAULTS) == []


def test_without_javascript_receivers_are_saved_and_tested(
    server: Server, watched: Watched, admin: str
) -> None:
    page = watched.page(java_script_enabled=False)
    signed_in(server, page, admin, PATH)
    expect(page.get_by_text("No alerts in the last 30 days.")).to_be_visible()
    expect(page.get_by_role("button", name="Send a test")).to_have_count(0)
    page.get_by_role("textbox", name="Mail").fill("desk@news.example")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    page.get_by_role("button", name="Send a test").click()
    expect(page.get_by_text("Mail is off: READBACK_SMTP_URL is not set.").first).to_be_visible()
    page.get_by_role("textbox", name="Mail").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Saved.")
