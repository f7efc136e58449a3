"""The room that bar and comments take: in any parent, in any language, and on paper."""

import pytest

from tests.browser.comments_page import post
from tests.browser.conftest import Watched
from tests.browser.hostsite import HostSite
from tests.browser.parents import (
    GENEROUS,
    HEAD,
    MEASURED,
    PLACED,
    SCRIPTS,
    TAG,
    misfits,
    page_of,
    page_of_generous,
)
from tests.support.server import nonce

PRINTED = """() => Object.fromEntries([...document.querySelectorAll("[title]")].map((one) => {
  const shown = (node) => node.checkVisibility({ visibilityProperty: true })
  const all = [...(one.shadowRoot?.querySelectorAll("*") ?? [])].filter(shown)
  const words = all.flatMap((node) => [...node.childNodes].filter((text) => text.data))
    .map((text) => text.data)
  return [one.title, {
    height: one.getBoundingClientRect().height,
    scheme: getComputedStyle(one).colorScheme,
    tags: [...new Set(all.map((node) => node.localName))],
    counts: all.map((node) => node.dataset.n).filter(Boolean),
    words,
  }]
}))"""


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_parent_gives_it_a_width_and_none_overflows(
    host: HostSite, watched: Watched, name: str
) -> None:
    host.pages["parents.html"] = page_of(name)
    page = watched.page(viewport={"width": 1100, "height": 600})
    page.goto(host.url("parents.html"))
    page.wait_for_function(PLACED, arg=name)
    found = page.evaluate(MEASURED, name)
    assert len(found) > 50
    assert misfits(found) == {}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_phone_is_not_wider_for_a_parent_that_gives_it_all_it_likes(
    host: HostSite, watched: Watched, name: str
) -> None:
    host.pages["generous.html"] = page_of_generous(name)
    page = watched.page(viewport={"width": 320, "height": 600})
    page.goto(host.url("generous.html"))
    page.wait_for_function(PLACED, arg=name)
    found = page.evaluate(MEASURED, name)
    assert len(found) == len(GENEROUS)
    assert {case: width for case, width in found.items() if width != 288} == {}


def test_paper_shows_what_is_loaded_and_leaves_no_hole(
    commented_host: HostSite, watched: Watched
) -> None:
    host = commented_host
    post(host, "printed", "Read on paper.")
    host.server.react(origin=host.origin, site="host", article="printed", nonce=nonce())
    scripts = "".join(TAG % script for script in SCRIPTS.values())
    near, far = (
        f"<reader-reactions article=printed theme=dark title='{where} bar'></reader-reactions>"
        f"<reader-comments article=printed theme=dark title='{where} comments'></reader-comments>"
        for where in ("near", "far")
    )
    host.pages["paper.html"] = f"{HEAD}{scripts}{near}<hr style='margin-top:5000px'>{far}"
    page = watched.page(viewport={"width": 800, "height": 600}, color_scheme="dark")
    page.goto(host.url("paper.html"))
    page.get_by_role("button", name="Love, 1 vote").wait_for()
    opened = page.get_by_title("near comments")
    opened.get_by_role("button", name="1 comment").or_(opened.locator("h2")).click()
    opened.get_by_text("Read on paper.").wait_for()
    page.emulate_media(media="print")
    found = page.evaluate(PRINTED)
    bar, comments = found["near bar"], found["near comments"]
    assert bar["counts"] == ["0", "0", "1", "0", "0", "0", "0"]
    assert "What\u2019s Your Reaction?" in bar["words"]
    assert "Read on paper." in comments["words"] and "1 comment" in comments["words"]
    assert not {"form", "input", "textarea", "button"} & set(comments["tags"])
    assert {one["scheme"] for one in found.values()} == {"light"}
    # Only the padding of the card is left of what is not loaded.
    assert {where: found[f"far {where}"]["height"] for where in ("bar", "comments")} == {
        "bar": 32,
        "comments": 32,
    }
    assert found["near comments"]["height"] < 200
