"""Label sessions on the real store: what is drawn, what is stored, and a fuzz against a model."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE, GLAD
from tests.support.labelled import Editors, Model
from widget.domain.comments.comment import Comment
from widget.domain.errors import BadField
from widget.domain.labels import ANSWERS, Label
from widget.domain.model import Site
from widget.services.labelling import Labelling, Session
from widget.services.tone import SiteTone
from widget.store.comments.comments import Comments, Edit
from widget.store.comments.moderation import Moderation, NewText
from widget.store.comments.sampling import DRAWN, CommentSampling
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.embedded import EmbeddedStore
from widget.store.labels import Labels

Post = Callable[..., Comment]
SPANISH = "Claro, porque lo que este pueblo necesita es otro aparcamiento, gracias."


@pytest.fixture(autouse=True)
def same_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give comments the same ids in every run, on which the draws depend."""
    monkeypatch.setattr("secrets.randbits", Random(4).getrandbits)


@pytest.fixture
def labelling(connection: Connection) -> Labelling:
    return Labelling(connection, SiteTone(connection))


@pytest.fixture
def labels(connection: Connection) -> Labels:
    return Labels(connection)


def label_of(session: Session, editor: str, answer: str = "neutral", at_s: int = NOW_S) -> Label:
    assert session.drawn is not None
    comment = session.drawn.comment
    return Label(comment.id, editor, answer, session.drawn.draw, at_s, comment.text_id)


def answer_all(labelling: Labelling, site: Site, editor: str, most: int = 99) -> list[Label]:
    """Answer as long as there is a comment, and return the labels."""
    given: list[Label] = []
    while len(given) < most:
        session = labelling.session(site, editor)
        if session.drawn is None:
            break
        given.append(label_of(session, editor, ANSWERS[len(given) % 4], NOW_S + len(given)))
        assert labelling.answer(site, given[-1], shown=session.shown) == "stored"
    return given


def test_every_comment_is_drawn_once_for_each_editor(
    labelling: Labelling, site: Site, post: Post
) -> None:
    ids = {post(f"I love number {n}.").id for n in range(20)}
    for editor in ("Ana", "Bo"):
        given = answer_all(labelling, site, editor)
        assert len(given) == 20 and {label.comment_id for label in given} == ids
    session = labelling.session(site, "Ana")
    assert session.drawn is None
    assert session.progress.own_total == 20
    assert session.agreement.others == ("Bo",) and session.agreement.pairs > 8


def test_only_what_readers_see_is_drawn(
    labelling: Labelling, site: Site, post: Post, connection: Connection
) -> None:
    shown, hidden, deleted = (post(f"I love {what}.") for what in ("it", "this", "that"))
    post("I love you.", why=("links",))
    moderation = Moderation(connection)
    moderation.hide(site, [hidden.id], who="ed", now_s=NOW_S)
    moderation.delete(site, [deleted.id], who="ed", now_s=NOW_S)
    assert [label.comment_id for label in answer_all(labelling, site, "Ana")] == [shown.id]


def test_the_same_page_is_the_same_comment_until_it_is_answered(
    labelling: Labelling, site: Site, post: Post
) -> None:
    for number in range(40):
        post(f"I love number {number}.")
    pages = [labelling.session(site, "Ana") for _ in range(5)]
    assert len({page.drawn and page.drawn.comment.id for page in pages}) == 1
    first = {
        (drawn := labelling.session(site, f"Editor {n}").drawn) and drawn.comment.id
        for n in range(20)
    }
    assert len(first) > 8  # each editor begins elsewhere


def test_draws_at_random_are_uniform_and_the_uncertain_ones_are_kept_apart(
    labelling: Labelling, site: Site, post: Post
) -> None:
    """A random draw never depends on whether a comment was drawn for being hard."""
    ids = {post(f"I love number {number}.").id for number in range(12)}
    drawn: dict[str, Counter[str]] = {"random": Counter(), "uncertain": Counter()}
    for editor in range(120):
        found = labelling.session(site, f"{editor}").drawn
        assert found is not None
        drawn[found.draw][found.comment.id] += 1
    assert drawn["random"].keys().isdisjoint(drawn["uncertain"])
    assert {*drawn["random"], *drawn["uncertain"]} <= ids
    assert 10 < drawn["uncertain"].total() < 36  # 20 are expected
    expected = drawn["random"].total() / len(drawn["random"])
    chi_squared = sum((n - expected) ** 2 / expected for n in drawn["random"].values())
    assert len(drawn["random"]) > 6 and chi_squared < 30  # 99.9 % of uniform draws


def test_the_least_certain_comment_is_drawn_by_uncertainty(
    labelling: Labelling, site: Site, post: Post
) -> None:
    for number in range(24):
        post(f"I hate this stupid idea {number}, it is terrible and I am angry.")
    hard = {post(f"Well, that is one way to see it, number {n}.").id for n in range(12)}
    first = [labelling.session(site, f"{editor}").drawn for editor in range(24)]
    uncertain = {one.comment.id for one in first if one and one.draw == "uncertain"}
    assert uncertain and uncertain <= hard


def test_every_third_comment_is_one_that_another_editor_answered(
    labelling: Labelling, site: Site, post: Post
) -> None:
    for number in range(100):
        post(f"I love number {number}.")
    first = {
        label.comment_id
        for label in answer_all(labelling, site, "Ana", 16)
        if label.draw == "random"
    }
    second = answer_all(labelling, site, "Bo", 30)
    shared = [label for label in second if label.comment_id in first]
    assert all(label.draw == "random" for label in shared)
    assert 6 <= len(shared) <= 16


def test_a_corrected_comment_can_still_be_drawn(
    labelling: Labelling, site: Site, post: Post, labels: Labels, connection: Connection
) -> None:
    comment = post("I love it.")
    corrected(labelling, connection, site, comment.id, "negative")
    [label] = answer_all(labelling, site, "Ana")
    assert label.comment_id == comment.id
    assert labels.of_site(site) == [label]


def test_what_changed_between_draw_and_answer_is_not_labelled(
    labelling: Labelling,
    site: Site,
    post: Post,
    labels: Labels,
    comments: Comments,
    connection: Connection,
) -> None:
    moderation = Moderation(connection)

    def edit(one: str) -> None:
        comments.edit(site, one, ALICE, Edit("Other words.", GLAD), now_s=NOW_S)

    def hide(one: str) -> None:
        moderation.hide(site, [one], who="ed", now_s=NOW_S)

    def delete(one: str) -> None:
        comments.delete(site, one, ALICE, now_s=NOW_S)

    for change in (edit, hide, delete):
        for_all = [post("I love it.") for _ in range(3)]
        session = labelling.session(site, "Ana")
        given = label_of(session, "Ana")
        change(given.comment_id)
        assert labelling.answer(site, given, shown=session.shown) == "gone"
        moderation.hide(site, [one.id for one in for_all], who="ed", now_s=NOW_S)
    assert labels.of_site(site) == []


def test_a_comment_that_is_deleted_while_its_label_is_stored_keeps_none(
    labelling: Labelling,
    site: Site,
    post: Post,
    labels: Labels,
    comments: Comments,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    post("I love it.")
    session = labelling.session(site, "Ana")
    given = label_of(session, "Ana")
    put = Labels.put

    def delete_and_put(self: Labels, *arguments: Any, **more: Any) -> Any:
        comments.delete(site, given.comment_id, ALICE, now_s=NOW_S)
        return put(self, *arguments, **more)

    monkeypatch.setattr(Labels, "put", delete_and_put)
    assert labelling.answer(site, given, shown=session.shown) == "gone"
    assert labels.of_site(site) == []


def test_an_unknown_answer_is_refused(labelling: Labelling, site: Site, post: Post) -> None:
    post("I love it.")
    session = labelling.session(site, "Ana")
    with pytest.raises(BadField):
        labelling.answer(site, label_of(session, "Ana", "mixed"), shown=session.shown)


def test_back_returns_to_the_comment_with_its_draw(
    labelling: Labelling, site: Site, post: Post
) -> None:
    for number in range(20):
        post(f"I love number {number}.")
    given = answer_all(labelling, site, "Ana", 5)
    for label in given[::-1]:
        session = labelling.session(site, "Ana")
        assert session.last == label
        assert labelling.take_back(site, label.comment_id, "Ana") == label
        assert labelling.take_back(site, label.comment_id, "Ana") is None
        again = labelling.session(site, "Ana", again=(label.comment_id, label.draw)).drawn
        assert again and (again.comment.id, again.draw) == (label.comment_id, label.draw)
    assert labelling.session(site, "Ana").last is None


def test_a_session_is_in_one_language(labelling: Labelling, site: Site, post: Post) -> None:
    for number in range(12):
        post(f"I love number {number}, it is a good story.")
    assert labelling.session(site, "Ana").languages == ("en",)
    spanish = {post(f"{SPANISH} {number}").id for number in range(4)}
    session = labelling.session(site, "Ana")
    assert (session.languages, session.language) == (("en", "es"), "en")
    assert session.drawn and session.drawn.comment.id not in spanish
    assert labelling.session(site, "Ana", language="xx").language == "en"
    for number in range(4):
        session = labelling.session(site, "Ana", language="es")
        assert session.drawn and session.drawn.comment.id in spanish
        assert session.drawn.draw == "random"  # nothing scores it
        given = label_of(session, "Ana", at_s=NOW_S + number)
        assert labelling.answer(site, given, shown=session.shown) == "stored"
    assert labelling.session(site, "Ana", language="es").drawn is None


def test_labelling_is_one_line_of_the_log_each_day(
    labelling: Labelling, site: Site, post: Post, connection: Connection
) -> None:
    for number in range(6):
        post(f"I love number {number}.")
    for editor in ("Ana", "Bo"):
        answer_all(labelling, site, editor, 3)
    session = labelling.session(site, "Ana")
    labelling.answer(site, label_of(session, "Ana", at_s=NOW_S + 86400), shown=session.shown)
    found = [(one.action, one.who, one.object) for one in Audit(connection).page(site)]
    assert sorted(found) == [("comments labelled", who, "") for who in ("Ana", "Ana", "Bo")]


def corrected(
    labelling: Labelling,
    connection: Connection,
    site: Site,
    comment_id: str,
    label: str,
    who: str = "Ana",
) -> str:
    """Set a comment's label as the desk does, and return the entry of the log."""
    [outcome] = Moderation(connection).correct(site, [comment_id], label, who=who, now_s=NOW_S)
    labelling.correct(site, [outcome], label, who=who, now_s=NOW_S)
    return outcome.audit_id


def undone(labelling: Labelling, connection: Connection, site: Site, audit_id: str) -> str:
    [outcome] = Moderation(connection).undo(site, [audit_id], who="Cy", now_s=NOW_S)
    entry = Audit(connection).get(site, audit_id)
    assert entry is not None
    labelling.undo_correction(site, entry, who="Cy", now_s=NOW_S)
    return outcome.audit_id


def test_a_correction_is_a_label_until_it_is_undone(
    labelling: Labelling, site: Site, post: Post, labels: Labels, connection: Connection
) -> None:
    comment = post("I love it.")
    made = Label(comment.id, "Ana", "negative", "correction", NOW_S, comment.text_id)
    by_ana = corrected(labelling, connection, site, comment.id, "negative")
    assert labels.of_site(site) == [made]
    by_bo = corrected(labelling, connection, site, comment.id, "mixed", who="Bo")
    second = replace(made, editor="Bo", answer="cannot_say")
    assert labels.of_site(site) == [made, second]
    undone(labelling, connection, site, by_bo)
    assert labels.of_site(site) == [made]
    again = undone(labelling, connection, site, by_ana)
    assert labels.of_site(site) == []
    undone(labelling, connection, site, again)  # by Cy, whose label it is now
    assert labels.of_site(site) == [replace(made, editor="Cy")]
    corrected(labelling, connection, site, comment.id, "", who="Cy")
    assert labels.of_site(site) == []


def test_a_correction_that_is_sent_again_is_the_label_of_who_made_it(
    labelling: Labelling, site: Site, post: Post, labels: Labels, connection: Connection
) -> None:
    comment = post("I love it.")
    Moderation(connection).correct(site, [comment.id], "negative", who="Ana", now_s=NOW_S)
    corrected(labelling, connection, site, comment.id, "negative", who="Bo")  # it is so already
    assert labels.of_site(site) == []
    corrected(labelling, connection, site, comment.id, "negative")
    assert [label.editor for label in labels.of_site(site)] == ["Ana"]


def test_two_corrections_of_one_editor_are_undone_one_by_one(
    labelling: Labelling, site: Site, post: Post, labels: Labels, connection: Connection
) -> None:
    comment = post("I love it.")
    corrected(labelling, connection, site, comment.id, "negative")
    second = corrected(labelling, connection, site, comment.id, "neutral")
    undone(labelling, connection, site, second)
    [label] = labels.of_site(site)
    assert (label.answer, label.draw) == ("negative", "correction")


def test_a_large_site_is_sampled(
    connection: Connection, site: Site, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {post(f"Number {number}.").id for number in range(50)}
    monkeypatch.setattr("widget.store.comments.sampling.READ_WHOLE", 10)
    monkeypatch.setattr("widget.store.comments.sampling.DRAWN", 20)
    sampling, drawn = CommentSampling(connection), Counter[str]()
    for seed in range(60):
        found = sampling.ids(site, f"{seed}")
        assert len({*found}) == len(found) == 20 < DRAWN
        drawn.update(found)
    assert drawn.keys() == ids and min(drawn.values()) > 8  # 24 are expected


@pytest.mark.parametrize("seed", range(3))
def test_no_label_is_lost_or_doubled(
    connection: Connection, redis_server: EmbeddedStore, site: Site, post: Post, seed: int
) -> None:
    """Two editors with two tabs each, who repeat, go back, come late, and lose the store."""
    model = Model(connection, Connection(redis_server.url, timeout_ms=60), site, Random(seed))
    for number in range(14):
        model.seen(post(f"I love number {number}."))
    Editors(model).act(150)
    model.check()


def test_the_news_of_an_edited_comment(
    labelling: Labelling, site: Site, post: Post, labels: Labels, connection: Connection
) -> None:
    """A label of an earlier text stays, and is told by its text."""
    comment = post("I love it.")
    [label] = answer_all(labelling, site, "Ana")
    new = NewText("Alice", "Other words.", GLAD)
    Moderation(connection).edit(site, comment.id, new, who="ed", now_s=NOW_S)
    assert labels.of_site(site) == [label]
    assert label.text_id != Comments(connection).get(site, comment.id).text_id
