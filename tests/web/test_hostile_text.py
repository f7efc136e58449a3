"""Text that no text can be, in every place of a request: a clear answer, and never a 500."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.support.commenter import Commenter
from tests.support.desk import DeskBrowser, invited
from tests.support.server import UNLIMITED, Answer, Serve, Server, nonce
from widget.web.application import add_routes

# As percent-encoding has them: a lone surrogate, a cut and an overlong sequence, NUL, a stray byte.
BYTES = [
    "%ED%A0%80",
    "%ED%BF%BFx",
    "%E2%82",
    "%C0%AF",
    "%00",
    "%FF",
    "%F4%90%80%80",
    "%25ED%25A0%2580",
]
LONE = "\ud800"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED, READBACK_CASTS="0", READBACK_COMMENTS="0")


@pytest.fixture(scope="module")
def editor(own: Server) -> DeskBrowser:
    return invited(own, "alice", "admin")


def routes(method: str) -> list[str]:
    app = Flask(__name__)
    add_routes(app)
    return sorted(rule.rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))


def with_part(rule: str, part: str) -> str:
    """Return a path of the rule with a part for each variable, except where that finds nothing."""
    known = rule.replace("<site_key>", "home").replace("<slug>", "talent-visa")
    return re.sub(r"<[^>]+>", part, known)


@pytest.mark.parametrize(
    "field", ["parent", "name", "text", "article", "token", "draft", "website"]
)
def test_a_comment_with_a_lone_surrogate_is_refused(own: Server, article: str, field: str) -> None:
    answer = Commenter(own, article).post(**{field: LONE})
    assert (answer.status, answer.code) == (400, "bad_json")


@pytest.mark.parametrize("act", ["text", "removal", "vote", "report"])
def test_an_act_with_a_lone_surrogate_is_refused(own: Server, article: str, act: str) -> None:
    reader = Commenter(own, article)
    known = reader.post().json["id"]
    assert reader.act(known, act, more={LONE: [LONE]}).code == "bad_json"


@pytest.mark.parametrize("part", [*BYTES, "x", "0" * 20, "u" * 20, "%2e%2e", "a" * 3000, "*"])
@pytest.mark.parametrize("act", ["text", "removal", "vote", "report"])
def test_a_path_with_no_comments_id_is_404(own: Server, article: str, act: str, part: str) -> None:
    reader = Commenter(own, article)
    reader.post()
    answer = reader.act(part, act, text="Other text.", up=True, seq=1)
    assert (answer.status, answer.code) == (404, "not_found")


@pytest.mark.parametrize("parent", ["x", " ", "0" * 19, "u" * 20, "\x00", "a:b", "é" * 20])
def test_a_parent_that_is_no_comments_id_is_a_bad_field(
    own: Server, article: str, parent: str
) -> None:
    answer = Commenter(own, article).post(parent=parent)
    assert (answer.status, answer.code) == (400, "bad_field")


def test_a_form_with_a_parent_that_is_no_comments_id_stores_nothing(own: Server) -> None:
    path = "/articles/talent-visa/comments"
    for parent in ("x", LONE.encode("utf-8", "surrogatepass"), "a:b:c"):
        answer = DeskBrowser(own).post(path, name="Ana", text="Kept text.", parent=parent)
        assert answer.status == 404 and b"Kept text." in answer.body
    listed = own.get("/v1/comments?site=home&article=talent-visa")
    assert listed.json["count"] == 0


@pytest.mark.parametrize("part", BYTES)
def test_no_path_or_query_makes_the_server_fail(
    own: Server, editor: DeskBrowser, part: str
) -> None:
    for rule in routes("GET"):
        names = (
            "site",
            "article",
            "poll",
            "section",
            "lang",
            "q",
            "next",
            "from",
            "before",
            "edit",
        )
        query = "&".join(
            f"{name}={part}" for name in (*names, "format", "show", "around", "thread")
        )
        for path in (with_part(rule, part), f"{with_part(rule, 'x')}?{query}", f"/{part}{rule}"):
            for cookies in ("", _cookies(editor)):
                assert own.get(path, Cookie=cookies).status < 500, path
    for path in ("/v1/bar", "/v1/counts", "/v1/comments"):
        for name in ("site", "article", "poll", "section", "lang", "before", "around", "order"):
            read = f"{path}?site=home&article=a&{name}={part}"
            assert own.get(read).status < 500, read


@pytest.mark.parametrize("part", BYTES)
def test_no_form_makes_the_server_fail(own: Server, editor: DeskBrowser, part: str) -> None:
    reader = DeskBrowser(own)
    tokens = {
        editor: quote(editor.token("/desk/account")),
        reader: quote(reader.token("/articles/talent-visa/comments")),
    }
    names = "name text parent draft reaction up next back reason at one comment entry address label"
    more = f"article password key role lang {part}"
    for rule in routes("POST"):
        path = with_part(rule, "x")
        if not path.endswith(("logout", "login", "ended-sessions")):
            browser = editor if path.startswith("/desk/") else reader
            fields = "&".join(f"{name}={part}" for name in (*names.split(), *more.split()))
            body = f"csrf_token={tokens[browser]}&{fields}".encode()
            assert _post(browser, path, body).status < 500, path


@pytest.mark.parametrize(
    "value", ["\xed\xa0\x80", "\xff\xfe", "a\xc3", "%ED%A0%80", '"\\ud800"', "=;,=", "\x80" * 500]
)
def test_no_header_makes_the_server_fail(own: Server, value: str) -> None:
    names = "Origin Cookie User-Agent Referer If-None-Match If-Modified-Since Accept Range"
    more = "Authorization Content-Type X-Forwarded-For Sec-Fetch-Site Sec-Fetch-Mode"
    cookie = f"readback={value}; readback-form={value}; readback-desk={value}; {value}={value}"
    for name in (*names.split(), *more.split()):
        headers = {name.replace("-", "_"): cookie if name == "Cookie" else value}
        for path in (
            "/",
            "/articles/talent-visa/react",
            "/articles/talent-visa/comments",
            "/v1/bar?site=home&article=a",
            "/v1/desk/home/overview",
            "/openheart/home/a",
            "/desk/login",
            "/embed.js",
        ):
            assert own.get(path, **headers).status < 500, (name, path)
        for path in ("/v1/react", "/v1/comments", "/v1/forget", "/openheart/home/a", "/desk/login"):
            assert own.request("POST", path, b"{}", **headers).status < 500, (name, path)


@pytest.mark.parametrize("path", ["/v1/react", "/v1/forget", "/v1/comments"])
def test_a_surrogate_in_any_field_of_any_write_is_bad_json(own: Server, path: str) -> None:
    for sent in (
        {LONE: 1},
        {"site": LONE},
        {"articles": [LONE]},
        {"pow": LONE},
        {"page": {"title": LONE}},
        {"page": {"tags": ["a", LONE]}},
    ):
        assert _write(own, path, sent).code == "bad_json"


def _write(server: Server, path: str, fields: dict[str, Any]) -> Answer:
    sent = {
        "site": "home",
        "article": "a",
        "reaction": "love",
        "seq": 1,
        "nonce": nonce(),
        **fields,
    }
    body = json.dumps(sent).encode()
    return server.request("POST", path, body, Content_Type="text/plain", Origin=server.origin)


def _post(browser: DeskBrowser, path: str, body: bytes) -> Answer:
    return browser.server.request(
        "POST",
        path,
        body,
        Content_Type="application/x-www-form-urlencoded",
        Origin=browser.server.origin,
        Cookie=_cookies(browser),
    )


def _cookies(browser: DeskBrowser) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
