"""Accessibility of the desk: axe on every page in both themes, keyboard only, no JavaScript."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, number_in, signed_in
from tests.conftest import NOW_S
from tests.support.desk import DeskBrowser, invited, load_newsroom
from tests.support.forms import form_on
from tests.support.server import Serve, Server, nonce
from tests.support.taught import label, write
from widget.domain.model import Site
from widget.services.lessons import Lessons
from widget.simulation.story import ORIGIN

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

BAKERY = f"{ORIGIN}/life/night-bakery"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_READS="0")
    load_newsroom(
        running, "one", "empty", "taught", articles=40, votes=12_000, comments=300, days=40, seed=3
    )
    page = {"title": "The only story", "section": "City", "author": "Mira Lindqvist"}
    cast = running.react(site="one", article="one", origin=ORIGIN, nonce=nonce(), page=page)
    assert cast.status == 200
    teach(running, Site("taught", "Taught", (ORIGIN,)))
    return running


def teach(server: Server, site: Site) -> None:
    """Label comments of a site in two languages, and learn from them."""
    store = server.store()
    for written in (write(store, site, 110), write(store, site, 30, is_spanish=True)):
        label(store, site, written)
        label(store, site, written[:25], editor="Ben")
    assert Lessons(store).learn(site, who="Ana", now_s=NOW_S)


@pytest.fixture(scope="module")
def admin(own: Server) -> DeskBrowser:
    return invited(own, "chief", "admin")


@pytest.fixture(scope="module")
def library(admin: DeskBrowser) -> str:
    """Return the path of a story with a note and a correction."""
    found = admin.get("/desk/daily/articles?q=riverside&format=json").json["tables"]["articles"]
    path = f"/desk/daily/articles/{found[0]['id']}"
    noted = f"{found[0]['first_vote_utc'][:11]}23:30"
    assert admin.post(f"{path}/notes", path, text="Headline changed", at=noted).status == 303
    corrections = f"{path}/corrections"
    assert admin.post(f"{path}/closure", corrections, reason="Withdrawn").status == 303
    return path


@pytest.fixture
def desk(watched: Watched, admin: DeskBrowser) -> Callable[..., Page]:
    return signed_in(watched, admin)


def paths(admin: DeskBrowser, library: str) -> list[str]:
    """Return pages of every kind: full, with one vote, and empty."""
    [one] = admin.get("/desk/one/articles?format=json").json["tables"]["articles"]
    made = admin.post("/desk/daily/links/", label="All", days="1").body.decode()
    asked = form_on(admin, "/desk/daily/new-question", "Create question")
    asked.fill(question="Fares?").fill_in({"label-0": "Lower", "label-2": "Free for all"})
    if admin.get("/desk/daily/questions/fares").status == 404:
        assert asked.press("Create question").status == 303
    [shared] = re.findall(r"/shared/daily/[\w-]+", made)
    return [
        "/desk/daily/",
        "/desk/daily/articles",
        library,
        f"{library}/corrections",
        f"{library}/merges/new?into={BAKERY}",
        f"{library}/resets/new",
        "/desk/daily/integrity",
        f"/desk/daily/integrity/{library.rpartition('/')[2]}-1",
        "/desk/empty/integrity",
        "/desk/daily/sections",
        "/desk/daily/sections/City",
        "/desk/daily/tags",
        "/desk/daily/?format=table&table=reacted",
        "/desk/daily/links/",
        "/desk/daily/settings/reactions",
        "/desk/daily/settings/words/?lang=ar",
        "/desk/daily/questions/",
        "/desk/daily/new-question",
        "/desk/daily/questions/fares",
        "/desk/daily/questions/fares/form",
        "/desk/daily/settings/comments",
        "/desk/taught/comments/tone",
        "/desk/taught/comments/tone?format=table",
        "/desk/empty/comments/tone",
        "/desk/daily/settings/keys/",
        "/desk/daily/audit",
        "/desk/one/",
        f"/desk/one/articles/{one['id']}",
        "/desk/empty/",
        "/desk/empty/tags",
        "/desk/",
        "/desk/account",
        "/desk/editors/",
        "/desk/editors/chief",
        "/desk/nowhere/",
        shared,
    ]


VIOLATIONS = """async (only) => {
  const asked = { resultTypes: ["violations"], ...(only && { runOnly: only }) }
  const { violations } = await axe.run(document, asked)
  return violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 200))])
}"""
# Elements that overflow their panel, unless the panel scrolls.
BEYOND = """() => [...document.querySelectorAll("main .panel:not(.wide) *")]
  .filter(e => e.getBoundingClientRect().right > e.closest(".panel").getBoundingClientRect().right
    && !e.matches(".visually-hidden, svg *"))
  .map(e => e.outerHTML.slice(0, 120))"""


def test_axe_finds_no_fault_on_any_page_in_either_theme(
    own: Server, admin: DeskBrowser, library: str, desk: Callable[..., Page], axe: str
) -> None:
    page = desk("/desk/")
    for path in [*paths(admin, library), "/desk/login"]:
        if path == "/desk/login":
            page.context.clear_cookies()
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{own.origin}{path}")
        page.evaluate(axe)
        assert page.evaluate(VIOLATIONS, None) == [], path
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 390, "height": 900})
        assert page.evaluate(VIOLATIONS, ["color-contrast", "target-size"]) == [], path
        assert page.evaluate(BEYOND) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_every_page_is_well_formed(own: Server, admin: DeskBrowser, library: str) -> None:
    """DeskBrowser lints each page."""
    for path in paths(admin, library):
        assert admin.get(path).status == (404 if path == "/desk/nowhere/" else 200), path
    assert DeskBrowser(own).get("/desk/login").status == 200


def test_the_keyboard_reaches_every_control_of_an_article_and_shows_the_focus(
    desk: Callable[..., Page], library: str
) -> None:
    page = desk(library)
    reached = []
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.append(page.evaluate("document.activeElement.outerHTML"))
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none", reached[-1]
    controls = page.evaluate(
        "[...document.querySelectorAll('a, button, input:not([type=hidden]), summary')]"
        ".filter(e => e.checkVisibility()).map(e => e.outerHTML)"
    )
    assert set(controls) <= set(reached)


def test_the_keyboard_alone_adds_a_note_and_reopens_an_article(
    desk: Callable[..., Page], library: str
) -> None:
    page = desk(library)
    page.get_by_label("What happened").focus()
    page.keyboard.type("Correction published")
    page.keyboard.press("Enter")
    told(page, "The note is on the timeline.")
    page.get_by_role("link", name="Corrections…").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("region", name="Open the story again")
    form.get_by_label("Reason").focus()
    page.keyboard.type("The story goes on")
    page.keyboard.press("Enter")
    told(page, "The story accepts votes again.")
    page.get_by_role("button", name=re.compile("^Undo: chief opened it again")).focus()
    page.keyboard.press("Enter")
    told(page, "Undone.")


def told(page: Page, text: str) -> None:
    """Wait until the page says so and is loaded: until then, the focus may still move."""
    expect(page.get_by_role("status")).to_have_text(text)
    page.wait_for_load_state()


def test_without_javascript_the_overview_links_to_everything(desk: Callable[..., Page]) -> None:
    page = desk("/desk/daily/", java_script_enabled=False)
    page.get_by_role("link", name="30 days").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Last 30 days")
    page.get_by_text("Other dates").click()
    page.get_by_role("button", name="Show these dates").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(" to ")
    votes = number_in(page.locator("[data-count]").first)
    page.get_by_role("link", name="as a table").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Reactions by")
    cells = page.locator("tbody tr td:last-child").all_text_contents()
    assert sum(map(int, cells)) == votes
    page.get_by_role("link", name="back to the page").click()
    page.get_by_role("link", name="Sections").first.click()
    page.get_by_role("link", name="City").click()
    expect(page.get_by_role("heading", name="Compared with usual")).to_be_visible()


def numbers(text: str) -> list[int]:
    return [int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d", text)]


def test_without_javascript_two_articles_are_merged_and_split(
    desk: Callable[..., Page], library: str
) -> None:
    page = desk(f"{library}?doubt=with", java_script_enabled=False)  # what the store counts
    votes = number_in(page.locator("[data-count]").first)
    page.get_by_role("link", name="Corrections…").click()
    page.get_by_label("Redirect another address here").fill(BAKERY)
    page.get_by_role("region", name="Merge or move").get_by_label("Reason").fill("One story")
    page.get_by_role("button", name="Redirect that address here").click()
    total = page.locator(".sums__total td")
    expect(total).to_have_count(3)
    sums = total.all_text_contents()
    mine, theirs, together = (int(text.replace(",", "")) for text in sums)
    assert theirs == votes and mine + theirs == together
    page.get_by_label("Reason").fill("One story")
    page.get_by_role("button", name="Merge into another story").click()
    expect(page.get_by_role("status")).to_contain_text(
        "votes moved. The address now resolves to the other story."
    )
    page.goto(page.url.removesuffix("/corrections"))
    expect(page.locator(".notice")).to_contain_text("This story was merged into another story")
    page.get_by_role("link", name="another story").click()
    page.goto(f"{page.url}?doubt=with")
    expect(page.locator("[data-count]").first).to_have_attribute("data-count", str(together))
    [voters] = numbers(page.get_by_text("readers have voted").inner_text())
    [held] = numbers(page.locator("main a[href*='/held-votes?article=']").inner_text())
    assert voters == together + held
    page.get_by_role("link", name="Corrections…").click()
    page.get_by_role("button", name=re.compile("^Undo: chief merged")).click()
    expect(page.get_by_role("status")).to_have_text("Undone.")
    page.goto(page.url.removesuffix("/corrections") + "?doubt=with")
    expect(page.locator("[data-count]").first).to_have_attribute("data-count", str(votes))
