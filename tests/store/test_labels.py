"""Labels in the real store: one of an editor on a comment, whatever is repeated or comes late."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE
from widget.domain.comments.comment import Comment
from widget.domain.labels import Label
from widget.domain.model import Site
from widget.store import keys
from widget.store.backup.selection import is_backed_up
from widget.store.comments.comments import Comments
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.labels import Labels

ANA = Label("c" * 20, "Ana", "negative", "random", NOW_S, "0123456789ab")
BO = replace(ANA, editor='Bo "#{x}"', answer="positive", draw="uncertain")
CORRECTION = replace(ANA, answer="neutral", draw="correction")
OTHER = replace(ANA, comment_id="d" * 20)


@pytest.fixture
def labels(connection: Connection) -> Labels:
    return Labels(connection)


def test_labels_are_listed_in_the_order_in_which_they_were_stored(
    labels: Labels, site: Site
) -> None:
    assert labels.of_site(site) == []
    for label in (OTHER, BO, ANA):
        assert labels.put(site, label) == "stored"
    assert labels.of_site(site) == [OTHER, BO, ANA]
    assert labels.book(site).latest == 3
    assert labels.of_site(replace(site, key="other")) == []


def test_the_same_label_again_is_one_label(labels: Labels, site: Site) -> None:
    assert labels.put(site, ANA) == "stored"
    assert labels.put(site, replace(ANA, at_s=NOW_S + 9)) == "repeated"
    assert labels.of_site(site) == [ANA]


def test_another_answer_replaces_the_first(labels: Labels, site: Site) -> None:
    changed = replace(ANA, answer="positive")
    for label in (ANA, OTHER, changed):
        labels.put(site, label)
    assert labels.of_site(site) == [OTHER, changed]


def test_a_label_of_an_earlier_text_is_replaced(labels: Labels, site: Site) -> None:
    again = replace(ANA, text_id="ba9876543210")
    labels.put(site, ANA)
    assert labels.put(site, again) == "stored"
    assert labels.of_site(site) == [again]


def test_only_an_editors_own_label_is_taken_back(labels: Labels, site: Site) -> None:
    for label in (ANA, BO):
        labels.put(site, label)
    assert labels.take_back(site, ANA.comment_id, "Ana") == ANA
    assert labels.take_back(site, ANA.comment_id, "Ana") is None
    assert labels.take_back(site, OTHER.comment_id, "Ana") is None
    assert labels.of_site(site) == [BO]


def test_an_answer_that_comes_after_its_label_was_taken_back_is_late(
    labels: Labels, site: Site
) -> None:
    shown = labels.book(site).latest
    labels.put(site, ANA, shown=shown)
    labels.put(site, OTHER, shown=labels.book(site).latest)
    labels.take_back(site, OTHER.comment_id, "Ana")
    labels.take_back(site, ANA.comment_id, "Ana")
    assert labels.put(site, ANA, shown=shown) == "late"
    assert labels.of_site(site) == []
    assert labels.put(site, BO, shown=shown) == "stored"  # it is another editor's
    assert labels.put(site, ANA, shown=labels.book(site).latest) == "stored"


def test_a_correction_does_not_replace_what_was_answered_unseen(labels: Labels, site: Site) -> None:
    labels.put(site, ANA)
    assert labels.put(site, CORRECTION) == "kept"
    assert labels.take_back(site, ANA.comment_id, "Ana", draw="correction") is None
    assert labels.of_site(site) == [ANA]


def test_an_answer_in_a_session_replaces_a_correction(labels: Labels, site: Site) -> None:
    assert labels.put(site, CORRECTION) == "stored"
    assert labels.put(site, replace(CORRECTION, answer="positive")) == "stored"
    assert labels.put(site, ANA) == "stored"
    assert labels.of_site(site) == [ANA]


def test_a_correction_is_taken_back_as_one(labels: Labels, site: Site) -> None:
    labels.put(site, CORRECTION)
    assert labels.take_back(site, ANA.comment_id, "Ana", draw="correction") == CORRECTION
    assert labels.of_site(site) == []


def test_a_hundred_answers_at_once_are_one_each(labels: Labels, site: Site) -> None:
    answers = [replace(ANA, comment_id=f"{number % 25:020}") for number in range(100)]
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda label: labels.put(site, label), answers))
    assert results.count("stored") == 25
    assert len(labels.of_site(site)) == 25


def test_forgotten_labels_leave_nothing(labels: Labels, site: Site, connection: Connection) -> None:
    for label in (ANA, BO, OTHER):
        labels.put(site, label)
    labels.forget(site, [ANA.comment_id, "e" * 20])
    labels.forget(site, [])
    assert labels.of_site(site) == [OTHER]
    assert connection.client.hexists(keys.labels("news"), ANA.comment_id) is False


def test_a_back_up_has_labels() -> None:
    assert is_backed_up(keys.labels("news").encode())


def test_a_deleted_comment_keeps_no_label(
    labels: Labels,
    site: Site,
    connection: Connection,
    comments: Comments,
    post: Callable[..., Comment],
) -> None:
    own, removed, stays = post("One."), post("Two."), post("Three.")
    for comment in (own, removed, stays):
        labels.put(site, replace(ANA, comment_id=comment.id))
    comments.delete(site, own.id, ALICE, now_s=NOW_S)
    Moderation(connection).delete(site, [removed.id], who="ed", now_s=NOW_S)
    assert [label.comment_id for label in labels.of_site(site)] == [stays.id]
