"""Fixtures for comments in a real store."""

from tests.support.stored_comments import article, comments, exact, post, threads

__all__ = ["article", "comments", "exact", "post", "threads"]
