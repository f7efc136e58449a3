"""What waits for an editor: verb first, how many, since when. Pure: no Flask, no redis."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urlencode

from widget.domain.figures.statistics import Share
from widget.domain.zones import Zone

DONE_S = 7 * 86400
SNOOZED_UNTIL = 6  # o'clock
MOST_TURNED = 3
MOST_OTHERS = 4

NO_PERIOD: Mapping[str, str] = MappingProxyType({})

Place = Literal["overview", "stories", "story", "held", "integrity", "comments", "section"]
_PATHS: dict[Place, str] = {
    "overview": "",
    "stories": "articles",
    "story": "articles/",
    "held": "held-votes",
    "integrity": "integrity",
    "comments": "comments",
    "section": "sections/",
}


@dataclass(frozen=True, slots=True)
class Target:
    """A page of a site's desk.

    :param of: the id of the story or of the flag, or the name of the section.
    """

    place: Place
    of: str = ""

    def path(self, site_key: str, period: Mapping[str, str] = NO_PERIOD) -> str:
        """Return the address without its host.

        :param period: the query that selects a period, for pages that show one.
        """
        part = "/" if self.place == "integrity" and self.of else ""
        path = f"/desk/{site_key}/{_PATHS[self.place]}{part}{quote(self.of, safe='/')}"
        has_period = period and self.place in ("overview", "stories", "section")
        return f"{path}?{urlencode(period)}" if has_period else path

    @property
    def is_for_moderators(self) -> bool:
        return self.place in ("held", "comments")


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing that waits.

    :param kind: flag, votes, comments, turned, talk or section.
    :param n: how many votes or comments.
    :param since_s: since when it waits, 0 if nobody knows.
    :param about: the title of the story, or the name of the section.
    :param stories: how many stories the votes are on.
    :param reaction: the label of the reaction that grew; ``before`` and ``now`` are its shares. Of
        a flag: the choice that the votes are for.
    :param until_s: of a flag: until when new readers' votes for the choice are held, 0 if they are
        not.
    """

    kind: Literal["flag", "votes", "comments", "turned", "talk", "section"]
    target: Target
    n: int
    since_s: int = 0
    about: str = ""
    stories: int = 0
    reaction: str = ""
    before: Share | None = None
    now: Share | None = None
    is_warm: bool = False
    until_s: int = 0

    @property
    def key(self) -> str:
        """What identifies it while it waits, and after."""
        return f"{self.kind}:{self.target.of}"


@dataclass(frozen=True, slots=True)
class Hidden:
    """A to-do that an editor ticked off or snoozed.

    :param until_s: when it may come back.
    :param most: it comes back earlier if there are more than this; 0: however many there are.
    """

    until_s: int
    who: str
    is_done: bool
    most: int = 0

    def hides(self, todo: ToDo, now_s: int) -> bool:
        return now_s < self.until_s and (not self.most or todo.n <= self.most)


def done(todo: ToDo, who: str, now_s: int) -> Hidden:
    """Tick a to-do off: for a week, but comments and votes only until there are more."""
    most = todo.n if todo.kind in ("flag", "votes", "comments") else 0
    return Hidden(now_s + DONE_S, who, True, most)


def next_morning_s(now_s: int, zone: Zone) -> int:
    """Return six o'clock of the site's next day: what was snoozed waits again then."""
    tomorrow = zone.time(now_s).date() + timedelta(days=1)
    return zone.seconds(datetime.combine(tomorrow, time(SNOOZED_UNTIL)))


def shown(
    todos: Iterable[ToDo], hidden: Mapping[str, Hidden], now_s: int
) -> tuple[list[ToDo], list[tuple[ToDo, Hidden]]]:
    """Return the to-dos that wait, and those that are done or snoozed with what hides them."""
    waiting: list[ToDo] = []
    away: list[tuple[ToDo, Hidden]] = []
    for todo in todos:
        by = hidden.get(todo.key)
        if by is not None and by.hides(todo, now_s):
            away.append((todo, by))
        else:
            waiting.append(todo)
    return waiting, away
