"""A method that an address does not support: 405 everywhere, with the methods that it does."""

import re

import pytest
from flask import Flask

from tests.support.desk import DeskBrowser, invited
from tests.support.server import UNLIMITED, Answer, Serve, Server
from widget.web.application import add_routes

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS")
READS = {"GET", "HEAD", "OPTIONS"}
AHEAD_OF_FLASK = {
    "/v1/react": {"POST", "OPTIONS"},
    "/v1/bar": READS,
    "/v1/counts": READS,
    "/v1/comments": READS | {"POST"},
}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED)


@pytest.fixture(scope="module")
def editor(own: Server) -> DeskBrowser:
    return invited(own, "alice", "admin")


def routes() -> dict[str, set[str]]:
    """Return each address with its methods, as its rules name them."""
    app = Flask(__name__)
    add_routes(app)
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<site_key>", "home").replace("<slug>", "talent-visa")
        path = re.sub(r"<[^>]+>", "x", path)
        found.setdefault(path, set()).update(rule.methods or ())
    return found | AHEAD_OF_FLASK


ROUTES = routes()


@pytest.mark.parametrize(("path", "methods"), sorted(ROUTES.items()))
def test_another_method_is_405_with_the_ones_that_work(
    own: Server, editor: DeskBrowser, path: str, methods: set[str]
) -> None:
    for method in METHODS:
        if method not in methods:
            answer = send(own, editor, method, path)
            assert answer.status == 405, method
            assert methods <= set(answer.headers["Allow"].split(", ")), method
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/desk", "/desk/home", "/desk/home/links", "/desk/sites"])
def test_so_it_is_where_only_the_last_slash_is_missing(
    own: Server, editor: DeskBrowser, path: str
) -> None:
    assert send(own, editor, "GET", path).status == 308
    answer = send(own, editor, "PUT", path)
    assert answer.status == 405 and "GET" in answer.headers["Allow"]


def test_an_address_that_is_none_is_404_with_every_method(own: Server, editor: DeskBrowser) -> None:
    for path in ("/desk/home/nothing/here", "/nothing", "/v1/nothing"):
        for method in ("GET", "POST", "PUT"):
            assert send(own, editor, method, path).status == 404, (method, path)


@pytest.mark.parametrize(("path", "methods"), sorted(AHEAD_OF_FLASK.items()))
def test_what_runs_ahead_of_flask_names_its_methods_alike(
    own: Server, path: str, methods: set[str]
) -> None:
    for method in ("PUT", "DELETE", "BREW"):
        answer = own.request(method, f"{path}?site=home&article=a", b"{}", Origin=own.origin)
        assert (answer.status, answer.code) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == ", ".join(sorted(methods))
    assert own.request("OPTIONS", path, Origin=own.origin).status == 204


def test_an_editor_who_is_not_signed_in_learns_the_methods_of_the_desk_too(own: Server) -> None:
    for path in ("/desk/login", "/desk/account", "/desk/home/"):
        answer = own.request("PUT", path)
        assert answer.status == 405 and "GET" in answer.headers["Allow"]


DESK = sorted(path for path in ROUTES if path.startswith("/desk"))
# Pages that somebody without a session has to see.
OPEN = {"/desk/login", "/desk/welcome/x"}


@pytest.mark.parametrize("path", [*DESK, "/desk", "/desk/home", "/desk/home/nothing"])
def test_a_program_without_a_session_reads_401_and_no_page(own: Server, path: str) -> None:
    methods = ROUTES.get(path, {"GET"}) & {"GET", "POST"}
    for method in methods if path not in OPEN else ():
        for asked, accepted in ((f"{path}?format=json", "text/html"), (path, "application/json")):
            answer = own.request(method, asked, Accept=accepted, Origin=own.origin)
            assert (answer.status, answer.code) == (401, "sign_in_required"), (method, asked)
            assert answer.headers["Content-Type"] == "application/json"
            assert answer.headers["Cache-Control"] == "no-store"


def send(server: Server, editor: DeskBrowser, method: str, path: str) -> Answer:
    cookies = "; ".join(f"{name}={value}" for name, value in editor.cookies.items())
    return server.request(method, path, Origin=server.origin, Cookie=cookies)
