"""The desk's comments in a real browser: shortcuts, no JavaScript, both widths, live updates."""

import json
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watched, number_in, signed_in
from tests.support.commenter import Commenter
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Serve, Server

LINKS = " https://a.example https://b.example https://c.example"
LONG = {"name": "x" * 50, "text": "W" * 1500 + LINKS}
WORDS = (
    {"name": "مريم العلي", "text": "هذا رائع جدا ولكن لماذا؟" + LINKS},
    {"name": "<b>Ben</b>", "text": "<img src=x onerror=alert(1)> I hate this." + LINKS},
    LONG,
)
# Controls lower than 44 px.
SMALL = """() => [...document.querySelectorAll("main button, main select, main input[type=search]")]
    .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 44)
    .map((e) => e.outerHTML)"""


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_READS="0", READBACK_COMMENTS="0")
    added = running.cli("site", "add", "bare", "--origin", "https://bare.example")
    assert added.returncode == 0, added.stderr
    return running


@pytest.fixture(scope="module")
def editor(own: Server) -> DeskBrowser:
    return invited(own, "mara", "home:editor", "bare:moderator")


@pytest.fixture
def desk(watched: Watched, editor: DeskBrowser) -> Callable[..., Page]:
    open_page = signed_in(watched, editor)
    return lambda path, **options: open_page(f"/desk/{path}", **options)


@pytest.fixture
def ana(own: Server, article: str) -> Commenter:
    return Commenter(own, article)


@pytest.fixture
def article() -> str:
    """Return the name of an article without comments."""
    return f"story-{secrets.token_hex(6)}"


@pytest.fixture
def queue(desk: Callable[..., Page], ana: Commenter) -> tuple[str, list[str]]:
    """Post three held comments; return the path of their list and their ids, newest first."""
    sent = [ana.post(f"Number {n}, I love it." + LINKS).json for n in range(3)]
    return f"home/comments?article={sent[0]['article']}", [one["id"] for one in reversed(sent)]


def case(page: Page, comment_id: str) -> Locator:
    return page.locator(f"#c-{comment_id}")


def told(page: Page, words: str) -> None:
    """Wait for the page after an act and its script, which would miss a key pressed earlier."""
    expect(page.get_by_role("status").first).to_contain_text(words)
    page.wait_for_load_state()


def test_the_keyboard_alone_publishes_hides_selects_and_undoes(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    path, (newest, middle, oldest) = queue
    page = desk(path)
    page.keyboard.press("j")
    expect(case(page, newest)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(case(page, newest)).to_be_focused()
    page.keyboard.press("p")
    told(page, "Published: ")
    expect(case(page, newest)).to_have_count(0)
    expect(case(page, middle)).to_be_focused()  # the focus moves to the next comment
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    page.keyboard.press("h")
    told(page, "Hidden: ")
    expect(case(page, oldest)).to_be_focused()
    page.keyboard.press("u")
    told(page, "Undone: ")
    expect(case(page, middle)).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(case(page, middle).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(f"/comments/{middle}$"))


def test_shortcuts_do_nothing_in_fields_with_modifiers_or_when_turned_off(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    path, (newest, *_) = queue
    page = desk(path)
    page.keyboard.press("/")
    search = page.get_by_label("Words in text")
    expect(search).to_be_focused()
    page.keyboard.type("jphd?")
    expect(search).to_have_value("jphd?")
    page.get_by_label("Label to set").focus()
    page.keyboard.press("p")
    case(page, newest).focus()
    page.keyboard.press("Control+x")  # Control with a letter belongs to the browser
    expect(case(page, newest).get_by_role("checkbox")).not_to_be_checked()
    page.evaluate("window.isSamePage = true")
    case(page, newest).get_by_role("checkbox").check()
    page.keyboard.press("Enter")  # does not submit the form
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.isSamePage")
    case(page, newest).get_by_role("checkbox").uncheck()
    expect(page.locator("[data-comment]")).to_have_count(3)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.get_by_label("Use these shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(case(page, newest)).not_to_be_focused()
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_label("Use these shortcuts").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    expect(case(page, newest)).to_be_focused()
    expect(page.locator("[data-comment]")).to_have_count(3)


def test_without_javascript_everything_is_a_form(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    path, (newest, middle, oldest) = queue
    page = desk(path, java_script_enabled=False)
    expect(page.get_by_role("button", name="Shortcuts")).to_be_hidden()
    case(page, newest).get_by_role("checkbox").check()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    expect(page.locator("[data-comment]")).to_have_count(3)
    case(page, newest).get_by_role("checkbox").check()
    case(page, oldest).get_by_role("checkbox").check()
    bulk = page.get_by_role("group", name="With selected comments")
    bulk.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("Hidden: 2 comments.")).to_be_visible()
    expect(page.locator("[data-comment]")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-comment]")).to_have_count(3)
    case(page, newest).get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile(f"#c-{middle}$"))
    case(page, middle).get_by_role("link", name="Open").click()
    page.get_by_label("Label", exact=True).select_option("Mixed")
    page.get_by_role("button", name="Set label").click()
    expect(page.get_by_text("mara set its label: as scored → mixed")).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Text").fill("字" * 2000)  # the longest comment, 18 KB when escaped
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Edited: ")).to_be_visible()
    assert page.get_by_role("blockquote").first.text_content() == "字" * 2000
    page.get_by_role("button", name="Undo what mara did").first.click()
    expect(page.get_by_role("blockquote").first).to_contain_text("Number 1")
    page.goto(page.url.split("/comments")[0] + "/comments")
    page.get_by_label("Words in text").fill("NUMBER 2")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"\?q=NUMBER\+2"))


def test_one_box_selects_the_whole_page(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    page = desk(queue[0])
    page.get_by_label("All 3").check()
    expect(page.locator("[name=comment]:checked")).to_have_count(3)
    page.locator("[name=comment]").first.uncheck()
    expect(page.get_by_label("All 3")).not_to_be_checked()
    page.get_by_role("group").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published: 2 comments.")).to_be_visible()


def test_a_new_comment_is_announced_without_a_reload_and_disturbs_nothing(
    own: Server, desk: Callable[..., Page], ana: Commenter
) -> None:
    ana.post("First" + LINKS)
    page = desk("home/comments")
    count = page.locator("[data-count]")
    before = number_in(count)
    page.locator("[name=comment]").first.check()
    page.get_by_label("Words in text").fill("half a wor")
    ana.post("Second" + LINKS)
    expect(count).to_have_attribute("data-count", str(before + 1), timeout=20_000)
    expect(page.get_by_label("Words in text")).to_have_value("half a wor")
    expect(page.get_by_label("Words in text")).to_be_focused()
    expect(page.locator("[name=comment]").first).to_be_checked()
    page.get_by_role("link", name="1 new, show it").click()
    expect(page.locator("[data-comment]").first).to_contain_text("Second")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways_whatever_readers_write(
    own: Server, desk: Callable[..., Page], ana: Commenter, width: int
) -> None:
    ids = [ana.post(fields.pop("text"), **fields).json["id"] for fields in map(dict, WORDS)]
    page = desk("home/comments", viewport={"width": width, "height": 900})
    long = f"home/comments/{ids[-1]}"
    for path in ("home/comments", "bare/comments", long, f"{long}/edit", "home/held-votes"):
        page.goto(f"{own.origin}/desk/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(SMALL) == [], path
    page.goto(f"{own.origin}/desk/{long}")
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("Hidden: ")).to_be_visible()
    page.wait_for_load_state()  # including its style sheet
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_no_fault(
    own: Server, desk: Callable[..., Page], ana: Commenter, axe: str, width: int, scheme: str
) -> None:
    ids = [ana.post(fields.pop("text"), **fields).json["id"] for fields in map(dict, WORDS)]
    article = ana.post("Fine.").json["article"]
    page = desk("home/comments", viewport={"width": width, "height": 900}, color_scheme=scheme)

    def check() -> None:
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations)")
        assert found == [], (page.url, json.dumps(found)[:2000])

    for path in (f"?show=all&article={article}", f"/{ids[1]}/edit", f"/{ids[1]}"):
        page.goto(f"{own.origin}/desk/home/comments{path}")
        check()
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("Hidden: ")).to_be_visible()
    check()
