"""The statement of reasons that is kept for each removal of a comment. Pure.

It has what the Digital Services Act (Regulation (EU) 2022/2065, article 17) asks for: the facts,
the ground, whether it was automatic, and the redress. It never has who reported the comment.
"""

from typing import Literal

import msgspec

from widget.domain.comments.reasons import UNSPECIFIED, Kinds, kinds_from

Look = Literal["", "asked", "upheld", "reversed"]


class Statement(msgspec.Struct, frozen=True):
    """A decision that took a comment away from readers, and what became of it.

    lua/shared/statement.lua writes it.

    :param act: "hide" or "delete" by an editor, "hold" by a rule.
    :param who: the editor; "" for a rule.
    :param reason: one of REASONS, or UNSPECIFIED.
    :param note: the editor's line to the author, or "".
    :param rules: why the comment was held, as codes with commas; ``reported`` for reports.
    :param reports: the kinds of reports that it had, as :func:`kinds_from` reads them.
    :param audit: id of its entry of the audit log in the comment's partition; "" for a rule.
    :param look: the second look that the author asked for.
    :param asked, answered, over: seconds since the epoch, or 0.
    :param answered_by: the editor who answered; so is over_by.
    :param answer: the editor's line with the answer.
    :param over: when readers could see the comment again, or another decision took its place.
    """

    at: int
    act: Literal["hide", "delete", "hold"]
    who: str = ""
    reason: str = UNSPECIFIED
    note: str = ""
    rules: str = ""
    reports: str = ""
    audit: str = ""
    look: Look = ""
    asked: int = 0
    answered: int = 0
    answered_by: str = ""
    answer: str = ""
    over: int = 0
    over_by: str = ""

    @property
    def is_automatic(self) -> bool:
        return not self.who

    @property
    def kinds(self) -> Kinds:
        return kinds_from(self.reports)


_DECODER = msgspec.json.Decoder(Statement)


def statement_from(raw: bytes) -> Statement:
    return _DECODER.decode(raw)


def in_force(statements: tuple[Statement, ...]) -> Statement | None:
    """Return the decision that the author still has to know of.

    It is the last one, unless readers can see the comment again. Then the author knows of it only
    as the answer to a second look.
    """
    last = statements[-1] if statements else None
    return last if last and (not last.over or last.look == "reversed") else None
