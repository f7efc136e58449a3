"""The desk's comments in a real browser: shortcuts, no JavaScript, both widths, live updates."""

import json
import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Watched, box_of, number_in, signed_in
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
    running.prepare("site", "add", "bare", "--origin", "https://bare.example")
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
    """Post three held comments; return the path of their list and their ids, oldest first."""
    return posted(ana, 3)


def posted(ana: Commenter, number: int) -> tuple[str, list[str]]:
    sent = [ana.post(f"Number {n}, I love it." + LINKS, name=f"Reader {n}") for n in range(number)]
    path = f"home/comments?article={sent[0].json['article']}"
    return path, [one.json["id"] for one in sent]


def case(page: Page, comment_id: str) -> Locator:
    return page.locator(f"#c-{comment_id}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def told(page: Page, words: str) -> None:
    """Wait until the page tells a screen reader this."""
    expect(page.locator("[data-said]")).to_contain_text(words)


def left(page: Page, number: int) -> None:
    expect(page.locator("[data-comment]")).to_have_count(number)


def test_a_moderator_clears_thirty_comments_by_keys(
    own: Server, desk: Callable[..., Page], ana: Commenter
) -> None:
    path, ids = posted(ana, 30)
    page = desk(path)
    page.evaluate("window.isSamePage = true")
    for _ in range(10):  # as fast as keys go, each on the comment that follows
        press(page, "p")
    left(page, 20)
    expect(case(page, ids[10])).to_be_focused()
    told(page, "Published: \u2068Reader 9\u2069.")
    left(page, 20)
    press(page, "x", "j", "x", "j", "x")  # three of them
    bar = page.get_by_role("group", name="With selected comments")
    expect(bar).to_contain_text("3 selected")
    press(page, "r")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove 3 comments")
    press(page, "Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Pick a reason")
    press(page, "2")
    expect(dialog.get_by_text("Reason: Hate speech")).to_be_visible()  # as the authors read it
    press(page, "1", "Enter")
    told(page, "Removed: 3 comments.")
    left(page, 17)
    expect(case(page, ids[13])).to_be_focused()
    press(page, "z")  # back to the rows, selection and all, where they were
    told(page, "Undone: 3 comments.")
    expect(case(page, ids[10])).to_be_focused()
    listed = page.locator("[data-comment]").evaluate_all(
        "(all) => all.map((e) => e.dataset.comment)"
    )
    assert listed == ids[10:]
    press(page, "h")  # it waits already
    told(page, "is already held: ")
    press(page, "a", "r", "3", "Tab", *"See the rules", "Enter")
    told(page, "Removed: 20 comments.")
    expect(page.locator("[data-empty]")).to_be_focused()
    assert page.evaluate("window.isSamePage")
    removed = page.context.request.get(f"{own.origin}/desk/home/comments?show=removed").text()
    assert all(one in removed for one in ids[10:]) and not any(one in removed for one in ids[:10])
    own.prepare("verify")


def test_what_could_not_be_done_comes_back_and_says_why(
    desk: Callable[..., Page], own: Server, queue: tuple[str, list[str]]
) -> None:
    path, (oldest, middle, newest) = queue
    page = desk(path)
    other = desk(path)
    press(other, "j", "r", "4", "Enter")  # another moderator decides about the second one
    left(other, 2)
    press(page, "a", "p")
    told(
        page, "Published: 2 comments. Reader 1 has changed since, so it stays as it is: you removed"
    )
    left(page, 1)  # the one that this page cannot decide shows what it is now
    expect(case(page, middle)).to_contain_text("Removed")
    press(page, "z")
    told(page, "Undone: 2 comments.")
    left(page, 3)
    page.route("**/acts*", lambda route: route.abort())
    press(page, "p")
    told(page, "The server cannot be reached")
    left(page, 3)
    expect(case(page, oldest)).to_be_focused()
    page.unroute("**/acts*")
    refusal = {"error": {"code": "store_unavailable", "message": "The store does not respond."}}
    page.route("**/acts*", lambda route: route.fulfill(status=503, json=refusal))
    press(page, "j", "j", "x", "p")
    told(page, "The store does not respond.")
    expect(case(page, newest).get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("1 selected")).to_be_visible()


def test_a_comment_that_changes_under_the_hand_says_so_and_nothing_typed_is_lost(
    own: Server, desk: Callable[..., Page], ana: Commenter, queue: tuple[str, list[str]]
) -> None:
    path, (oldest, middle, newest) = queue
    page = desk(path)
    assert ana.act(oldest, "text", text="I meant something else." + LINKS).status == 202
    press(page, "p")  # what the moderator has not read is not published
    told(page, "Reader 0 has changed since, so it stays as it is: its reader edited it")
    left(page, 3)
    expect(case(page, oldest)).to_contain_text("I meant something else.")
    case(page, oldest).focus()
    press(page, "p")
    told(page, "Published: \u2068Reader 0\u2069.")
    left(page, 2)
    assert ana.act(middle, "removal").status == 200
    press(page, "r", "1", "Tab", *"No names, please", "Enter")
    told(page, "its reader deleted it")
    expect(case(page, middle)).to_contain_text("Name and text were deleted.")
    page.route("**/acts*", lambda route: route.abort())
    line = page.get_by_label("A line to the author")
    case(page, newest).focus()
    press(page, "r")
    expect(line).to_have_value("No names, please")  # it was for nobody yet
    press(page, "Enter")
    told(page, "The server cannot be reached")
    page.unroute("**/acts*")
    left(page, 2)
    press(page, "r")
    expect(line).to_have_value("No names, please")
    assert own.cli("forget-article", "home", ana.article, "--yes").returncode == 0
    press(page, "Enter")
    told(page, "Nothing was changed. One of them no longer exists")
    left(page, 1)


def test_keys_do_nothing_in_fields_with_modifiers_or_when_turned_off(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    path, (oldest, middle, _) = queue
    page = desk(path)
    press(page, "/")
    search = page.get_by_label("Words in text")
    expect(search).to_be_focused()
    page.keyboard.type("jphr?")
    expect(search).to_have_value("jphr?")
    case(page, oldest).focus()
    press(page, "Control+x")  # Control with a letter belongs to the browser
    expect(case(page, oldest).get_by_role("checkbox")).not_to_be_checked()
    page.evaluate("window.isSamePage = true")
    case(page, oldest).get_by_role("checkbox").check()
    press(page, "Enter")  # does not submit the form
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.isSamePage")
    press(page, "Escape")
    expect(case(page, oldest).get_by_role("checkbox")).not_to_be_checked()
    left(page, 3)
    page.get_by_label("Use keys").uncheck()
    page.reload()
    press(page, "j", "p")
    expect(case(page, middle)).not_to_be_focused()
    page.get_by_label("Use keys").check()
    press(page, "j")
    expect(case(page, middle)).to_be_focused()
    left(page, 3)
    press(page, "o")
    expect(page).to_have_url(re.compile(f"/comments/{middle}$"))


def test_on_a_phone_the_reasons_are_a_sheet_within_reach_of_the_thumb(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    path, (oldest, middle, _) = queue
    page = desk(path, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    for one in (oldest, middle):
        case(page, one).get_by_role("checkbox").tap()
    page.get_by_role("group", name="With selected comments").get_by_text("Remove…").tap()
    dialog = page.get_by_role("dialog", name="Remove 2 comments")
    box = box_of(dialog)
    assert box["y"] + box["height"] > 800 and box["y"] > 60
    dialog.get_by_text("Off topic", exact=True).tap()
    dialog.get_by_role("button", name="Remove 2 comments").tap()
    told(page, "Removed: 2 comments.")
    left(page, 1)
    page.get_by_role("button", name="Undo").tap()
    left(page, 3)


def test_without_javascript_everything_is_a_form(
    desk: Callable[..., Page], queue: tuple[str, list[str]]
) -> None:
    path, (oldest, middle, newest) = queue
    page = desk(path, java_script_enabled=False)
    case(page, oldest).get_by_role("checkbox").check()
    press(page, "Enter")
    expect(page.get_by_text("Nothing was changed")).to_be_visible()
    left(page, 3)
    case(page, oldest).get_by_role("checkbox").check()
    case(page, newest).get_by_role("checkbox").check()
    page.get_by_role("button", name="Remove the selected").click()
    expect(page.get_by_text("Pick a reason to remove it. Nothing was changed.")).to_be_visible()
    case(page, oldest).get_by_role("checkbox").check()
    case(page, newest).get_by_role("checkbox").check()
    page.get_by_label("Advertising").check()
    page.get_by_role("button", name="Remove the selected").click()
    expect(page.get_by_text("Removed: 2 comments.")).to_be_visible()
    left(page, 1)
    page.get_by_role("button", name="Undo").click()
    left(page, 3)
    page.get_by_label("Posted twice").check()
    case(page, oldest).get_by_role("button", name="Remove").click()
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
    page.get_by_text("Remove…").click()
    page.get_by_label("Something else").check()
    page.get_by_label("A line to the author").fill("It is late.")
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("Removed: ")).to_be_visible()
    page.goto(page.url.split("/comments")[0] + "/comments")
    page.get_by_text("Search", exact=True).first.click()
    page.get_by_label("Words in text").fill("NUMBER 2")
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(r"\?q=NUMBER\+2"))


def test_a_new_comment_is_announced_without_a_reload_and_disturbs_nothing(
    own: Server, desk: Callable[..., Page], ana: Commenter
) -> None:
    ana.post("First" + LINKS)
    page = desk("home/comments")
    count = page.locator("[data-count]")
    before = number_in(count)
    page.locator("[name=comment]").first.check()
    press(page, "/")
    page.get_by_label("Words in text").fill("half a wor")
    ana.post("Second" + LINKS)
    expect(count).to_have_attribute("data-count", str(before + 1), timeout=20_000)
    expect(page.get_by_label("Words in text")).to_have_value("half a wor")
    expect(page.get_by_label("Words in text")).to_be_focused()
    expect(page.locator("[name=comment]").first).to_be_checked()
    page.get_by_role("link", name="1 new, show it").click()
    expect(page.get_by_text("Second https://a.example")).to_be_visible()


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
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published: ")).to_be_visible()
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
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published: ")).to_be_visible()
    check()
