"""Every recipe of docs/embed.md that can run here, unchanged."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, button, see, sent_page
from tests.browser.hostsite import HostSite
from tests.support.node import node
from tests.support.programs import installed
from tests.support.server import ROOT

RECIPE = re.compile(r"<!-- recipe: ([\w-]+) -->\n```[\w-]+\n(.*?)```", re.DOTALL)
PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Recipe</title>"
    '<link rel=icon href="data:,">'
)
VUE = "/npm/vue/dist/vue.esm-browser.prod.js"
MAPS = f'<script type="importmap">{{"imports": {{"vue": "{VUE}"}}}}</script>'
OPEN_HEART = '<script type="module" src="/npm/open-heart-element/dist/index.js"></script>'
APP = """
import { createElement as h, useState } from "react"
function App() {
  const [article, go] = useState("react-one")
  const next = h("button", { onClick: () => go("react-two") }, "Next story")
  return h("main", {}, next, h(Reactions, { article, title: "One" }))
}
"""
DRAW = """
import { createRoot } from "react-dom/client"
createRoot(document.body).render(h(App))
"""
# Like a framework that renders on the server, such as Next.js: HTML first, then hydration.
WRITE = """
import { renderToString } from "react-dom/server"
console.log(renderToString(h(App)))
"""
TAKE_OVER = """
import { hydrateRoot } from "react-dom/client"
hydrateRoot(document.querySelector("#app"), h(App))
"""
# The part of WordPress that the recipe uses: story number 4719, or a list of stories.
WORDPRESS = """<?php
function add_filter($name, $filter) { $GLOBALS['filters'][$name] = $filter; }
function is_singular($type) { return $type === 'post' && $GLOBALS['argv'][1] === 'story'; }
function in_the_loop() { return true; }
function get_the_ID() { return 4719; }
"""
GHOST = {"id": "ghost4720", "title": "Bread &quot;at night&quot;", "primary_tag.name": "City"}
HUGO_SETTINGS = 'disableKinds = ["home", "section", "taxonomy", "term"]'
HUGO_STORY = """---
title: 'Bread "at night" & more'
---
They come in twos, before the trams.
"""


def recipes(host: HostSite) -> dict[str, str]:
    text = (ROOT / "docs" / "embed.md").read_text()
    filled = text.replace("https://readback.example", host.server.origin).replace(
        "/readback/", "/via/proxy/"
    )
    filled = re.sub(r'(site="|openheart/)news', r"\1host", filled)
    return dict(RECIPE.findall(filled))


@pytest.mark.parametrize(
    "name", ["tag", "elements", "reserved", "themed", "events", "pinned", "own-path", "module"]
)
def test_a_plain_html_recipe_shows_a_bar_that_counts(
    host: HostSite, watched: Watched, name: str
) -> None:
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
def test_a_recipe_for_comments_shows_them_and_accepts_one(
    host: HostSite, watched: Watched, name: str
) -> None:
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
    # The clock decides whether it is held as too fast.
    expect(page.get_by_role("listitem")).to_contain_text(f"By the recipe {name}.")


def bundled(jsx: Path, react: str = "production", *options: str) -> str:
    built = output(
        [
            ROOT / "node_modules/.bin/esbuild",
            jsx,
            "--bundle",
            "--jsx=automatic",
            f"--define:process.env.NODE_ENV='{react}'",
            "--log-level=error",
            *options,
        ],
        NODE_PATH=str(ROOT / "node_modules"),
    )
    return built.replace("</script", "<\\/script")


def test_the_react_component_follows_its_article(
    host: HostSite, watched: Watched, tmp_path: Path
) -> None:
    (tmp_path / "app.jsx").write_text(recipes(host)["react"] + APP + DRAW)
    script = bundled(tmp_path / "app.jsx", "production", "--minify")
    host.pages["recipe-react.html"] = f"{PAGE}<body><script>{script}</script>"
    follows_its_article(host, watched, "react")


def test_the_react_component_renders_on_a_server_and_hydrates(
    host: HostSite, watched: Watched, tmp_path: Path
) -> None:
    component = recipes(host)["react"] + APP
    (tmp_path / "server.jsx").write_text(component + WRITE)
    server = bundled(tmp_path / "server.jsx", "production", "--platform=node")
    (tmp_path / "server.cjs").write_text(server)
    written = output([node(), tmp_path / "server.cjs"])
    assert 'article="react-one"' in written
    (tmp_path / "browser.jsx").write_text(component + TAKE_OVER)
    # Only the development build of React checks what it hydrates.
    script = bundled(tmp_path / "browser.jsx", "development")
    host.pages["recipe-written.html"] = (
        f"{PAGE}<body><div id=app>{written.strip()}</div><script>{script}</script>"
    )
    page = see(watched.page(), host.url("recipe-written.html"))
    page.get_by_role("button", name="Next story").click()
    expect(page.locator("reader-reactions")).to_have_attribute("article", "react-two")
    advertised = [said for said in watched.complaints if "React DevTools" in said]
    for said in advertised:
        watched.complaints.remove(said)


def test_the_vue_recipe_follows_its_article(host: HostSite, watched: Watched) -> None:
    host.pages["recipe-vue.html"] = f"{PAGE}{MAPS}<body>{recipes(host)['vue']}"
    follows_its_article(host, watched, "vue")


def test_the_wordpress_filter_adds_the_bar_only_to_a_story(
    host: HostSite, watched: Watched, tmp_path: Path
) -> None:
    recipe = WORDPRESS + recipes(host)["wordpress"]
    (tmp_path / "page.php").write_text(f"{recipe}echo $filters['the_content']('<p>Text</p>');")
    php = (installed("php"), tmp_path / "page.php")
    assert output([*php, "list"]) == "<p>Text</p>"
    counts_as(host, watched, output([*php, "story"]), "wp-4719")


def test_the_hugo_template_adds_the_bar(host: HostSite, watched: Watched, tmp_path: Path) -> None:
    hugo = installed("hugo")
    for name, text in {
        "config.toml": f'baseURL = "{host.origin}"\n{HUGO_SETTINGS}',
        "content/city/bakery.md": HUGO_STORY,
        "layouts/_default/single.html": "{{ .Content }}" + recipes(host)["hugo"],
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    output([hugo, "--source", tmp_path])
    written = (tmp_path / "public/city/bakery/index.html").read_text()
    [article] = re.findall(r'data-article="?(\w{32})\b', written)
    assert counts_as(host, watched, written, article) == {
        "title": 'Bread "at night" & more',
        "section": "city",
    }


def test_the_ghost_template_adds_the_bar(host: HostSite, watched: Watched) -> None:
    """Ghost needs a database, so its three values are filled in here, escaped as Ghost does."""
    written = re.sub(r"{{(.*?)}}", lambda found: GHOST[found[1]], recipes(host)["ghost"])
    assert counts_as(host, watched, written, "ghost4720") == {
        "title": 'Bread "at night"',
        "section": "City",
    }


def test_the_recipe_for_counts_fills_in_numbers(host: HostSite, watched: Watched) -> None:
    host.pages["recipe-counts.html"] = f"{PAGE}<body>{recipes(host)['counts']}"
    page = watched.page()
    page.goto(host.url("recipe-counts.html"))
    for link in page.get_by_role("link").all():
        expect(link).to_have_text("0 comments")


def output(command: list[str | Path], **environment: str) -> str:
    done = subprocess.run(
        command, env=os.environ | environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def counts_as(host: HostSite, watched: Watched, written: str, article: str) -> object:
    """Vote with the bar in this HTML; return the page metadata that the vote carries."""
    host.pages[f"{article}.html"] = f"{PAGE}<body>{written}"
    page = see(watched.page(), host.url(f"{article}.html"))
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    own = host.server.uncached(f"/v1/bar?site=host&article={article}").json
    assert own["counts"]["love"] == 1
    said: dict[str, object] = sent_page(sent.value)
    assert said.pop("url") == page.url
    return said


def follows_its_article(host: HostSite, watched: Watched, name: str) -> None:
    page = watched.page()
    see(page, host.url(f"recipe-{name}.html"))
    button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    page.get_by_role("button", name="Next story").click()
    expect(page.get_by_role("button", name="Love, 0 votes")).to_be_visible()
    page.get_by_role("button", name="Sad, ").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Sad")
    for article, key in (("one", "love"), ("two", "sad")):
        own = host.server.uncached(f"/v1/bar?site=host&article={name}-{article}").json
        assert own["counts"][key] == 1


def test_the_open_heart_recipe_counts(host: HostSite, watched: Watched) -> None:
    host.pages["recipe-heart.html"] = f"{PAGE}{OPEN_HEART}<body>{recipes(host)['open-heart']}"
    page = watched.page()
    page.goto(host.url("recipe-heart.html"))
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    assert host.server.get("/openheart/host/story-4718").json["❤️"] == 1
