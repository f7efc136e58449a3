"""Labels: what editors say that a comment's tone is. Pure: no Flask, no store."""

from dataclasses import dataclass

ANSWERS = ("negative", "neutral", "positive", "cannot_say")
# "random" and "uncertain": the comment was drawn for a label session. "correction": an editor
# noticed it and set its label. Only random ones measure; docs/adr/0122-label-sessions.md says why.
DRAWS = ("random", "uncertain", "correction")


@dataclass(frozen=True, slots=True)
class Label:
    """One editor's answer about one comment.

    :param editor: the editor's name.
    :param answer: one of ANSWERS.
    :param draw: one of DRAWS.
    :param at_s: when it was given, s since the epoch.
    :param text_id: of the text that was read, as :attr:`Comment.text_id`. A label says nothing
        about a later text.
    """

    comment_id: str
    editor: str
    answer: str
    draw: str
    at_s: int
    text_id: str
