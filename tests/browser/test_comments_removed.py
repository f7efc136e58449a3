"""An author whose comment is removed: sees why, asks for a second look, sees the answer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comments_page import address, post, said, see, write
from tests.browser.conftest import SHIFTS, Watched
from tests.browser.hostsite import HostSite
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Serve

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it
STORY = "/articles/night-bakery"
Act = Callable[..., None]


@pytest.fixture(scope="module")
def mod(commented_host: HostSite) -> DeskBrowser:
    return invited(commented_host.server, "mara", "host:moderator")


def act(mod: DeskBrowser, site: str, one: str, **fields: str) -> None:
    path = f"/desk/{site}/comments"
    assert mod.post(f"{path}/acts", f"{path}?show=all", one=one, **fields).status == 303


def test_an_author_reads_the_reason_and_the_answer_in_the_same_place(
    commented_host: HostSite, watched: Watched, mod: DeskBrowser
) -> None:
    host = commented_host
    for n in range(4):  # so many that the end is out of sight
        post(host, "removed", f"Another view, {n}.")
    page = watched.page(viewport={"width": 390, "height": 300})
    see(page, address(host, "removed"))
    with page.expect_response("**/v1/comments") as answer:
        write(page, "She has never sat on a tram.", name="Ilse")
    said(page, "Your comment is published.")
    own = answer.value.json()["id"]
    act(mod, "host", f"hide {own}", reason="insult", note="The plan, not the person.")

    see(page, f"{page.url}?again")
    place = page.locator("reader-comments aside")
    expect(place).to_contain_text("An editor removed your comment.")
    expect(place).to_contain_text("Reason: Personal attack")
    expect(place).to_contain_text("“The plan, not the person.”")
    expect(place).to_contain_text("She has never sat on a tram.")
    expect(place).not_to_contain_text("mara")
    other = see(watched.page(), page.url)
    expect(other.get_by_text("She has never sat on a tram.")).to_have_count(0)

    place.get_by_role("button", name="Ask for a second look").press("Enter")
    said(page, "You asked for a second look.")
    expect(place.get_by_role("button")).to_have_count(0)
    queue = mod.get("/desk/host/comments").body.decode()
    assert f"c-{own}" in queue and "Asks for a second look" in queue

    [seen] = re.findall(f'name="seen" value="({own} [^"]+)"', queue)  # it upholds the reason
    act(mod, "host", f"hide {own}", note="It is about her.", seen=seen)
    see(page, f"{page.url}&again")
    expect(place).to_contain_text("An editor looked again: it stays removed.")
    expect(place).to_contain_text("“It is about her.”")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    act(mod, "host", f"publish {own}")
    see(page, f"{page.url}&again")
    expect(page.locator("reader-comments li", has_text="She has never")).to_be_visible()
    expect(place).to_have_count(0)


def test_a_long_comment_folds_and_a_tap_on_its_age_shows_the_time(
    commented_host: HostSite, watched: Watched
) -> None:
    post(commented_host, "folded", "I drove the 14 for years. " * 30)
    post(commented_host, "folded", "Short.")
    page = watched.page(viewport={"width": 360, "height": 300})
    see(page, address(commented_host, "folded"))
    long = page.locator("reader-comments li", has_text="I drove")
    expect(long.get_by_text("Read all 180 words")).to_be_visible()
    expect(page.locator("reader-comments summary:visible")).to_have_count(1)
    time = long.locator("time")
    expect(time).to_have_text("now")
    exact = time.get_attribute("title")
    assert exact
    time.click()
    expect(time).to_have_text(exact)
    expect(page.locator("reader-comments li").first.locator("[part=face]")).to_have_text("B")
    assert page.evaluate(SHIFTS) == 0


def test_without_javascript_an_author_reads_and_asks_too(serve: Serve, watched: Watched) -> None:
    server = serve(READBACK_COMMENTS="0", READBACK_CASTS="0")
    server.prepare("site", "set", "home", "--comments", '{"hold_fast_s": 0}')
    mod = invited(server, "mara", "home:moderator")

    def reader() -> Page:
        page = watched.page(java_script_enabled=False, base_url=server.origin)
        page.goto(f"{STORY}/comments?write=1")
        return page

    page = reader()
    page.get_by_label("Comment", exact=True).fill("She has never sat on a tram.")
    page.get_by_label("Name").fill("Admin")
    page.get_by_role("button", name="Send").click()
    name = page.get_by_label("Name")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description("This name is reserved for the staff of this site. "
        "Please choose another.")  # fmt: skip
    name.fill("Ilse")
    page.get_by_role("button", name="Send").click()
    own = page.url.partition("around=")[2].partition("#")[0]
    act(mod, "home", f"hide {own}", reason="insult", note="The plan, not the person.")
    page.goto(f"{STORY}/comments")
    place = page.locator(".comment--removed")
    expect(place).to_contain_text("Reason: Personal attack")
    expect(place).to_contain_text("She has never sat on a tram.")
    expect(reader().get_by_text("She has never sat on a tram.")).to_have_count(0)
    place.get_by_role("button", name="Ask for a second look").click()
    expect(page.get_by_role("status")).to_contain_text("You asked for a second look.")
    expect(place.get_by_role("button")).to_have_count(0)
    act(mod, "home", f"publish {own}")
    page.reload()
    expect(place).to_contain_text("An editor looked again and published it.")

    other = reader()
    other.goto(f"{STORY}/comments?report={own}#report")
    other.locator("#report").evaluate("(form) => form.noValidate = true")
    other.get_by_role("button", name="Send report").click()
    expect(other.get_by_text("Choose a reason.")).to_be_visible()
    other.get_by_label("Hate speech").check()
    other.get_by_role("button", name="Send report").click()
    expect(other.get_by_role("status")).to_contain_text("Reason: Hate speech")
    assert "New reason: hate speech" in mod.get("/desk/home/comments").body.decode()
