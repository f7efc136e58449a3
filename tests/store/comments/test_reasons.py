"""Reports by their kind, removals with their ground, and second looks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE, BOB
from widget.domain.comments.comment import Comment
from widget.domain.comments.reasons import Ground
from widget.domain.comments.statement import Statement, in_force
from widget.domain.errors import NotFound, NotYours, TooLate
from widget.domain.model import Site
from widget.store.comments.comments import CommentReport, Comments, Counts, Edit
from widget.store.comments.moderation import Moderation, NewText
from widget.store.connect import Connection

EDITOR: dict[str, Any] = {"who": "erin", "now_s": NOW_S + 60}
INSULT = Ground("insult", "Criticise the plan, not the person.")


@pytest.fixture
def moderation(connection: Connection) -> Moderation:
    return Moderation(connection)


@pytest.fixture
def report(comments: Comments, site: Site) -> Callable[..., bool]:
    readers = iter(range(1, 1000))

    def report(to: Comment, kind: str, counts: Counts = Counts.YES, note: str = "") -> bool:
        mark = next(readers).to_bytes(8, "big")
        sent = CommentReport(mark, b"", NOW_S + 30, b"", counts, Ground(kind, note))
        return comments.report(site, to.id, sent)

    return report


@pytest.fixture
def now(comments: Comments, site: Site) -> Callable[[Comment], Comment]:
    return lambda comment: comments.get(site, comment.id)


@pytest.fixture
def statements(comments: Comments, site: Site) -> Callable[[Comment], tuple[Statement, ...]]:
    return lambda comment: comments.statements(site, [comment.id])[comment.id]


def queue(moderation: Moderation, site: Site) -> list[str]:
    return [comment.id for comment in moderation.queue(site).comments]


def test_an_approved_comment_comes_back_once_for_each_new_kind_of_reason(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    now: Callable[[Comment], Comment],
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
) -> None:
    one = post()
    report(one, "insult")
    assert (now(one).status, now(one).kinds) == ("reported", (("insult", 1),))
    moderation.publish(site, [one.id], **EDITOR)
    assert (now(one).status, now(one).decided) == ("approved", (("insult", 1),))
    report(one, "insult")
    assert (now(one).status, queue(moderation, site)) == ("approved", [])
    for kind in ("hate", "spam", "hate"):
        report(one, kind)
    assert (now(one).status, queue(moderation, site)) == ("returned", [one.id])
    assert now(one).pending == (("hate", 1), ("spam", 1))
    exact()
    moderation.publish(site, [one.id], **EDITOR)
    for kind in ("hate", "spam", "insult"):
        report(one, kind)
    assert (now(one).status, queue(moderation, site)) == ("approved", [])
    assert now(one).kinds == (("hate", 3), ("insult", 3), ("spam", 2))
    [last, first] = moderation.history(site, [one.id])[one.id]
    assert (first.kinds, last.kinds, last.before) == ("insult", "hate spam", "returned")
    exact()


def test_a_report_that_may_not_count_brings_nothing_back_and_uses_up_no_kind(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    now: Callable[[Comment], Comment],
    moderation: Moderation,
    site: Site,
) -> None:
    one = post()
    moderation.publish(site, [one.id], **EDITOR)
    assert report(one, "spam", Counts.ASK) is False and now(one).reports == 0
    report(one, "spam", Counts.NO)
    assert (now(one).status, now(one).kinds) == ("approved", (("spam", 1),))
    report(one, "spam")
    assert now(one).status == "returned"


def test_an_edit_by_the_author_makes_every_kind_new_again(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    now: Callable[[Comment], Comment],
    comments: Comments,
    moderation: Moderation,
    site: Site,
) -> None:
    one = post()
    report(one, "insult")
    moderation.publish(site, [one.id], **EDITOR)
    assert one.score
    comments.edit(site, one.id, ALICE, Edit("New words.", one.score), now_s=NOW_S + 61)
    assert (now(one).decided, now(one).status) == ((), "reported")


def test_an_undo_of_an_approval_brings_back_what_it_decided(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    now: Callable[[Comment], Comment],
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
) -> None:
    one = post()
    moderation.publish(site, [one.id], **EDITOR)
    report(one, "insult")
    [kept] = moderation.publish(site, [one.id], **EDITOR)
    [undone] = moderation.undo(site, [kept.audit_id], **EDITOR)
    assert (now(one).status, now(one).pending) == ("returned", (("insult", 1),))
    moderation.undo(site, [undone.audit_id], **EDITOR)
    assert now(one).status == "approved"
    report(one, "insult")
    assert now(one).status == "approved"
    report(one, "spam")
    [hidden] = moderation.hide(site, [one.id], **EDITOR)
    moderation.undo(site, [hidden.audit_id], **EDITOR)
    assert (now(one).status, now(one).pending) == ("returned", (("spam", 1),))
    exact()


def test_many_readers_with_one_new_kind_bring_a_comment_back_once(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    now: Callable[[Comment], Comment],
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
) -> None:
    one = post()
    moderation.publish(site, [one.id], **EDITOR)

    def act(n: int) -> None:
        if n % 8:
            report(one, "hate" if n % 2 else "spam")
        else:
            moderation.publish(site, [one.id], **EDITOR)

    with ThreadPoolExecutor(32) as pool:
        [*pool.map(act, range(200))]
    moderation.publish(site, [one.id], **EDITOR)
    assert (sum(n for _, n in now(one).kinds), now(one).reports) == (175, 175)
    entries = moderation.history(site, [one.id], most=300)[one.id]
    decided = [kind for entry in entries for kind in entry.kinds.split()]
    assert sorted(decided) == ["hate", "spam"]
    assert (now(one).status, queue(moderation, site)) == ("approved", [])
    exact()


def test_a_removal_keeps_a_statement_of_its_reasons(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    statements: Callable[[Comment], tuple[Statement, ...]],
    moderation: Moderation,
    comments: Comments,
    site: Site,
) -> None:
    one = post(why=("links",))
    report(post(at_s=NOW_S + 1), "spam")
    [hidden] = moderation.hide(site, [one.id], ground=INSULT, **EDITOR)
    [made] = statements(one)
    assert (made.act, made.who, made.at, made.is_automatic) == ("hide", "erin", NOW_S + 60, False)
    assert (made.reason, made.note, made.rules) == ("insult", INSULT.note, "links")
    assert made.audit == hidden.audit_id.partition(".")[0]
    [entry] = moderation.history(site, [one.id])[one.id]
    assert entry.reason == f"Personal attack: {INSULT.note}"
    [undone] = moderation.undo(site, [hidden.audit_id], **EDITOR)
    assert in_force(statements(one)) is None and statements(one)[0].over_by == "erin"
    moderation.undo(site, [undone.audit_id], **EDITOR)
    assert in_force(statements(one)) == made
    moderation.publish(site, [one.id], **EDITOR)
    moderation.hide(site, [one.id], ground=Ground("spam"), **EDITOR)
    assert [each.reason for each in statements(one)] == ["insult", "spam"]
    assert [bool(each.over) for each in statements(one)] == [True, False]
    assert in_force(statements(one)) == statements(one)[1]


def test_a_hold_by_reports_is_a_statement_without_an_editor(
    post: Callable[..., Comment],
    report: Callable[..., bool],
    statements: Callable[[Comment], tuple[Statement, ...]],
    moderation: Moderation,
    comments: Comments,
    site: Site,
) -> None:
    one = post()
    for kind in ("spam", "insult", "insult", "insult", "spam"):
        report(one, kind, note="Look at the last line.")
    [made] = statements(one)
    assert (made.act, made.who, made.reason, made.rules) == ("hold", "", "insult", "reported")
    assert made.is_automatic and made.kinds == (("insult", 3), ("spam", 2))
    lines = comments.report_lines(site, [one.id])[one.id]
    assert lines[0] == Ground("spam", "Look at the last line.") and len(lines) == 5
    moderation.publish(site, [one.id], **EDITOR)
    assert in_force(statements(one)) is None
    assert comments.report_lines(site, [one.id])[one.id] == []


def test_an_author_asks_once_for_a_second_look_and_gets_its_answer(
    post: Callable[..., Comment],
    now: Callable[[Comment], Comment],
    statements: Callable[[Comment], tuple[Statement, ...]],
    moderation: Moderation,
    comments: Comments,
    site: Site,
    exact: Callable[[], None],
) -> None:
    one = post()
    with pytest.raises(TooLate):
        comments.ask_for_look(site, one.id, ALICE, now_s=NOW_S)
    moderation.hide(site, [one.id], ground=INSULT, **EDITOR)
    with pytest.raises(NotYours):
        comments.ask_for_look(site, one.id, BOB, now_s=NOW_S)

    def ask(_: int) -> None:
        comments.ask_for_look(site, one.id, ALICE, now_s=NOW_S + 90)

    with ThreadPoolExecutor(16) as pool:
        [*pool.map(ask, range(32))]
    assert (now(one).status, queue(moderation, site)) == ("appealed", [one.id])
    exact()
    answer = Ground("insult", "It is about her, not the plan.")
    [upheld] = moderation.hide(site, [one.id], ground=answer, who="robin", now_s=NOW_S + 99)
    [made] = statements(one)
    assert (made.look, made.answered_by, made.answer) == ("upheld", "robin", answer.note)
    assert (made.note, now(one).status, queue(moderation, site)) == (INSULT.note, "hidden", [])
    ask(0)
    assert queue(moderation, site) == []
    moderation.undo(site, [upheld.audit_id], **EDITOR)
    assert (now(one).status, statements(one)[0].look) == ("appealed", "asked")
    moderation.publish(site, [one.id], **EDITOR)
    [made] = statements(one)
    assert (made.look, made.answered_by, made.over) == ("reversed", "erin", NOW_S + 60)
    assert in_force(statements(one)) == made and now(one).status == "approved"
    exact()


def test_a_deleted_comment_comes_back_for_its_second_look_hidden_from_readers(
    post: Callable[..., Comment],
    now: Callable[[Comment], Comment],
    statements: Callable[[Comment], tuple[Statement, ...]],
    moderation: Moderation,
    comments: Comments,
    site: Site,
    connection: Connection,
    exact: Callable[[], None],
) -> None:
    one, other = post(), post("Other.", at_s=NOW_S + 1)
    moderation.delete(site, [one.id, other.id], ground=Ground("private"), **EDITOR)
    [made] = statements(one)
    assert (made.act, made.reason) == ("delete", "private")
    kept = comments.deleted(site, {one.id: made})[one.id]
    assert kept and kept.text == "Good."
    with pytest.raises(NotYours):
        comments.ask_for_look(site, one.id, BOB, now_s=NOW_S)
    comments.ask_for_look(site, one.id, ALICE, now_s=NOW_S + 90)
    assert (now(one).status, now(one).text) == ("appealed", "Good.")
    exact()
    moderation.delete(site, [one.id], **EDITOR)
    assert (now(one).state, statements(one)[0].look) == ("deleted", "upheld")
    comments.ask_for_look(site, one.id, ALICE, now_s=NOW_S + 91)
    assert queue(moderation, site) == []
    for key in connection.client.keys("*:cz:*"):
        connection.client.delete(key)  # as seven days do
    with pytest.raises(NotFound):
        comments.ask_for_look(site, other.id, ALICE, now_s=NOW_S + 90)
    assert comments.deleted(site, {other.id: statements(other)[0]}) == {other.id: None}
    exact()


def test_an_editors_change_of_the_text_is_no_statement(
    post: Callable[..., Comment],
    statements: Callable[[Comment], tuple[Statement, ...]],
    moderation: Moderation,
    site: Site,
) -> None:
    one = post()
    assert one.score is not None
    moderation.edit(site, one.id, NewText("Alice", "Better.", one.score), **EDITOR)
    moderation.correct(site, [one.id], "negative", **EDITOR)
    moderation.hold(site, [one.id], **EDITOR)
    assert statements(one) == ()
