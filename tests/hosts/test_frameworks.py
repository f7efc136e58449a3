"""Next.js and Astro with view transitions: stories change without a new page, back and forth."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, box_of, button
from tests.hosts.node_project import NodeProject
from tests.hosts.recipes import recipes
from tests.support.server import UNLIMITED, Serve, Server, free_port

pytestmark = pytest.mark.hosts


@pytest.fixture(scope="module")
def readback(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED)


@pytest.fixture(scope="module")
def next_site(readback: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build and run a Next.js app in strict TypeScript; yield its origin."""
    app, (port, origin) = NodeProject("next"), registered(readback, "next")
    app.write("app/reactions.tsx", recipes(readback, "next")["react"])
    app.run(app.program("next"), "build")
    start = (app.program("next"), "start", "--hostname", "localhost", "--port", str(port))
    with app.serving(tmp_path_factory.mktemp("next") / "log", *start):
        yield origin


@pytest.fixture(scope="module")
def astro_site(readback: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build and run an Astro site with ``<ClientRouter />``; yield its origin."""
    site, (port, origin) = NodeProject("astro"), registered(readback, "astro")
    texts = recipes(readback, "astro")
    comments = texts["comments"].replace(' data-article="story-4719"', "")
    site.write("src/recipes/Tags.astro", texts["tag"] + comments)
    site.write("src/recipes/Script.astro", texts["tag"])
    site.run(site.program("astro"), "build")
    start = (site.program("astro"), "preview", "--host", "localhost", "--port", str(port))
    with site.serving(tmp_path_factory.mktemp("astro") / "log", *start):
        yield origin


def registered(readback: Server, site: str) -> tuple[int, str]:
    """Add a site to Readback; return its port and origin."""
    port = free_port()
    origin = f"http://localhost:{port}"
    readback.prepare("site", "add", site, "--name", site, "--origin", origin)
    return port, origin


def test_next_keeps_one_bar_for_each_story(
    readback: Server, next_site: str, watched: Watched
) -> None:
    page = watched.page()
    goes_back_and_forth(page, f"{next_site}/stories")
    assert counts(readback, "next", "next-one") == {"love": 1}
    assert counts(readback, "next", "next-two") == {"sad": 1}


def test_astro_keeps_one_bar_for_each_story_with_an_element(
    readback: Server, astro_site: str, watched: Watched
) -> None:
    page = watched.page()
    goes_back_and_forth(page, f"{astro_site}/element")
    assert counts(readback, "astro", "astro-one") == {"love": 1}
    assert counts(readback, "astro", "astro-two") == {"sad": 1}


def test_astro_keeps_one_bar_and_the_comments_of_each_story_with_the_tags(
    readback: Server, astro_site: str, watched: Watched
) -> None:
    page = watched.page()
    goes_back_and_forth(page, f"{astro_site}/tag", comments=1)
    assert counts(readback, "astro", f"{astro_site}/tag/one") == {"love": 1}
    assert counts(readback, "astro", f"{astro_site}/tag/two") == {"sad": 1}


def goes_back_and_forth(page: Page, stories: str, comments: int = 0) -> None:
    """Vote on two stories, then find each vote again on its own."""
    page.goto(f"{stories}/one")
    page.evaluate("window.mark = 'one page'")
    chooses(page, "one", "Love", comments)
    page.get_by_role("link", name="Two").click()
    chooses(page, "two", "Sad", comments)
    page.go_back()
    has_chosen(page, "one", "Love", comments)
    page.go_forward()
    has_chosen(page, "two", "Sad", comments)
    page.get_by_role("link", name="One").click()
    has_chosen(page, "one", "Love", comments)
    assert page.evaluate("window.mark") == "one page"


def chooses(page: Page, story: str, label: str, comments: int) -> None:
    is_alone(page, story, comments)
    expect(button(page, "Love")).to_have_attribute("aria-pressed", "false")
    button(page, label).click()
    bar = page.locator("reader-reactions")
    expect(bar.get_by_role("status")).to_have_text(f"You reacted: {label}")
    assert box_of(bar)["width"] >= 300


def has_chosen(page: Page, story: str, label: str, comments: int) -> None:
    is_alone(page, story, comments)
    expect(button(page, label)).to_have_attribute("aria-pressed", "true")


def is_alone(page: Page, story: str, comments: int) -> None:
    expect(page.get_by_role("heading", name=f"Story {story}")).to_be_visible()
    expect(page.locator("reader-reactions")).to_have_count(1)
    expect(page.locator("reader-comments")).to_have_count(comments)
    expect(button(page, "Love")).to_be_visible()


def counts(readback: Server, site: str, article: str) -> dict[str, int]:
    """Return the votes on a story, without the choices that have none."""
    path = f"/v1/bar?site={site}&article={quote(article, safe='')}"
    found = readback.uncached(path).json["counts"]
    return {choice: count for choice, count in found.items() if count}
