"""The page check over HTTP: who may ask, what a form without its fields says, and what it finds."""

from http.client import HTTPException

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import PROGRAM, Server, nonce

CHECK = "/desk/checked/settings/page-check/"
PAGE = "https://checked.example/story"
TAG = '<body><script async src="https://r.example/embed.js" data-site="{}" data-poll="{}"></script>'


@pytest.fixture(scope="module")
def editor(server: Server) -> DeskBrowser:
    server.prepare("site", "add", "checked", "--origin", "https://checked.example")
    return invited(server, "checker", "checked:editor")


def test_a_page_shows_its_article_and_how_many_votes_it_has(
    server: Server, editor: DeskBrowser
) -> None:
    assert server.react(
        site="checked", article=PAGE, nonce=nonce(), origin="https://checked.example"
    ).status == 200  # fmt: skip
    source = TAG.format("checked", "") + "x" * 1_900_000  # longer than other forms may be
    page = editor.post(CHECK, address=f"{PAGE}?utm_source=a", source=source).body.decode()
    assert "All good" in page and "checked.example/story</a>, 1 vote" in page


def test_mistakes_are_named_and_markup_stays_text(editor: DeskBrowser) -> None:
    source = TAG.format("nobody\"'><script>alert(1)</script>", "<b>") + TAG.format("checked", "no")
    page = editor.post(CHECK, address=PAGE, source=source).body.decode()
    assert "2 things to fix" in page and "2 script tags." in page
    assert "<script>alert" not in page and "<b>&#34;" not in page
    page = editor.post(CHECK, address=PAGE, source=TAG.format("checked", "no")).body.decode()
    assert "1 thing to fix" in page and "Unknown question &#34;no&#34;." in page


def test_a_form_without_its_fields_says_so(editor: DeskBrowser) -> None:
    answer = editor.post(CHECK, address="news.example", source=" ")
    page = answer.body.decode()
    assert answer.status == 422 and 'value="news.example"' in page
    assert "Enter the whole address" in page and "Paste the page" in page


def test_a_page_that_is_too_long_is_refused(editor: DeskBrowser) -> None:
    try:
        assert editor.post(CHECK, address=PAGE, source="x" * 3_200_000).status == 413
    except (OSError, HTTPException):
        assert PROGRAM == "granian"  # which cuts such a client off: docs/deploy.md
    assert editor.get(CHECK).status == 200


def test_a_viewer_may_not_ask(server: Server) -> None:
    viewer = invited(server, "onlooker", "checked:viewer")
    assert viewer.get(CHECK).status == 403
