"""The newsroom's own question, and the rules for comments that fill its queue. Pure."""

from dataclasses import replace

from widget.domain.model import Choice, Poll, Site
from widget.simulation.story import Mood

QUESTION_KEY = "old-bridge"
QUESTION = Poll(
    "What should happen to the old bridge?",
    (
        Choice("rebuild", "Rebuild it as it was", "🏛️"),
        Choice("new", "Build a new one", "🌉"),
        Choice("walk", "Keep it for walking and cycling", "🚲"),
        Choice("remove", "Take it down", ""),
    ),
)
ANSWERS: Mood = (41, 22, 33, 4)


def asking(site: Site) -> Site:
    """Return the site with the question, and with first comments held."""
    return replace(
        site,
        polls={**site.polls, QUESTION_KEY: QUESTION},
        comments=replace(site.comments, hold_first=True),
    )
