"""Fixtures with a real Chromium. Without one, CI fails; elsewhere the tests are skipped."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FloatRect,
    Locator,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

from tests.browser.comments_page import commented
from tests.browser.hostsite import HostSite
from tests.support.desk import DeskBrowser
from tests.support.programs import installed
from tests.support.server import ROOT, Serve, Server

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# How long to wait for a condition: enough for a loaded machine; it measures nothing.
expect.set_options(timeout=20_000)

BRIDGE = {
    "question": "Should the old bridge stay open to cars?",
    "choices": [
        {"key": "yes", "label": "Yes", "emoji": "🚗"},
        {"key": "bikes", "label": "Bikes only", "emoji": "🚲"},
        {"key": "no", "label": "No", "emoji": "🚫"},
    ],
}
BROWSERS_OWN = ("Failed to load resource:", "Autofocus processing was blocked")
# Cumulative layout shift as browsers report it: without shifts within 500 ms of an input, and those
# before `start`.
SHIFTS = """(start = 0) => new Promise((done) => {
  const isCounted = (e) => !e.hadRecentInput && e.startTime >= start
  const sum = (list) => list.filter(isCounted).reduce((sum, e) => sum + e.value, 0)
  new PerformanceObserver((list) => done(sum(list.getEntries())))
    .observe({ type: "layout-shift", buffered: true })
  setTimeout(() => done(0), 300)
})"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = installed("chromium", variable="CHROMIUM")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield running
        running.close()


class Watched:
    """Browser contexts whose console messages and page errors fail the test at its end.

    Messages about failed requests do not count, nor about an autofocus that came after a reader's
    own focus: the browser writes them, not the page.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def page(self, **options: Any) -> Page:
        context = self._browser.new_context(**options)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(BROWSERS_OWN):
            self.complaints.append(message.text)

    def said(self, page: Page, count: int = 1) -> list[str]:
        """Take the messages, exactly so many. They may come after what they are about."""
        if len(self.complaints) < count:
            page.wait_for_event("console", lambda _: len(self.complaints) >= count)
        messages, self.complaints = self.complaints, []
        assert len(messages) == count, messages
        return messages

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    opened = Watched(browser)
    yield opened
    opened.close()
    assert opened.complaints == []


def endless(route: Route) -> None:
    """Replace a challenge by one without a solution: no hash has the prefix it requires."""
    answer = route.fetch()
    body = answer.json()
    body["challenge"]["parameters"]["keyPrefix"] = "none"
    route.fulfill(response=answer, json=body)


def signed_in(watched: Watched, editor: DeskBrowser) -> Callable[..., Page]:
    """Return a function that opens a page of the editor's server in a new, signed-in context."""

    def open_page(path: str, **options: Any) -> Page:
        page = watched.page(**options)
        page.context.add_cookies(editor.for_browser())
        page.goto(f"{editor.server.origin}{path}")
        return page

    return open_page


@pytest.fixture(scope="session")
def host(server: Server) -> Iterator[HostSite]:
    """Run a publisher's site that is registered with a poll."""
    site = HostSite(server, "host")
    for arguments in (
        ("add", "host", "--name", "The Host", "--origin", site.origin),
        ("set", "host", "--poll", "bridge", json.dumps(BRIDGE)),
    ):
        done = server.cli("site", *arguments)
        assert done.returncode == 0, done.stderr
    yield site
    site.stop()


@pytest.fixture(scope="session")
def commented_host(session_serve: Serve) -> Iterator[HostSite]:
    """Run a publisher's site on its own server, without limits on comments."""
    with commented(session_serve) as site:
        yield site


@pytest.fixture(scope="session")
def axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


def see(page: Page, url: str) -> Page:
    """Open the page and wait until the first bar shows its figures."""
    page.goto(url)
    page.locator("reader-reactions").first.scroll_into_view_if_needed()
    expect(page.locator("reader-reactions button").first).to_be_visible()
    return page


def number_in(figure: Locator) -> int:
    """Return the machine-readable number of a figure."""
    return int(figure.get_attribute("data-count") or "")


def box_of(element: Locator) -> FloatRect:
    """Return its place once the page has its style sheets: before, a box is a bare one."""
    element.page.wait_for_load_state()
    box = element.bounding_box()
    assert box is not None, "not visible"
    return box


def sent_page(request: Request) -> Any:
    """Return the page metadata that a vote carries."""
    return (request.post_data_json or {})["page"]


def button(page: Page | Locator, label: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{label}, "))
