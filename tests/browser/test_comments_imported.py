"""Imported comments: votes they brought are shown apart, and long texts are folded."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.comments_page import address, comment, see
from tests.browser.conftest import Watched, signed_in
from tests.browser.hostsite import HostSite
from tests.support import exported_json as made
from tests.support.desk import invited

LONG = "\n\n".join(f"<p>Paragraph {n} of a long memory of this town.</p>" for n in range(60))


@pytest.fixture(scope="module")
def story(commented_host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a story with imported comments."""
    locator = {"site": "news", "url": commented_host.url("imported.html")}
    now = datetime.now(UTC).isoformat()  # an old comment takes no votes
    votes = {f"u{n}": n > 1 for n in range(14)}
    path = made.remark42(
        tmp_path_factory.mktemp("files") / "backup.gz",
        made.remark42_comment("a", locator=locator, time=now, votes=votes),
        made.remark42_comment("b", locator=locator, text=LONG, time="2020-05-06T07:09:00Z"),
        packed=True,
    )
    done = commented_host.server.cli("import", "--from", "remark42", "--site", "host", str(path))
    assert "2 comments stored" in done.stdout, done.stdout + done.stderr
    return locator["url"]


def folds(page: Page, text: str) -> None:
    """Open a folded text by keyboard, and close it again."""
    shown = page.get_by_text(text).first
    toggle = page.locator("summary", has_text="Whole comment").first
    folded = shown.evaluate("(node) => node.clientHeight")
    assert folded < 500 < shown.evaluate("(node) => node.scrollHeight")
    toggle.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(node) => node.clientHeight > 900", arg=shown.element_handle())
    page.keyboard.press("Enter")
    page.wait_for_function(
        "([node, high]) => node.clientHeight == high", arg=[shown.element_handle(), folded]
    )


def test_readers_see_votes_from_elsewhere_apart_and_long_texts_folded(
    commented_host: HostSite, watched: Watched, story: str, tmp_path: Path
) -> None:
    page = watched.page()
    see(page, address(commented_host, story))
    brought = comment(page, "I love this.")
    expect(brought).to_contain_text("12 imported from Remark42")
    expect(brought.get_by_role("button", name="Recommend")).to_have_text("Recommend")
    brought.get_by_role("button", name="Recommend").click()
    expect(brought.get_by_role("button", name="Recommend")).to_have_text("✓ Recommend 1")
    expect(brought).to_contain_text("12 imported from Remark42")
    shown = page.get_by_text("Paragraph 3 of").first
    folded = shown.evaluate("(node) => [node.clientHeight, node.scrollHeight]")
    assert folded[0] < 200 < 900 < folded[1]
    toggle = page.locator("summary", has_text=re.compile(r"Read all [\d,]+ words"))
    toggle.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(node) => node.clientHeight > 900", arg=shown.element_handle())
    expect(toggle).to_have_count(0)
    expect(page.locator("reader-comments li:focus")).to_contain_text("Paragraph 3 of")


def test_editors_see_the_same(commented_host: HostSite, watched: Watched, story: str) -> None:
    open_page = signed_in(watched, invited(commented_host.server, "ida", "host:moderator"))
    page = open_page("/desk/host/comments?show=all&q=memory+of+this+town")
    page.locator(".case a[href*='article=']").click()  # other tests' comments fill the first page
    expect(page.get_by_text("12 for and 2 against, imported from Remark42")).to_be_visible()
    folds(page, "Paragraph 3 of")
    brought = page.locator(".case", has_text="I love this.")
    brought.get_by_text("I love this.").click()  # only the current comment has buttons
    brought.get_by_role("link", name="Open").click()
    expect(page.get_by_text("12 for and 2 against, imported from Remark42")).to_be_visible()
