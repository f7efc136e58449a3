"""The desk's comments over HTTP: queue, bulk acts, undo, conflicts, search, held votes."""

import json
import re
import secrets
from html import unescape
from pathlib import Path

import pytest

from tests.support.commenter import Commenter, texts
from tests.support.desk import DeskBrowser, invited
from tests.support.html import lint
from tests.support.imported import isso
from tests.support.server import Answer, Serve, Server, nonce
from widget.domain.article import resolve
from widget.domain.comments.comment import partition_of
from widget.settings import Settings
from widget.store import keys
from widget.store.comments import search as comment_search
from widget.tone import TONE_VERSION, score
from widget.web.application import create_app
from widget.web.desk.figures.filters import signed

QUEUE = "/desk/home/comments"
LINKS = " https://a.example https://b.example https://c.example"
CROWDED = "198.51.100.7"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(
        READBACK_TRUSTED_PROXY_HOPS="1",
        READBACK_READS="0",
        READBACK_COMMENTS="0",
        READBACK_NEW_READERS="60",
    )
    running.prepare("site", "add", "else", "--origin", "https://else.example")
    return running


@pytest.fixture(scope="module")
def mod(own: Server) -> DeskBrowser:
    return invited(own, "mara", "home:moderator")


@pytest.fixture(scope="module")
def second(own: Server) -> DeskBrowser:
    return invited(own, "sol", "home:editor")


@pytest.fixture(scope="module")
def viewer(own: Server) -> DeskBrowser:
    return invited(own, "val", "home:viewer")


@pytest.fixture(scope="module")
def elsewhere(own: Server) -> DeskBrowser:
    return invited(own, "elsa", "else:moderator")


@pytest.fixture
def ana(own: Server, article: str) -> Commenter:
    return Commenter(own, article)


def held(ana: Commenter, text: str = "I love this.", **fields: object) -> str:
    answer = ana.post(text + LINKS, **fields)
    assert answer.status == 202, answer.body
    return str(answer.json["id"])


def published(ana: Commenter, text: str = "I love this.", **fields: object) -> str:
    answer = ana.post(text, **fields)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def of(article: str, **more: str) -> str:
    """Return the path of the list of an article's comments."""
    query = {"show": "all", "article": resolve("home", (), article).id, **more}
    return QUEUE + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def words(answer: Answer) -> str:
    text = re.sub(r"<[^>]+>", "", answer.body.decode())
    return unescape(" ".join(re.sub("[\u2068\u2069]", "", text).split()))


def seen(browser: DeskBrowser, page: str) -> list[str]:
    found = re.findall(r'name="seen" value="([^"]+)"', browser.get(page).body.decode())
    return [unescape(one) for one in found]


def act(browser: DeskBrowser, page: str, name: str, *ids: str, **fields: object) -> str:
    """Submit the form of the list; return the notice on the next page."""
    fields = {"seen": seen(browser, page), "back": page, "reason": "insult", **fields}
    answer = browser.post(f"{QUEUE}/acts", page, act=name, comment=ids, **fields)
    assert answer.status == 303, answer.body
    return told(browser, answer)


def told(browser: DeskBrowser, answer: Answer) -> str:
    page = browser.get(answer.headers["Location"].partition("#")[0]).body.decode()
    start = page.find('<section class="notice moderated')
    return words(
        Answer(200, answer.headers, page[start : page.index("</section>", start)].encode())
    )


def undo(browser: DeskBrowser, page: str) -> str:
    """Undo the latest act; return the notice on the next page."""
    shown = browser.get(page).body.decode()
    entries = re.findall(r'name="entry" value="([^"]+)"', shown)
    answer = browser.post(f"{QUEUE}/reversals", "/desk/account", entry=entries, back=page)
    return told(browser, answer)


def states(browser: DeskBrowser, page: str) -> dict[str, str]:
    found = re.findall(
        r'data-comment="(\w+)".*?class="state state--(\w+)"', browser.get(page).body.decode(), re.S
    )
    return dict(found)


def verify(own: Server) -> None:
    own.prepare("verify")


# The queue


def test_the_queue_shows_held_comments_as_text_with_the_reasons(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    shown = held(ana, "<script>alert(1)</script>", name='<b>"Ben"</b>')
    trapped = ana.post("Trap", website="x").json["id"]
    fine = published(ana, "Fine.")
    page = mod.get(QUEUE)
    text = page.body.decode()
    assert shown in text and trapped in text and fine not in text
    assert "<script>alert" not in text and "&lt;b&gt;" in text
    assert "<script>alert(1)</script>" in words(page) and '<b>"Ben"</b>' in words(page)
    assert "Many links" in text and "Filled in the hidden field" in text
    other = Commenter(own, ana.article)
    assert other.act(fine, "report").status == 200
    assert "Reported by a reader" in mod.get(QUEUE).body.decode()


def test_an_empty_list_says_what_it_would_show(elsewhere: DeskBrowser) -> None:
    page = elsewhere.get("/desk/else/comments")
    assert "Nothing needs you right now." in words(page) and b"data-queue" not in page.body
    assert "No hidden comments." in words(elsewhere.get("/desk/else/comments?show=hidden"))
    assert "No comments match" in words(elsewhere.get("/desk/else/comments?q=x"))


def test_many_comments_fill_pages_without_a_gap_the_oldest_first(
    elsewhere: DeskBrowser, own: Server
) -> None:
    many = Commenter(own, "many", site="else", origin="https://else.example")
    ids = {held(many, f"Number {number}") for number in range(120)}
    path, listed, pages = "/desk/else/comments", [], 0
    while path:
        text = elsewhere.get(path).body.decode()
        listed += re.findall(r'data-comment="(\w+)"', text)
        found = re.findall(r'href="([^"]+)" rel="next"', text)
        path, pages = (unescape(found[0]) if found else ""), pages + 1
    assert listed == sorted(ids) and pages == 3
    assert 'data-count="120"' in text
    everything = {
        "comment": listed[:50],
        "act": "hide",
        "reason": "spam",
        "back": "/desk/else/comments",
    }
    answer = elsewhere.post("/desk/else/comments/acts", "/desk/account", **everything)
    assert answer.status == 303
    assert "Removed: 50 comments." in words(elsewhere.get("/desk/else/comments"))
    too_many = {**everything, "comment": listed[:51]}
    elsewhere.post("/desk/else/comments/acts", "/desk/account", **too_many)
    assert "at most 50" in words(elsewhere.get("/desk/else/comments"))


# Roles


@pytest.mark.parametrize("page", ["", "/live.json", "?show=all", "/{id}", "/{id}/edit"])
def test_reading_comments_needs_the_moderator_role(
    own: Server,
    viewer: DeskBrowser,
    elsewhere: DeskBrowser,
    second: DeskBrowser,
    ana: Commenter,
    page: str,
) -> None:
    path = QUEUE + page.format(id=held(ana))
    for browser, status in ((viewer, 403), (elsewhere, 404)):
        assert browser.get(path).status == status
        log = words(second.get("/desk/home/audit"))
        assert f"· was refused GET {path.partition('?')[0]}" in log


def test_the_overview_links_to_the_queue_for_moderators_only(
    own: Server, mod: DeskBrowser, viewer: DeskBrowser, ana: Commenter
) -> None:
    held(ana)
    link = f'href="{QUEUE}"'
    assert link in mod.get("/desk/home/").body.decode()
    assert link not in viewer.get("/desk/home/").body.decode()


def test_the_figures_of_an_article_link_to_its_comments_for_moderators_only(
    own: Server, mod: DeskBrowser, viewer: DeskBrowser, ana: Commenter
) -> None:
    published(ana)
    assert own.react(article=ana.article, nonce=nonce()).status == 200
    figures = f"/desk/home/articles/{resolve('home', (), ana.article).id}"
    assert of(ana.article) in unescape(mod.get(figures).body.decode())
    assert "read them" not in viewer.get(figures).body.decode()


def test_a_comment_of_another_site_is_not_found(
    own: Server, elsewhere: DeskBrowser, mod: DeskBrowser, ana: Commenter
) -> None:
    foreign = held(ana)
    base = "/desk/else/comments"
    assert elsewhere.get(f"{base}/{foreign}").status == 404
    assert elsewhere.get(f"{base}/{foreign}/edit").status == 404
    sent = elsewhere.post(f"{base}/{foreign}/text", "/desk/account", name="x", text="x")
    assert sent.status == 404
    for fields in (
        {"act": "publish", "comment": foreign},
        {"one": f"delete {foreign}", "reason": "spam"},
    ):
        answer = elsewhere.post(f"{base}/acts", "/desk/account", back=base, **fields)
        assert "One of them no longer exists" in told(elsewhere, answer)
    act(mod, of(ana.article), "hide", foreign)
    entry = re.findall(r'name="entry" value="([^"]+)"', mod.get(f"{QUEUE}/{foreign}").body.decode())
    assert len(entry) == 1
    answer = elsewhere.post(f"{base}/reversals", "/desk/account", entry=entry, back=base)
    assert "Nothing was changed." in told(elsewhere, answer)
    assert states(mod, of(ana.article)) == {foreign: "hidden"}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("acts", {"act": "publish"}),
        ("acts", {"act": "delete"}),
        ("{id}/text", {"text": "x"}),
        ("reversals", {"entry": "1-1.0"}),
    ],
)
def test_a_form_without_its_token_changes_nothing(
    mod: DeskBrowser, ana: Commenter, path: str, fields: dict[str, str]
) -> None:
    one = held(ana)
    pairs = [*fields.items(), ("comment", one), ("name", "x")]
    assert mod.send(f"{QUEUE}/{path.format(id=one)}", pairs).status == 400
    forged = mod.send(f"{QUEUE}/acts", pairs, Origin="https://evil.example")
    assert forged.status == 403
    assert states(mod, of(ana.article)) == {one: "held"}


def test_a_get_never_changes_a_comment(mod: DeskBrowser, ana: Commenter) -> None:
    one = held(ana)
    for path in ("acts", "reversals", f"{one}/text"):
        assert mod.get(f"{QUEUE}/{path}?act=publish&comment={one}").status in (404, 405)
    assert states(mod, of(ana.article)) == {one: "held"}


# Acts


def test_bulk_acts_publish_hide_hold_delete_and_undo(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    ids = [held(ana, f"Number {n}") for n in range(4)]
    page = of(ana.article)
    assert act(mod, page, "publish", *ids) == "Published: 4 comments. Undo"
    assert len(texts(own, ana.article)) == 4
    assert act(mod, page, "hide", *ids[:2]) == "Removed: 2 comments. Undo"
    assert len(texts(own, ana.article)) == 2
    assert act(mod, page, "hold", ids[0]) == "Held: Ana. Undo"
    assert act(mod, page, "delete", *ids) == "Deleted: 4 comments. Undo"
    assert set(states(mod, page).values()) == {"deleted"} and texts(own, ana.article) == []
    verify(own)
    deleted = mod.get(page)
    assert b"Number 1" not in deleted.body
    act(mod, page, "hide", *ids)  # changes nothing: they are deleted
    assert act(mod, page, "publish", ids[0]).startswith(
        "Nothing was changed. A deleted comment is already deleted: you deleted it on"
    )


def test_the_latest_act_is_undone_and_redone(own: Server, mod: DeskBrowser, ana: Commenter) -> None:
    ids = [held(ana, f"Number {n}") for n in range(3)]
    page = of(ana.article)
    answer = mod.post(
        f"{QUEUE}/acts",
        page,
        act="hide",
        erase="1",
        reason="spam",
        comment=ids,
        seen=seen(mod, page),
        back=page,
    )
    after = answer.headers["Location"]
    assert undo(mod, after) == "Undone: 3 comments. Redo"
    assert states(mod, page) == dict.fromkeys(sorted(ids, reverse=True), "held")
    act(mod, page, "publish", ids[0])
    answer = mod.post(
        f"{QUEUE}/acts", page, one=f"hide {ids[1]}", reason="spam", seen=seen(mod, page), back=page
    )
    assert answer.headers["Location"] == f"{page}#c-{ids[0]}"  # the comment below it
    assert undo(mod, page) == "Undone: Ana. Redo"
    assert states(mod, page)[ids[1]] == "held"
    verify(own)


def test_a_label_is_corrected_and_reset_to_the_scorers(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    one = published(ana, "I love this.")
    path = f"{QUEUE}/{one}"
    assert act(mod, path, "correct", one, label="negative", back=path) == "Label set: Ana. Undo"
    page = words(mod.get(path))
    assert "Negative, set by an editor (scored positive)" in page
    assert "mara set its label: as scored → negative" in page
    assert one in mod.get(of(ana.article, label="negative")).body.decode()
    assert one not in mod.get(of(ana.article, label="positive")).body.decode()
    act(mod, path, "correct", one, label="", back=path)
    assert "set by an editor" not in words(mod.get(path))
    assert "Choose a label" in act(mod, path, "correct", one, label="-", back=path)
    for unset in ("wonderful", "unclear", "no_opinion_words"):
        assert "label is one of" in act(mod, path, "correct", one, label=unset, back=path)
    offered = re.findall(r'<option value="(\w+)"', mod.get(path).body.decode())
    assert offered == ["positive", "negative", "mixed", "neutral"]
    verify(own)


def test_an_act_without_a_selection_or_with_an_unknown_name_is_explained(
    mod: DeskBrowser, ana: Commenter
) -> None:
    page = of(ana.article)
    held(ana)
    assert act(mod, page, "publish") == "Select a comment first. Nothing was changed."
    assert "Press one of the buttons" in act(mod, page, "destroy", "x")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/desk/else/comments"])
def test_an_act_returns_only_to_pages_of_comments(
    mod: DeskBrowser, ana: Commenter, back: str
) -> None:
    answer = mod.post(f"{QUEUE}/acts", "/desk/account", act="hide", comment=held(ana), back=back)
    assert answer.headers["Location"] == QUEUE
    mod.get(QUEUE)


# Conflicts


def test_a_comment_changed_by_another_editor_is_left_alone_and_reported(
    own: Server, mod: DeskBrowser, second: DeskBrowser, ana: Commenter
) -> None:
    mine, theirs = held(ana, "Mine"), held(ana, "Theirs", name="Zoë")
    page = of(ana.article)
    stale = seen(mod, page)
    act(second, page, "hide", theirs)
    said = act(mod, page, "publish", mine, theirs, seen=stale)
    assert said.startswith(
        "Published: Ana. Undo Zoë has changed since, so it stays as it is: sol removed"
    )
    assert states(mod, page) == {theirs: "hidden", mine: "published"}
    again = act(mod, page, "publish", mine, seen=stale)  # the same form, sent twice
    assert "Ana is already published by an editor: you published it on" in again


def test_a_comment_changed_by_its_author_is_left_alone_and_reported(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    edited, gone = held(ana, "Kind words"), held(ana, "Short-lived")
    page = of(ana.article)
    stale = seen(mod, page)
    assert ana.act(edited, "text", text="Unkind words").status == 202
    assert ana.act(gone, "removal").status == 200
    said = act(mod, page, "publish", edited, gone, seen=stale)
    assert "its reader edited it on" in said and "its reader deleted it" in said
    assert texts(own, ana.article) == []


def test_an_edit_of_a_changed_comment_shows_both_versions(
    own: Server, mod: DeskBrowser, second: DeskBrowser, ana: Commenter
) -> None:
    one = published(ana, "First words.")
    path = f"{QUEUE}/{one}"
    mine = {"name": "Ana", "text": "Mine <b>", "seen": seen(mod, f"{path}/edit")[0]}
    theirs = {"name": "Ana", "text": "Theirs", "seen": seen(second, f"{path}/edit")[0]}
    assert second.post(f"{path}/text", f"{path}/edit", **theirs).status == 303
    conflict = mod.post(f"{path}/text", f"{path}/edit", **mine)
    assert conflict.status == 409 and texts(own, ana.article) == ["Theirs"]
    assert "changed this comment while you were editing" in words(
        conflict
    ) and "Ana: Theirs" in words(conflict)
    again = {**mine, "seen": re.findall(r'name="seen" value="([^"]+)"', conflict.body.decode())[0]}
    assert mod.post(f"{path}/text", f"{path}/edit", **again).status == 303
    assert texts(own, ana.article) == ["Mine <b>"]
    assert "mara edited it" in words(mod.get(path))
    verify(own)


def test_an_imported_text_can_be_edited_at_its_length(
    own: Server, mod: DeskBrowser, tmp_path: Path
) -> None:
    long = "This is a good story. " * 2500
    rows = [{"id": n, "text": text} for n, text in enumerate((long, "Short."), 700)]
    imported = isso(tmp_path / "c.db", [(1, "/long-texts", "Long")], rows)
    done = own.cli("import", "--from", "isso", str(imported))
    assert "2 comments stored" in done.stdout, done.stderr
    stored = map(json.loads, own.cli("export").stdout.splitlines())
    ids = {one["text"]: one["id"] for one in stored if one["kind"] == "comment"}
    new = f"{long}\nThe end."
    path = f"{QUEUE}/{ids[long.strip()]}"
    snapshot = seen(mod, f"{path}/edit")[0]
    sent = {"name": "Ana", "text": new, "seen": snapshot}
    assert mod.post(f"{path}/text", f"{path}/edit", **sent).status == 303
    assert "The end." in words(mod.get(path))
    too_long = mod.post(f"{path}/text", f"{path}/edit", **{**sent, "text": new + new[:15_000]})
    assert too_long.status == 422 and "65,536 bytes" in words(too_long)
    path = f"{QUEUE}/{ids['Short.']}"
    assert mod.post(f"{path}/text", f"{path}/edit", **sent).status == 422
    verify(own)


# One comment


def test_the_page_of_a_comment_has_its_text_reasons_tone_and_history(
    own: Server, mod: DeskBrowser, second: DeskBrowser, ana: Commenter
) -> None:
    text = "I love this wonderful room, but I hate the queue."
    one = held(ana, text, name="مريم")
    answer = published(ana, "Answered.")
    path = f"{QUEUE}/{one}"
    act(mod, of(ana.article), "publish", one)
    act(second, of(ana.article), "hide", one)
    page = words(mod.get(path))
    for part in (
        "مريم",
        "wonderful room",
        "Removed",
        "Many links",
        *(f"{c.word} {signed(c.value)}" for c in score(text + LINKS).contributions),
        "sol removed it: published by an editor → removed",
        "mara published it: held →",
    ):
        assert part in page, part
    assert mod.get(path).body.count(b'name="entry"') == 1  # the older act can no longer be undone
    assert undo(mod, path) == "Undone: مريم. Redo"
    assert f'href="{path}">See or undo' in second.get("/desk/home/audit").body.decode()
    history = words(mod.get(path))
    assert "mara undid “removed it”: removed → published by an editor" in history
    assert words(mod.get(f"{QUEUE}/{answer}")).count("No editor has changed this comment") == 1
    assert mod.get(f"{QUEUE}/{'0' * 20}").status == mod.get(f"{QUEUE}/nonsense").status == 404


def test_the_page_of_a_comment_says_how_the_scorer_reads_it(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    texts = {
        "love": "I love this wonderful room!",
        "trams": "Trams depart hourly from platform four.",
        "spanish": "Qué bien, hombre, por favor, que lo abran otra vez.",
        "question": "Is this true?",
    }
    pages = {
        name: words(mod.get(f"{QUEUE}/{published(ana, text)}")) for name, text in texts.items()
    }
    tone = score(texts["love"])
    assert tone.probabilities and tone.lean and tone.compound
    assert f"Reads as positive, {tone.confidence} confidence Negative under 1" in pages["love"]
    assert f"the lean, {signed(tone.lean)}" in pages["love"]
    assert f"compound of {signed(tone.compound)}" in pages["love"]
    assert "No known words No word in it expresses an opinion that" in pages["trams"]
    assert "Only English is scored" in pages["spanish"]
    for name in ("trams", "spanish"):
        assert "Words that weighed" not in pages[name] and "the lean" not in pages[name]
    assert "Reads as neutral" in pages["question"]
    assert "VADER, the list of words with an opinion, has none of these" in pages["question"]
    listed = words(mod.get(of(ana.article, show="all")))
    for fact in (f"Positive, {tone.confidence} confidence", "No known words", "not in English"):
        assert fact in listed, fact


def test_a_score_of_another_version_is_said_to_be_one(
    own: Server, mod: DeskBrowser, second: DeskBrowser, ana: Commenter
) -> None:
    one = published(ana, "I love this.")
    rules = "/desk/home/settings/comments"
    assert "from another version" not in words(second.get(rules))
    client = own.store().client
    key = keys.comment("home", partition_of(one) or 0, one)  # the newest of its partition
    client.hset(key, "tv", "1")
    assert "Some comments have their tone from another version" in words(second.get(rules))
    page = words(mod.get(f"{QUEUE}/{one}"))
    assert f"from version 1 of the scorer. What follows is from version {TONE_VERSION}," in page
    client.hset(key, "tv", TONE_VERSION)


def test_a_deleted_comment_is_restored_from_its_page(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    one = published(ana, "Here again.")
    act(mod, of(ana.article), "delete", one)
    path = f"{QUEUE}/{one}"
    assert "Here again" not in words(mod.get(path))
    assert mod.get(f"{path}/edit").status == 404
    undo(mod, path)
    assert texts(own, ana.article) == ["Here again."]
    verify(own)


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "Write something"), ("\u200b", "Write something"), ("x" * 2001, "at most 2,000")],
)
def test_an_editors_text_is_cleaned_like_a_readers(
    own: Server, mod: DeskBrowser, ana: Commenter, text: str, says: str
) -> None:
    one = published(ana, "Stays.")
    path = f"{QUEUE}/{one}"
    refused = mod.post(f"{path}/text", f"{path}/edit", name="Ana", text=text)
    assert refused.status == 422 and says in words(refused)
    assert texts(own, ana.article) == ["Stays."]
    kept = mod.post(f"{path}/text", f"{path}/edit", name="Ana", text="Stays.")
    assert kept.status == 303 and "No editor has changed" in words(mod.get(path))
    cleaned = mod.post(f"{path}/text", f"{path}/edit", name=" A\u202ena ", text="a\r\nb\x00")
    assert cleaned.status == 303
    assert texts(own, ana.article) == ["a\nb"]


# Search


def test_search_finds_text_name_article_state_and_label(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    word = secrets.token_hex(6)
    title = {"page": {"title": f"Riverside {word}"}}
    first = published(ana, "I love this.", **title)
    second = held(ana, f"Terrible {word.upper()}.", name="Zoë")
    for query, expected in (
        (f"show=all&q={word}", {first, second}),
        (f"show=all&q=riverside+{word}+zo%C3%AB", {second}),
        (f"q={word}", {second}),
        (f"show=published&q={word}", {first}),
        (f"show=all&q={word}&label=positive", {first}),
        (f"show=deleted&q={word}", set()),
    ):
        page = mod.get(f"{QUEUE}?{query}").body.decode()
        assert set(re.findall(r'data-comment="(\w+)"', page)) == expected, query
        assert "Continue searching" not in page
    for wrong in ("show=secret", "label=wonderful", "after=x", "show=all&before=x", "reason=x"):
        assert mod.get(f"{QUEUE}?{wrong}").status == 400


def test_a_search_says_how_far_it_looked_and_continues_from_there(
    own: Server, mod: DeskBrowser, ana: Commenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = secrets.token_hex(6)
    old = published(ana, f"Old {word}")
    for number in range(3):
        published(ana, f"Newer {number}")
    app = create_app(Settings.from_env({**own.env}))
    monkeypatch.setattr(comment_search, "LOOKED_AT", 2)
    cookie = "; ".join(f"{name}={value}" for name, value in mod.cookies.items())
    client = app.test_client(use_cookies=False)
    path, found, steps = f"{QUEUE}?show=all&q={word}", [], 0
    while path:
        page = client.get(path, headers={"Cookie": cookie, "Host": f"127.0.0.1:{own.port}"})
        assert page.status_code == 200, page.data
        lint(page.data)
        text = page.data.decode()
        found += re.findall(r'data-comment="(\w+)"', text)
        links = re.findall(r'href="([^"]+)" rel="next"', text)
        assert bool(links) == ("Older ones have not been searched" in text)
        assert "No comments match" not in text or not links
        path, steps = (unescape(links[0]) if links else ""), steps + 1
    assert found == [old] and steps > 1


def test_the_queue_is_narrowed_by_reason_and_story(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    linked, trapped = held(ana), str(ana.post("Trap", website="x").json["id"])
    reported = published(ana, "Rude.")
    assert Commenter(own, ana.article).act(reported, "report", reason="insult").status == 200
    story = resolve("home", (), ana.article).id
    for reason, expected in (
        ("links", {linked}),
        ("honeypot", {trapped}),
        ("reported", {reported}),
        ("duplicate", set()),
        ("", {linked, trapped, reported}),
    ):
        page = mod.get(f"{QUEUE}?article={story}&reason={reason}").body.decode()
        assert set(re.findall(r'data-comment="(\w+)"', page)) == expected, reason
    assert re.search(r"Links <span class=.num.>\d+<", page) and f"article={story}" in page
    assert mod.get(f"{QUEUE}?show=all&reason=links").status == 400


# Acts of a script


def scripted(browser: DeskBrowser, path: str, *pairs: tuple[str, str]) -> Answer:
    token = browser.token("/desk/account")
    return browser.send(path, [("csrf_token", token), *pairs], Accept="application/json")


def test_a_script_gets_each_comment_as_the_list_shows_it_now(
    own: Server, mod: DeskBrowser, second: DeskBrowser, ana: Commenter
) -> None:
    mine, theirs = held(ana, "Mine"), held(ana, "Theirs", name="Zoë")
    stale = [("seen", one) for one in seen(mod, of(ana.article))]
    act(second, of(ana.article), "hide", theirs)
    both = [("comment", mine), ("comment", theirs)]
    answer = scripted(mod, f"{QUEUE}/acts", ("act", "publish"), *both, *stale)
    changed = answer.json
    assert answer.status == 200 and changed["cases"][mine] is None  # it waits no longer
    assert "state--hidden" in changed["cases"][theirs]  # the editor sees what it is now
    assert "Zoë has changed since, so it stays as it is: sol removed it" in changed["say"]
    assert "data-count" in changed["regions"]["waiting"] and len(changed["entries"]) == 1
    undone = scripted(mod, f"{QUEUE}/reversals", ("entry", changed["entries"][0])).json
    assert (
        f'data-comment="{mine}"' in undone["cases"][mine]
        and undone["say"] == "Undone: \u2068Ana\u2069."
    )
    kept = scripted(mod, f"{QUEUE}/acts?show=all", ("one", f"publish {mine}")).json
    assert "Published by an editor" in kept["cases"][mine]
    verify(own)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("act", "publish")], "Select a comment first"),
        ([("act", "hide"), ("comment", "{id}")], "Pick a reason"),
        ([("act", "hide"), ("comment", "{id}"), ("reason", "ugly")], "reason is one of"),
        ([("act", "hide"), ("comment", "{id}"), ("reason", "spam"), ("note", "x" * 201)], "200"),
        ([("act", "publish"), *(("comment", str(n)) for n in range(51))], "at most 50"),
    ],
)
def test_a_script_is_told_why_nothing_was_done(
    mod: DeskBrowser, ana: Commenter, pairs: list[tuple[str, str]], says: str
) -> None:
    one = held(ana)
    answer = scripted(mod, f"{QUEUE}/acts", *((n, v.replace("{id}", one)) for n, v in pairs))
    assert (answer.status, answer.code) == (400, "bad_field") and says in answer.body.decode()
    assert states(mod, of(ana.article)) == {one: "held"}


def test_a_script_with_an_old_token_is_told_to_reload(mod: DeskBrowser, ana: Commenter) -> None:
    pairs = [("csrf_token", "old"), ("act", "publish"), ("comment", held(ana))]
    answer = mod.send(f"{QUEUE}/acts", pairs, Accept="application/json")
    assert (answer.status, answer.code) == (400, "bad_field") and "Reload" in answer.body.decode()


# Live updates


def test_the_live_region_counts_and_answers_304_until_a_change(
    own: Server, mod: DeskBrowser, ana: Commenter
) -> None:
    newest = held(ana)
    path = f"{QUEUE}/live.json?newest={newest}"
    first = mod.get(path)
    count = int(re.findall(r'data-count="(\d+)"', first.json["regions"]["waiting"])[0])
    assert first.json["regions"]["waiting"] in mod.get(QUEUE).body.decode()
    assert mod.get(path, If_None_Match=first.headers["ETag"]).status == 304
    held(ana, "I love this, too.")
    after = mod.get(path, If_None_Match=first.headers["ETag"]).json["regions"]["waiting"]
    assert f'data-count="{count + 1}"' in after and "1 new, show it" in after
    assert mod.get(f"{QUEUE}/live.json?newest=x").status == 400


# Held votes


def test_a_moderator_releases_held_votes(
    own: Server, mod: DeskBrowser, viewer: DeskBrowser, second: DeskBrowser, article: str
) -> None:
    path = "/desk/home/held-votes"
    for _ in range(60):
        assert own.react(article=article, address=CROWDED, nonce=nonce()).status == 200
    for _ in range(2):
        vote = own.react(article=article, address=CROWDED, nonce=nonce(), hold=True)
        assert vote.json["held"] is True
    assert viewer.get(path).status == 403
    assert "2 held votes" in words(mod.get(QUEUE))
    assert f'href="{path}"' in mod.get("/desk/home/").body.decode()
    assert f'href="{path}"' not in viewer.get("/desk/home/").body.decode()
    story = resolve("home", (), article).id
    assert f'href="{path}?article={story}"' in mod.get(f"/desk/home/articles/{story}").body.decode()
    assert "2 held votes" in words(mod.get(f"{path}?article={story}"))
    other = resolve("home", (), "quiet").id
    assert "No held votes on this story." in words(mod.get(f"{path}?article={other}"))
    assert mod.get(f"{path}?article=nonsense").status == 404
    assert "/corrections" in second.get(path).body.decode()
    assert "/corrections" not in mod.get(path).body.decode()
    release = f"{path}/{story}/releases"
    assert viewer.post(release, "/desk/account", expected=2, reason="x").status == 403
    stale = mod.post(release, path, expected=1, reason="A lecture hall")
    assert stale.status == 409 and "number of votes has changed" in words(stale)
    assert mod.post(release, path, expected=2, reason=" ").status == 400
    assert mod.post(f"{path}/nonsense/releases", path, expected=2, reason="x").status == 404
    assert own.counts(article)["total"] == 60
    assert mod.post(release, path, expected=2, reason="A lecture hall").status == 303
    page = words(mod.get(path))
    assert "2 votes released and counted." in page and "No held votes." in page
    assert own.counts(article)["total"] == 62
    assert "mara · released held votes" in words(second.get("/desk/home/audit"))
    verify(own)
