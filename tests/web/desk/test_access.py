"""Every route of the desk, as the app lists them: who gets in, and what is logged."""

import re

import pytest
from flask import Flask

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Server
from widget.web.application import add_routes

WITHOUT_SESSION = {"auth.sign_in", "auth.begin_session", "auth.welcome", "auth.choose_password"}
FOR_ADMINS = ("/desk/editors", "/desk/sites", "/desk/audit")


def desk_routes() -> list[tuple[str, str, str]]:
    """Return ``[(endpoint, method, path), ...]`` with the variables filled in; the site is news."""
    app = Flask(__name__)
    add_routes(app)
    routes = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/desk"):
            path = rule.rule.replace("<site_key>", "news")
            path = re.sub(r"<(?:\w+:)?\w+>", "1", path)
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                routes.append((rule.endpoint, method, path))
    return routes


ROUTES = desk_routes()
GUARDED = [route for route in ROUTES if route[0] not in WITHOUT_SESSION]
OF_SITES = [route for route in ROUTES if "/news" in route[2]]
OF_ADMINS = [route for route in GUARDED if route[2].startswith(FOR_ADMINS)]


@pytest.fixture(scope="module")
def news(server: Server) -> Server:
    server.prepare("site", "add", "news", "--origin", "https://news.example")
    return server


@pytest.fixture(scope="module")
def stranger(news: Server) -> DeskBrowser:
    """Invite an admin of another site, who has no role on news."""
    return invited(news, "stranger", "home:admin")


@pytest.fixture(scope="module")
def root(news: Server) -> DeskBrowser:
    return invited(news, "root", "admin")


@pytest.fixture(scope="module")
def viewer(news: Server) -> DeskBrowser:
    return invited(news, "viewer", "news:viewer")


def asked(browser: DeskBrowser, method: str, path: str) -> Answer:
    if method == "GET":
        return browser.get(path)
    return browser.send(path, [("csrf_token", browser.token("/desk/account")), ("name", "x")])


def test_the_walk_covers_the_desk() -> None:
    assert len(GUARDED) > 20 and len(OF_SITES) > 8 and len(OF_ADMINS) > 6


@pytest.mark.parametrize(("endpoint", "method", "path"), GUARDED)
def test_every_guarded_route_needs_a_session(
    news: Server, endpoint: str, method: str, path: str
) -> None:
    body = b"" if method != "GET" else None
    page = news.request(method, path, body, Origin=news.origin)
    if path.endswith(".json"):
        assert page.status == 401
    else:
        assert page.status == 303 and page.headers["Location"].startswith("/desk/login")
    data = news.request(method, path, body, Origin=news.origin, Accept="application/json")
    assert (data.status, data.code) == (401, "sign_in_required")


@pytest.mark.parametrize("page", ["", "articles", "sections", "tags", "nothing"])
def test_a_program_without_a_session_gets_no_page_to_sign_in(news: Server, page: str) -> None:
    for path, accept in (
        (f"/desk/news/{page}?format=json", "text/html"),
        (f"/desk/news/{page}?format=csv", "*/*"),
        (f"/desk/news/{page}?period=7d&format=csv", "text/csv"),
    ):
        answer = news.get(path, Accept=accept)
        assert (answer.status, answer.code) == (401, "sign_in_required"), path
    by_hand = news.get(f"/desk/news/{page}?format=csv", Accept="text/html,*/*;q=0.8")
    assert by_hand.status == 303


def test_a_program_reads_every_other_refusal_too(news: Server, stranger: DeskBrowser) -> None:
    answer = stranger.get("/desk/home/audit?format=json&before=x")
    assert (answer.status, answer.code) == (400, "bad_field")
    answer = stranger.get("/desk/news/?format=json")
    assert (answer.status, answer.code) == (404, "not_found")
    answer = news.get("/shared/news/nothing?format=json")
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize(("endpoint", "method", "path"), OF_SITES)
def test_an_editor_of_another_site_gets_404_and_is_logged(
    news: Server, stranger: DeskBrowser, root: DeskBrowser, endpoint: str, method: str, path: str
) -> None:
    answer = asked(stranger, method, path)
    missing = asked(stranger, method, path.replace("/news", "/no-such-site"))
    assert answer.status == missing.status == 404
    log = root.get("/desk/news/audit").body.decode()
    newest = log[log.index('<ol class="log">') :].partition("</li>")[0]
    assert "stranger" in newest and "denied" in newest and f"{method} {path}" in newest


@pytest.mark.parametrize(("endpoint", "method", "path"), OF_ADMINS)
def test_an_editor_who_is_not_an_admin_of_every_site_is_refused_and_logged(
    news: Server, stranger: DeskBrowser, root: DeskBrowser, endpoint: str, method: str, path: str
) -> None:
    assert asked(stranger, method, path).status == 403
    log = root.get("/desk/audit").body.decode()
    newest = log[log.index('<ol class="log">') :].partition("</li>")[0]
    assert "stranger" in newest and "denied" in newest and f"{method} {path}" in newest


def test_the_refused_requests_changed_nothing_on_the_other_site(
    news: Server, stranger: DeskBrowser
) -> None:
    listed = news.prepare("site", "list")
    assert "news\tnews\thttps://news.example" in listed


@pytest.mark.parametrize(
    ("endpoint", "method", "path"),
    [r for r in OF_SITES if r[0].split(".")[0] in ("site_settings", "site_keys", "audit_log")],
)
def test_a_viewer_may_not_see_or_change_settings(
    viewer: DeskBrowser, endpoint: str, method: str, path: str
) -> None:
    assert asked(viewer, method, path).status == 403


@pytest.mark.parametrize(("endpoint", "method", "path"), OF_SITES)
def test_every_change_to_a_site_needs_more_than_a_viewer(
    viewer: DeskBrowser, endpoint: str, method: str, path: str
) -> None:
    if method != "GET":
        assert asked(viewer, method, path).status == 403


def test_an_editor_changes_settings_but_not_origins_or_keys(news: Server) -> None:
    editor = invited(news, "editor", "news:editor")
    assert editor.get("/desk/news/settings/").status == 200
    assert editor.get("/desk/news/settings/reactions").status == 200
    assert editor.get("/desk/news/settings/keys/").status == 403
    for path in ("/desk/news/settings/origins", "/desk/news/settings/keys/"):
        assert asked(editor, "POST", path).status == 403


def test_the_navigation_shows_what_an_editor_may_open(
    viewer: DeskBrowser, root: DeskBrowser
) -> None:
    def links(browser: DeskBrowser, path: str) -> list[str]:
        page = browser.get(path).body.decode()
        return re.findall(r'<a\s[^>]*href="(/desk/news/[^"]*)"', page)

    settings, comments = "/desk/news/settings/", "/desk/news/comments"
    assert {settings, comments} <= set(links(root, "/desk/news/"))
    assert not {settings, comments} & set(links(viewer, "/desk/news/"))
    assert "/desk/news/articles" in links(viewer, "/desk/news/")


def test_the_desk_front_page_lists_the_editors_own_sites(
    news: Server, root: DeskBrowser, stranger: DeskBrowser
) -> None:
    chooser = root.get("/desk/").body.decode()
    assert "news" in chooser and "Add a site" in chooser
    alone = stranger.get("/desk/")
    assert alone.status == 303 and alone.headers["Location"].startswith("/desk/home/")


def test_an_unknown_desk_address_gets_a_desk_page(root: DeskBrowser) -> None:
    answer = root.get("/desk/nowhere/at/all")
    assert answer.status == 404 and b"Go to the desk" in answer.body
