"""Scores and readers shared by the tests of comments in the store."""

from widget.domain.comments.comment import Score

GLAD = Score("positive", 6249, "medium", "", "1")
CROSS = Score("negative", -5423, "medium", "", "1")
SPANISH = Score("not_scored", None, "", "language", "1")
ALICE, BOB = b"alice...", b"bob....."
