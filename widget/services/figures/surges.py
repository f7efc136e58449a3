"""The articles that many readers voted on within an hour. Reads only."""

from typing import Any

from widget.alerts.rule import MIN_VOTES, Surge
from widget.domain.figures.moods import Mix
from widget.domain.model import Site
from widget.store.figures.trends import Question


def surges(
    site: Site, first_hour: int, last_hour: int, *, least: int = MIN_VOTES
) -> Question[list[Surge]]:
    """Ask for every article and hour with enough votes.

    :param least: votes that an hour needs; as many as an alert does, if nothing is said.
    """
    choice_keys = site.choice_keys("")
    width = 3 + len(choice_keys)

    def merge(parts: list[list[Any]]) -> list[Surge]:
        rows = [part[at : at + width] for part in parts for at in range(0, len(part), width)]
        return [Surge(row[0], row[2], row[1], Mix.of(row[3:], choice_keys)) for row in rows]

    act = {"first": first_hour, "last": last_hour, "least": least, "choices": len(choice_keys)}
    return Question("figures/surge.lua", act, merge, in_portions=True)
