"""Fixtures for comments in a real store."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import ALICE, GLAD
from widget.domain import clock
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.comments.comment import Comment, Draft, Score, new_id, scored
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.comments.comments import Comments, Posting
from widget.store.comments.recount import CommentRecount
from widget.store.comments.threads import Threads
from widget.store.connect import Connection
from widget.tone import score


def store_comment(
    connection: Connection,
    site: Site,
    address: str,
    text: str,
    *,
    name: str = "Alice",
    parent: str = "",
    title: str = "",
) -> Comment:
    """Publish a comment in a server's store, where no limit of a network counts it."""
    article, now_s = resolve_for(site, address), int(clock.now())
    new = new_id(now_s * 1000, article.partition)
    draft = Draft(new, parent, name, text, ALICE, scored(score(text)))
    posting = Posting(now_s, page=Page(title))
    return Comments(connection).create(site, article, draft, posting).comment


@pytest.fixture
def comments(connection: Connection) -> Comments:
    return Comments(connection)


@pytest.fixture
def threads(connection: Connection, comments: Comments) -> Threads:
    return Threads(connection, comments)


@pytest.fixture
def article(site: Site) -> ArticleRef:
    return resolve_for(site, "visa")


@pytest.fixture
def exact(connection: Connection, site: Site) -> Callable[[], None]:
    """Return a check that every total and list matches the stored comments."""

    def check() -> None:
        recount = CommentRecount(connection)
        assert [*recount.mismatches(site)] == []

    return check


@pytest.fixture
def post(comments: Comments, site: Site, article: ArticleRef) -> Callable[..., Comment]:
    def post(
        text: str = "Good.",
        score: Score = GLAD,
        *,
        at_s: int = NOW_S,
        by: bytes = ALICE,
        on: ArticleRef | None = None,
        **more: Any,
    ) -> Comment:
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
