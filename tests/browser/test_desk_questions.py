"""A question of one's own, from the desk to a reader's answer: on a phone, and without script."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, box_of, signed_in
from tests.browser.hostsite import HostSite
from tests.support.desk import invited
from tests.support.server import Server

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
QUESTION = "What should happen to the old bridge?"
ANSWERS = ("Rebuild it as it was", "Build a new one", "Keep it for walking and cycling")


@pytest.fixture(scope="module")
def asking(server: Server) -> Iterator[HostSite]:
    site = HostSite(server, "bridges")
    server.prepare("site", "add", "bridges", "--name", "Bridges", "--origin", site.origin)
    yield site
    site.stop()


@pytest.fixture
def opened(server: Server, watched: Watched, asking: HostSite) -> Callable[..., Page]:
    name = f"asks{len(_INVITED)}"
    _INVITED.append(name)
    return signed_in(watched, invited(server, name, "bridges:editor"))


_INVITED: list[str] = []


def test_an_editor_makes_a_question_on_a_phone_and_a_reader_answers_it(
    asking: HostSite, opened: Callable[..., Page], watched: Watched
) -> None:
    page = opened("/desk/bridges/", **PHONE, permissions=["clipboard-read", "clipboard-write"])
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Questions").click()
    page.get_by_role("link", name="New question").click()
    page.get_by_label("Question", exact=True).fill(QUESTION)
    expect(page.locator("[data-key-shown]")).to_have_text("old-bridge")
    for at, answer in enumerate(ANSWERS, 1):
        page.get_by_label(f"Label of choice {at}").fill(answer)
    page.get_by_role("button", name="Add another choice").click()
    expect(page.get_by_label("Label of choice 5")).to_be_focused()
    bar = page.locator("readback-preview")
    expect(bar.locator("[part~=choice]")).to_have_count(3)
    expect(bar).to_contain_text(QUESTION)
    expect(bar.locator("[aria-pressed=true]")).to_contain_text(ANSWERS[1])
    page.get_by_text("Before", exact=True).click()
    expect(bar.locator("[aria-pressed=true]")).to_have_count(0)
    expect(page.get_by_text("Figures in the preview are made up.")).to_be_visible()
    for control in page.locator(
        "main :is(button:not(.visually-hidden), .seg__one, summary, .input):visible"
    ).all():
        if control.evaluate("(e) => e.getRootNode() !== document"):
            continue  # of the preview, whose own text is as readers see it
        assert box_of(control)["height"] >= 43.5, control.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # The line can be pasted first: until the question is there, readers see nothing.
    page.get_by_role("button", name="Copy").first.click()
    tag = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Create question").click()
    page.wait_for_url("**/questions/old-bridge")
    expect(page.get_by_text("No votes yet.")).to_be_visible()
    expect(page.locator("#line")).to_have_text(tag)

    reader = watched.page(**PHONE)
    site_tag = tag.replace(' data-poll="old-bridge" data-layout="column" data-choices="3"', "")
    assert site_tag != tag
    asking.pages["bridge.html"] = (
        f"<!doctype html><title>The bridge</title><body><p>A story</p>{site_tag}<hr>{tag}"
    )
    reader.goto(asking.url("bridge.html"))
    bars = reader.locator("reader-reactions")
    expect(bars).to_have_count(2)  # the reaction bar keeps its place beside the question
    asked = bars.nth(1)
    expect(asked).to_contain_text(QUESTION)
    asked.get_by_role("button", name=re.compile(f"^{ANSWERS[2]}")).click()
    expect(asked.locator("[aria-pressed=true]")).to_contain_text(ANSWERS[2])

    page.wait_for_function(
        "async () => (await (await fetch(location)).text()).includes('1 vote')", timeout=20_000
    )
    page.reload()
    expect(page.locator(".answers")).to_contain_text(ANSWERS[2])
    expect(page.get_by_text("Too few votes:")).to_be_visible()


def test_without_javascript_a_question_gets_more_rows_and_its_line(
    opened: Callable[..., Page],
) -> None:
    page = opened("/desk/bridges/new-question", java_script_enabled=False)
    page.get_by_label("Question", exact=True).fill("Without any script?")
    page.get_by_label("Label of choice 1").fill("Yes")
    page.get_by_label("Label of choice 4").fill("No")
    page.get_by_role("button", name="Add another choice").click()
    expect(page.get_by_label("Label of choice 5")).to_be_focused()
    expect(page.get_by_label("Label of choice 4")).to_have_value("No")
    page.get_by_label("Label of choice 5").fill("Perhaps")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview li")).to_have_count(6)  # before and after a choice
    expect(page.locator("#line")).to_contain_text('data-poll="without-script"')
    page.get_by_role("button", name="Move Perhaps up").click()
    page.get_by_role("button", name="Create question").click()
    expect(page.get_by_role("status")).to_contain_text("The question was created")
    expect(page.locator(".answer__label")).to_have_text(["Yes", "Perhaps", "No"])
