"""After a key rotation, everything that an older key signed still works."""

import json
import re
import time

import pytest

from tests.support.commenter import Commenter
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Serve, Server, nonce
from widget.domain.comments.rules import CommentRules

PAGE = "/articles/talent-visa/comments"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(READBACK_TRUSTED_PROXY_HOPS="1")


def rotate(server: Server, *, keep: int = 9) -> None:
    """Append a new session key and a new token key, keep the newest ones, and start again."""
    server.stop()
    path = server.data_dir / "secrets.json"
    values = json.loads(path.read_text())
    for name in ("session_keys", "token_keys"):
        values[name] = [*values[name], nonce() * 3][-keep:]
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


def test_readers_who_come_back_lose_nothing_when_the_older_key_is_removed(
    own: Server, article: str
) -> None:
    writers = [Commenter(own, article) for _ in range(4)]
    comment_id = writers[0].post("First.").json["id"]
    for writer in writers[1:]:
        assert writer.act(comment_id, "vote", up=True, seq=1).status == 200
    first = [writer.token for writer in writers]
    browser, path = DeskBrowser(own), "/articles/riverside-library/react"

    def vote_by_form(reaction: str) -> str:
        fields = hidden_fields(browser.get(path), "csrf_token")
        assert browser.send(path, [*fields.items(), ("reaction", reaction)]).status == 303
        return browser.cookies["readback"]

    cookie = vote_by_form("love")
    assert vote_by_form("like") == cookie, "a token of the newest key is left as it is"
    rotate(own)
    acts = (
        writers[0].post("Second."),
        writers[1].act(comment_id, "report"),
        writers[2].act(comment_id, "vote", up=False, seq=2),
        writers[3].send("/v1/react", article=article, reaction="love", seq=1),
    )
    assert [answer.status for answer in acts] == [201, 200, 200, 200]
    assert all(answer.json["token"] not in first for answer in acts)
    renewed = vote_by_form("sad")
    assert renewed != cookie
    again = writers[2].act(comment_id, "vote", up=True, seq=3)
    assert again.status == 200 and "token" not in again.json
    rotate(own, keep=2)  # the first key is gone
    own_comment = writers[0].act(comment_id, "text", text="First, again.")
    assert own_comment.status == 200
    changed = writers[3].send("/v1/react", article=article, reaction="sad", seq=2)
    assert changed.json["counts"]["love"] == 0 and changed.json["counts"]["sad"] == 1
    vote_by_form("love")
    page = own.get("/articles/riverside-library").body.decode()
    [name, *_] = re.findall(r'article="([^"]+)"', page)
    assert own.counts(name)["total"] == 1
    late = own.react(article=article, reaction="love", seq=9, token=first[3])
    assert (late.status, late.code) == (401, "bad_token")


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
