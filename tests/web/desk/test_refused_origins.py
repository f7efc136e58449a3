"""Refused origins over HTTP: what is counted, who sees it, and what allowing one takes."""

import json
import re

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import UNLIMITED, Answer, Serve, Server, nonce, settled
from widget.services.refused_origins import MOST_A_MINUTE

STAGING = "https://staging.news.example"
SETTINGS = "/desk/news/settings/"
ALLOW = f"{SETTINGS}refused-origins/"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_TRUSTED_PROXY_HOPS="1", **UNLIMITED)
    for key in ("news", "other", "flooded"):
        running.prepare("site", "add", key, "--origin", f"https://{key}.example")
    return running


@pytest.fixture(scope="module")
def root(own: Server) -> DeskBrowser:
    return invited(own, "root", "admin")


def vote(own: Server, origin: str, address: str, site: str = "news") -> Answer:
    return own.react(site=site, nonce=nonce(), origin=origin, address=address)


def listed(page: Answer) -> dict[str, int]:
    rows = re.findall(
        r'break">([^<]+)</code>\s*<div class="meta num">\s*(\d+|Once) ', page.body.decode()
    )
    return {origin: 1 if times == "Once" else int(times) for origin, times in rows}


def test_a_refused_vote_is_listed_an_admin_allows_it_and_the_next_one_counts(
    own: Server, root: DeskBrowser
) -> None:
    assert "Refused in the last day" not in root.get(SETTINGS).body.decode()
    for address in ("198.51.100.1", "203.0.113.1"):
        refused = vote(own, STAGING, address)
        assert (refused.status, refused.code) == (403, "bad_origin")
        assert "Access-Control-Allow-Origin" not in refused.headers
    comment = {"site": "news", "article": "a", "name": "Ana", "text": "Hello.", "nonce": nonce()}
    headers = {"Content_Type": "text/plain", "Origin": STAGING, "X_Forwarded_For": "198.51.100.9"}
    body = json.dumps(comment).encode()
    assert own.request("POST", "/v1/comments", body, **headers).code == "bad_origin"
    # An origin of another site is as foreign here.
    assert vote(own, "https://other.example", "198.51.100.2").code == "bad_origin"
    assert listed(root.get(SETTINGS)) == {STAGING: 3, "https://other.example": 1}

    editor = invited(own, "ed", "news:editor")
    assert listed(editor.get(SETTINGS)) == listed(root.get(SETTINGS))
    assert b"Allow" not in editor.get(SETTINGS).body
    assert editor.get(f"{ALLOW}?origin={STAGING}").status == 403
    assert editor.post(ALLOW, SETTINGS, origin=STAGING).status == 403

    page = root.get(f"{ALLOW}?origin={STAGING}").body.decode()
    assert "3 times or more" in page and "not part of any" not in page
    assert vote(own, STAGING, "198.51.100.1").status == 403  # nothing is allowed yet
    done = root.post(ALLOW, f"{ALLOW}?origin={STAGING}", origin=STAGING)
    assert done.status == 303
    page = root.get(SETTINGS).body.decode()
    assert f"{STAGING} may vote and comment from now on." in page
    assert STAGING not in listed(root.get(SETTINGS))
    settled(lambda: vote(own, STAGING, "198.51.100.1").status, 200)
    log = root.get("/desk/news/audit").body.decode()
    assert f"origins: https://news.example, {STAGING}" in log


def test_an_unrelated_host_has_a_warning_and_an_allowed_one_no_button(
    own: Server, root: DeskBrowser
) -> None:
    page = root.get(f"{ALLOW}?origin=https://news.example.evil.example").body.decode()
    assert "not part of any of your origins" in page
    assert "already" in root.get(f"{ALLOW}?origin=https://news.example").body.decode()


@pytest.mark.parametrize("origin", ["null", "http://staging.news.example", "", "https://*", "x y"])
def test_what_no_site_can_allow_is_refused_with_the_reason(root: DeskBrowser, origin: str) -> None:
    sent = root.post(ALLOW, SETTINGS, origin=origin)
    assert sent.status == 400 and "bad_field" not in sent.body.decode()
    assert root.server.get(f"{ALLOW}").status == 303  # nobody is signed in


def test_without_the_token_of_a_form_nothing_is_allowed(root: DeskBrowser) -> None:
    refused = root.send(ALLOW, [("origin", "https://b.example")])
    assert refused.status == 400
    assert "https://b.example" not in root.get(SETTINGS).body.decode()


def test_hostile_origins_and_floods_leave_little(own: Server, root: DeskBrowser) -> None:
    path = "/desk/flooded/settings/"
    hostile = [
        "https://<b>.example",
        "https://\u202ea.example".encode().decode("latin-1"),
        "x" * 400,
    ]
    for number, origin in enumerate([*hostile, "https://a b", "file://", "null"]):
        assert vote(own, origin, f"192.0.2.{number}", "flooded").status in (400, 403)
    assert listed(root.get(path)) == {"null": 1}
    for number in range(30):
        vote(own, f"https://{number}.invented.example", "2001:db8::7", "flooded")
    invented = [origin for origin in listed(root.get(path)) if "invented" in origin]
    assert 0 < len(invented) <= MOST_A_MINUTE
    # A program that names no script is no page, and a site that nobody has keeps nothing.
    headers = {"Content_Type": "text/plain", "Origin": "https://c.example"}
    body = json.dumps({"site": "flooded"}).encode()
    headers["X_Forwarded_For"] = "198.51.100.77"
    assert (
        own.request("POST", "/v1/react", body, Sec_Fetch_Mode="navigate", **headers).status == 403
    )
    assert vote(own, "https://c.example", "198.51.100.77", "nobody").code == "bad_origin"
    assert "https://c.example" not in root.get(path).body.decode()


def test_a_bar_that_sends_no_vote_is_listed_by_its_check(own: Server, root: DeskBrowser) -> None:
    body = b'{"site": "other", "article": "a"}'
    for mode in ("cors", "no-cors"):  # the latter is what a form of any page could send
        answer = own.request(
            "POST",
            "/v1/check",
            body,
            Content_Type="text/plain",
            Origin="https://bar.example",
            Sec_Fetch_Mode=mode,
        )
        assert answer.status == 200
    assert listed(root.get("/desk/other/settings/"))["https://bar.example"] == 1
