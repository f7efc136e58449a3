"""Comments over HTTP: posting, listing, editing, voting and reporting, and attacks on each."""

import json
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.domain.comments.test_cleaning import FAMILY, PAYLOADS
from tests.support.commenter import Commenter, listed, texts
from tests.support.desk import DeskBrowser
from tests.support.server import Serve, Server, nonce, settled

EVIL = "https://evil.example"


@pytest.fixture
def ana(server: Server, article: str) -> Commenter:
    return Commenter(server, article)


@pytest.fixture
def ben(server: Server, article: str) -> Commenter:
    return Commenter(server, article)


def test_a_comment_is_published_replied_to_and_listed(
    server: Server, article: str, ana: Commenter
) -> None:
    answer = ana.post("I like this.\r\nReally.")
    assert answer.status == 201 and answer.json["state"] == "published" and ana.token
    assert answer.headers["Access-Control-Allow-Origin"] == server.origin
    assert answer.headers["Cache-Control"] == "no-store"
    page = listed(server, article)
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=5" in page.headers["Cache-Control"]
    assert page.json["count"] == 1 and page.json["open"] is True
    [one] = page.json["comments"]
    assert one["text"] == "I like this.\nReally." and one["name"] == "Ana"
    assert one["at"].endswith("Z") and one["edited"] is None and one["replies"] == []
    path = f"/v1/comments?site=home&article={article}"
    again = server.get(path, If_None_Match=server.get(path).headers["ETag"])
    assert again.status == 304


def test_a_list_of_comments_reveals_nothing_about_readers_or_the_store(
    server: Server, article: str, ana: Commenter
) -> None:
    ana.post()
    body = listed(server, article).body.decode()
    for secret in ("mark", "token", "score", "label", "why", "compound"):
        assert f'"{secret}"' not in body


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_is_stored_unchanged_and_returned_as_text(
    server: Server, article: str, payload: str
) -> None:
    ana = Commenter(server, article)
    assert ana.post(payload, name=payload[:50]).status == 201
    [one] = listed(server, article).json["comments"]
    assert one["text"] == payload
    assert one["name"] == payload[:50].replace("\t", " ").strip()
    edited = ana.act(one["id"], "text", text=payload + ".")
    assert edited.json["text"] == payload + "."


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 2001, "too_long"),
        ("😀" * 2001, "too_long"),
        (FAMILY * 286, "too_long"),
        ("\n".join("x" * 41), "too_long"),
        ("\u200b", "too_short"),
        ("", "too_short"),
        (" \n ", "too_short"),
    ],
)
def test_text_that_is_too_long_or_too_short_is_refused(
    server: Server, article: str, ana: Commenter, text: str | int, code: str
) -> None:
    raw = {"site": "home", "article": article, "name": "Ana", "text": text, "nonce": nonce()}
    answer = ana.send("/v1/comments", body=json.dumps(raw, ensure_ascii=False).encode())
    assert (answer.status, answer.code) == (422, code)
    assert listed(server, article).json["count"] == 0


def test_names_have_a_limit_and_the_names_of_staff_are_reserved(
    server: Server, article: str, ana: Commenter
) -> None:
    assert ana.post(name="x" * 51).code == "too_long"
    assert ana.post(name="\u2060").code == "too_short"
    for name in ("Admin", "\uff21dm1n", "\u0410dmin", "Readback", "Editor ✔", "Ana (Staff)"):
        answer = ana.post(name=name)
        assert (answer.status, answer.code) == (422, "name_reserved")


def test_a_name_is_shown_without_badges(ana: Commenter) -> None:
    assert ana.post(name="✅ Ana ™").json["name"] == "Ana"


@pytest.mark.parametrize("text", [FAMILY, "नमस्ते", "می\u200cخواهم", "שָׁלוֹם", "❤️\u200d🔥"])
def test_scripts_that_use_joiners_and_combining_marks_survive(
    server: Server, article: str, text: str
) -> None:
    assert Commenter(server, article).post(text).json["text"] == text


@pytest.mark.parametrize(
    "fields",
    [
        {"website": "https://spam.example"},
        {"spent_ms": 500},
        {"text": "http://a.example http://b.example http://c.example"},
    ],
)
def test_a_suspicious_comment_is_held_and_hidden_from_everyone(
    server: Server, article: str, ana: Commenter, fields: dict[str, Any]
) -> None:
    answer = ana.post(**fields)
    assert (answer.status, answer.json["state"]) == (202, "held")
    page = listed(server, article).json
    assert (page["count"], page["comments"]) == (0, [])
    assert ana.act(answer.json["id"], "removal").status == 200


def test_a_text_repeated_by_a_reader_is_held_and_so_is_a_long_one_by_anyone(
    server: Server, article: str, ana: Commenter, ben: Commenter
) -> None:
    long = "This very sentence is long enough to be no coincidence."
    assert [ana.post(long).status, ben.post(long.upper()).status] == [201, 202]
    assert [ana.post("Thanks!").status, ben.post("Thanks!").status] == [201, 201]
    assert ana.post("thanks").status == 202


def test_a_draft_sent_twice_makes_one_comment(server: Server, article: str, ana: Commenter) -> None:
    draft = secrets.token_urlsafe(12)
    first = ana.post("Once.", draft=draft)
    again = ana.post("Once.", draft=draft)
    assert (first.status, again.status) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert listed(server, article).json["count"] == 1


def test_a_comment_without_a_draft_sent_again_is_one_comment_and_counts_once(
    server: Server, article: str, ana: Commenter, ben: Commenter
) -> None:
    first = ana.post("Once.")
    again = [ana.post("Once.") for _ in range(4)]
    assert {a.status for a in again} == {first.status} == {201}
    assert {a.json["id"] for a in again} == {first.json["id"]}
    assert ben.post("Once.").json["id"] != first.json["id"]
    reply = ana.post("Once.", parent=first.json["id"])
    assert reply.json["id"] != first.json["id"]  # another place, so another comment
    assert listed(server, article).json["count"] == 2  # and held, as its text repeats one


def test_a_form_without_its_draft_sent_again_is_one_comment(server: Server) -> None:
    browser = DeskBrowser(server)
    path, text = "/articles/talent-visa/comments", secrets.token_hex(8)
    typed = [("name", "Ana"), ("text", f"So it is {text}.")]
    places = set()
    for _ in range(3):
        csrf = re.findall(
            r'name="csrf_token"[^>]* value="([^"]*)"', browser.get(path).body.decode()
        )
        answer = browser.send(path, [("csrf_token", csrf[0]), *typed])
        assert answer.status == 303
        places.add(answer.headers["Location"])
    assert len(places) == 1


@pytest.mark.parametrize("change", ["text", "removal"])
def test_a_comment_edited_or_deleted_since_is_not_what_the_same_text_means(
    ana: Commenter, change: str
) -> None:
    first = ana.post("Once.").json["id"]
    assert ana.act(first, change, text="Twice.").status == 200
    again = ana.post("Once.")
    assert again.json["id"] != first and again.json["text"] == "Once."


def test_a_reader_may_send_a_deletion_again_and_nobody_else(ana: Commenter, ben: Commenter) -> None:
    first = ana.post("Once.").json["id"]
    ben.post("Hello.")
    assert [ana.act(first, "removal").status for _ in range(3)] == [200] * 3
    assert ben.act(first, "removal").status == 404
    assert ana.act(first, "text", text="Back.").status == 404


def test_the_fourth_comment_in_a_minute_is_refused(
    server: Server, article: str, ana: Commenter
) -> None:
    assert [ana.post(f"Number {n}").status for n in range(3)] == [201] * 3
    answer = ana.post("Number 4")
    assert (answer.status, answer.code) == (429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert answer.headers["Access-Control-Allow-Origin"] == server.origin


@pytest.mark.parametrize("refused", [{"text": "x" * 2001}, {"text": " "}, {"name": "Admin"}])
def test_a_comment_is_counted_before_it_is_cleaned(
    server: Server, article: str, ana: Commenter, refused: dict[str, str]
) -> None:
    assert [ana.post(f"Number {n}").status for n in range(2)] == [201] * 2
    assert ana.post(**refused).status == 422
    assert ana.post(**refused).code == "rate_limited"


def test_an_edit_is_counted_before_it_is_cleaned(serve: Serve, article: str) -> None:
    ana = Commenter(serve(READBACK_CASTS="1"), article)
    comment_id = ana.post().json["id"]
    assert ana.act(comment_id, "text", text="x" * 2001).code == "too_long"
    assert ana.act(comment_id, "text", text="x" * 2001).code == "rate_limited"


def test_the_comment_of_another_reader_cannot_be_changed(
    server: Server, article: str, ana: Commenter, ben: Commenter
) -> None:
    one = ana.post("Mine.").json["id"]
    ben.post("Other.")
    for act, fields in (("text", {"text": "x"}), ("removal", {})):
        answer = ben.act(one, act, **fields)
        assert (answer.status, answer.code) == (403, "not_yours")
    stranger = Commenter(server, article)
    assert stranger.act(one, "removal").code == "bad_token"
    assert "Mine." in texts(server, article)


def test_readers_edit_and_delete_their_own_comments(
    server: Server, article: str, ana: Commenter
) -> None:
    one = ana.post("Frist").json
    assert one["edit_until"] > one["at"]
    edited = ana.act(one["id"], "text", text="First")
    assert edited.status == 200 and edited.json["edited"]
    assert texts(server, article) == ["First"]
    assert ana.act(one["id"], "text", text="\u200b").code == "too_short"
    assert ana.act(one["id"], "removal").json["state"] == "deleted"
    assert texts(server, article) == []
    assert ana.act(one["id"], "text", text="x").code == "not_found"


def test_an_edit_that_adds_links_is_held(server: Server, article: str, ana: Commenter) -> None:
    one = ana.post("Fine.").json["id"]
    answer = ana.act(one, "text", text="http://a.example http://b.example http://c.example")
    assert (answer.status, answer.json["state"]) == (202, "held")
    assert texts(server, article) == []


def test_replies_appear_in_their_thread(
    server: Server, article: str, ana: Commenter, ben: Commenter
) -> None:
    root = ana.post("Root").json["id"]
    answer = ben.post("Answer", parent=root).json
    deeper = ana.post("Deeper", parent=answer["id"]).json
    assert (answer["parent"], deeper["parent"]) == (root, root)
    [thread] = listed(server, article).json["comments"]
    assert [r["text"] for r in thread["replies"]] == ["Answer", "Deeper"]
    assert listed(server, article).json["count"] == 3
    ana.act(root, "removal")
    [thread] = listed(server, article).json["comments"]
    assert (thread["state"], thread["text"], thread["name"]) == ("removed", "", "")
    one = listed(server, article, thread=root).json
    assert len(one["comments"][0]["replies"]) == 2 and one["next"] is None
    around = listed(server, article, around=deeper["id"]).json
    assert around["comments"][0]["id"] == root
    for parent in ("x", "0" * 20, 5):
        assert ben.post("Lost", parent=parent).status in (400, 404)


def test_an_upvote_counts_once_and_can_be_taken_back(
    server: Server, article: str, ana: Commenter, ben: Commenter
) -> None:
    one = ana.post("Vote for this.").json["id"]
    for _ in range(5):
        answer = ben.act(one, "vote", up=True, seq=1)
        assert answer.json["ups"] == 1 and answer.json["up"] is True
    assert ben.act(one, "vote", up=False, seq=2).json["ups"] == 0
    assert ben.act(one, "vote", up=True, seq=1).json["up"] is False
    assert ana.act(one, "vote", up=True, seq=1).code == "own_comment"
    for fields in ({"up": 1, "seq": 3}, {"up": True}, {"up": True, "seq": 0}):
        assert ben.act(one, "vote", **fields).code == "bad_field"
    readers = [Commenter(server, article) for _ in range(40)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda r: r.act(one, "vote", up=True, seq=1), readers))
    assert {answer.status for answer in answers} == {200}
    [listed_one] = listed(server, article).json["comments"]
    assert listed_one["ups"] == 40


def test_reports_of_one_network_hide_nothing_and_authors_cannot_report_their_own(
    server: Server, article: str, ana: Commenter
) -> None:
    one = ana.post("Report this.").json["id"]
    assert ana.act(one, "report").code == "own_comment"
    readers = [Commenter(server, article) for _ in range(5)]
    for reader in readers:
        assert [reader.act(one, "report").status for _ in range(3)] == [200] * 3
    assert texts(server, article) == ["Report this."]


def test_cursors_lead_through_the_pages(server: Server, article: str) -> None:
    for n in range(7):
        assert Commenter(server, article).post(f"c{n}").status == 201
    for order, cursor in (("newest", "before"), ("oldest", "after")):
        first = listed(server, article, order=order, limit=4).json
        rest = listed(server, article, order=order, limit=4, **{cursor: first["next"]}).json
        seen = [c["text"] for c in first["comments"] + rest["comments"]]
        assert seen == sorted(seen, reverse=order == "newest") and len(seen) == 7
        assert rest["next"] is None


def test_a_link_to_a_comment_that_is_gone_shows_the_first_page(
    server: Server, article: str
) -> None:
    answer = listed(server, article, around="0" * 20)
    assert (answer.status, answer.json["comments"]) == (200, [])


def test_counts_of_many_articles_are_one_answer(
    server: Server, article: str, ana: Commenter
) -> None:
    assert ana.post("The first of two.").status == 201
    names = f"article={article}&article=nothing-here&article=not%20a%20name"
    answer = server.get(f"/v1/comments/counts?site=home&lang=de&{names}")
    assert answer.status == 200, answer.json
    figures = answer.json["articles"]
    assert (figures[article]["count"], figures["nothing-here"]["count"]) == (1, 0)
    assert figures["not a name"] is None
    assert set(answer.json["strings"]) == {"count.one", "count.other"}
    assert "max-age=5" in answer.headers["Cache-Control"]
    assert "strings" not in server.get(f"/v1/comments/counts?site=home&article={article}").json
    for wrong in ("", "&article=not%20a%20name", "&article=a" * 51):
        refused = server.get(f"/v1/comments/counts?site=home{wrong}")
        assert refused.code in ("bad_field", "bad_article")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=51",
        "limit=x",
        "limit=%D9%A3",
        "order=loudest",
        "before=x",
        "site=nobody",
        "thread=" + "0" * 20,
        "around=" + "u" * 20,
    ],
)
def test_an_invalid_query_is_refused(server: Server, query: str) -> None:
    site = "" if query.startswith("site") else "site=home&"
    answer = server.get(f"/v1/comments?{site}article=a&{query}")
    assert answer.status in (400, 404) and answer.code in ("bad_field", "not_found", "unknown_site")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/comments", f"/v1/comments/{'0' * 20}/removal"])
def test_writes_need_a_registered_origin_and_strict_json(
    server: Server, article: str, path: str
) -> None:
    evil = Commenter(server, article, origin=EVIL)
    answer = evil.send(path, article=article, name="A", text="b")
    assert (answer.status, answer.code) == (403, "bad_origin")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"
    ana = Commenter(server, article)
    for body in (b"", b"null", b"[]", b'{"a":1,"a":2}', b'{"a":NaN}', b'{"a":1} x'):
        assert ana.send(path, body=body).code == "bad_json"
    assert ana.send(path, body=b" " * 17_000).code == "too_large"
    typed = server.request("POST", path, b"{}", Origin=server.origin, Content_Type="text/html")
    assert typed.code == "bad_type"
    preflight = server.request("OPTIONS", path, Origin=server.origin)
    assert preflight.status == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "POST"
    assert server.request("OPTIONS", path, Origin=EVIL).status == 403


def test_other_methods_are_refused(server: Server) -> None:
    for method, path in (("PUT", "/v1/comments"), ("GET", f"/v1/comments/{'0' * 20}/removal")):
        assert server.request(method, path, Origin=server.origin).status == 405


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None},
        {"text": 5},
        {"name": ["A"]},
        {"website": 1},
        {"spent_ms": "9"},
        {"spent_ms": -1},
        {"spent_ms": True},
        {"draft": "x"},
        {"page": "x"},
    ],
)
def test_a_field_of_the_wrong_type_is_refused(ana: Commenter, fields: dict[str, Any]) -> None:
    assert ana.post(**fields).code == "bad_field"


def test_a_first_comment_is_held_where_the_site_says_so(server: Server, article: str) -> None:
    key = f"first{secrets.token_hex(4)}"
    origin = f"https://{key}.example"
    server.prepare("site", "add", key, "--origin", origin)
    server.prepare("site", "set", key, "--comments", '{"hold_first": true}')
    reader = Commenter(server, article, site=key, origin=origin)
    assert reader.post().status == 202
    server.prepare("site", "set", key, "--comments", '{"enabled": false}')
    settled(lambda: listed(server, article, site=key).json["open"], False)
    assert reader.post("Another").code == "closed"
    bad = server.cli("site", "set", key, "--comments", '{"order": "loudest"}')
    assert bad.returncode == 1 and "comments" in bad.stderr


def test_a_new_reader_on_a_crowded_network_must_do_work_or_is_held(serve: Serve) -> None:
    running = serve(READBACK_NEW_READERS="2")
    readers = [Commenter(running, "story") for _ in range(3)]
    assert [r.post(f"Text {n}").status for n, r in enumerate(readers)] == [201, 201, 428]
    held = readers[2].post("Text", hold=True)
    assert (held.status, held.json["state"]) == (202, "held")
