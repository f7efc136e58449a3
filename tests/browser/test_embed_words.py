"""The words of every language in the boxes of a phone, also with the spacing of WCAG 1.4.12."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.comments_page import post
from tests.browser.conftest import Watched
from tests.browser.hostsite import HostSite
from widget.domain.strings import LANGUAGES

HEAD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Words</title>"
    "<link rel=icon href='data:,'>"
)
# As long as an editor may make them; two are one word that no hyphen divides.
LONGEST = ["Überraschungsbesuchstage", "W" * 24, "Close the bridge to cars"]
LONG_POLL = {
    "question": "Donaudampfschifffahrtsgesellschaftskapitänsmütze?",
    "choices": [
        {"key": f"long{at}", "label": label, "emoji": "🚲"} for at, label in enumerate(LONGEST)
    ],
}
SPACED = "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}"
SPACE = """(css) => {
  const spacing = new CSSStyleSheet()
  spacing.replaceSync(css)
  for (const { shadowRoot } of document.querySelectorAll("main > *"))
    shadowRoot.adoptedStyleSheets = [
      ...shadowRoot.adoptedStyleSheets.filter((own) => !own.isTest),
      Object.assign(spacing, { isTest: true }),
    ]
}"""
# Texts that reach beyond the button or the element that they are in.
RUN_OUT = """() => {
  const outside = []
  const range = document.createRange()
  for (const element of document.querySelectorAll("main > *")) {
    const texts = document.createTreeWalker(element.shadowRoot, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const node = texts.currentNode
      if (node.parentElement.closest("output, [hidden]")) continue
      if (node.parentElement.localName === "details") continue // closed
      const outer = (node.parentElement.closest("button") ?? element).getBoundingClientRect()
      for (const { 0: word, index } of node.data.matchAll(/\\S+/g)) { // the spaces may hang
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        const inner = range.getBoundingClientRect()
        if (!inner.width) continue
        const least = Math.min(
          inner.left - outer.left, outer.right - inner.right, outer.bottom - inner.bottom)
        if (least < -0.5) // a rounded pixel
          outside.push(`${element.lang} ${element.getAttribute("layout")} ${word}`)
      }
    }
    for (const box of element.shadowRoot.querySelectorAll("button"))
      if (box.scrollWidth > box.clientWidth) outside.push(`${element.lang} ${box.outerHTML}`)
  }
  if (document.documentElement.scrollWidth > innerWidth) outside.push("the page")
  return outside
}"""
# Words of a bar's choices that are on two lines.
BROKEN = """() => {
  const broken = []
  const range = document.createRange()
  for (const element of document.querySelectorAll("main > [layout=bar]:not([poll])"))
    for (const { firstChild: text } of element.shadowRoot.querySelectorAll("button span"))
      for (const { 0: word, index } of text.data.matchAll(/[\\p{sc=Latin}\\p{sc=Cyrillic}]+/gu)) {
        range.setStart(text, index)
        range.setEnd(text, index + word.length)
        const { height } = range.getBoundingClientRect()
        if (height > 24) broken.push(`${element.lang} ${word}`)
      }
  return broken
}"""


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page(viewport={"width": 320, "height": 12_000})


def run_out(page: Page) -> dict[str, list[str]]:
    """Return the texts that run out of their boxes, by width and spacing."""
    found = {}
    for width in (320, 360, 412):
        page.set_viewport_size({"width": width, "height": 12_000})
        for name, css in {"plain": "", "spaced": SPACED}.items():
            page.evaluate(SPACE, css)
            found[f"{width} {name}"] = page.evaluate(RUN_OUT)
    return {case: texts for case, texts in found.items() if texts}


@pytest.mark.parametrize("layout", ["bar", "compact", "column"])
def test_no_word_of_the_bar_runs_out_of_its_button(host: HostSite, page: Page, layout: str) -> None:
    host.server.prepare("site", "set", "host", "--poll", "long", json.dumps(LONG_POLL))
    bars = "".join(
        f"<reader-reactions article=words layout={layout} {which}></reader-reactions>"
        for which in (*(f"lang={lang}" for lang in LANGUAGES), "poll=long")
    )
    script = "<script async src='{server}/embed.js' data-site='{site}'></script>"
    host.pages["words.html"] = f"{HEAD}{script}<main>{bars}</main>"
    page.goto(host.url("words.html"))
    drawn = "(all) => document.querySelectorAll('reader-reactions').length === all && "
    drawn += "[...document.querySelectorAll('reader-reactions')].every((bar) => "
    drawn += "bar.shadowRoot?.querySelector('[aria-pressed]'))"
    page.wait_for_function(drawn, arg=len(LANGUAGES) + 1)
    assert run_out(page) == {}
    page.evaluate(SPACE, "")
    page.set_viewport_size({"width": 320, "height": 12_000})
    assert page.evaluate(BROKEN) == []


def test_no_word_of_the_comments_runs_out_of_its_box(commented_host: HostSite, page: Page) -> None:
    host = commented_host
    post(host, "wordy", "W" * 400, name="W" * 50)
    comments = "".join(
        f"<reader-comments article=wordy lang={lang}></reader-comments>" for lang in LANGUAGES
    )
    script = "<script async src='{server}/comments.js' data-site='{site}'></script>"
    host.pages["wordy.html"] = f"{HEAD}{script}<main>{comments}</main>"
    page.goto(host.url("wordy.html"))
    opened = """() => [...document.querySelectorAll("reader-comments")].map((one) => {
      one.shadowRoot?.querySelector("div > button:only-child")?.click()
      return one.shadowRoot?.querySelector("li")
    }).every(Boolean)"""
    page.wait_for_function(opened)
    assert run_out(page) == {}


def test_no_word_runs_out_of_the_form_without_javascript(host: HostSite, page: Page) -> None:
    host.server.prepare("site", "set", "host", "--poll", "long", json.dumps(LONG_POLL))
    over = "[...document.querySelectorAll('.choice')].map((n) => n.scrollWidth - n.clientWidth)"
    for css in ("", SPACED):
        page.goto(f"{host.server.origin}/r/host/words?poll=long")
        page.evaluate(
            """(css) => {
          const spacing = new CSSStyleSheet()
          spacing.replaceSync(css)
          document.adoptedStyleSheets = [spacing]
        }""",
            css,
        )
        assert page.evaluate(over) == [0] * len(LONGEST)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
