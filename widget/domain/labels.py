"""Labels: what editors say that a comment's tone is. Pure: no Flask, no store."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from statistics import median

CLASSES = ("negative", "neutral", "positive")
ANSWERS = (*CLASSES, "cannot_say")
# "random" and "uncertain": the comment was drawn for a label session. "correction": an editor
# noticed it and set its label. Only random ones measure; docs/adr/0122-label-sessions.md says why.
DRAWS = ("random", "uncertain", "correction")

_PAUSE_S = 180  # an editor who answers after longer than this did something else
_PACE_OF, _FEWEST_GAPS = 40, 5  # the latest answers that show an editor's pace


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

    @property
    def is_blind(self) -> bool:
        """Whether it was given in a session, without the scorer's label."""
        return self.draw != "correction"

    @property
    def teaches(self) -> bool:
        """Whether a scorer can learn from it. "Cannot say" names no class."""
        return self.answer != "cannot_say"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a site's labels are on the way to the next learning.

    :param labelled: comments that a scorer can learn from, whoever labelled them.
    :param classes: those of each class, by their latest label.
    :param own: how often the editor gave each answer in sessions, in the order of ANSWERS.
    :param corrected: those of ``labelled`` that were only corrected.
    :param each_s: how long the editor takes for an answer; None if that is not known.
    :param first: labelled comments at which a scorer is learned first; ``each``: then after each
        so many more.
    """

    labelled: int
    classes: Mapping[str, int]
    own: Mapping[str, int]
    corrected: int
    each_s: float | None
    first: int
    each: int

    @property
    def own_total(self) -> int:
        return sum(self.own.values())

    @property
    def goal(self) -> int:
        """The number of labelled comments at which the site's scorer is learned next."""
        if self.labelled < self.first:
            return self.first
        return self.first + self.each * ((self.labelled - self.first) // self.each + 1)

    @property
    def minutes_left(self) -> int | None:
        if self.each_s is None:
            return None
        return ceil((self.goal - self.labelled) * self.each_s / 60)


def progress(labels: Sequence[Label], editor: str, *, first: int, each: int) -> Progress:
    """Return how far labels are.

    :param labels: in the order in which they were stored.
    """
    classes = {label.comment_id: label.answer for label in labels if label.teaches}
    blind = {label.comment_id for label in labels if label.teaches and label.is_blind}
    mine = [label for label in labels if label.editor == editor and label.is_blind]
    by_class, own = Counter(classes.values()), Counter(label.answer for label in mine)
    return Progress(
        len(classes),
        {one: by_class[one] for one in CLASSES},
        {answer: own[answer] for answer in ANSWERS},
        len(classes.keys() - blind),
        _pace_s([label.at_s for label in mine]),
        first,
        each,
    )


def answer_of(label: str) -> str:
    """Return the answer that an editor gives who sets a comment's label to this one."""
    return label if label in ANSWERS else "cannot_say"


def _pace_s(times: Iterable[int]) -> float | None:
    gaps = [after - before for before, after in pairwise(sorted(times)[-_PACE_OF:])]
    working = [gap for gap in gaps if gap <= _PAUSE_S]
    return max(median(working), 1) if len(working) >= _FEWEST_GAPS else None
