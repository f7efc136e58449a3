"""Signing in, sessions, forms and password guessing over HTTP."""

import hashlib
import json
import os
import re
import signal
import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from argon2 import PasswordHasher
from flask.sessions import session_json_serializer
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from tests.support.desk import PASSWORD, DeskBrowser, invited
from tests.support.server import Serve, Server, nonce, wait_for

FIXED = "attacker-chosen-session-id"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    """Start a server that trusts one proxy, so that tests can come from any address."""
    running = module_serve(READBACK_TRUSTED_PROXY_HOPS="1")
    for name, role in (("alice", "home:editor"), ("bob", "home:viewer"), ("root", "admin")):
        invited(running, name, role)
    return running


@pytest.fixture
def fresh(serve: Serve) -> Server:
    return serve(READBACK_TRUSTED_PROXY_HOPS="1")


def store(server: Server) -> Any:
    return server.store(timeout_ms=2000).client


def signed_in(server: Server, name: str = "alice", **headers: str) -> DeskBrowser:
    browser = DeskBrowser(server, **headers)
    assert browser.sign_in(name).status == 303
    return browser


def test_without_a_session_pages_redirect_to_sign_in_and_json_is_refused(own: Server) -> None:
    for path in ("/desk", "/desk/", "/desk/home/settings/", "/desk/nothing/is/here"):
        page = own.get(path)
        assert page.status == 303 and page.headers["Location"].startswith("/desk/login"), path
        assert page.headers["Cache-Control"] == "no-store"
        data = own.get(path, Accept="application/json")
        assert (data.status, data.code) == (401, "sign_in_required")
        assert data.headers["Cache-Control"] == "no-store"
    back = own.get("/desk/home/audit?before=1-0.3").headers["Location"]
    assert back == "/desk/login?next=/desk/home/audit?before%3D1-0.3"


def test_signing_in_returns_to_the_requested_page_and_never_to_another_host(own: Server) -> None:
    browser = DeskBrowser(own)
    page = browser.get("/desk/login?next=/desk/home/audit")
    assert 'name="next" value="/desk/home/audit"' in page.body.decode()
    answer = browser.post("/desk/login", name="alice", password=PASSWORD, next="/desk/home/audit")
    assert answer.headers["Location"] == "/desk/home/audit"
    for away in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/desk/..//evil.example",
    ):
        answer = DeskBrowser(own).post("/desk/login", name="alice", password=PASSWORD, next=away)
        assert answer.headers["Location"] == "/desk/"


@pytest.mark.parametrize(
    "page", ["/desk/home/sections/What%20next%3F?period=7d", "/desk/home/comments?q=why?"]
)
def test_signing_in_keeps_every_character_of_the_requested_address(own: Server, page: str) -> None:
    location = own.get(page).headers["Location"]
    [back] = parse_qs(urlsplit(location).query)["next"]
    assert back == page
    answer = DeskBrowser(own).post("/desk/login", name="alice", password=PASSWORD, next=back)
    assert answer.headers["Location"] == page


def test_a_session_id_from_before_signing_in_is_invalid_afterwards(own: Server) -> None:
    browser = DeskBrowser(own)
    browser.cookies["readback-desk"] = FIXED
    assert browser.sign_in("alice").status == 303
    assert browser.cookies["readback-desk"] != FIXED
    attacker = DeskBrowser(own)
    attacker.cookies["readback-desk"] = FIXED
    assert attacker.get("/desk/account").status == 303
    theirs = signed_in(own, "bob").cookies["readback-desk"]  # planted in alice's browser
    victim = DeskBrowser(own)
    page = victim.token("/desk/login")
    victim.cookies["readback-desk"] = theirs
    pairs = [("csrf_token", page), ("name", "alice"), ("password", PASSWORD)]
    assert victim.send("/desk/login", pairs).status == 303
    attacker.cookies["readback-desk"] = theirs
    assert attacker.get("/desk/account").status == 303


def test_the_session_cookie_is_http_only_and_the_store_keeps_only_its_digest(own: Server) -> None:
    browser = DeskBrowser(own)
    answer = browser.sign_in("alice")
    [cookie] = [
        c for c in answer.headers.get_all("Set-Cookie", []) if c.startswith("readback-desk=")
    ]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    value = cookie.partition("=")[2].partition(";")[0]
    assert len(value) >= 43
    stored = store(own)
    assert not any(value.encode() in key for key in stored.scan_iter())


def test_signing_out_ends_the_session_in_the_store(own: Server) -> None:
    browser = signed_in(own)
    kept = dict(browser.cookies)
    assert browser.post("/desk/logout", "/desk/account").status == 303
    assert "readback-desk" not in browser.cookies
    browser.cookies = kept
    assert browser.get("/desk/account").status == 303


def test_editors_end_their_own_sessions_one_by_one_and_all_at_once(own: Server) -> None:
    here, phone, laptop = (signed_in(own, "bob") for _ in range(3))
    digests = re.findall(r'name="session"\s+value="(\w+)"', here.get("/desk/account").body.decode())
    for digest in digests[:1]:
        end = here.post("/desk/account/ended-sessions", "/desk/account", session=digest)
        assert end.status == 303
    alive = [b.get("/desk/account").status for b in (here, phone, laptop)]
    assert alive.count(200) == 2 and alive[0] == 200
    assert here.post("/desk/account/ended-sessions", "/desk/account", session="").status == 303
    assert [b.get("/desk/account").status for b in (here, phone, laptop)] == [200, 303, 303]
    theirs = signed_in(own, "alice")
    [digest] = {
        key.decode().rpartition(":")[2]
        for key in store(own).scan_iter("rb:session:*")
        if b'"alice"' in store(own).get(key)
        and theirs.get("/desk/account").body.count(key.rpartition(b":")[2]) == 0
    }  # alice's current session has no End button, so its digest is not on the page
    refused = here.post("/desk/account/ended-sessions", "/desk/account", session=digest)
    assert refused.status == 404 and theirs.get("/desk/account").status == 200


def test_a_new_password_ends_the_other_sessions_and_replaces_the_old_one(fresh: Server) -> None:
    here = invited(fresh, "carol", "home:viewer")
    other = signed_in(fresh, "carol")
    new = "four other plain words"
    change = {"new_password": new, "repeated_password": new}
    path, page = "/desk/account/password", "/desk/account"
    wrong = here.post(path, page, old_password="not it at all", **change)
    assert wrong.status == 422 and b"not your current password" in wrong.body
    differ = here.post(path, page, old_password=PASSWORD, new_password=new, repeated_password="x")
    assert differ.status == 422
    assert here.post(path, page, old_password=PASSWORD, **change).status == 303
    assert here.get("/desk/account").status == 200
    assert other.get("/desk/account").status == 303
    assert DeskBrowser(fresh).sign_in("carol").status == 422
    assert DeskBrowser(fresh).sign_in("carol", new).status == 303


def test_no_get_or_head_changes_anything(own: Server) -> None:
    browser = signed_in(own, "root")
    # A GET reads this as the page of a site named logout, which cannot exist.
    assert browser.get("/desk/logout/").status == 404
    assert browser.get("/desk/account").status == 200
    for path in (
        "/desk/account/password",
        "/desk/account/ended-sessions",
        "/desk/home/settings/origins",
        "/desk/home/settings/closing",
        "/desk/home/settings/keys/revoked",
        "/desk/editors/alice/roles",
        "/desk/editors/alice/link",
        "/desk/editors/alice/removed",
    ):
        assert browser.get(path).status == 405, path
        cookies = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
        assert own.request("HEAD", path, Cookie=cookies).status == 405, path


def forged_token(server: Server, browser: DeskBrowser, *, age_s: int) -> str:
    """Return a token as the server would have made it some time ago."""
    [*_, key] = json.loads((server.data_dir / "secrets.json").read_text())["session_keys"]

    class Earlier(TimestampSigner):
        def get_timestamp(self) -> int:
            return int(time.time()) - age_s

    raw = URLSafeTimedSerializer(key, salt="wtf-csrf-token").loads(browser.token("/desk/account"))
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token", signer=Earlier).dumps(raw)


def test_a_form_without_a_valid_token_changes_nothing_and_keeps_the_input(own: Server) -> None:
    browser = signed_in(own, "root")
    path = "/desk/home/settings/closing"
    tokens = {
        "none": None,
        "made up": "x.y.z",
        "another session's": signed_in(own, "alice").token("/desk/account"),
        "expired": forged_token(own, browser, age_s=5 * 3600),
    }
    for kind, token in tokens.items():
        typed = [("open_days", "19"), ("version", "v1"), ("note", "<b>&kept")]
        sent = [("csrf_token", token), *typed] if token else typed
        answer = browser.send(path, sent)
        text = answer.body.decode()
        assert answer.status == 400, kind
        assert 'name="open_days" value="19"' in text and "&lt;b&gt;&amp;kept" in text
        assert f'action="{path}"' in text and "Nothing was saved yet" in text
        assert 'value="30"' in browser.get("/desk/home/settings/").body.decode()
    fresh_token = forged_token(own, browser, age_s=0)
    sent = [("csrf_token", fresh_token), ("open_days", "x"), ("version", "v1")]
    assert browser.send(path, sent).status == 422


def test_a_form_from_before_signing_in_is_invalid_afterwards(own: Server) -> None:
    browser = DeskBrowser(own)
    before = browser.token("/desk/login")
    assert browser.sign_in("alice").status == 303
    pairs = [("csrf_token", before), ("session", "")]
    assert browser.send("/desk/account/ended-sessions", pairs).status == 400


def test_no_page_repeats_a_password(own: Server) -> None:
    browser = signed_in(own)
    pairs = [("old_password", "hush hush hush"), ("new_password", "hush hush hush")]
    assert b"hush" not in browser.send("/desk/account/password", pairs).body
    pairs = [("name", "alice"), ("password", "hush hush hush")]
    stale = DeskBrowser(own).send("/desk/login", pairs)
    assert stale.status == 400 and b"hush" not in stale.body and b'value="alice"' in stale.body


def test_a_page_of_another_site_can_send_nothing(own: Server) -> None:
    browser = signed_in(own, "root")
    token = browser.token("/desk/account")
    pairs = [("csrf_token", token), ("open_days", "3"), ("version", "v")]
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": own.origin, "Sec_Fetch_Site": "cross-site"},
    ):
        answer = browser.send("/desk/home/settings/closing", pairs, **headers)
        assert answer.status == 403 and b"Nothing was changed" in answer.body
        assert b'value="3"' not in answer.body  # a foreign page must not prefill a form of the desk
        login = [("csrf_token", token), ("name", "alice"), ("password", PASSWORD)]
        assert DeskBrowser(own).send("/desk/login", login, **headers).status == 403


def test_a_form_of_unknown_origin_is_not_shown_again(own: Server) -> None:
    browser = signed_in(own, "root")
    cookies = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    form = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": cookies}
    answer = own.request("POST", "/desk/home/settings/closing", b"open_days=3&version=v", **form)
    assert answer.status == 400 and b'value="3"' not in answer.body


def test_an_unknown_name_and_a_wrong_password_look_the_same(own: Server) -> None:
    answers = []
    for name in ("alice", "alicf"):
        browser = DeskBrowser(own, X_Forwarded_For="198.51.100.9")
        answer = browser.sign_in(name, "not the password")
        text = re.sub(r'csrf_token" value="[^"]+"', "", answer.body.decode()).replace(name, "NAME")
        headers = {k for k in answer.headers if k not in ("Date", "Content-Length")}
        answers.append((answer.status, text, headers))
    assert answers[0] == answers[1] and answers[0][0] == 422


def test_the_sixth_wrong_password_locks_an_account_for_just_15_minutes(fresh: Server) -> None:
    invited(fresh, "alice", "home:editor")
    bodies = []
    for name in ("alice", "nobody"):
        for number in range(6):
            browser = DeskBrowser(fresh, X_Forwarded_For=f"203.0.113.{number}")
            answer = browser.sign_in(name, "a wrong password")
            assert answer.status == (422 if number < 5 else 429)
        text = re.sub(r'csrf_token" value="[^"]+"', "", answer.body.decode()).replace(name, "NAME")
        bodies.append(text)
        assert 0 < int(answer.headers["Retry-After"]) <= 900
    assert bodies[0] == bodies[1]
    right = DeskBrowser(fresh, X_Forwarded_For="203.0.113.99")
    assert right.sign_in("alice").status == 429
    client = store(fresh)
    for key in client.scan_iter("rb:wrong:*"):  # 15 minutes pass
        for tried, at_s in client.zrange(key, 0, -1, withscores=True):
            client.zadd(key, {tried: at_s - 900})
    assert right.sign_in("alice").status == 303


def guess_of(name: str, browser: DeskBrowser) -> list[tuple[str, str]]:
    token = browser.token("/desk/account")
    return [("csrf_token", token), ("name", name), ("password", "a wrong password")]


def test_an_editors_own_browser_may_sign_in_while_others_guess(fresh: Server) -> None:
    known = invited(fresh, "alice", "home:editor")
    known.post("/desk/logout", "/desk/account")
    for number in range(6):
        guess = DeskBrowser(fresh, X_Forwarded_For=f"203.0.113.{number}")
        last = guess.sign_in("alice", "a wrong password")
    assert last.status == 429
    assert known.sign_in("alice").status == 303
    mallory = invited(fresh, "mallory", "home:viewer")  # has a device cookie, but for another name
    assert mallory.send("/desk/login", guess_of("alice", mallory)).status == 429
    stolen = DeskBrowser(fresh, X_Forwarded_For="203.0.113.77")
    stolen.cookies["readback-known"] = known.cookies["readback-known"].replace("alice", "bobby")
    assert stolen.sign_in("alice").status == 429


def test_the_21st_wrong_password_of_a_network_is_refused_for_any_account(fresh: Server) -> None:
    for number in range(21):
        browser = DeskBrowser(fresh, X_Forwarded_For="198.51.100.4")
        answer = browser.sign_in(f"name{number}", "a wrong password")
        assert answer.status == (422 if number < 20 else 429)
    elsewhere = DeskBrowser(fresh, X_Forwarded_For="198.51.101.4")
    assert elsewhere.sign_in("name20", "a wrong password").status == 422


@pytest.mark.parametrize(
    ("password", "status"),
    [("x" * 100_000, 413), ("x" * 300, 400), ("x" * 257, 400), ("three\0plain words", 400)],
)
def test_an_impossible_password_is_refused_before_it_is_hashed(
    own: Server, password: str, status: int
) -> None:
    browser = DeskBrowser(own, X_Forwarded_For="198.51.100.200")
    token = browser.token("/desk/login")
    pairs = [("csrf_token", token), ("name", "alice"), ("password", password)]
    tries = sum(store(own).zcard(key) for key in store(own).scan_iter("rb:wrong:*"))
    assert browser.send("/desk/login", pairs).status == status
    assert sum(store(own).zcard(key) for key in store(own).scan_iter("rb:wrong:*")) == tries


def test_a_password_of_256_characters_works(fresh: Server) -> None:
    browser = invited(fresh, "dora", "home:viewer")
    long = "äbcdefgh" * 32
    change = {"old_password": PASSWORD, "new_password": long, "repeated_password": long}
    assert browser.post("/desk/account/password", "/desk/account", **change).status == 303
    assert DeskBrowser(fresh).sign_in("dora", long).status == 303
    assert DeskBrowser(fresh).sign_in("dora", long[:-1] + "x").status == 422


def test_two_hundred_sign_ins_at_once_leave_room_for_votes(own: Server, article: str) -> None:
    prepared = []
    for number in range(200):
        browser = DeskBrowser(own, X_Forwarded_For=f"10.1.{number}.1")
        token = browser.token("/desk/login")
        name = [("csrf_token", token), ("name", f"crowd{number}"), ("password", PASSWORD)]
        prepared.append((browser, name))
    answers, votes = [], []

    def sign_in(browser: DeskBrowser, pairs: list[tuple[str, str]]) -> None:
        answers.append(browser.send("/desk/login", pairs))

    threads = [threading.Thread(target=sign_in, args=each) for each in prepared]
    for thread in threads:
        thread.start()
    for number in range(40):
        vote = own.react(article=article, nonce=nonce(), address=f"10.2.{number}.1")
        votes.append(vote.status)
    for thread in threads:
        thread.join()
    assert votes == [200] * 40
    assert {answer.status for answer in answers} == {422, 503}
    busy = [answer for answer in answers if answer.status == 503]
    assert busy and all(answer.headers["Retry-After"] == "1" for answer in busy)


def test_a_hash_with_old_parameters_is_replaced_at_the_next_sign_in(fresh: Server) -> None:
    invited(fresh, "alice", "home:editor")
    client = store(fresh)
    editor = json.loads(client.hget("rb:editors", "alice"))
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    client.hset("rb:editors", "alice", json.dumps({**editor, "password_hash": old}))
    assert DeskBrowser(fresh).sign_in("alice", "a wrong password").status == 422
    assert json.loads(client.hget("rb:editors", "alice"))["password_hash"] == old
    browser = signed_in(fresh)
    stored = json.loads(client.hget("rb:editors", "alice"))["password_hash"]
    assert "m=19456,t=2,p=1" in stored and browser.get("/desk/account").status == 200
    assert signed_in(fresh).get("/desk/account").status == 200


def test_https_uses_host_cookies_and_needs_no_referer(serve: Serve) -> None:
    running = serve(READBACK_PUBLIC_URL="https://desk.example")
    browser = DeskBrowser(running, Host="desk.example", Origin="https://desk.example")
    added = running.cli("editor", "add", "alice", "--role", "admin", "--link")
    [path] = re.findall(r"https://desk\.example(/desk/welcome/\S+)", added.stdout)
    chosen = {"new_password": PASSWORD, "repeated_password": PASSWORD}
    answer = browser.post(path, **chosen)
    assert answer.status == 303
    cookies = answer.headers.get_all("Set-Cookie", [])
    assert {c.partition("=")[0] for c in cookies} >= {"__Host-readback-desk"}
    for cookie in cookies:
        assert cookie.startswith("__Host-") and "Secure" in cookie and "Path=/" in cookie
        assert "Domain" not in cookie
    saved = browser.post(
        "/desk/home/settings/closing", "/desk/home/settings/", open_days=7, version=version(browser)
    )
    assert saved.status == 303


def version(browser: DeskBrowser, path: str = "/desk/home/settings/") -> str:
    return str(re.findall(r'name="version" value="(\w+)"', browser.get(path).body.decode())[0])


def test_a_key_rotation_keeps_sessions_and_shows_open_forms_again(fresh: Server) -> None:
    browser = invited(fresh, "alice", "admin")
    token = browser.token("/desk/home/settings/")
    at = version(browser)
    path = fresh.data_dir / "secrets.json"
    values = json.loads(path.read_text())
    values["session_keys"].append(nonce() * 3)
    fresh.stop()
    path.write_text(json.dumps(values))
    fresh.start()
    pairs = [("csrf_token", token), ("version", at), ("open_days", "9")]
    stale = browser.send("/desk/home/settings/closing", pairs)
    assert stale.status == 400 and b'name="open_days" value="9"' in stale.body
    [token] = re.findall(r'name="csrf_token" value="([^"]+)"', stale.body.decode())
    again = browser.send("/desk/home/settings/closing", [("csrf_token", token), *pairs[1:]])
    assert again.status == 303
    assert browser.get("/desk/account").status == 200


def test_the_first_admin_uses_the_link_that_the_server_prints_once(fresh: Server) -> None:
    [path] = re.findall(r"one-time link: http://127.0.0.1:\d+(/desk/welcome/\S+)", fresh.output())
    browser = DeskBrowser(fresh)
    assert browser.get(path).status == 200 and browser.get(path).status == 200
    weak = browser.post(path, name="root", new_password="short", repeated_password="short")
    assert weak.status == 422 and b"at least 12" in weak.body and b'value="root"' in weak.body
    chosen = {"new_password": PASSWORD, "repeated_password": PASSWORD}
    assert browser.post(path, name="Root", **chosen).status == 303
    assert b"Admin" in browser.get("/desk/account").body
    used = DeskBrowser(fresh).get(path)
    assert used.status == 404 and b"has been used" in used.body
    fresh.stop()
    started = fresh.output().count("no editor yet")
    fresh.start()
    assert fresh.output().count("no editor yet") == started == 1
    assert browser.get("/desk/account").status == 200  # sessions outlive a restart


def test_a_one_time_link_ends_with_whatever_makes_it_needless(fresh: Server) -> None:
    """From the command and from the desk, in turn."""
    root = invited(fresh, "root", "admin")
    chosen = {"new_password": PASSWORD, "repeated_password": PASSWORD}

    def link() -> str:
        page = root.post("/desk/editors/alice/link", "/desk/editors/alice").body.decode()
        return str(re.findall(r"/desk/welcome/[\w-]+", page)[0])

    added = fresh.cli("editor", "add", "alice", "--role", "home:editor", "--link").stdout
    links = [str(re.findall(r"/desk/welcome/\S+", added)[0]), link(), link()]
    assert [DeskBrowser(fresh).get(path).status for path in links] == [404, 404, 200]
    opened = DeskBrowser(fresh)
    token = opened.token(links[2])  # a form that is open already
    printed = fresh.cli("editor", "passwd", "alice", "--link").stdout
    pairs = [("csrf_token", token), *chosen.items()]
    assert opened.send(links[2], pairs).status == 404 and "readback-desk" not in opened.cookies
    alice = DeskBrowser(fresh)
    assert alice.post(str(re.findall(r"/desk/welcome/\S+", printed)[0]), **chosen).status == 303
    for browser, act in ((alice, "account/password"), (root, "roles"), (root, "removed")):
        path = link()
        assert DeskBrowser(fresh).get(path).status == 200
        page = "/desk/account" if browser is alice else "/desk/editors/alice"
        action = f"/desk/{act}" if browser is alice else f"{page}/{act}"
        changed = browser.post(action, page, old_password=PASSWORD, **chosen)
        assert changed.status == 303
        assert DeskBrowser(fresh).get(path).status == 404
    assert root.post("/desk/editors/", name="alice", **{"role:*": "admin"}).status == 200
    assert DeskBrowser(fresh).get(path).status == 404
    assert alice.get("/desk/account").status == 303


def test_the_next_start_says_when_the_first_admins_link_was_given(fresh: Server) -> None:
    fresh.stop()
    fresh.start()
    [path] = re.findall(r"one-time link: http://127.0.0.1:\d+(/desk/welcome/\S+)", fresh.output())
    assert DeskBrowser(fresh).get(path).status == 200
    wait_for(lambda: "A link for the first admin was given at 20" in fresh.output())
    assert "readback editor add" in fresh.output()


def test_the_desk_refuses_frames_and_foreign_scripts(own: Server) -> None:
    for answer in (own.get("/desk/login"), signed_in(own).get("/desk/home/settings/")):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "script-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_api_for_readers_ignores_desk_sessions(own: Server, article: str) -> None:
    browser = signed_in(own, "root")
    cookies = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    body = json.dumps(
        {"site": "home", "article": article, "reaction": "love", "seq": 1, "nonce": nonce()}
    ).encode()
    headers = {"Content_Type": "text/plain;charset=UTF-8", "Origin": own.origin}
    vote = own.request("POST", "/v1/react", body, Cookie=cookies, **headers)
    assert vote.status == 200 and "Cookie" not in vote.headers["Vary"]
    assert vote.headers.get_all("Set-Cookie") is None


def test_signing_in_fails_readably_while_the_store_is_away(fresh: Server) -> None:
    browser = invited(fresh, "alice", "admin")
    login = DeskBrowser(fresh)
    token = login.token("/desk/login")
    pid = int(store(fresh).info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        pairs = [("csrf_token", token), ("name", "alice"), ("password", PASSWORD)]
        for answer in (login.send("/desk/login", pairs), browser.get("/desk/account")):
            assert answer.status == 503 and answer.headers["Retry-After"]
            assert b"<h1>" in answer.body
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_for(lambda: browser.get("/desk/account").status == 200)  # within a second


@pytest.mark.parametrize("evil", ["<img src=x onerror=alert(1)>", "{{7*7}}", "' onmouseover='x"])
def test_input_is_always_shown_as_text(own: Server, evil: str) -> None:
    browser = DeskBrowser(own, X_Forwarded_For="198.51.77.1", User_Agent=evil)
    answer = browser.sign_in(evil, "a wrong password")
    assert answer.status == 422 and b"<img" not in answer.body and b'value="49"' not in answer.body
    assert browser.sign_in("alice").status == 303
    page = browser.get("/desk/account").body
    assert b"<img" not in page and b"onmouseover='" not in page


def test_the_form_cookie_holds_only_a_random_token(own: Server) -> None:
    browser = signed_in(own)
    browser.get("/desk/account")
    [*_, key] = json.loads((own.data_dir / "secrets.json").read_text())["session_keys"]
    serializer = URLSafeTimedSerializer(
        key,
        salt="cookie-session",
        serializer=session_json_serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    )
    assert set(serializer.loads(browser.cookies["readback-form"])) == {"csrf_token"}
