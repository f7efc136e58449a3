"""What the morning sentence is made from: a few figures, each with its n. Pure."""

from dataclasses import dataclass

from widget.domain.figures.statistics import Share
from widget.domain.todos import ToDo


@dataclass(frozen=True, slots=True)
class Moved:
    """The story with the most votes of the period.

    :param reaction: the label of its leading reaction.
    :param before: that reaction's share before the story turned, if it did.
    """

    id: str
    title: str
    reaction: str
    share: Share
    before: Share | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """The story whose smaller side is the surest."""

    id: str
    title: str
    warm: Share
    cold: Share


@dataclass(frozen=True, slots=True)
class MorningFigures:
    """
    :param before: which period the votes are compared with: today, day, week or other.
    :param change: relative change against it; None if there were too few votes to compare.
    :param moved: None if no story has enough votes yet; ``split`` likewise, if none is split.
    :param held: votes outside the counts until an editor decides.
    :param flags: choices of a story whose votes may not be organic, until an editor decides.
    :param aside: votes that editors set aside in the period.
    :param todos: what waits for the editor, most urgent first; None for readers of a shared link.
    """

    n: int
    before: str
    change: float | None
    moved: Moved | None
    split: Split | None
    held: int
    todos: tuple[ToDo, ...] | None
    flags: int = 0
    aside: int = 0
