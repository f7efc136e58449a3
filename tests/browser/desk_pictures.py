"""The pictures of docs/desk.md: a simulated newsroom on the night its readers turn on a story."""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.pictures import chromium
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Server
from widget.simulation.newsroom import ORIGIN

STORY = f"{ORIGIN}/city/riverside-library"
BAKERY = f"{ORIGIN}/life/night-bakery"
SIZE = ("--articles", "300", "--votes", "40000", "--comments", "6000", "--days", "40")
WIDTHS = {"desktop": 1160, "phone": 390}


@dataclass(frozen=True)
class Shot:
    """One picture.

    :param height: how much of the page it shows, in px.
    :param act: what to do on the page before.
    """

    name: str
    path: str
    device: str
    ink: Literal["light", "dark"]
    height: int
    act: Callable[[Page], None] = lambda page: None
    is_anonymous: bool = False


def newsroom(folder: Path) -> Server:
    server = Server(folder, READBACK_READS="0").start()
    for arguments in (
        ("site", "add", "daily", "--name", "The Daily Example", "--origin", ORIGIN),
        ("simulate", "--direct", "--site", "daily", "--seed", "3", *SIZE),
    ):
        done = server.cli(*arguments)
        assert done.returncode == 0, done.stderr
    return server


def change_reactions(page: Page) -> None:
    page.get_by_label("Question").first.fill("How did this story leave you?")
    page.get_by_label("Label of Wow").fill("Amazed")
    page.get_by_role("button", name="Retire Funny").click()
    page.get_by_role("button", name="Add another choice").click()
    page.keyboard.type("Hopeful")
    page.get_by_label("Emoji of choice 7").fill("🌱")
    page.mouse.move(0, 0)


def shots(editor: DeskBrowser) -> list[Shot]:
    found = editor.get("/desk/daily/articles?q=riverside&format=json").json["tables"]["articles"]
    story = f"/desk/daily/articles/{found[0]['id']}"
    changed_at = time.strftime("%Y-%m-%dT%H:00", time.gmtime(time.time() - 18 * 3600))
    note = editor.post(f"{story}/notes", story, text="Headline changed", at=changed_at)
    assert note.status == 303
    made = editor.post("/desk/daily/links/", label="Morning meeting", days="7", period="7d")
    [shared] = re.findall(r"/shared/daily/[\w-]+", made.body.decode())
    merge = f"{story}/merges/new?into={quote(BAKERY)}"
    desk = "/desk/daily/"
    return [
        Shot("overview", desk, "desktop", "light", 950),
        Shot("overview", desk, "desktop", "dark", 950),
        Shot("overview", desk, "phone", "light", 1020),
        Shot(
            "overview-lists",
            desk,
            "desktop",
            "light",
            840,
            lambda page: page.evaluate(
                "scrollTo(0, document.querySelector('.pair').getBoundingClientRect().top - 16)"
            ),
        ),
        Shot("article", story, "desktop", "light", 1240),
        Shot("article", story, "phone", "dark", 1020),
        Shot("articles", f"{desk}articles", "desktop", "light", 760),
        Shot("sections", f"{desk}sections", "desktop", "dark", 700),
        Shot("section", f"{desk}sections/City", "desktop", "light", 760),
        Shot("authors", f"{desk}authors", "phone", "light", 760),
        Shot("comments", f"{desk}comments", "desktop", "light", 860),
        Shot("comments", f"{desk}comments", "phone", "dark", 860),
        Shot("alerts", f"{desk}settings/alerts/", "desktop", "light", 860),
        Shot("reactions", f"{desk}settings/reactions", "desktop", "light", 1080, change_reactions),
        Shot("merge", merge, "desktop", "light", 860),
        Shot("shared", shared, "phone", "dark", 1020, is_anonymous=True),
        Shot("sign-in", "/desk/login", "phone", "light", 560, is_anonymous=True),
    ]


def draw(browser: Browser, server: Server, editor: DeskBrowser, shot: Shot, folder: Path) -> None:
    context = browser.new_context(
        viewport={"width": WIDTHS[shot.device], "height": shot.height}, color_scheme=shot.ink
    )
    if not shot.is_anonymous:
        context.add_cookies(editor.for_browser())
    page = context.new_page()
    page.goto(f"{server.origin}{shot.path}")
    shot.act(page)
    page.screenshot(path=folder / f"desk-{shot.name}-{shot.ink}-{shot.device}.png")
    context.close()


def main(folder: Path) -> None:
    data = Path(tempfile.mkdtemp())
    server = newsroom(data / "s")
    try:
        editor = invited(server, "robin", "daily:admin")
        with sync_playwright() as playwright:
            browser = chromium(playwright)
            for shot in shots(editor):
                draw(browser, server, editor, shot, folder)
            browser.close()
    finally:
        server.stop()
        shutil.rmtree(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
