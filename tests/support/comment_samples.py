"""Scores and readers shared by the tests of comments in the store."""

from widget.domain.comments.comment import Score

GLAD = Score("positive", 6249, "medium", "", "2")
CROSS = Score("negative", -5423, "medium", "", "2")
SPANISH = Score("not_scored", None, "", "language", "2")
ALICE, BOB = b"alice...", b"bob....."
