"""Label sessions over HTTP: whose answer is stored, what is hidden, and what comes late."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.support.comment_samples import ALICE, GLAD
from tests.support.desk import DeskBrowser, invited
from tests.support.forms import Form, form_on, forms_of
from tests.support.server import Answer, Server, settled
from tests.support.stored_comments import store_comment
from widget.domain import clock
from widget.domain.comments.comment import Comment
from widget.domain.labels import Label
from widget.domain.model import Site
from widget.store.comments.comments import Comments, Edit
from widget.store.connect import Connection
from widget.store.labels import Labels

ORIGIN = "https://blind.example"
SITE = Site("blind", "Blind", (ORIGIN,))
DESK = "/desk/blind/comments"
LABEL, ANSWERS = f"{DESK}/label", f"{DESK}/label/answers"
NEGATIVE, NEUTRAL = "Negative against, upset", "Neutral facts, questions"
BACK = "Back to your last answer"
Posted = tuple[Comment, Comment]


@pytest.fixture(scope="module")
def store(server: Server) -> Connection:
    server.prepare("site", "add", "blind", "--name", "Blind", "--origin", ORIGIN)
    return server.store()


@pytest.fixture(scope="module")
def robin(server: Server, store: Connection) -> DeskBrowser:
    return invited(server, "robin-blind", "blind:moderator")


@pytest.fixture(scope="module")
def ana(server: Server, store: Connection) -> DeskBrowser:
    return invited(server, "ana-blind", "blind:editor")


@pytest.fixture
def posted(store: Connection, robin: DeskBrowser) -> Iterator[Posted]:
    """Publish a thread and its reply, on a site that has no others; hide them afterwards."""
    address = f"{ORIGIN}/{secrets.token_hex(4)}"
    text = "The whole council is <i>wrong</i>."
    thread = store_comment(store, SITE, address, text, name="Zenobia")
    text = "They are right, I think."
    reply = store_comment(store, SITE, address, text, name="Zenobia", parent=thread.id)
    yield thread, reply
    acted(robin, act="hide", reason="spam", comment=[thread.id, reply.id])
    Labels(store).forget(SITE, [thread.id, reply.id])


def acted(browser: DeskBrowser, **fields: object) -> None:
    """Do an act of the queue."""
    assert browser.post(f"{DESK}/acts", "/desk/account", **fields).status == 303


def stored(store: Connection) -> list[Label]:
    return Labels(store).of_site(SITE)


def page_of(browser: DeskBrowser, path: str = LABEL) -> tuple[Form, str]:
    """Return the form of the answers, and the id of the comment that it is about."""
    form = form_on(browser, path, NEGATIVE)
    [ticket] = form.values["drawn"]
    return form, ticket[:20]


def note(browser: DeskBrowser, answer: Answer) -> str:
    """Return what the page that follows says was wrong."""
    assert answer.status == 303, answer.body
    page = browser.get(answer.headers["Location"]).body.decode()
    return "".join(re.findall(r'session__note" role="alert">([^<]+)<', page))


def test_the_author_and_the_scorers_guess_are_not_on_the_page(
    robin: DeskBrowser, posted: Posted
) -> None:
    text = robin.get(LABEL).body.decode()
    assert "Zenobia" not in text and "compound" not in text and "tone tone--" not in text
    form, first = page_of(robin)
    assert form.press(NEUTRAL).status == 303
    other = robin.get(LABEL).body.decode()
    assert page_of(robin)[1] != first
    both = text + other
    assert "The whole council is &lt;i&gt;wrong&lt;/i&gt;." in both
    assert "as a reply to “<bdi>The whole council is &lt;i&gt;wrong&lt;/i&gt;.</bdi>”" in both


def test_an_answer_is_stored_once_with_its_draw_and_text(
    robin: DeskBrowser, ana: DeskBrowser, posted: Posted, store: Connection
) -> None:
    form, comment_id = page_of(robin)
    for _ in range(3):
        assert form.press(NEGATIVE).status == 303
    [label] = stored(store)
    assert (label.comment_id, label.editor) == (comment_id, "robin-blind")
    assert (label.answer, label.draw) == ("negative", label.draw)
    assert label.draw in ("random", "uncertain")
    assert form.press(NEUTRAL).status == 303  # on the page of another window
    assert [one.answer for one in stored(store)] == ["neutral"]
    page_of(ana)[0].press(NEGATIVE)
    assert len(stored(store)) == 2


def test_back_takes_one_label_back_however_often_it_is_sent(
    robin: DeskBrowser, posted: Posted, store: Connection
) -> None:
    old, first = page_of(robin)
    for _ in range(2):
        page_of(robin)[0].press(NEGATIVE)
    back = form_on(robin, LABEL, BACK)
    answer = back.press(BACK)
    assert note(robin, back.press(BACK)) == "That label was taken back already."
    assert [one.comment_id for one in stored(store)] == [first]
    again, second = page_of(robin, answer.headers["Location"])
    assert second != first
    form_on(robin, LABEL, BACK).press(BACK)
    assert "not kept" in note(robin, old.press(NEGATIVE))  # it comes after it was taken back
    assert stored(store) == []
    assert again.press(NEGATIVE).status == 303
    assert [one.comment_id for one in stored(store)] == [second]


def test_what_was_edited_or_hidden_since_is_not_labelled(
    robin: DeskBrowser, ana: DeskBrowser, posted: Posted, store: Connection
) -> None:
    form, comment_id = page_of(robin)
    new = Edit("They changed it, I think.", GLAD)
    Comments(store).edit(SITE, comment_id, ALICE, new, now_s=int(clock.now()))
    assert "was edited or removed" in note(robin, form.press(NEGATIVE))
    form, comment_id = page_of(robin)
    acted(ana, act="hide", reason="spam", comment=comment_id)
    assert "was edited or removed" in note(robin, form.press(NEGATIVE))
    assert stored(store) == []
    assert page_of(robin)[1] != comment_id


@pytest.mark.parametrize("ticket", ["", "x", "\0", "a.b.c", "…", "theirs", "changed"])
def test_nobody_makes_or_borrows_a_ticket(
    robin: DeskBrowser, ana: DeskBrowser, posted: Posted, store: Connection, ticket: str
) -> None:
    form, _ = page_of(robin)
    if ticket == "theirs":
        ticket = page_of(ana)[0].values["drawn"][0]
    if ticket == "changed":
        own = form.values["drawn"][0]
        ticket = own.replace(" random ", " uncertain ") if "random" in own else own[::-1]
    form.values["drawn"] = [ticket]
    assert "too old" in note(robin, form.press(NEGATIVE))
    assert stored(store) == []
    assert robin.get(f"{LABEL}?again={quote(ticket)}&language=x&note=x").status == 200


def test_odd_fields_store_nothing(robin: DeskBrowser, posted: Posted, store: Connection) -> None:
    form, _ = page_of(robin)
    [token], [drawn] = form.values["csrf_token"], form.values["drawn"]
    for answer in ("", "mixed", "POSITIVE", "positive\0"):
        pairs = [("csrf_token", token), ("drawn", drawn), ("answer", answer)]
        assert robin.send(ANSWERS, pairs).status == 400
    assert robin.send(ANSWERS, [("csrf_token", token), ("drawn", drawn)]).status == 400
    assert robin.send(ANSWERS, [("drawn", drawn), ("answer", "neutral")]).status == 400
    for comment in ("", "x", "\0", "z" * 20):
        sent = robin.send(f"{LABEL}/reversals", [("csrf_token", token), ("comment", comment)])
        assert note(robin, sent) == "That label was taken back already."
    assert stored(store) == []
    pairs = [("csrf_token", token), ("drawn", drawn), ("answer", "neutral"), ("answer", "positive")]
    assert robin.send(ANSWERS, pairs).status == 303
    assert [one.answer for one in stored(store)] == ["neutral"]


@contextmanager
def paused(store: Connection) -> Iterator[None]:
    store.client.execute_command("CLIENT", "PAUSE", 20_000, "WRITE")
    try:
        yield
    finally:
        store.client.execute_command("CLIENT", "UNPAUSE")


def test_an_answer_is_kept_while_the_store_is_away(
    robin: DeskBrowser, posted: Posted, store: Connection
) -> None:
    form, comment_id = page_of(robin)
    with paused(store):
        refused = form.press(NEGATIVE)
    assert refused.status == 503 and b"Negative" not in refused.body
    [again] = [one for one in forms_of(robin, LABEL, refused) if "Send again" in one.buttons()]
    # Each worker finds out for itself that the store is back; none of these doubles the label.
    settled(lambda: again.press("Send again").status, 303)
    assert [(one.comment_id, one.answer) for one in stored(store)] == [(comment_id, "negative")]


def test_the_queue_corrects_by_labels_and_takes_them_back(
    robin: DeskBrowser, ana: DeskBrowser, posted: Posted, store: Connection
) -> None:
    page_of(ana)[0].press(NEGATIVE)
    [blind] = stored(store)
    found = re.findall(r'name="comment" value="(\w+)"', robin.get(f"{DESK}?show=all").body.decode())
    ids = found[:2]
    for browser in (ana, robin):  # the second finds that it is done
        acted(browser, act="correct", label="mixed", comment=ids)
    assert blind.comment_id in ids
    [made] = [one for one in stored(store) if one != blind]  # the blind one stays
    assert (made.editor, made.answer, made.draw) == ("ana-blind", "cannot_say", "correction")
    assert form_on(ana, f"{DESK}?show=all", "Undo").press("Undo").status == 303
    assert stored(store) == [blind]
    acted(robin, act="correct", label="positive", comment=made.comment_id)
    assert "1 corrected comment counts too" in robin.get(LABEL).body.decode()
    assert form_on(robin, f"{DESK}?show=all", "Undo").press("Undo").status == 303
    assert form_on(robin, f"{DESK}?show=all", "Redo").press("Redo").status == 303
    assert [one.answer for one in stored(store)] == ["negative", "positive"]


def test_a_session_is_one_line_of_the_log(
    ana: DeskBrowser, posted: Posted, store: Connection
) -> None:
    def lines() -> int:
        log = ana.get("/desk/blind/audit?who=ana-blind&group=comments").body.decode()
        return log.count("labelled comments")

    before = lines()
    for _ in range(2):
        page_of(ana)[0].press(NEUTRAL)
    assert lines() == before + 1


def test_only_moderators_label(server: Server, store: Connection) -> None:
    viewer = invited(server, "val-blind", "blind:viewer")
    assert viewer.get(LABEL).status == 403
    token = viewer.token("/desk/account")
    assert viewer.send(ANSWERS, [("csrf_token", token)]).status == 403


def test_the_language_is_kept_from_page_to_page(robin: DeskBrowser, posted: Posted) -> None:
    form, _ = page_of(robin)
    sent = form.press(NEUTRAL)
    assert parse_qs(urlsplit(sent.headers["Location"]).query) == {"language": ["en"]}
