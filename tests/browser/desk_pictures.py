"""The pictures of docs/desk.md: a simulated newsroom whose readers have turned on a story."""

import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from random import Random
from typing import Literal
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.pictures import chromium
from tests.support.desk import DeskBrowser, invited
from tests.support.forms import form_on
from tests.support.server import Server
from widget.domain.experiment import begun
from widget.domain.model import Site
from widget.simulation.headlines import WRITTEN
from widget.simulation.notable import LIBRARY, NOTABLE
from widget.simulation.question import QUESTION_KEY
from widget.simulation.remarks import OPINIONS, written
from widget.simulation.story import ORIGIN
from widget.store import keys
from widget.store.sites import Sites, version_of

STORY = f"{ORIGIN}/city/riverside-library"
BAKERY = f"{ORIGIN}/life/night-bakery"
# As many ordinary stories as have written headlines.
ARTICLES = len(WRITTEN) + len(NOTABLE)
TURNED_H = NOTABLE[LIBRARY].hours_ago - NOTABLE[LIBRARY].turn
SIZE = ("--articles", f"{ARTICLES}", "--votes", "19000", "--comments", "1800", "--days", "24")
PAGE_SOURCE = f"""<!doctype html>
<title>Council votes to close the riverside library</title>
<link rel="canonical" href="{STORY}">
<script async src="{{server}}/embed.js" data-site="daily"></script>
<article> ... </article>
<reader-reactions></reader-reactions>
"""
# Shares of the reactions where counts are not seen and where they are, by choice number.
BLIND_MIX = (0.30, 0.06, 0.25, 0.08, 0.14, 0.07, 0.10)
MOVED_MIX = (0.28, 0.06, 0.24, 0.07, 0.19, 0.07, 0.09)
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
    server = Server(folder, READBACK_READS="0", READBACK_REDIS_TIMEOUT_MS="20000").start()
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


def ask(page: Page) -> None:
    page.get_by_label("Question", exact=True).fill("Which day should the market open late?")
    for at, (emoji, answer) in enumerate(
        (("🌙", "Thursday"), ("🎶", "Friday"), ("🧺", "Saturday"))
    ):
        page.get_by_label(f"Emoji of choice {at + 1}").fill(emoji)
        page.get_by_label(f"Label of choice {at + 1}").fill(answer)
    page.mouse.move(0, 0)


def remove_two(page: Page) -> None:
    page.get_by_role("checkbox", name="Select Oskar").check()
    page.get_by_role("checkbox", name="Select tom_77").check()
    page.get_by_role("group", name="With selected comments").get_by_text("Remove…").click()
    page.get_by_role("dialog").get_by_text("Personal attack", exact=True).click()
    page.mouse.move(0, 0)


def check_page(page: Page) -> None:
    server = page.evaluate("location.origin")
    page.get_by_label("Address of the page").fill(f"{STORY}?utm_source=mail")
    page.get_by_label("Source of the page").fill(PAGE_SOURCE.format(server=server))
    page.get_by_role("button", name="Check").click()
    page.wait_for_load_state()


def show(selector: str) -> Callable[[Page], None]:
    """Return an act that scrolls to the first element of this kind."""
    script = f"scrollTo(0, document.querySelector('{selector}').getBoundingClientRect().top - 16)"
    return lambda page: page.evaluate(script)


def shots(editor: DeskBrowser) -> list[Shot]:
    found = editor.get("/desk/daily/articles?q=riverside&format=json").json["tables"]["articles"]
    story = f"/desk/daily/articles/{found[0]['id']}"
    changed_at = time.strftime("%Y-%m-%dT%H:00", time.gmtime(time.time() - TURNED_H * 3600))
    note = editor.post(f"{story}/notes", story, text="Headline changed", at=changed_at)
    assert note.status == 303
    made = editor.post("/desk/daily/links/", label="Morning meeting", days="7", period="7d")
    [shared] = re.findall(r"/shared/daily/[\w-]+", made.body.decode())
    flagged = flagged_pages(editor)
    merge = f"{story}/merges/new?into={quote(BAKERY)}"
    desk = "/desk/daily/"
    return [
        Shot("overview", desk, "desktop", "light", 950),
        Shot("overview", desk, "desktop", "dark", 950),
        Shot("overview", desk, "phone", "light", 844),
        Shot("overview-lists", desk, "desktop", "light", 1010, show(".pair")),
        Shot("article", story, "desktop", "light", 1240),
        Shot("article", story, "phone", "dark", 1020),
        Shot("articles", f"{desk}articles", "desktop", "light", 760),
        Shot("sections", f"{desk}sections", "desktop", "dark", 700),
        Shot("section", f"{desk}sections/City", "desktop", "light", 760),
        Shot("authors", f"{desk}authors", "phone", "light", 760),
        Shot("comments", f"{desk}comments", "desktop", "light", 1080, remove_two),
        Shot("comments", f"{desk}comments", "phone", "light", 844),
        Shot("comments", f"{desk}comments", "phone", "dark", 844, remove_two),
        Shot("label", f"{desk}comments/label", "desktop", "light", 830),
        Shot("label", f"{desk}comments/label", "phone", "dark", 844),
        Shot("tone", f"{desk}comments/tone", "desktop", "light", 1120),
        Shot("tone", f"{desk}comments/tone", "phone", "dark", 844),
        Shot("integrity", f"{desk}integrity", "desktop", "light", 860),
        Shot("integrity", f"{desk}integrity", "phone", "light", 844),
        Shot("integrity-flag", flagged[found[0]["title"]], "desktop", "light", 1180),
        Shot("integrity-flag", flagged[found[0]["title"]], "phone", "dark", 844, show(".price")),
        Shot("experiment", f"{desk}experiment", "desktop", "light", 1060),
        Shot("experiment", f"{desk}experiment", "phone", "dark", 844),
        Shot("questions", f"{desk}questions/", "desktop", "light", 420),
        Shot("question", f"{desk}questions/{QUESTION_KEY}", "desktop", "light", 1000),
        Shot("question", f"{desk}questions/{QUESTION_KEY}", "phone", "dark", 844),
        Shot("question-form", f"{desk}new-question", "desktop", "light", 1000, ask),
        Shot("page-check", f"{desk}settings/page-check/", "desktop", "light", 860, check_page),
        Shot("alerts", f"{desk}settings/alerts/", "desktop", "light", 860),
        Shot("reactions", f"{desk}settings/reactions", "desktop", "light", 1080, change_reactions),
        Shot("merge", merge, "desktop", "light", 860),
        Shot("shared", shared, "phone", "dark", 1020, is_anonymous=True),
        Shot("sign-in", "/desk/login", "phone", "light", 560, is_anonymous=True),
    ]


def flagged_pages(editor: DeskBrowser) -> dict[str, str]:
    """Return the page of each flagged window by the title of its story."""
    listed = editor.get("/desk/daily/integrity").body.decode()
    links = re.findall(r'href="(/desk/daily/integrity/[^"#]+)"\s+dir="auto">([^<]+)<', listed)
    return {unescape(title): path for path, title in links}


def decide(editor: DeskBrowser) -> None:
    """Set aside the votes of one window, so that one of the list is decided."""
    path = flagged_pages(editor)[NOTABLE["phone-ban"].page.title]
    [button] = re.findall(r">\s*(Set aside \d+ votes)\s*<", editor.get(path).body.decode())
    assert form_on(editor, path, button).press(button).status == 303


def experiment(editor: DeskBrowser, random: Random) -> None:
    """Let an experiment run since twelve days, with votes that the counts moved."""
    connection = editor.server.store()
    sites = Sites(connection, Site("home", "", ()))
    today = int(time.time()) // 86_400
    began = begun((today - 12) * 86_400)
    version = version_of(sites.fresh("daily"))
    sites.change("daily", version, lambda site: replace(site, experiment=began))
    mixes = {"blind": BLIND_MIX, "shown": MOVED_MIX}
    for day in range(today - 12, today):
        for arm, votes in (("blind", 400), ("shown", 3600)):
            drawn = Counter(random.choices(range(1, 8), mixes[arm], k=votes))
            counted = {f"{day}:{arm}:{choice}": n for choice, n in drawn.items()}
            connection.client.hset(keys.arms("daily", day % 32), mapping=counted)


def label(editor: DeskBrowser, number: int, random: Random) -> None:
    """Answer comments as their writers mean them, but for one in ten."""
    page = "/desk/daily/comments/label"
    for _ in range(number):
        shown = unescape(editor.get(page).body.decode())
        known = sorted((len(one.text), one.opinion) for one in written() if one.text in shown)
        form = form_on(editor, page, "Cannot say mixed or unclear")
        is_clear = known and random.random() < 0.9
        at = OPINIONS.index(known[-1][1]) if is_clear else random.randrange(4)
        assert form.press(form.buttons()[at]).status == 303


def draw(browser: Browser, server: Server, editor: DeskBrowser, shot: Shot, folder: Path) -> None:
    context = browser.new_context(
        viewport={"width": WIDTHS[shot.device], "height": shot.height},
        color_scheme=shot.ink,
        has_touch=shot.device == "phone",
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
        random = Random(3)
        ana = invited(server, "ana", "daily:editor")
        label(ana, 60, random)
        decide(ana)
        label(editor, 150, random)
        experiment(editor, random)
        learned = server.cli("learn", "--site", "daily")
        assert learned.returncode == 0, learned.stderr
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
