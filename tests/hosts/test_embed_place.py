"""The recipes of docs/embed.md that keep the bar's place: nothing moves, at any width."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import SHIFTS, Watched, see
from tests.browser.hostsite import HostSite
from tests.browser.test_recipes import recipes
from tests.support.server import ROOT

pytestmark = pytest.mark.hosts  # it looks at 100 frames, which takes half a minute

DOCS = (ROOT / "docs" / "embed.md").read_text()
PHONES = range(320, 413, 4)
SCREENS = (640, 656, 768, 1280)
# Languages by the recipes that keep their place; the first at more widths than the others.
KEPT = {
    "reserved": ("en", "ar", "sv"),
    "reserved-tag": ("en", "zh", "ko"),
    "reserved-long": ("es", "de", "tr", "pl", "fr"),
}
STORY = (
    "<!doctype html><html lang={lang}><meta charset=utf-8><title>Story</title>"
    "<meta name=viewport content='width=device-width'><link rel=icon href='data:,'>"
    "<style>body {{ margin: 1rem }}</style><h1>A story</h1>{bar}<p>And the next one.</p>"
)
FRAMES = "[...document.querySelectorAll('iframe')].map((frame) => frame.contentWindow)"
PAINTED = f"""() => Promise.all({FRAMES}.map((inner) => new Promise((done) =>
  inner.requestAnimationFrame(() => inner.requestAnimationFrame(done)))))"""
PLACED = (
    f"() => {FRAMES}.every((inner) => inner.document.querySelector('reader-reactions')?.shadowRoot)"
)
DRAWN = f"""() => {FRAMES}.every((inner) => inner.document.querySelector('reader-reactions')
  .shadowRoot.querySelector('[aria-pressed]'))"""
MOVED = f"""async () => {{
  const frames = [...document.querySelectorAll("iframe")]
  const sums = await Promise.all(frames.map((frame) => frame.contentWindow.eval({SHIFTS!r})()))
  return frames.map((frame, at) => [frame.title, sums[at]]).filter(([, sum]) => sum)
}}"""
ROWS = re.compile(r"^\| ([^|]+) \| ([\d.]+)rem \| ([\d.]+)rem \| ([\d.]+)rem \|$", re.MULTILINE)
WIDTHS = re.compile(r"^\| [^|]+ words \| below (\d+)rem \| below (\d+)rem \|", re.MULTILINE)
BARS = {
    "seven reactions": ["lang=en", "lang=ko", "", "lang=tr", "lang=pl"],
    "the same, `compact`": ["lang=en layout=compact", "layout=compact"],
    "the same, `column`": ["lang=en layout=column", "layout=column"],
    "a poll of 2 or 3 choices": ["poll=of2", "poll=of3"],
    "of 4": ["poll=of4"],
    "of 5 to 7": ["poll=of5", "poll=of7"],
    "of 8": ["poll=of8"],
    "of 9 to 12": ["poll=of9", "poll=of12"],
    "of 13 to 15": ["poll=of13", "poll=of15"],
}
HEIGHTS = """() => [...document.querySelectorAll("reader-reactions")]
  .map((bar) => [bar.title, bar.lang, bar.getBoundingClientRect().height])"""
ALL_DRAWN = """() => [...document.querySelectorAll("reader-reactions")]
  .every((bar) => bar.shadowRoot?.querySelector("[aria-pressed]"))"""


class Held:
    """Requests that wait, so that the page is painted before each of their answers."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._routes: list[Route] | None = []
        page.route(pattern, self._hold)

    def _hold(self, route: Route) -> None:
        if self._routes is None:
            route.continue_()
        else:
            self._routes.append(route)

    def let_go(self) -> None:
        waiting, self._routes = self._routes or [], None
        for route in waiting:
            route.continue_()


def moved(host: HostSite, page: Page, stories: dict[str, tuple[str, int]]) -> list[Any]:
    """Load each story in a frame of its width, by name; return what moved by name, with its sum."""
    frames = ""
    for at, (name, (story, width)) in enumerate(stories.items()):
        host.pages[f"placed-{at}.html"] = story
        style = f"width:{width}px;height:700px;border:0"
        frames += f"<iframe title='{name}' src='placed-{at}.html' style='{style}'></iframe>"
    host.pages["placed.html"] = f"<!doctype html><html lang=en><title>Frames</title>{frames}"
    scripts, counts = Held(page, "**/embed.js"), Held(page, "**/v1/counts?**")
    page.goto(host.url("placed.html"), wait_until="commit")
    page.wait_for_function(
        f"() => {FRAMES}.length === {len(stories)} && "
        f"{FRAMES}.every((inner) => inner.document.querySelector('p'))"
    )
    page.evaluate(PAINTED)
    scripts.let_go()
    page.wait_for_function(PLACED)
    page.evaluate(PAINTED)
    counts.let_go()
    page.wait_for_function(DRAWN)
    page.evaluate(PAINTED)
    found: list[Any] = page.evaluate(MOVED)
    return found


def test_nothing_moves_where_a_recipe_keeps_the_place(host: HostSite, watched: Watched) -> None:
    stories = {
        f"{name} {lang} {width}": (STORY.format(lang=lang, bar=recipes(host)[name]), width)
        for name, languages in KEPT.items()
        for lang in languages
        for width in ((*PHONES, *SCREENS) if lang == languages[0] else (320, 360, 412, 656))
    }
    page = watched.page(viewport={"width": 1400, "height": 40_000})
    assert moved(host, page, stories) == []


def test_the_measure_sees_what_moves_without_a_recipe(host: HostSite, watched: Watched) -> None:
    bare = STORY.format(lang="en", bar=recipes(host)["elements"])
    page = watched.page(viewport={"width": 1400, "height": 2_000})
    [[name, sum_]] = moved(host, page, {"bare": (bare, 360)})
    assert name == "bare" and sum_ > 0.01


def test_every_bar_fits_the_height_that_the_table_gives_it(
    host: HostSite, watched: Watched
) -> None:
    for n in (2, 3, 4, 5, 7, 8, 9, 12, 13, 15):
        host.server.prepare("site", "set", "host", "--poll", f"of{n}", json.dumps(poll(n)))
    rows = {name: tuple(map(float, shapes)) for name, *shapes in ROWS.findall(DOCS)}
    short, long = (tuple(map(int, ends)) for ends in WIDTHS.findall(DOCS))
    assert rows.keys() == BARS.keys()
    bars = "".join(
        f"<reader-reactions article=table title='{name}' {which}></reader-reactions>"
        for name, all_ in BARS.items()
        for which in all_
    )
    script = "<script async src='{server}/embed.js' data-site='{site}'></script>"
    host.pages["table.html"] = STORY.format(lang="es", bar=script + bars)
    page = see(watched.page(viewport={"width": 352, "height": 20_000}), host.url("table.html"))
    page.wait_for_function(ALL_DRAWN)
    for width in (320, 352, 412, 511, 512, 544, 800, 1280):
        page.set_viewport_size({"width": width, "height": 20_000})
        for name, lang, height in page.evaluate(HEIGHTS):
            ends = short if lang in ("en", "ko") else long
            shape = sum(width - 32 >= 16 * end for end in ends)
            assert height <= 16 * rows[name][shape], (name, lang, width)


def poll(n: int) -> dict[str, object]:
    """Return a question whose labels take two lines on a phone."""
    choices = [{"key": f"k{at}", "label": f"Bikes only {at}", "emoji": "🚲"} for at in range(n)]
    return {"question": "Should the old bridge stay open to cars?", "choices": choices}
