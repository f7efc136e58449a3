"""A publisher's page with <reader-comments>, and the actions of its readers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.hostsite import HostSite
from tests.support.server import UNLIMITED, Answer, Serve, nonce

PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>A story</title>"
    "<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>"
    "{before}<script async src='{server}/comments.js' data-site='{site}'></script>"
    "<main><h1>A story</h1>{story}"
    "<reader-comments article={article} {attributes}></reader-comments>"
    "<p>More from the city desk.</p></main>"
)


@contextmanager
def commented(serve: Serve, **settings: str) -> Iterator[HostSite]:
    """Run a site without limits on how fast and how much readers write."""
    free = {**UNLIMITED, "READBACK_COMMENTS": "0", "READBACK_CASTS": "0"}
    server = serve(**{**free, **settings})
    site = HostSite(server, "host")
    rules = json.dumps({"hold_fast_s": 0})
    server.prepare("site", "add", "host", "--name", "The Host", "--origin", site.origin)
    server.prepare("site", "set", "host", "--comments", rules)
    yield site
    site.stop()


def address(host: HostSite, article: str, before: str = "", **attributes: str) -> str:
    """Make a page with the comments of one article; return its address."""
    written = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    page = PAGE.replace("{before}", before).replace("{article}", article)
    host.pages[f"{article}.html"] = page.replace("{attributes}", written)
    return host.url(f"{article}.html")


def see(page: Page, url: str) -> Page:
    """Open the page and wait for the comments; click if they wait for a click."""
    page.goto(url)
    page.locator("reader-comments").scroll_into_view_if_needed()
    title = page.locator("reader-comments h2")
    waiting = page.locator("reader-comments [part=comments] > button:only-child")
    expect(title.or_(waiting)).to_be_visible()
    if waiting.is_visible():
        waiting.click()
    expect(title).to_be_visible()
    return page


def write(page: Page | Locator, text: str, name: str | None = "Ana") -> None:
    """Write a comment in the first form, which the line above the list opens."""
    form = begin(page)
    if name is not None:
        form.locator("input").fill(name)
    form.locator("textarea").fill(text)
    form.get_by_role("button").first.click()


def begin(page: Page | Locator) -> Locator:
    """Open the first form, if it is only a line above the list, and return it."""
    opener = page.locator("[part=start]")
    if opener.is_visible():
        opener.click()
        expect(opener).to_be_hidden()  # its script may still be on its way
    return page.locator("form").first


def comment(page: Page, text: str) -> Locator:
    """Return the innermost comment that contains this text."""
    return page.get_by_role("listitem").filter(has_text=text).last


def said(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(text)


def post(host: HostSite, article: str, text: str, name: str = "Ben", **fields: str) -> Answer:
    """Post a comment by another reader through the API."""
    sent = {
        "site": host.site,
        "article": article,
        "name": name,
        "text": text,
        "nonce": nonce(),
        **fields,
    }
    headers = {"Content_Type": "text/plain;charset=UTF-8", "Origin": host.origin}
    return host.server.request("POST", "/v1/comments", json.dumps(sent).encode(), **headers)


def listed(host: HostSite, article: str, **query: str) -> Any:
    """Return the comments that everyone sees, past every cache."""
    more = "".join(f"&{name}={value}" for name, value in query.items())
    return host.server.uncached(f"/v1/comments?site=host&article={article}{more}").json
