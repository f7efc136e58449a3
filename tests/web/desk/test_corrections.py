"""Corrections over HTTP: void, reset, merge, move, close and note, and what readers see of them."""

import re
from functools import partial
from html import escape, unescape
from typing import Any

import pytest

from tests.support.commenter import Commenter, listed, texts
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Server, nonce, settled
from widget.domain.article import resolve

REASON = "A program cast them"


@pytest.fixture(scope="module")
def editor(server: Server) -> DeskBrowser:
    return invited(server, "cedith", "home:editor")


@pytest.fixture(scope="module")
def moderator(server: Server) -> DeskBrowser:
    return invited(server, "cmoritz", "home:moderator")


@pytest.fixture(scope="module")
def elsewhere(server: Server) -> DeskBrowser:
    server.prepare("site", "add", "celse", "--name", "Else", "--origin", "https://else.example")
    return invited(server, "cother", "celse:admin")


@pytest.fixture
def other() -> str:
    return f"other-{nonce()[:8].replace('-', 'a').replace('_', 'b')}"


def desk_path(article: str) -> str:
    return f"/desk/home/articles/{resolve('home', (), article).id}"


def vote(server: Server, article: str, reaction: str, count: int = 1) -> list[dict[str, str]]:
    """Cast votes of new readers; return the fields with which each can vote again."""
    readers = []
    for _ in range(count):
        answer = server.react(article=article, reaction=reaction, nonce=nonce())
        assert answer.status == 200, answer.body
        readers.append({"token": answer.json["token"]})
    return readers


def vote_id(server: Server, address: str, reaction: str) -> str:
    """Cast the vote of a new reader on the article at this address; return the article's id."""
    return str(server.react(article=address, reaction=reaction, nonce=nonce()).json["article"])


def correct(
    browser: DeskBrowser, article: str, noun: str, page: str = "/corrections", **fields: Any
) -> Answer:
    path = desk_path(article)
    return browser.post(f"{path}/{noun}", f"{path}{page}", **{"reason": REASON, **fields})


def text_of(answer: Answer) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split()))


def undo_latest(browser: DeskBrowser, article: str) -> Answer:
    return undo_at(browser, f"{desk_path(article)}/corrections")


def undo_at(browser: DeskBrowser, path: str) -> Answer:
    [latest, *_] = re.findall(r'action="([^"]+/reversal)"', browser.get(path).body.decode())
    return browser.post(latest, path)


def verify(server: Server) -> None:
    server.prepare("verify")


# Voids


def test_a_preview_shows_the_effect_of_a_void_and_undoing_it_restores_the_counts(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    vote(server, article, "angry", 5)
    vote(server, article, "love", 2)
    before = server.counts(article)["counts"]
    preview = editor.get(f"{desk_path(article)}/voids/new?choice=angry&status=counted")
    assert "5 votes: Angry 5" in text_of(preview) and server.counts(article)["counts"] == before
    fields: dict[str, Any] = {"choice": "angry", "status": "counted", "expected": 5}
    assert correct(editor, article, "voids", **fields).status == 303
    assert server.counts(article)["counts"] == {**before, "angry": 0}
    page = text_of(editor.get(f"{desk_path(article)}/corrections"))
    assert "5 votes discarded." in page and f"Why {REASON}" in page
    assert "cedith discarded votes" in page and "love 2, angry 5" in page
    again = correct(editor, article, "voids", **{**fields, "expected": 0})
    assert again.status == 303
    assert "nothing to change" in text_of(editor.get(f"{desk_path(article)}/corrections"))
    assert undo_latest(editor, article).status == 303
    assert server.counts(article)["counts"] == before
    log = text_of(editor.get("/desk/home/audit"))
    assert "cedith · undid a correction" in log and "cedith · discarded votes" in log
    assert REASON in log
    verify(server)


def test_a_void_asks_again_if_the_number_of_votes_changed_since_the_preview(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    vote(server, article, "angry", 3)
    shown = correct(editor, article, "voids", choice="angry", expected=2)
    assert shown.status == 409 and "number of votes has changed" in text_of(shown)
    assert server.counts(article)["counts"]["angry"] == 3
    assert b'name="expected" value=""' in shown.body
    assert correct(editor, article, "voids", choice="angry", expected="").status == 303
    assert server.counts(article)["total"] == 0


def test_a_reader_with_a_void_vote_sees_a_new_choice_that_counts_nowhere(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    [reader] = vote(server, article, "angry")
    assert correct(editor, article, "voids", choice="angry", expected=1).status == 303
    answer = server.react(article=article, reaction="love", seq=2, **reader)
    assert (answer.status, answer.json["choice"], answer.json["total"]) == (200, "love", 0)
    verify(server)


# Roles


@pytest.mark.parametrize(
    "noun",
    [
        "voids",
        "resets",
        "merges",
        "releases",
        "closure",
        "reopening",
        "readers-note",
        "addresses",
        "corrections/1-1.0/reversal",
    ],
)
def test_moderators_and_editors_of_another_site_are_refused_and_logged(
    server: Server,
    editor: DeskBrowser,
    moderator: DeskBrowser,
    elsewhere: DeskBrowser,
    article: str,
    noun: str,
) -> None:
    vote(server, article, "angry")
    path = f"{desk_path(article)}/{noun}"
    before = server.counts(article)
    for browser, status in ((moderator, 403), (elsewhere, 404)):
        answer = browser.post(path, "/desk/account", reason=REASON, into="x", expected=1)
        assert answer.status == status
        assert editor.get("/desk/home/audit").body.count(f"POST {path}".encode()) >= 1
    assert server.counts(article) == before


@pytest.mark.parametrize("page", ["corrections", "voids/new", "resets/new", "merges/new?into=a"])
def test_they_cannot_open_the_forms_either(
    moderator: DeskBrowser, elsewhere: DeskBrowser, server: Server, article: str, page: str
) -> None:
    vote(server, article, "angry")
    assert moderator.get(f"{desk_path(article)}/{page}").status == 403
    assert elsewhere.get(f"{desk_path(article)}/{page}").status == 404


# The other acts


def test_a_correction_without_a_reason_or_a_token_changes_nothing(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    vote(server, article, "angry")
    answer = correct(editor, article, "resets", reason="  ", expected=1)
    assert answer.status == 400 and "Say why" in text_of(answer)
    path = f"{desk_path(article)}/resets"
    assert editor.send(path, [("reason", REASON), ("expected", "1")]).status == 400
    assert server.counts(article)["total"] == 1
    assert editor.get(path).status == 405


def test_a_closed_article_refuses_votes_and_a_reopened_one_accepts_them(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    [reader] = vote(server, article, "love")
    assert correct(editor, article, "closure").status == 303
    answer = server.react(article=article, reaction="sad", seq=2, **reader)
    assert (answer.status, answer.code) == (409, "closed")
    assert answer.json["counts"]["love"] == 1
    assert server.counts(article)["open"] is False
    assert correct(editor, article, "reopening").status == 303
    assert server.react(article=article, reaction="sad", seq=2, **reader).status == 200


def test_a_note_to_readers_is_text_and_appears_with_the_counts(
    server: Server, editor: DeskBrowser
) -> None:
    story = "talent-visa"
    named = re.findall(r'article="([^"]+)"', server.get(f"/articles/{story}").body.decode())[0]
    vote(server, named, "love")
    assert server.counts(named)["note"] == ""
    note = "We took out 212 votes <b>of a program</b>."
    assert correct(editor, named, "readers-note", note=note).status == 303
    assert server.counts(named)["note"] == note
    for path in (f"/articles/{story}", f"/articles/{story}/react"):
        assert b"212 votes &lt;b&gt;of a program&lt;/b&gt;." in server.get(path).body
    at_desk = editor.get(desk_path(named)).body.decode()
    assert f'Note to readers: <span dir="auto">{escape(note)}</span>' in at_desk
    assert correct(editor, named, "readers-note", note="").status == 303
    assert server.counts(named)["note"] == ""
    answer = correct(editor, named, "readers-note", note="x" * 201)
    assert answer.status == 400 and "at most 200" in text_of(answer)


def test_a_reset_is_previewed_and_can_be_undone(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    vote(server, article, "love", 2)
    vote(server, article, "sad")
    before = server.counts(article)["counts"]
    preview = text_of(editor.get(f"{desk_path(article)}/resets/new"))
    assert "3 votes, including held ones" in preview and "Love 2, Sad 1" in preview
    assert correct(editor, article, "resets", "/resets/new", expected=3).status == 303
    assert server.counts(article)["total"] == 0
    assert undo_latest(editor, article).status == 303
    assert server.counts(article)["counts"] == before
    verify(server)


def test_a_merge_of_two_articles_is_previewed_and_can_be_split_again(
    server: Server, editor: DeskBrowser, article: str, other: str
) -> None:
    [reader, *_] = vote(server, article, "love", 3)
    vote(server, other, "sad", 2)
    twice = server.react(article=other, reaction="sad", **reader)
    assert twice.json["total"] == 3
    preview = text_of(editor.get(f"{desk_path(other)}/merges/new?into={article}"))
    assert "Sad 3 0 3" in preview and "Votes 3 3 6" in preview
    assert "counts twice" in preview and server.counts(article)["total"] == 3
    merged = correct(editor, other, "merges", f"/merges/new?into={article}", into=article)
    assert merged.status == 303
    settled(lambda: server.counts(article)["total"], 6)
    settled(lambda: server.counts(other)["total"], 6)
    assert server.counts(other)["article"] == server.counts(article)["article"]
    both = server.get(f"/v1/counts?site=home&article={article}&article={other}").json["articles"]
    assert both[article]["counts"] == both[other]["counts"]
    # The reader who reacted to both reacts again at the old address: one of the two goes.
    answer = server.react(article=other, reaction="wow", seq=2, **reader)
    assert answer.json["counts"] == {**both[article]["counts"], "love": 2, "sad": 2, "wow": 1}
    assert answer.json["total"] == 5
    form = server.get(f"/r/home/{other}").body.decode()
    assert sum(map(int, re.findall(r"<b>(\d+)</b>", form))) == 5
    verify(server)
    assert undo_latest(editor, article).status == 303
    settled(lambda: server.counts(other)["total"], 3)
    settled(lambda: server.counts(article)["total"], 2)
    verify(server)


def test_a_moved_address_resolves_to_its_article_for_votes_counts_and_forms(
    server: Server, editor: DeskBrowser, article: str, other: str
) -> None:
    vote(server, article, "love", 2)
    assert correct(editor, article, "addresses", address=other).status == 303
    settled(lambda: server.counts(other)["total"], 2)
    [reader] = vote(server, other, "love")
    settled(lambda: server.counts(article)["total"], 3)
    answer = server.react(article=article, reaction="sad", seq=1, **reader)
    assert answer.json["counts"]["love"] == 2 and answer.json["total"] == 3
    assert other in text_of(editor.get(f"{desk_path(article)}/corrections"))
    refused = correct(editor, article, "addresses", address=other)
    assert refused.status == 409 and "merged into another" in text_of(refused)
    loop = correct(editor, article, "merges", into=other)
    assert loop.status == 409
    verify(server)


def test_merged_articles_share_one_list_of_comments_until_the_merge_is_undone(
    server: Server, editor: DeskBrowser, article: str, other: str
) -> None:
    ana, ben = Commenter(server, article), Commenter(server, other)
    ana.post("Under the one.")
    thread = ben.post("Under the other.").json["id"]
    vote(server, other, "sad")
    merged = correct(editor, other, "merges", f"/merges/new?into={article}", into=article)
    assert merged.status == 303
    # This works at once, although a worker may still cache the old address.
    new = ben.post("Where it leads now.")
    answer = ben.post("An answer.", parent=thread)
    assert (new.status, answer.status) == (201, 201), (new.body, answer.body)
    everything = ["Where it leads now.", "Under the other.", "Under the one."]
    for address in (article, other):
        settled(partial(texts, server, address), everything)
        page = listed(server, address).json
        assert (page["count"], page["open"], page["article"]) == (4, True, new.json["article"])
        assert [reply["text"] for reply in page["comments"][1]["replies"]] == ["An answer."]
        around = listed(server, address, around=answer.json["id"], limit=1).json
        assert [c["text"] for c in around["comments"]] == ["Under the other."]
    verify(server)
    assert undo_latest(editor, article).status == 303
    settled(lambda: texts(server, other), ["Under the other."])
    settled(lambda: texts(server, article), ["Where it leads now.", "Under the one."])
    assert Commenter(server, other).post("On its own again.").status == 201
    verify(server)


def test_a_story_shows_comments_written_at_a_moved_address(
    server: Server, editor: DeskBrowser, other: str
) -> None:
    thread = Commenter(server, other).post("Under the old address.").json["id"]
    vote(server, "talent-visa-2025", "love")
    assert correct(editor, "talent-visa-2025", "addresses", address=other).status == 303
    path = "/articles/talent-visa/comments"

    def is_shown(page: str) -> bool:
        return "Under the old address." in text_of(server.get(page))

    for page in (path, f"{path}?around={thread}", f"{path}?thread={thread}"):
        settled(partial(is_shown, page), True)
    assert f'name="parent" value="{thread}"' in server.get(f"{path}?reply={thread}").body.decode()
    assert undo_latest(editor, "talent-visa-2025").status == 303
    settled(partial(is_shown, path), False)


def test_open_heart_moves_its_vote_at_every_address_of_a_merged_article(
    server: Server, editor: DeskBrowser, article: str, other: str
) -> None:
    vote(server, article, "wow")
    vote(server, other, "wow")
    assert correct(editor, other, "merges", into=article).status == 303
    settled(lambda: server.counts(other)["total"], 2)

    def send(address: str, emoji: str) -> dict[str, int]:
        headers = {"Content_Type": "text/plain", "Origin": server.origin}
        path = f"/openheart/home/{address}"
        answer = server.request("POST", path, emoji.encode(), **headers)
        return {choice: n for choice, n in answer.json.items() if n}

    assert send(other, "😂") == {"😮": 2, "😂": 1}
    assert send(other, "😢") == {"😮": 2, "😢": 1}
    assert send(article, "😡") == {"😮": 2, "😡": 1}
    assert send(other, "👍") == {"😮": 2, "👍": 1}
    verify(server)


def test_an_address_with_votes_is_previewed_before_it_is_redirected(
    server: Server, editor: DeskBrowser, other: str
) -> None:
    here, there = f"{server.origin}/{other}", f"{server.origin}/{other}-before"
    path, source = (
        f"/desk/home/articles/{vote_id(server, address, reaction)}"
        for address, reaction in ((here, "love"), (there, "sad"))
    )
    sent = editor.post(f"{path}/addresses", f"{path}/corrections", address=there, reason=REASON)
    assert sent.status == 303
    assert sent.headers["Location"].startswith(f"{source}/merges/new?into=")
    preview = editor.get(sent.headers["Location"])
    assert "Votes 1 1 2" in text_of(preview)
    assert server.counts(here)["total"] == 1
    [into] = re.findall(r'name="into" value="([^"]+)"', preview.body.decode())
    merged = editor.post(f"{source}/merges", f"{path}/corrections", into=into, reason=REASON)
    assert merged.status == 303
    settled(lambda: server.counts(here)["total"], 2)


def test_an_article_can_be_named_by_the_address_of_its_desk_page_or_story(
    server: Server, editor: DeskBrowser, article: str, other: str
) -> None:
    vote(server, article, "love")
    vote(server, other, "sad")
    for into in (f"{server.origin}{desk_path(other)}", other):
        preview = editor.get(f"{desk_path(article)}/merges/new?into={into}")
        assert preview.status == 200 and "Sad 0 1 1" in text_of(preview)
    no_article = f"{server.origin}/desk/home/articles/zz"
    for into, status in (("https://elsewhere.example/x", 422), ("a%20b", 422), (no_article, 409)):
        assert editor.get(f"{desk_path(article)}/merges/new?into={into}").status == status


def test_an_invalid_filter_is_explained_and_unknown_articles_are_not_found(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    vote(server, article, "love")
    for query, words in (
        ("choice=hate", "never had this choice"),
        ("status=x", "counted votes, held votes, or both"),
        ("from=yesterday", "a day and a time"),
        ("from=2026-01-01T10:00&to=2026-01-01T10:00", "end before they begin"),
    ):
        answer = editor.get(f"{desk_path(article)}/voids/new?{query}")
        assert answer.status == 400 and words in text_of(answer), query
    assert editor.get(f"{desk_path('nobody-was-here')}/corrections").status == 404
    assert editor.get("/desk/home/articles/none/corrections").status == 404
    other_entry = f"{desk_path(article)}/corrections/1-1.0/reversal"
    assert editor.post(other_entry, f"{desk_path(article)}/corrections").status == 404


def test_the_text_of_readers_and_editors_is_shown_as_text(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    payload = "<img src=x onerror=alert(1)>{{7*7}}"
    server.react(article=article, reaction="love", nonce=nonce(), page={"title": payload})
    assert correct(editor, article, "closure", reason=payload).status == 303
    page = editor.get(f"{desk_path(article)}/corrections").body
    assert b"<img" not in page and page.count(b"{{7*7}}") >= 2


def test_every_correction_works_on_a_site_whose_key_begins_with_corrections(server: Server) -> None:
    server.prepare("site", "add", "corrections-desk", "--origin", server.origin)
    editor = invited(server, "ckeys", "corrections-desk:editor")
    url = f"{server.origin}/corrections/story"
    voted = server.react(site="corrections-desk", article=url, reaction="angry", nonce=nonce())
    assert voted.status == 200, voted.body
    path = f"/desk/corrections-desk/articles/{voted.json['article']}"
    for page, noun in (("voids/new", "voids"), ("resets/new", "resets")):
        [action] = re.findall(
            r'method="post" action="([^"]+)"', editor.get(f"{path}/{page}").body.decode()
        )
        assert action == f"{path}/{noun}"
    done = editor.post(f"{path}/voids", f"{path}/voids/new", reason=REASON, expected=1)
    assert done.status == 303
    undone = undo_at(editor, f"{path}/corrections")
    assert undone.status == 303


def test_the_audit_log_keeps_addresses_in_a_note_to_readers_as_typed(
    server: Server, editor: DeskBrowser, article: str
) -> None:
    vote(server, article, "love")
    note = "See https://news.example//corrections for why."
    assert correct(editor, article, "readers-note", note=note).status == 303
    assert note in text_of(editor.get(f"{desk_path(article)}/corrections")).split("Corrections")[-1]
