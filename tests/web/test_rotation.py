"""After a key rotation, everything that an older key signed still works."""

import json
import re
import time

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Serve, Server, nonce
from widget.domain.comments.rules import CommentRules

PAGE = "/articles/talent-visa/comments"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(READBACK_TRUSTED_PROXY_HOPS="1")


def rotate(server: Server) -> None:
    """Append a new session key and a new token key, and start again."""
    server.stop()
    path = server.data_dir / "secrets.json"
    values = json.loads(path.read_text())
    for name in ("session_keys", "token_keys"):
        values[name].append(nonce() * 3)
    path.write_text(json.dumps(values))
    server.start()


def hidden_fields(answer: Answer, *names: str) -> dict[str, str]:
    text = answer.body.decode()
    fields = {}
    for name in names:
        [fields[name], *_] = re.findall(rf'name="{name}"(?: type="hidden")? value="([^"]*)"', text)
    return fields


def test_an_open_comment_form_is_not_sent_too_fast(own: Server) -> None:
    browser = DeskBrowser(own)
    opened_s = time.monotonic()
    fields = hidden_fields(browser.get(PAGE), "csrf_token", "draft")
    rotate(own)
    typed = {"name": "Ana", "text": "I wrote this for a while."}
    refused = browser.send(PAGE, [*fields.items(), *typed.items()])
    assert refused.status == 400 and typed["text"] in refused.body.decode()
    time.sleep(max(0, opened_s + CommentRules().hold_fast_s - time.monotonic()))
    kept = hidden_fields(refused, "csrf_token", "draft")
    assert kept["draft"] == fields["draft"]
    sent = browser.send(PAGE, [*kept.items(), *typed.items()])
    assert sent.status == 303
    assert "note=held" not in sent.headers["Location"]
    assert typed["text"] in own.get(PAGE).body.decode()


def test_a_reader_keeps_the_vote_and_an_editor_the_desk(own: Server, article: str) -> None:
    reader = own.react(article=article, reaction="love", nonce=nonce()).json["token"]
    editor = invited(own, "alice", "admin")
    answer = editor.post("/desk/home/links/", label="The board", days=7, period="7d")
    [link] = re.findall(r"/shared/home/[\w-]+", answer.body.decode())
    answer = editor.post("/desk/editors/", name="bob")
    [invitation] = re.findall(r"/desk/welcome/[\w-]+", answer.body.decode())
    answer = editor.post("/desk/home/settings/keys/", label="BI")
    [key] = re.findall(r'id="secret">([^<]+)<', answer.body.decode())
    rotate(own)
    changed = own.react(article=article, reaction="sad", seq=2, token=reader).json
    assert (changed["counts"]["love"], changed["counts"]["sad"]) == (0, 1)
    assert editor.get("/desk/account").status == 200
    assert own.get(link).status == 200
    assert DeskBrowser(own).get(invitation).status == 200
    figures = own.get("/v1/desk/home/overview", Authorization=f"Bearer {key}")
    assert figures.status == 200


def test_a_device_cookie_keeps_its_count_of_wrong_passwords(own: Server) -> None:
    invited(own, "carol", "admin")
    known = DeskBrowser(own, X_Forwarded_For="198.51.100.7")
    assert known.sign_in("carol").status == 303
    rotate(own)
    for number in range(6):
        guess = DeskBrowser(own, X_Forwarded_For=f"203.0.113.{number}")
        last = guess.sign_in("carol", "a wrong password")
    assert last.status == 429
    del known.cookies["readback-desk"]
    assert known.sign_in("carol").status == 303


def test_a_reader_who_votes_by_form_keeps_the_cookie(own: Server) -> None:
    browser = DeskBrowser(own)
    path = "/articles/night-bakery/react"
    for reaction in ("love", "sad"):
        fields = hidden_fields(browser.get(path), "csrf_token")
        assert browser.send(path, [*fields.items(), ("reaction", reaction)]).status == 303
        if reaction == "love":
            rotate(own)
    page = own.get("/articles/night-bakery").body.decode()
    [article, *_] = re.findall(r'article="([^"]+)"', page)
    counts = own.counts(article)["counts"]
    assert (counts["love"], counts["sad"]) == (0, 1)
