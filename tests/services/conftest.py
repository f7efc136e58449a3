"""Comments in a real store, for every test here."""

from tests.support.stored_comments import article, comments, exact, post, threads

__all__ = ["article", "comments", "exact", "post", "threads"]
