"""Sections, authors and tags as lists of bounded length. Pure: no Flask, no redis.

Readers' pages say what they are, so there may be any number of them. Those with most votes are
shown, and the rest as one row, so that the rows add up to the whole.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from widget.domain.figures.moods import Mix

MOST_SHOWN = 50
MOST_EXPORTED = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Groups(Generic[T]):
    """
    :param shown: the groups with most votes, most first.
    :param others: number of the other groups.
    :param rest: the votes of those together; None if there are none.
    """

    shown: Sequence[T]
    others: int = 0
    rest: Mix | None = None

    @property
    def total(self) -> int:
        return len(self.shown) + self.others


def bounded(groups: Sequence[T], mix_of: Callable[[T], Mix], most: int = MOST_SHOWN) -> Groups[T]:
    """Return the first groups, and the others as one.

    :param groups: most votes first.
    """
    others = groups[most:]
    rest: Mix | None = None
    for group in others:
        rest = mix_of(group) if rest is None else rest.plus(mix_of(group))
    return Groups(groups[:most], len(others), rest)


def others_text(count: int) -> str:
    """Return ``1 other`` or ``650 others``."""
    return f"{count:,} {'other' if count == 1 else 'others'}"


def has_text(name: str, text: str) -> bool:
    """Say whether a group's name has this text in it, in any case."""
    return text.casefold() in name.casefold()
