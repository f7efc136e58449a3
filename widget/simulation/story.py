"""A simulated story, and what its readers usually choose. Pure."""

import math
from dataclasses import dataclass

from widget.domain.page import Page

ORIGIN = "https://daily.example"
# like dislike love funny angry sad wow: what readers of a section usually choose
Mood = tuple[float, ...]
SECTIONS: dict[str, Mood] = {
    "City": (30, 14, 14, 6, 22, 10, 4),
    "Politics": (24, 22, 6, 6, 34, 6, 2),
    "World": (18, 8, 6, 2, 22, 34, 10),
    "Business": (44, 14, 8, 4, 16, 4, 10),
    "Technology": (38, 10, 22, 6, 6, 2, 16),
    "Science": (30, 4, 28, 4, 2, 4, 28),
    "Sport": (36, 12, 26, 10, 6, 6, 4),
    "Culture": (34, 8, 34, 12, 2, 4, 6),
    "Life": (28, 4, 42, 14, 2, 6, 4),
}


@dataclass(frozen=True, slots=True)
class SimulatedStory:
    """One story of the newsroom.

    :param hours_ago: when its first reader voted.
    :param mood: weight of each reaction.
    :param pull: weight of its number of votes among all stories.
    :param turn: hours after the start from which ``turned`` is the mood instead.
    :param leaning: share of readers who are pleased; None: as the reactions suggest.
    :param crowd: votes of one crowded network in one night that are held, in its counted votes.
    :param crowd_mood: what that network's readers choose.
    """

    id: str
    page: Page
    hours_ago: float
    mood: Mood
    pull: float
    turn: float = math.inf
    turned: Mood = ()
    leaning: float | None = None
    crowd: float = 0
    crowd_mood: Mood = ()

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.id.rpartition("/")[2]

    @property
    def kindness(self) -> float:
        """The chance that a reader with an opinion is pleased, 0 to 1."""
        like, dislike, love, funny, angry, _, _ = self.turned or self.mood
        warm, cold = like + love + funny, dislike + angry
        return warm / (warm + cold) if self.leaning is None else self.leaning
