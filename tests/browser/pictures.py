"""The pictures of README.md and docs/embed.md, drawn from a real server and a real browser."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.browser.hostsite import HostSite
from tests.support.server import Server, nonce

COUNTS = {"like": 12, "dislike": 3, "love": 34, "funny": 2, "angry": 6, "sad": 4, "wow": 9}
LAYOUTS = {"bar": "", "compact": "layout=compact", "column": "layout=column"}
GROWTH_MS = 600
WIDTHS = {"desktop": 640, "phone": 360}
INKS: dict[Literal["light", "dark"], str] = {
    "light": "#fff; color: #1b2029",
    "dark": "#14161a; color: #e9ecf1",
}
PAGE = (
    "<!doctype html><html lang=en><title>Picture</title>"
    "<style>body {{ margin: 0; padding: 1.25rem; background: {ink} }}</style>"
    '<script async src="{{server}}/embed.js" data-site="{{site}}"></script>'
    "<reader-reactions article=pictured {layout}></reader-reactions>"
)
# One rule per property and part that docs/embed.md lets a page style.
MARKED = "reader-reactions::part({}) {{ outline: 2px solid #c8102e; outline-offset: 1px }}"
PARTS = ("bar", "question", "choices", "choice", "love", "emoji", "label", "count", "note", "how")
RULES = {
    "property-line": "reader-reactions { --readback-line: #1f5f8b }",
    "property-card": "reader-reactions { --readback-card: #fbf4e6 }",
    "property-radius": "reader-reactions { --readback-radius: 0 }",
    "property-accent": "reader-reactions { --readback-accent: #0a6e5c }",
    **{f"part-{part}": MARKED.format(part) for part in PARTS},
}


def draw_rules(browser: Browser, host: HostSite, folder: Path) -> None:
    for name, rule in RULES.items():
        body = PAGE.format(ink=INKS["light"], layout="")
        host.pages["picture.html"] = body.replace("</style>", f"{rule}</style>")
        page = browser.new_page(viewport={"width": 560, "height": 260})
        if name == "part-how":  # it gives way to what can be done about a choice
            page.goto(host.url("picture.html"))
            page.get_by_text("How we count").wait_for()
        else:
            react_with_love(page, host)
        page.locator("body").screenshot(path=folder / f"embed-{name}.png")
        page.close()


def react_with_love(page: Page, host: HostSite) -> None:
    page.goto(host.url("picture.html"))
    page.get_by_role("button", name="Love, ").click()
    page.mouse.move(0, 0)
    page.get_by_text("You reacted: Love").wait_for(state="attached")


def shown(page: Page) -> None:
    """Wait until the bar says that the vote is counted, and its shares have grown."""
    page.get_by_text("You reacted: Love").wait_for(state="attached")
    page.mouse.move(0, 0)
    page.wait_for_timeout(GROWTH_MS)


def chromium(playwright: Playwright) -> Browser:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def draw(browser: Browser, host: HostSite, folder: Path) -> None:
    for layout, attributes in LAYOUTS.items():
        for ink, colors in INKS.items():
            host.pages["picture.html"] = PAGE.format(ink=colors, layout=attributes)
            for device, width in WIDTHS.items():
                page = browser.new_page(viewport={"width": width, "height": 300}, color_scheme=ink)
                react_with_love(page, host)
                name = f"embed-{layout}-{ink}-{device}.png"
                page.locator("body").screenshot(path=folder / name)
                page.close()


TALK = (
    (
        "Ana",
        "The ovens are warm at three. I walked past, and the smell of rye carried me home.",
        "",
    ),
    ("Benedikt", "Is it true that the river used to run here? My grandmother said so.", ""),
    ("Chloé", "It did, until 1911. There is a plaque behind the tram depot.", "Benedikt"),
)


def talk(server: Server, host: HostSite) -> None:
    ids = {"": ""}
    for name, text, parent in TALK:
        sent = {
            "site": "host",
            "article": "talk",
            "name": name,
            "text": text,
            "parent": ids[parent],
            "nonce": nonce(),
        }
        headers = {"Content_Type": "text/plain;charset=UTF-8", "Origin": host.origin}
        answer = server.request("POST", "/v1/comments", json.dumps(sent).encode(), **headers)
        ids[name] = answer.json["id"]


def draw_comments(browser: Browser, host: HostSite, folder: Path) -> None:
    for ink, colors in INKS.items():
        page_of = PAGE.replace("embed.js", "comments.js").replace(
            "reader-reactions", "reader-comments"
        )
        page_of = page_of.replace("article=pictured", "article=talk")
        host.pages["talk.html"] = page_of.format(ink=colors, layout="")
        for device, width in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": 400}, color_scheme=ink)
            page.goto(host.url("talk.html"))
            page.get_by_role("button", name="Recommend").first.click()
            page.get_by_role("button", name="✓ Recommend", pressed=True).wait_for()
            page.mouse.move(0, 0)
            page.locator("body").screenshot(path=folder / f"comments-{ink}-{device}.png")
            page.close()


def draw_story(browser: Browser, server: Server, folder: Path) -> None:
    """Draw the end of the first story with its bar, for the README."""
    page = browser.new_page(viewport={"width": 860, "height": 560})
    page.goto(f"{server.origin}/articles/talent-visa")
    page.locator(".reactions").scroll_into_view_if_needed()
    page.get_by_role("button", name="Love, ").click()
    shown(page)
    page.screenshot(path=folder / "story.png")
    page.close()


def main(folder: Path) -> None:
    data = Path(tempfile.mkdtemp())
    server = Server(data / "s", READBACK_NEW_READERS="100000", READBACK_READS="0").start()
    host = HostSite(server, "host")
    try:
        server.prepare("site", "add", "host", "--origin", host.origin)
        for key, times in COUNTS.items():
            for _ in range(times):
                vote = {"site": "host", "article": "pictured", "reaction": key, "nonce": nonce()}
                assert server.react(origin=host.origin, **vote).status == 200
                ours = {"article": "talent-visa-2025", "reaction": key, "nonce": nonce()}
                assert server.react(**ours).status == 200
        with sync_playwright() as playwright:
            browser = chromium(playwright)
            draw(browser, host, folder)
            talk(server, host)
            draw_comments(browser, host, folder)
            draw_rules(browser, host, folder)
            draw_story(browser, server, folder)
            browser.close()
    finally:
        host.stop()
        server.stop()
        shutil.rmtree(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
