"""The best threads first: by time and recommendations, and pages that stay right."""

import random
from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from widget.domain.article import ArticleRef
from widget.domain.comments.comment import DOUBLING_S, Comment, new_id
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import Comments, CommentVote
from widget.store.comments.moderation import Moderation
from widget.store.comments.threads import Threads, rank_from
from widget.store.connect import Connection

Page = Callable[..., tuple[list[str], str]]


@pytest.fixture
def vote(comments: Comments, site: Site) -> Callable[..., None]:
    def vote(comment: Comment, ups: int, *, up: bool = True, seq: int = 1) -> None:
        for n in range(ups):
            mark = n.to_bytes(8, "big")
            comments.vote(site, comment.id, CommentVote(mark, b"", seq, up, NOW_S + 99))

    return vote


@pytest.fixture
def page(threads: Threads, site: Site, article: ArticleRef) -> Page:
    def page(cursor: str = "", limit: int = 20) -> tuple[list[str], str]:
        found = threads.page(site, article, order="best", now_s=NOW_S, cursor=cursor, limit=limit)
        return [thread.root.text for thread in found.threads], found.next

    return page


def test_twice_as_many_recommendations_are_worth_twelve_hours(
    post: Callable[..., Comment], vote: Callable[..., None], page: Page, exact: Callable[[], None]
) -> None:
    old, loved = post("Old."), post("Loved.", at_s=NOW_S + 1)
    post("New.", at_s=NOW_S + DOUBLING_S)
    post("Later.", at_s=NOW_S + 2 * DOUBLING_S)
    assert page()[0] == ["Later.", "New.", "Loved.", "Old."]
    vote(loved, 1)
    assert page()[0] == ["Later.", "Loved.", "New.", "Old."]
    vote(old, 4)
    assert page()[0] == ["Old.", "Later.", "Loved.", "New."]
    vote(old, 4, up=False, seq=2)
    vote(loved, 1, up=False, seq=2)
    assert page()[0] == ["Later.", "New.", "Loved.", "Old."]
    exact()


def test_pages_have_no_gap_and_no_repeat_while_new_comments_and_votes_arrive(
    post: Callable[..., Comment], vote: Callable[..., None], page: Page, exact: Callable[[], None]
) -> None:
    chance = random.Random(4)
    posted = [post(f"c{n}", at_s=NOW_S + n // 3) for n in range(90)]
    for comment in chance.sample(posted, 40):
        vote(comment, chance.randint(1, 5))
    whole, end = page(limit=500)
    assert len(whole) == 90 and end == ""
    seen, cursor = [], ""
    while True:
        texts, cursor = page(cursor, limit=7)
        seen += texts
        if not cursor:
            break
        post("Newer.", at_s=NOW_S + DOUBLING_S * 9)
        vote(next(one for one in posted if one.text == seen[0]), 9)  # one that was shown
    assert seen == whole
    exact()


def test_a_long_run_of_threads_that_were_shown_hides_none_behind_it(
    post: Callable[..., Comment],
    page: Page,
    site: Site,
    article: ArticleRef,
    connection: Connection,
) -> None:
    """All of the newest 900 have such a score that they come first."""
    plain = [post(f"p{n}", at_s=NOW_S - 900 + n) for n in range(30)]
    where = site.key, article.partition
    fields = connection.client.hgetall(keys.comment(*where, plain[0].id))
    loved, pipe = {}, connection.client.pipeline(transaction=False)
    for n in range(900):
        loved[one := new_id((NOW_S + n) * 1000, article.partition)] = NOW_S + n + DOUBLING_S
        pipe.hset(keys.comment(*where, one), mapping={**fields, b"t": f"l{n}"})
    pipe.zadd(keys.threads(*where, article.id), dict.fromkeys(loved, 0))
    pipe.zadd(keys.ranked_threads(*where, article.id), loved)
    pipe.execute()
    seen, cursor = list[str](), ""
    for _ in range(60):
        texts, cursor = page(cursor, limit=50)
        seen += texts
        if not cursor:
            break
    assert seen == [f"l{n}" for n in range(899, -1, -1)] + [one.text for one in plain[::-1]]


def test_a_permalink_opens_the_page_of_the_best_with_its_comment(
    post: Callable[..., Comment],
    vote: Callable[..., None],
    threads: Threads,
    site: Site,
    article: ArticleRef,
) -> None:
    posted = [post(f"c{n}", at_s=NOW_S + n) for n in range(25)]
    vote(posted[3], 2)
    reply = post("A reply.", at_s=NOW_S + 99, parent=posted[3].id)
    page = threads.page_around(site, article, reply.id, order="best", now_s=NOW_S)
    assert page.threads[0].root.text == "c3" and page.threads[0].replies[0].id == reply.id
    page = threads.page_around(site, article, posted[0].id, order="best", now_s=NOW_S)
    assert [thread.root.text for thread in page.threads] == ["c5", "c4", "c2", "c1", "c0"]


def test_a_removed_thread_has_no_rank_and_a_restored_one_its_own(
    post: Callable[..., Comment],
    vote: Callable[..., None],
    page: Page,
    site: Site,
    connection: Connection,
    exact: Callable[[], None],
) -> None:
    one, _ = post("One."), post("Two.", at_s=NOW_S + 1)
    vote(one, 3)
    moderation = Moderation(connection)
    [hidden] = moderation.hide(site, [one.id], who="erin", now_s=NOW_S)
    assert page()[0] == ["Two."]
    exact()
    moderation.undo(site, [hidden.audit_id], who="erin", now_s=NOW_S)
    assert page()[0] == ["One.", "Two."]
    exact()


@pytest.mark.parametrize("text", ["", "1", "x.y", "1.2", "-1.1k9vhb9nr20kbbx47d8b", "9" * 20])
def test_a_wrong_cursor_is_none(text: str) -> None:
    assert rank_from(text) is None
