"""Comments in a real store."""

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE, GLAD
from widget.domain.article import resolve_for
from widget.domain.comments.comment import Draft, new_id
from widget.store.comments.comments import Comments, Posting
from widget.store.comments.recount import CommentRecount
from widget.store.comments.threads import Threads


@pytest.fixture
def comments(connection):
    return Comments(connection)


@pytest.fixture
def threads(connection, comments):
    return Threads(connection, comments)


@pytest.fixture
def article(site):
    return resolve_for(site, "visa")


@pytest.fixture
def exact(connection, site):
    """A check that every total and list is what the stored comments make it."""

    def check():
        recount = CommentRecount(connection)
        assert [*recount.mismatches(site)] == []

    return check


@pytest.fixture
def post(comments, site, article):
    def post(text="Good.", score=GLAD, *, at_s=NOW_S, by=ALICE, on=None, **more):
        on = on or article
        known = {name: more.pop(name) for name in ("why", "parent") if name in more}
        draft = Draft(
            new_id(at_s * 1000, on.partition),
            known.get("parent", ""),
            "Alice",
            text,
            by,
            score,
            known.get("why", ()),
        )
        return comments.create(site, on, draft, Posting(at_s, **more)).comment

    return post
