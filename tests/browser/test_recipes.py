"""Every recipe of docs/embed.md that can run here, unchanged."""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, button, see, sent_page
from tests.browser.hostsite import HostSite
from tests.support.node import node
from tests.support.programs import installed
from tests.support.server import ROOT

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

RECIPE = re.compile(r"<!-- recipe: ([\w-]+) -->\n```[\w-]+\n(.*?)```", re.DOTALL)
PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Recipe</title>"
    '<link rel=icon href="data:,">'
)
VUE = "/npm/vue/dist/vue.esm-browser.prod.js"
MAPS = f'<script type="importmap">{{"imports": {{"vue": "{VUE}"}}}}</script>'
OPEN_HEART = '<script type="module" src="/npm/open-heart-element/dist/index.js"></script>'
STORY = "https://news.example/react"  # the host's own origin, once filled in
APP = f"""
import {{ createElement as h, useState }} from "react"
function App() {{
  const [article, go] = useState("{STORY}-one")
  const next = h("button", {{ onClick: () => go("{STORY}-two") }}, "Next story")
  const story = {{ article, title: "One", section: "City", author: "Ana", tags: ["a", "b"] }}
  return h("main", {{}}, next, h(Reactions, story))
}}
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
# What a page of a strict project writes, and what the types must refuse.
TYPED = """
import { Reactions } from "./reactions"
export const right = <Reactions article="https://news.example/a" title="A" tags={["a"]} />
export const bare = <reader-reactions site="news" article="a" className="wide" data-title="A" />
// @ts-expect-error: a story has a name
export const unnamed = <Reactions title="A" />
// @ts-expect-error: no such attribute
export const wrong = <reader-reactions artikel="a" />
"""
STRICTEST = {
    "strict": True,
    "noEmit": True,
    "jsx": "react-jsx",
    "module": "esnext",
    "moduleResolution": "bundler",
    "target": "es2022",
    "lib": ["es2022", "dom"],
    "types": [],
    "verbatimModuleSyntax": True,
    "exactOptionalPropertyTypes": True,
    "noUncheckedIndexedAccess": True,
    "noPropertyAccessFromIndexSignature": True,
    "paths": {"*": [f"{ROOT}/node_modules/@types/*", f"{ROOT}/node_modules/*"]},
}
# A story as a template sees it, with everything that an attribute must not say as it is.
PAGE_FACTS = {
    "title": 'Bread "at night" & <more>',
    "section": "Arts & Culture",
    "author": "O'Hara <staff>",
    "tags": ["night", 'bread & "butter"'],
}
TEMPLATES = {
    "ghost": (
        "handlebars",
        {
            "path": "/ghost/?a=1&b=2",
            "title": PAGE_FACTS["title"],
            "primary_tag": {"name": PAGE_FACTS["section"]},
            "primary_author": {"name": PAGE_FACTS["author"]},
            "tags": PAGE_FACTS["tags"],
        },
    ),
    "eleventy": ("nunjucks", {**PAGE_FACTS, "page": {"url": "/eleventy/?a=1&b=2"}}),
    "eleventy-liquid": ("liquid", {**PAGE_FACTS, "page": {"url": "/eleventy-liquid/?a=1&b=2"}}),
    "jekyll": (
        "liquid",
        {
            "page": {
                **PAGE_FACTS,
                "url": "/jekyll/?a=1&b=2",
                "categories": [PAGE_FACTS["section"], "World"],
            }
        },
    ),
}
HUGO_SETTINGS = 'disableKinds = ["home", "section", "taxonomy", "term"]'
HUGO_STORY = """---
title: 'Bread "at night" & <more>'
author: O'Hara <staff>
tags: [night, 'bread & "butter"']
---
They come in twos, before the trams.
"""


def recipes(host: HostSite) -> dict[str, str]:
    text = (ROOT / "docs" / "embed.md").read_text()
    filled = text.replace("https://readback.example", host.server.origin).replace(
        "/readback/", "/via/proxy/"
    )
    filled = filled.replace("https://news.example", host.origin)
    filled = re.sub(r"""(site="|site'    => '|openheart/)news""", r"\1host", filled)
    return dict(RECIPE.findall(filled))


@pytest.mark.parametrize(
    "name",
    [
        "tag",
        "named",
        "elements",
        "reserved",
        "reserved-tag",
        "reserved-long",
        "themed",
        "events",
        "pinned",
        "own-path",
        "module",
    ],
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
    page.get_by_role("button", name="Add a comment…").click()
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Write a comment").fill(f"By the recipe {name}.")
    page.get_by_role("button", name="Send").click()
    # The clock decides whether it is held as too fast.
    expect(page.get_by_role("listitem")).to_contain_text(f"By the recipe {name}.")


def bundled(tsx: Path, react: str = "production", *options: str) -> str:
    built = output(
        [
            ROOT / "node_modules/.bin/esbuild",
            tsx,
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
    app = (recipes(host)["react"] + APP + DRAW).replace("https://news.example", host.origin)
    (tmp_path / "app.tsx").write_text(app)
    script = bundled(tmp_path / "app.tsx", "production", "--minify")
    host.pages["recipe-react.html"] = f"{PAGE}<body><script>{script}</script>"
    facts = {"title": "One", "section": "City", "author": "Ana", "tags": ["a", "b"]}
    assert follows_its_article(host, watched, "react") == facts


def test_the_react_component_compiles_in_the_strictest_typescript(
    host: HostSite, tmp_path: Path
) -> None:
    (tmp_path / "reactions.tsx").write_text(recipes(host)["react"])
    (tmp_path / "page.tsx").write_text(TYPED)
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICTEST}))
    output([node(), ROOT / "node_modules/typescript/bin/tsc", "--project", tmp_path])


def test_the_react_component_renders_on_a_server_and_hydrates(
    host: HostSite, watched: Watched, tmp_path: Path
) -> None:
    component = (recipes(host)["react"] + APP).replace("https://news.example", host.origin)
    (tmp_path / "server.tsx").write_text(component + WRITE)
    server = bundled(tmp_path / "server.tsx", "production", "--platform=node")
    (tmp_path / "server.cjs").write_text(server)
    written = output([node(), tmp_path / "server.cjs"])
    assert f'article="{host.origin}/react-one"' in written
    (tmp_path / "browser.tsx").write_text(component + TAKE_OVER)
    # Only the development build of React checks what it hydrates.
    script = bundled(tmp_path / "browser.tsx", "development")
    host.pages["recipe-written.html"] = (
        f"{PAGE}<body><div id=app>{written.strip()}</div><script>{script}</script>"
    )
    page = see(watched.page(), host.url("recipe-written.html"))
    page.get_by_role("button", name="Next story").click()
    bar = page.locator("reader-reactions")
    expect(bar).to_have_attribute("article", f"{host.origin}/react-two")
    advertised = [said for said in watched.complaints if "React DevTools" in said]
    for said in advertised:
        watched.complaints.remove(said)


def test_the_vue_recipe_follows_its_article(host: HostSite, watched: Watched) -> None:
    host.pages["recipe-vue.html"] = f"{PAGE}{MAPS}<body>{recipes(host)['vue']}"
    facts = {"title": "One", "section": "City", "author": "Ana Silva", "tags": ["bread"]}
    assert follows_its_article(host, watched, "vue") == facts


@pytest.mark.parametrize(
    "page", ["list", "preview", "password", "private", "other", "excerpt in the head"]
)
def test_the_wordpress_plugin_names_no_story_but_a_public_one_on_its_own_page(
    host: HostSite, tmp_path: Path, page: str
) -> None:
    shown = wordpress(host, tmp_path, page)
    assert shown["content"] == "<p>Text</p>"
    if "excerpt" not in page:
        assert (shown["template"], shown["block"]) == ("the theme's", "<p>Old comments</p>")


def test_the_wordpress_plugin_names_a_story_as_its_export_does(
    host: HostSite, watched: Watched, tmp_path: Path
) -> None:
    shown = wordpress(host, tmp_path, "story")
    address = f"{host.origin}/2026/11/bread/?a=1&b=2"
    assert counts_as(host, watched, shown["content"], address) == {
        "title": "Bread “at night” & more",
        "section": "Arts & Culture",
        "author": "O'Hara <staff>",
        "tags": ["night", "bread & butter"],
    }
    comments = shown["content"].removeprefix("<p>Text</p>").replace("/embed.js", "/comments.js")
    assert shown["block"] == f"<div id='comments'>{comments}</div>"
    assert shown["template"] == f'<div id="comments">{comments}</div>'


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
    assert counts_as(host, watched, written, f"{host.origin}/city/bakery") == {
        **PAGE_FACTS,
        "section": "city",
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_names_the_story_by_its_permalink_and_escapes_what_it_says(
    host: HostSite, watched: Watched, name: str
) -> None:
    engine, values = TEMPLATES[name]
    told = {"template": recipes(host)[name], "values": values, "origin": host.origin}
    renderer = ROOT / "tests/js/render_template.js"
    written = output([node(), renderer, engine], text=json.dumps(told))
    address = f"{host.origin}/{name}/?b=2&a=1"
    assert counts_as(host, watched, written, address) == PAGE_FACTS


def test_the_recipe_for_counts_fills_in_numbers(host: HostSite, watched: Watched) -> None:
    host.pages["recipe-counts.html"] = f"{PAGE}<body>{recipes(host)['counts']}"
    page = watched.page()
    page.goto(host.url("recipe-counts.html"))
    for link in page.get_by_role("link").all():
        expect(link).to_have_text("0 comments")


def wordpress(host: HostSite, folder: Path, page: str) -> dict[str, str]:
    """Return what WordPress shows with the plugin; page: a state of hostsite/wordpress.php."""
    texts = recipes(host)
    (folder / "readback.php").write_text(texts["wordpress"] + texts["wordpress-comments"])
    (folder / "comments.php").write_text(texts["wordpress-comments-file"])
    part = ROOT / "tests/browser/hostsite/wordpress.php"
    written = output([installed("php"), part, folder, page, host.origin])
    shown: dict[str, str] = json.loads(written)
    return shown


def output(command: list[str | Path], *, text: str = "", **environment: str) -> str:
    env = os.environ | environment
    done = subprocess.run(command, env=env, input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def counts_as(host: HostSite, watched: Watched, written: str, article: str) -> object:
    """Vote with the bar in this HTML; return the page metadata that the vote carries."""
    host.pages["recipe-story.html"] = f"{PAGE}<body>{written}"
    page = see(watched.page(), host.url("recipe-story.html"))
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    own = host.server.uncached(f"/v1/bar?site=host&article={quote(article, safe='')}").json
    assert own["counts"]["love"] == 1
    said: dict[str, object] = sent_page(sent.value)
    assert said.pop("url") == page.url
    return said


def follows_its_article(host: HostSite, watched: Watched, name: str) -> object:
    """Vote on two stories of one page; return the metadata that the first vote carries."""
    page = watched.page()
    see(page, host.url(f"recipe-{name}.html"))
    with page.expect_request("**/v1/react") as sent:
        button(page, "Love").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Love")
    page.get_by_role("button", name="Next story").click()
    expect(page.get_by_role("button", name="Love, 0 votes")).to_be_visible()
    page.get_by_role("button", name="Sad, ").click()
    expect(page.get_by_role("status")).to_have_text("You reacted: Sad")
    for article, key in (("one", "love"), ("two", "sad")):
        address = f"{host.origin}/{name}-{article}"
        own = host.server.uncached(f"/v1/bar?site=host&article={address}").json
        assert own["counts"][key] == 1
    return sent_page(sent.value)


def test_the_open_heart_recipe_counts(host: HostSite, watched: Watched) -> None:
    host.pages["recipe-heart.html"] = f"{PAGE}{OPEN_HEART}<body>{recipes(host)['open-heart']}"
    page = watched.page()
    page.goto(host.url("recipe-heart.html"))
    page.get_by_role("button").click()
    expect(page.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    assert host.server.get("/openheart/host/story-4718").json["❤️"] == 1
