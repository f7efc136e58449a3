"""Label sessions in a real browser: keys, fingers, no JavaScript, sign-ins, long comments."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Watched, box_of, signed_in
from tests.support.desk import PASSWORD, DeskBrowser, invited
from tests.support.server import Server
from tests.support.stored_comments import store_comment
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection

ORIGIN = "https://labels.example"
SITE = Site("labels", "Labels", (ORIGIN,))
LABEL = "/desk/labels/comments/label"
TEXTS = (
    "Sure, because what this town needs is another car park.",
    "The mayor wrote <img src=x onerror=alert(1)> and مرحبا on the wall of my house.",
    "The council has to explain itself. " * 40,
    "Nobody can read this: " + "W" * 400,
)
TITLE = "<b>Rathaus</b> &amp; " + "Donaudampfschifffahrtsgesellschaft" * 8


@pytest.fixture(scope="module")
def store(server: Server) -> Connection:
    """Return the store of a site with a thread, and replies that are hostile and long."""
    server.prepare("site", "add", SITE.key, "--name", "Labels", "--origin", ORIGIN)
    store = server.store()
    parent = ""
    for text in TEXTS:
        story = f"{ORIGIN}/story"
        comment = store_comment(
            store, SITE, story, text, name="Zenobia", parent=parent, title=TITLE
        )
        parent = parent or comment.id
    return store


@pytest.fixture(scope="module")
def editor(server: Server, store: Connection) -> DeskBrowser:
    return invited(server, "robin", f"{SITE.key}:moderator")


@pytest.fixture
def label(watched: Watched, store: Connection, editor: DeskBrowser) -> Callable[..., Page]:
    """Return what opens the page of an editor who has no labels yet."""
    store.client.delete(keys.labels(SITE.key))
    open_page = signed_in(watched, editor)
    return lambda **options: open_page(LABEL, **options)


def counted(page: Page, *numbers: int) -> None:
    """Wait for the numbers of the editor's own negative, neutral, positive and other answers."""
    names = ("negative", "neutral", "positive", "cannot say")
    words = ", ".join(f"{n} {name}" for n, name in zip(numbers, names, strict=True))
    expect(page.get_by_text(words)).to_be_visible()


def shown(page: Page) -> str:
    return str(page.locator("[data-comment]").get_attribute("data-comment"))


def test_keys_answer_and_go_back_without_a_reload(label: Callable[..., Page]) -> None:
    page = label()
    page.evaluate("window.isSamePage = true")
    expect(page.get_by_text("Zenobia")).to_have_count(0)
    first = shown(page)
    page.keyboard.press("1")
    counted(page, 1, 0, 0, 0)
    second = shown(page)
    assert second != first
    expect(page.locator("[data-said]")).to_contain_text("Stored as negative.")
    expect(page.locator("[data-comment]")).to_be_focused()
    page.keyboard.press("3")
    counted(page, 1, 0, 1, 0)
    page.keyboard.press("z")
    counted(page, 1, 0, 0, 0)
    assert shown(page) == second
    page.reload()
    assert shown(page) == second
    page.evaluate("window.isSamePage = true")
    page.keyboard.press("z")
    expect(page.get_by_text("None yet")).to_be_visible()
    assert shown(page) == first
    for key, numbers in (("2", (0, 1, 0, 0)), ("0", (0, 1, 0, 1)), ("1", (1, 1, 0, 1))):
        page.keyboard.press(key)
        counted(page, *numbers)
    page.get_by_role("button", name="Positive").click()
    expect(page.get_by_role("heading", name="You have labelled them all")).to_be_visible()
    assert page.evaluate("window.isSamePage")
    page.get_by_role("button", name="Back").click()
    counted(page, 1, 1, 0, 1)
    page.get_by_role("link", name="Finish").click()
    expect(page.get_by_role("heading", name="Comments")).to_be_visible()
    page.get_by_role("link", name="Label comments").click()
    counted(page, 1, 1, 0, 1)


def test_a_key_pressed_before_the_next_comment_is_there_does_nothing(
    label: Callable[..., Page],
) -> None:
    page = label()
    waiting: list[Route] = []
    page.route("**/answers", lambda route: waiting.append(route))
    with page.expect_request("**/answers"):
        page.keyboard.press("1")
    page.keyboard.press("3")
    page.get_by_role("button", name="Neutral").dblclick()
    assert len(waiting) == 1
    waiting[0].continue_()
    counted(page, 1, 0, 0, 0)
    page.unroute("**/answers")
    page.get_by_label("Use keys").uncheck()
    page.keyboard.press("1")
    page.get_by_role("button", name="Neutral").click()
    counted(page, 1, 1, 0, 0)
    expect(page.get_by_label("Use keys")).not_to_be_checked()


def test_an_answer_that_a_script_could_not_send_is_sent_by_the_browser(
    label: Callable[..., Page],
) -> None:
    page = label()
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        failed.append(route.request.resource_type)
        route.fulfill(status=503, body="away") if len(failed) == 1 else route.continue_()

    page.route("**/answers", fail_once)
    page.keyboard.press("2")
    counted(page, 0, 1, 0, 0)
    assert failed == ["fetch", "document"]


def test_an_answer_outlives_the_session_of_its_editor(label: Callable[..., Page]) -> None:
    page = label()
    first = shown(page)
    page.context.clear_cookies()
    page.keyboard.press("1")
    page.get_by_label("Name").fill("robin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("negative")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    counted(page, 1, 0, 0, 0)
    assert shown(page) != first


def test_without_javascript_every_answer_is_a_form(label: Callable[..., Page]) -> None:
    page = label(java_script_enabled=False)
    first = shown(page)
    other = page.context.new_page()
    other.goto(page.url)
    page.get_by_role("button", name="Cannot say").click()
    counted(page, 0, 0, 0, 1)
    other.get_by_role("button", name="Neutral").click()  # about the same comment
    counted(other, 0, 1, 0, 0)
    page.reload()
    page.get_by_role("button", name="Back").click()
    assert shown(page) == first
    expect(page.get_by_text("None yet")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1160, "light"), (320, "light")])
def test_every_comment_can_be_read_and_answered(
    label: Callable[..., Page], axe: str, width: int, scheme: str
) -> None:
    is_phone = width < 500
    page = label(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        has_touch=is_phone,
        is_mobile=is_phone,
    )
    for number in range(len(TEXTS) + 1):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(({ violations }) => violations)")
        assert found == [], json.dumps(found)[:2000]
        if number == len(TEXTS):
            break
        before = shown(page)
        pads = page.get_by_role("form", name="What is its tone?").get_by_role("button")
        for pad in pads.all():
            box = box_of(pad)
            assert box["height"] >= 44 and box["y"] + box["height"] <= 800  # without scrolling
        (pads.nth(1).tap if is_phone else pads.nth(1).click)()
        expect(page.locator(f"[data-comment='{before}']")).to_have_count(0)
    expect(page.get_by_role("heading", name="You have labelled them all")).to_be_visible()
