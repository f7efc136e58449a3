"""Every recipe of docs/embed.md that can run here, as it stands there."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests.server import ROOT

from .conftest import button, see

RECIPE = re.compile(r"<!-- recipe: ([\w-]+) -->\n```\w+\n(.*?)```", re.DOTALL)
PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Recipe</title>"
    '<link rel=icon href="data:,">'
)
VUE = "/npm/vue/dist/vue.esm-browser.prod.js"
MAPS = f'<script type="importmap">{{"imports": {{"vue": "{VUE}"}}}}</script>'
OPEN_HEART = '<script type="module" src="/npm/open-heart-element/dist/index.js"></script>'
APP = """
import { createRoot } from "react-dom/client"
import { createElement as h, useState } from "react"
function App() {
  const [article, go] = useState("react-one")
  const next = h("button", { onClick: () => go("react-two") }, "Next story")
  return h("main", {}, next, h(Reactions, { article, title: "One" }))
}
createRoot(document.body).render(h(App))
"""


def recipes(host) -> dict[str, str]:
    text = (ROOT / "docs" / "embed.md").read_text()
    filled = text.replace("https://readback.example", host.server.origin).replace(
        "/readback/", "/via/proxy/"
    )
    filled = re.sub(r'(site="|openheart/)news', r"\1host", filled)
    return dict(RECIPE.findall(filled))


@pytest.mark.parametrize(
    "name", ["tag", "elements", "reserved", "themed", "events", "pinned", "own-path"]
)
def test_a_recipe_of_plain_html_shows_a_bar_that_counts(host, watched, name):
    host.pages[f"recipe-{name}.html"] = f"{PAGE}<body>{recipes(host)[name]}"
    page = watched.page()
    see(page, host.url(f"recipe-{name}.html"))
    first = page.locator("reader-reactions").first
    button(first, "Love").click()
    expect(first.get_by_role("status")).to_have_text("You reacted: Love")
    if name == "themed":
        expect(button(first, "Love")).to_have_css("border-radius", "0px")
    if name == "events":
        expect(page).to_have_title("love: 1")


@pytest.mark.parametrize(
    "name", ["comments", "comments-element", "comments-late", "comments-pinned"]
)
def test_a_recipe_for_comments_shows_them_and_takes_one(host, watched, name):
    story = "<p>It is a long story.</p>" * 40
    host.pages[f"recipe-{name}.html"] = f"{PAGE}<body>{story}{recipes(host)[name]}"
    page = watched.page(viewport={"width": 800, "height": 400})
    page.goto(host.url(f"recipe-{name}.html"))
    page.locator("reader-comments").scroll_into_view_if_needed()
    title = page.locator("reader-comments h2")
    waiting = page.get_by_role("button", name="0 comments")
    expect(title.or_(waiting)).to_be_visible()
    if waiting.is_visible():
        waiting.click()
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Write a comment").fill(f"By the recipe {name}.")
    page.get_by_role("button", name="Send").click()
    # Whether it is held for having come quickly, is the clock's word.
    expect(page.get_by_role("listitem")).to_contain_text(f"By the recipe {name}.")


def test_the_component_for_react_follows_its_article(host, watched, tmp_path):
    (tmp_path / "app.jsx").write_text(recipes(host)["react"] + APP)
    built = subprocess.run(
        [ROOT / "node_modules/.bin/esbuild", tmp_path / "app.jsx", "--bundle", "--jsx=automatic",
         "--define:process.env.NODE_ENV='production'", "--minify", "--log-level=error"],
        env={"NODE_PATH": str(ROOT / "node_modules"), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    script = built.stdout.replace("</script", "<\\/script")
    host.pages["recipe-react.html"] = f"{PAGE}<body><script>{script}</script>"
    follows_its_article(host, watched, "react")


def test_the_recipe_for_vue_follows_its_article(host, watched):
    host.pages["recipe-vue.html"] = f"{PAGE}{MAPS}<body>{recipes(host)['vue']}"
    follows_its_article(host, watched, "vue")


def follows_its_article(host, watched, name: str) -> None:
    page = watched.page()
    see(page, host.url(f"recipe-{name}.html"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    page.get_by_role("button", name="Next story").click()
    expect(page.get_by_role("button", name="Love, 0 votes")).to_be_visible()
    page.get_by_role("button", name="Sad, ").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Sad")
    for article, key in (("one", "love"), ("two", "sad")):
        own = host.server.get(f"/v1/bar?site=host&article={name}-{article}&fresh=1").json
        assert own["counts"][key] == 1


def test_the_recipe_for_open_heart_counts(host, watched):
    host.pages["recipe-heart.html"] = f"{PAGE}{OPEN_HEART}<body>{recipes(host)['open-heart']}"
    page = watched.page()
    page.goto(host.url("recipe-heart.html"))
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    assert host.server.get("/openheart/host/story-4718").json["❤️"] == 1
