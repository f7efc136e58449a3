"""Debian's WordPress: both recipes in a block theme and a classic one, and its own export."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.comments_page import see as see_comments
from tests.browser.comments_page import write
from tests.browser.conftest import Watched, button
from tests.browser.conftest import see as see_bar
from tests.hosts.wordpress import THEMES, WordPress, wordpress
from tests.support.server import Serve, Server

pytestmark = pytest.mark.hosts

SITE = "wp"


@pytest.fixture(scope="module")
def readback(module_serve: Serve) -> Server:
    return module_serve()


@pytest.fixture(scope="module")
def blog(readback: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    with wordpress(tmp_path_factory.mktemp("w"), readback, SITE) as running:
        run(readback, "site", "add", SITE, "--name", "The News", "--origin", running.origin)
        run(readback, "site", "set", SITE, "--comments", '{"hold_fast_s": 0, "close_days": 0}')
        yield running


@pytest.mark.parametrize("theme", THEMES)
def test_a_story_is_voted_on_and_commented_under_its_permalink(
    readback: Server, blog: WordPress, watched: Watched, theme: str
) -> None:
    blog.use_theme(theme)
    before = loved(readback, blog)
    page = watched.page()
    see_bar(page, blog.story)
    button(page, "Love").click()
    expect(page.locator("reader-reactions").get_by_role("status")).to_have_text("You reacted: Love")
    see_comments(page, blog.story)
    write(page.locator("reader-comments"), f"Written in a {theme} theme.")
    expect(page.get_by_role("listitem").filter(has_text=f"a {theme} theme")).to_be_visible()
    assert page.locator("reader-reactions").count() == 1
    assert page.locator("reader-comments").count() == 1
    assert loved(readback, blog) == before + 1
    page.goto(blog.origin)
    assert page.locator("script[data-site]").count() == 0


def test_the_export_brings_the_public_comments_to_the_same_story_and_no_other(
    readback: Server, blog: WordPress, browser: Browser, watched: Watched, tmp_path: Path
) -> None:
    export = tmp_path / "export.xml"
    export.write_bytes(downloaded_export(browser, blog))
    for secret in ("private", "draft", "pending", "trash", "future", "locked"):
        assert f"Said under a {secret} post." in export.read_text(), "the export has it"
    report = run(readback, "import", "--from", "wordpress", "--site", SITE, str(export))
    page = see_comments(watched.page(), blog.story)
    shown = page.locator("reader-comments").get_by_role("listitem")
    expect(shown.filter(has_text="Said in public, by two & for < 5 cents.").first).to_contain_text(
        "Ana & Ben"
    )
    expect(shown.filter(has_text="An answer in public.").first).to_be_visible()
    exported = run(readback, "export", "--site", SITE)
    assert "Said in public" in exported and "Not approved yet." in exported
    assert "Said under a" not in exported, report
    assert "Not approved yet." not in page.locator("reader-comments").inner_text()


def loved(readback: Server, blog: WordPress) -> int:
    story = quote(blog.story, safe="")
    bar = readback.uncached(f"/v1/bar?site={SITE}&article={story}").json
    return int(bar["counts"]["love"])


def downloaded_export(browser: Browser, blog: WordPress) -> bytes:
    """Sign in and download what "Tools, Export, All content" gives."""
    with closing(browser.new_context()) as editor:
        page = editor.new_page()
        page.goto(f"{blog.origin}/wp-login.php")
        page.fill("#user_login", "editor")
        page.fill("#user_pass", blog.password)
        page.click("#wp-submit")
        page.goto(f"{blog.origin}/wp-admin/export.php")
        page.get_by_role("radio", name="All content").check()
        with page.expect_download() as started:
            page.click("#submit")
        return started.value.path().read_bytes()


def run(server: Server, *arguments: str) -> str:
    done = server.cli(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
