"""The scripts of comments: states, totals, lists and undo, with a recount and under 32 threads."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE, BOB, CROSS, GLAD, SPANISH
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.comments.comment import (
    CORRECTIONS,
    EDIT_WINDOW_S,
    Comment,
    Draft,
    Score,
    new_id,
    partition_of,
)
from widget.domain.errors import BadField, Closed, NotFound, NotYours, OwnComment, TooLate
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.readers.network import Allowance
from widget.store import keys
from widget.store.comments.comments import (
    CommentReport,
    Comments,
    CommentVote,
    Created,
    Edit,
    Posting,
    UpVote,
)
from widget.store.comments.moderation import Moderation, ModeratorAct, NewText, Outcome
from widget.store.comments.recount import CommentRecount
from widget.store.comments.threads import Threads
from widget.store.comments.tone_totals import ToneReadings
from widget.store.connect import Connection
from widget.store.desk.audit import Audit

EDITOR: dict[str, Any] = {"who": "erin", "now_s": NOW_S + 60}


@pytest.fixture
def moderation(connection: Connection) -> Moderation:
    return Moderation(connection)


@pytest.fixture
def tone(connection: Connection) -> ToneReadings:
    return ToneReadings(connection)


@pytest.fixture
def audit(connection: Connection) -> Audit:
    return Audit(connection)


def test_a_published_comment_is_listed_and_counted_everywhere(
    post: Callable[..., Comment],
    comments: Comments,
    site: Site,
    article: ArticleRef,
    tone: ToneReadings,
    exact: Callable[[], None],
    threads: Threads,
) -> None:
    today = NOW_S // 86400
    first = post(page=Page(section="World"))
    post("Bad.", CROSS, at_s=NOW_S + 1)
    page = threads.page(site, article, now_s=NOW_S, order="newest")
    assert [t.root.text for t in page.threads] == ["Bad.", "Good."] and page.count == 2
    totals = tone.for_article(site, article)
    assert (totals.comments, totals.n, totals.sum_e4) == (2, 2, 6249 - 5423)
    assert totals.squares_e8 == 6249**2 + 5423**2
    assert totals.labels == {"positive": 1, "negative": 1}
    assert tone.for_site(site) == totals
    assert tone.by_day(site) == [(NOW_S - NOW_S % 86400, totals)]
    assert tone.by_hour_of_article(site, article) == [(NOW_S - NOW_S % 3600, totals)]
    assert tone.by_hour(site, NOW_S // 86400) == [(NOW_S - NOW_S % 3600, totals)]
    assert tone.by_section(site, [today, today - 1]) == {today: {"World": totals}, today - 1: {}}
    assert comments.get(site, first.id).section == "World"
    exact()


def test_a_comment_without_a_score_is_counted_by_its_reason_and_never_as_neutral(
    post: Callable[..., Comment],
    site: Site,
    article: ArticleRef,
    tone: ToneReadings,
    exact: Callable[[], None],
) -> None:
    post("Qué bien.", SPANISH)
    totals = tone.for_article(site, article)
    assert (totals.comments, totals.n, totals.labels, totals.mean) == (1, 0, {}, None)
    assert totals.not_scored == {"language": 1}
    exact()


def test_mean_and_deviation_come_from_whole_numbers(
    post: Callable[..., Comment], site: Site, article: ArticleRef, tone: ToneReadings
) -> None:
    for lean in (1000, 2000, 6000):
        post(f"{lean}", replace(GLAD, lean_e4=lean))
    totals = tone.for_article(site, article)
    assert totals.mean == pytest.approx(0.3) and totals.deviation == pytest.approx(0.2645751311)


def test_a_comment_without_known_words_has_no_lean_and_is_no_neutral_one(
    post: Callable[..., Comment],
    site: Site,
    article: ArticleRef,
    tone: ToneReadings,
    exact: Callable[[], None],
) -> None:
    post("I love it.", GLAD)
    score = Score("no_opinion_words", None, "", "", "2", 0)
    assert post("Trams depart hourly.", score).score == score
    totals = tone.for_article(site, article)
    assert (totals.comments, totals.n, totals.sum_e4) == (2, 1, GLAD.lean_e4)
    assert totals.labels == {"positive": 1, "no_opinion_words": 1}
    exact()


def test_the_release_before_leaves_a_compound_that_is_not_read(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    connection: Connection,
    site: Site,
    exact: Callable[[], None],
) -> None:
    one = post("I love it.", replace(GLAD, compound_e4=6369))
    assert comments.get(site, one.id).score == replace(GLAD, compound_e4=6369)
    key = keys.comment(site.key, partition_of(one.id) or 0, one.id)
    connection.client.hset(key, mapping={"tv": "1"})  # its edit sets the fields that it knows
    score = comments.get(site, one.id).score
    assert score and score.compound_e4 == score.lean_e4 == GLAD.lean_e4
    moderation.delete(site, [one.id], **EDITOR)
    assert not connection.client.hexists(key, "vc")
    [act] = moderation.history(site, [one.id])[one.id]
    moderation.undo(site, [act.id], **EDITOR)
    assert connection.client.hget(key, "vc") == b"6369"
    exact()


def test_a_held_comment_is_only_in_the_queue_with_its_reasons(
    post: Callable[..., Comment],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    moderation: Moderation,
    tone: ToneReadings,
    exact: Callable[[], None],
) -> None:
    held = post(why=("links", "first_comment"))
    assert threads.page(site, article, now_s=NOW_S, order="newest").threads == ()
    assert (
        threads.page(site, article, now_s=NOW_S, order="newest").count == 0
        and tone.for_article(site, article).comments == 0
    )
    [queued] = moderation.queue(site).comments
    assert (queued.id, queued.why, queued.state) == (held.id, ("links", "first_comment"), "held")
    with pytest.raises(NotFound):
        threads.page_around(site, article, held.id, now_s=NOW_S, order="newest")
    exact()


def test_publishing_a_first_comment_makes_its_reader_known(
    post: Callable[..., Comment], comments: Comments, site: Site, moderation: Moderation
) -> None:
    held = post(why=("first_comment",), commenter="aa11")
    assert not comments.is_known(site, "aa11")
    moderation.publish(site, [held.id], **EDITOR)
    assert comments.is_known(site, "aa11")


def test_a_repeated_text_is_held_from_any_reader(
    post: Callable[..., Comment], moderation: Moderation, site: Site
) -> None:
    assert post(fingerprint="f1").state == "published"
    again = post(fingerprint="f1", by=BOB)
    assert (again.state, again.why) == ("held", ("duplicate",))


def test_a_draft_sent_twice_is_one_comment(
    comments: Comments, site: Site, article: ArticleRef, threads: Threads
) -> None:
    def send() -> Created:
        draft = Draft(new_id(NOW_S * 1000, article.partition), "", "Al", "Text", ALICE, GLAD)
        return comments.create(site, article, draft, Posting(NOW_S, draft_id="d", fingerprint="f"))

    with ThreadPoolExecutor(16) as pool:
        created = [*pool.map(lambda _: send(), range(16))]
    assert len({c.comment.id for c in created}) == 1
    assert sorted(c.repeated for c in created) == [False] + [True] * 15
    assert threads.page(site, article, now_s=NOW_S, order="newest").count == 1


def test_a_reply_to_a_reply_joins_the_thread(
    post: Callable[..., Comment],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    exact: Callable[[], None],
) -> None:
    root = post("Root")
    answer = post("Answer", parent=root.id)
    deeper = post("Deeper", parent=answer.id, at_s=NOW_S + 1)
    assert deeper.parent == root.id
    [thread] = threads.page(site, article, now_s=NOW_S, order="newest").threads
    assert [reply.text for reply in thread.replies] == ["Answer", "Deeper"] and thread.more == 0
    exact()


@pytest.mark.parametrize("state", ["held", "deleted", "elsewhere", "made up"])
def test_a_reply_needs_a_comment_that_readers_can_see(
    post: Callable[..., Comment], moderation: Moderation, comments: Comments, site: Site, state: str
) -> None:
    root = post(
        why=("links",) if state == "held" else (),
        on=resolve_for(site, "other") if state == "elsewhere" else None,
    )
    if state == "deleted":
        moderation.delete(site, [root.id], **EDITOR)
    parent = "0" * 20 if state == "made up" else root.id
    with pytest.raises(NotFound):
        post("Answer", parent=parent)


def test_a_deleted_thread_keeps_its_place_while_it_has_replies(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    site: Site,
    article: ArticleRef,
    exact: Callable[[], None],
    threads: Threads,
) -> None:
    root = post("Root")
    reply = post("Answer", parent=root.id)
    comments.delete(site, root.id, ALICE, now_s=NOW_S)
    [thread] = threads.page(site, article, now_s=NOW_S, order="newest").threads
    assert (thread.root.state, thread.root.text, thread.root.name) == ("deleted", "", "")
    assert (thread.root.mark, thread.root.score) == (b"", None)
    exact()
    moderation.hide(site, [reply.id], **EDITOR)
    assert threads.page(site, article, now_s=NOW_S, order="newest").threads == ()
    exact()


def test_readers_can_change_their_own_comments_for_15_minutes(
    post: Callable[..., Comment],
    comments: Comments,
    site: Site,
    tone: ToneReadings,
    article: ArticleRef,
    exact: Callable[[], None],
) -> None:
    mine = post()
    with pytest.raises(NotYours):
        comments.edit(site, mine.id, BOB, Edit("x", CROSS), now_s=NOW_S)
    with pytest.raises(NotYours):
        comments.delete(site, mine.id, BOB, now_s=NOW_S)
    edited = comments.edit(site, mine.id, ALICE, Edit("Bad.", CROSS), now_s=NOW_S + 10)
    assert (edited.text, edited.edited_s, edited.state) == ("Bad.", NOW_S + 10, "published")
    assert tone.for_article(site, article).labels == {"negative": 1}
    with pytest.raises(TooLate):
        comments.delete(site, mine.id, ALICE, now_s=NOW_S + EDIT_WINDOW_S)
    with pytest.raises(TooLate):
        comments.edit(site, mine.id, ALICE, Edit("x", GLAD), now_s=NOW_S + EDIT_WINDOW_S)
    comments.delete(site, mine.id, ALICE, now_s=NOW_S + EDIT_WINDOW_S - 1)
    with pytest.raises(NotFound):
        comments.edit(site, mine.id, ALICE, Edit("x", GLAD), now_s=NOW_S + 20)
    assert tone.for_article(site, article).comments == 0
    exact()


def test_an_edit_with_reasons_is_held_and_an_edit_does_not_release_a_held_comment(
    post: Callable[..., Comment], comments: Comments, site: Site, exact: Callable[[], None]
) -> None:
    mine = post()
    held = comments.edit(site, mine.id, ALICE, Edit("l", GLAD, ("links",)), now_s=NOW_S)
    assert (held.state, held.why) == ("held", ("links",))
    still = comments.edit(site, mine.id, ALICE, Edit("l", GLAD), now_s=NOW_S)
    assert (still.state, still.why) == ("held", ("links",))
    exact()


def test_an_up_vote_is_idempotent_and_can_be_taken_back(
    post: Callable[..., Comment], comments: Comments, site: Site
) -> None:
    theirs = post()

    def up(seq: int, up: bool = True, by: bytes = BOB, now_s: int = NOW_S) -> UpVote:
        return comments.vote(site, theirs.id, CommentVote(by, by, seq, up, now_s))

    for _ in range(5):
        assert up(1).ups == 1
    assert (up(3, False).ups, up(2).ups, up(4).ups) == (0, 0, 1)
    assert comments.own_votes(site, {theirs.id: BOB}) == {theirs.id: (True, 4)}
    with pytest.raises(OwnComment):
        up(1, by=ALICE)
    with pytest.raises(Closed):
        up(9, now_s=NOW_S + site.open_days * 86400)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(lambda n: up(1, by=n.to_bytes(8, "big")), range(300)))
    assert comments.get(site, theirs.id).ups == 301


def test_a_report_queues_a_comment_and_several_hold_it(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
) -> None:
    theirs = post()
    for _ in range(3):
        comments.report(site, theirs.id, CommentReport(BOB, BOB, NOW_S))
    [queued] = moderation.queue(site).comments
    assert (queued.state, queued.reports) == ("published", 1)
    for reader in range(4):
        comments.report(site, theirs.id, CommentReport(bytes([reader]) * 8, b"", NOW_S))
    held = comments.get(site, theirs.id)
    assert (held.state, held.why) == ("held", ("reported",))
    exact()
    moderation.publish(site, [theirs.id], **EDITOR)
    comments.report(site, theirs.id, CommentReport(b"another.", b"", NOW_S))
    assert comments.get(site, theirs.id).state == "published"
    assert moderation.queue(site).comments == ()
    with pytest.raises(OwnComment):
        comments.report(site, theirs.id, CommentReport(b"mark", ALICE, NOW_S))
    exact()


def test_an_article_takes_comments_for_as_long_as_its_site_allows(
    post: Callable[..., Comment], site: Site
) -> None:
    post()
    with pytest.raises(Closed):
        post(at_s=NOW_S + site.comments.close_days * 86400)


ACTS: dict[str, Callable[[Moderation, Site, list[str]], list[Outcome]]] = {
    "publish": lambda m, site, ids: m.publish(site, ids, **EDITOR),
    "hold": lambda m, site, ids: m.hold(site, ids, **EDITOR),
    "hide": lambda m, site, ids: m.hide(site, ids, **EDITOR),
    "delete": lambda m, site, ids: m.delete(site, ids, **EDITOR),
    "correct": lambda m, site, ids: m.correct(site, ids, "mixed", **EDITOR),
    "edit": lambda m, site, ids: [
        m.edit(site, i, NewText("N", "Other", CROSS), **EDITOR) for i in ids
    ],
}


@pytest.mark.parametrize("start", ["published", "held"])
@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_audited_and_can_be_undone_and_redone(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    audit: Audit,
    site: Site,
    exact: Callable[[], None],
    act: str,
    start: str,
) -> None:
    one = post(why=("links",) if start == "held" else ())
    [outcome] = ACTS[act](moderation, site, [one.id])
    if (act, start) == ("hold", "held"):
        assert (outcome.result, audit.page(site)) == ("unchanged", [])
        return
    done = comments.get(site, one.id)
    entry = audit.get(site, outcome.audit_id)
    assert entry is not None
    assert (entry.who, entry.action, entry.object) == ("erin", act, one.id)
    exact()
    [undone] = moderation.undo(site, [outcome.audit_id], **EDITOR)
    assert undone.result == "done"
    assert comments.get(site, one.id) == replace(one, edited_s=0)
    entry = audit.get(site, undone.audit_id)
    assert entry is not None and entry.undoes == outcome.audit_id
    exact()
    [again] = moderation.undo(site, [undone.audit_id], **EDITOR)
    assert again.result == "done"
    redone = comments.get(site, one.id)
    assert (redone.state, redone.text, redone.label) == (done.state, done.text, done.label)
    exact()


@pytest.mark.parametrize("start", ["published", "held", "reported", "approved", "hidden"])
def test_an_act_on_a_comment_unchanged_since_the_editor_saw_it_is_done(
    post: Callable[..., Comment], comments: Comments, moderation: Moderation, site: Site, start: str
) -> None:
    one = post("Größe 👩‍👩‍👧 \n <b>", why=("links",) if start == "held" else ())
    if start == "reported":
        comments.report(site, one.id, CommentReport(BOB, BOB, NOW_S))
    elif start != one.state:
        act = moderation.publish if start == "approved" else moderation.hide
        act(site, [one.id], **EDITOR)
    moderation.correct(site, [one.id], "neutral", **EDITOR)
    now = comments.get(site, one.id)
    assert now.status == start
    [outcome] = moderation.correct(site, [one.id], "", seen={one.id: now.version}, **EDITOR)
    assert outcome.result == "done"
    now = comments.get(site, one.id)
    [outcome] = moderation.delete(site, [one.id], seen={one.id: now.version}, **EDITOR)
    assert outcome.result == "done"


def test_an_act_on_a_comment_changed_since_the_editor_saw_it_does_nothing(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
) -> None:
    edited, hidden = post(), post(at_s=NOW_S + 1)
    seen = {one.id: one.version for one in (edited, hidden)}
    comments.edit(site, edited.id, edited.mark, Edit("Worse.", CROSS), now_s=NOW_S + 9)
    moderation.hide(site, [hidden.id], **EDITOR)
    ids = [edited.id, hidden.id]
    for act in (moderation.publish, moderation.delete):
        results = [o.result for o in act(site, ids, seen=seen, **EDITOR)]
        assert results == ["changed_since"] * 2
    [late] = moderation.hide(site, [hidden.id], seen=seen, **EDITOR)
    assert late.result == "unchanged"  # both editors wanted the same
    outcome = moderation.edit(
        site, edited.id, NewText("N", "Mine.", GLAD), seen=seen[edited.id], **EDITOR
    )
    assert outcome.result == "changed_since"
    assert comments.get(site, edited.id).text == "Worse."
    exact()


def test_a_comments_history_lists_the_editors_acts(
    post: Callable[..., Comment], moderation: Moderation, site: Site
) -> None:
    one, other = post(), post()
    [hidden] = moderation.hide(site, [one.id], **EDITOR)
    [undone] = moderation.undo(site, [hidden.audit_id], **EDITOR)
    moderation.hold(site, [other.id], **EDITOR)
    found = moderation.history(site, [one.id, other.id, "x"])
    assert [entry.id for entry in found[one.id]] == [undone.audit_id, hidden.audit_id]
    assert [entry.action for entry in found[other.id]] == ["hold"]
    newest = moderation.history(site, [one.id], most=1)
    assert [entry.action for entry in newest[one.id]] == ["undo"]


def test_newer_comments_in_the_queue_are_counted(
    post: Callable[..., Comment], moderation: Moderation, site: Site
) -> None:
    first = post(why=("links",))
    assert moderation.waiting(site, after=first.id) == 0
    post(at_s=NOW_S + 5, why=("links",), on=resolve_for(site, "elsewhere"))
    assert (moderation.waiting(site), moderation.waiting(site, after=first.id)) == (2, 1)


def test_an_act_cannot_be_undone_after_a_later_one(
    post: Callable[..., Comment], moderation: Moderation, site: Site
) -> None:
    one = post()
    [hidden] = moderation.hide(site, [one.id], **EDITOR)
    moderation.publish(site, [one.id], **EDITOR)
    [outcome] = moderation.undo(site, [hidden.audit_id], **EDITOR)
    assert outcome.result == "changed_since"


def test_a_removed_text_cannot_be_restored_after_seven_days(
    post: Callable[..., Comment],
    moderation: Moderation,
    connection: Connection,
    site: Site,
    article: ArticleRef,
    audit: Audit,
) -> None:
    one = post("Secret words")
    [outcome] = moderation.delete(site, [one.id], **EDITOR)
    raw_id = outcome.audit_id.partition(".")[0]
    key = keys.comment_before(site.key, article.partition, raw_id)
    assert 7 * 86400 - 60 < connection.client.ttl(key) <= 7 * 86400
    connection.client.delete(key)
    [outcome] = moderation.undo(site, [outcome.audit_id], **EDITOR)
    assert outcome.result == "gone"
    assert "Secret" not in repr(audit.page(site))


def test_the_queue_and_the_audit_log_merge_the_partitions_in_pages(
    post: Callable[..., Comment], moderation: Moderation, audit: Audit, site: Site
) -> None:
    ids = [
        post(f"c{n}", at_s=NOW_S + n, on=resolve_for(site, f"story-{n}"), why=("links",)).id
        for n in range(45)
    ]
    first = moderation.queue(site)
    second = moderation.queue(site, after=first.next)
    third = moderation.queue(site, after=second.next)
    listed = [c.id for part in (first, second, third) for c in part.comments]
    assert listed == ids and third.next == "" and moderation.waiting(site) == 45
    outcomes = moderation.publish(site, ids, **EDITOR)
    assert {o.result for o in outcomes} == {"done"}
    seen, before = [], ""
    while page := audit.page(site, before=before, limit=7):
        seen += [entry.id for entry in page]
        before = page[-1].id
    assert sorted(seen) == sorted(o.audit_id for o in outcomes)


def test_an_act_on_the_site_itself_is_logged(audit: Audit, site: Site) -> None:
    logged = audit.append(site, "erin", "settings", "site", change=("a", "b"), at_s=NOW_S)
    [entry] = audit.page(site)
    assert (entry.id, entry.kind, entry.before, entry.after) == (logged, "site", "a", "b")


def test_a_correction_of_an_older_release_counts_and_can_be_undone_back_to(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    tone: ToneReadings,
    site: Site,
    exact: Callable[[], None],
) -> None:
    one = post("I love it.", GLAD)
    moderation.correct(site, [one.id], "mixed", **EDITOR)
    act = ModeratorAct("erin", NOW_S, "correct", "label", "no_opinion_words")
    assert moderation._act(site, one.id, act).result == "done"
    moderation.correct(site, [one.id], "neutral", **EDITOR)
    exact()
    newest = moderation.history(site, [one.id])[one.id][0]
    [outcome] = moderation.undo(site, [newest.id], **EDITOR)
    assert outcome.result == "done" and comments.get(site, one.id).label == "no_opinion_words"
    assert tone.for_site(site).labels == {"no_opinion_words": 1}
    exact()


def test_acts_on_unknown_comments_are_refused(moderation: Moderation, site: Site) -> None:
    for made_up in ("", "x", "0" * 20, "../../etc"):
        [outcome] = moderation.hide(site, [made_up], **EDITOR)
        assert outcome.result == "not_found"
    assert moderation.undo(site, ["1-1.0", "x"], **EDITOR)[0].result == "not_found"
    with pytest.raises(BadField):
        moderation.correct(site, [], "wonderful", **EDITOR)
    for label in ("unclear", "no_opinion_words"):  # the scorer's own words
        assert label not in CORRECTIONS
        with pytest.raises(BadField):
            moderation.correct(site, [], label, **EDITOR)


def test_32_threads_leave_exact_totals(
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    site: Site,
    exact: Callable[[], None],
) -> None:
    articles = [resolve_for(site, f"story-{n}") for n in range(3)]
    roots = [post(f"root {n}", on=articles[n % 3]) for n in range(6)]
    shared = [(root.id, root.article_id) for root in roots]

    def one_thread(seed: int) -> None:
        chance = random.Random(seed)
        for step in range(25):
            at_s = NOW_S + chance.randint(0, 9000)
            target, article_id = chance.choice(shared)
            act = chance.randrange(9)
            try:
                if act < 4:
                    on = next(a for a in articles if a.id == article_id)
                    made = post(
                        f"{seed} {step}",
                        chance.choice((GLAD, CROSS, SPANISH)),
                        at_s=at_s,
                        on=on,
                        why=chance.choice(((), (), ("links",))),
                        **({"parent": target} if chance.random() < 0.4 else {}),
                    )
                    shared.append((made.id, made.article_id))
                elif act == 4:
                    comments.edit(
                        site,
                        target,
                        ALICE,
                        Edit(f"{seed}", CROSS, chance.choice(((), ("links",)))),
                        now_s=NOW_S,
                    )
                elif act == 5:
                    comments.delete(site, target, ALICE, now_s=NOW_S)
                elif act == 6:
                    comments.report(site, target, CommentReport(bytes([seed]) * 8, b"", NOW_S))
                else:
                    name = chance.choice([*ACTS])
                    [outcome] = ACTS[name](moderation, site, [target])
                    if outcome.audit_id and chance.random() < 0.5:
                        moderation.undo(site, [outcome.audit_id], **EDITOR)
            except (NotFound, TooLate, NotYours):
                pass  # another thread was first

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(one_thread, range(32)))
    exact()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["post", "reply", "edit", "remove", "report", "vote", "undo", *ACTS]),
        st.integers(0, 7),
        st.sampled_from([GLAD, CROSS, SPANISH]),
        st.booleans(),
    ),
    max_size=30,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_any_sequence_of_acts_leaves_exact_totals_and_agrees_with_the_model(
    connection: Connection,
    post: Callable[..., Comment],
    comments: Comments,
    moderation: Moderation,
    site: Site,
    article: ArticleRef,
    tone: ToneReadings,
    exact: Callable[[], None],
    steps: list[tuple[Any, ...]],
) -> None:
    connection.client.flushall()
    made: list[str] = []
    audits: list[str] = []
    for act, which, score, holds in steps:
        target = made[which % len(made)] if made else "0" * 20
        why = ("links",) if holds else ()
        try:
            if act in ("post", "reply"):
                more = {"parent": target} if act == "reply" else {}
                made.append(post(f"text {len(made)}", score, why=why, **more).id)
            elif act == "edit" and holds:
                comments.edit(site, target, ALICE, Edit("edited", score, why), now_s=NOW_S + 5)
            elif act == "remove":
                comments.delete(site, target, ALICE, now_s=NOW_S + 5)
            elif act == "report":
                network = bytes([which % 6]) * 16
                comments.report(site, target, CommentReport(bytes([which]), b"", NOW_S, network))
            elif act == "vote":
                networks, most = bytes([which % 2]) * 16, Allowance(2, 9000)
                vote = CommentVote(bytes([which]), b"", len(made), holds, NOW_S, networks, most)
                comments.vote(site, target, vote)
            elif act == "undo":
                if audits:
                    moderation.undo(site, [audits[which % len(audits)]], **EDITOR)
            else:
                [outcome] = ACTS[act](moderation, site, [target])
                audits += [outcome.audit_id] if outcome.audit_id else []
        except (NotFound, TooLate, NotYours):
            pass
    standing = [comments.get(site, one) for one in made]
    published = [c for c in standing if c.state == "published"]
    totals = tone.for_article(site, article)
    assert totals.comments == len(published)
    assert totals.sum_e4 == sum((c.score and c.score.lean_e4) or 0 for c in published)
    assert sum(totals.labels.values()) + sum(totals.not_scored.values()) == len(published)
    exact()


def test_a_manual_change_of_a_total_is_reported(
    post: Callable[..., Comment], connection: Connection, site: Site, article: ArticleRef
) -> None:
    one = post()
    connection.client.hincrby(keys.article_tone(site.key, article.partition, article.id), "n/", 2)
    connection.client.zadd(keys.held_comments(site.key, article.partition), {"0" * 20: 0})
    connection.client.hset(keys.comment_votes(site.key, article.partition, one.id), "m", 3)
    assert len([*CommentRecount(connection).mismatches(site)]) == 3
