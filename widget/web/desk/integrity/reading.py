"""A flagged window as its page shows it, beside its story."""

from dataclasses import dataclass
from typing import Any

from widget.domain import clock
from widget.domain.errors import NotFound
from widget.domain.figures.chart import Drawing
from widget.domain.figures.moods import Mix
from widget.domain.figures.timeline import Timeline, timeline
from widget.domain.integrity.arrivals import Comparison
from widget.domain.integrity.flag import Flag
from widget.domain.model import Choice, Site
from widget.services.figures.doubts import doubt_of
from widget.store.figures.headlines import Headline
from widget.web.desk.figures.drawings import span_of, story_drawing
from widget.web.desk.figures.request import choices_of, figures
from widget.web.desk.zone import shown_zone


@dataclass(frozen=True, slots=True)
class Reading:
    """
    :param votes: those that would be set aside, or were: fewer than was found if readers have
        changed or taken back some of them.
    :param mixes: of the story ``with`` the votes of this window, and ``without`` them.
    :param undo_until: the last day of an undo, "" once the story's voters are forgotten.
    """

    flag: Flag
    headline: Headline
    choice: Choice
    choices: list[Choice]
    window: Comparison
    votes: int
    mixes: dict[str, Mix]
    line: Timeline
    drawing: Drawing
    undo_until: str

    @property
    def values(self) -> dict[str, Any]:
        return {
            "flag": self.flag,
            "headline": self.headline,
            "choice": self.choice,
            "choices": self.choices,
            "window": self.window,
            "votes": self.votes,
            "mixes_of": self.mixes,
            "line": self.line,
            "drawing": self.drawing,
            "undo_until": self.undo_until,
        }


def reading_of(site: Site, flag: Flag) -> Reading:
    """Read what the page of a flag shows.

    :raise NotFound: its story has no votes any longer.
    """
    detail = figures().pages.detail(site, flag.article_id)
    if detail is None:
        raise NotFound("The story of this flag was forgotten.")
    poll_key = detail.headline.page.poll_key
    choices, keys = choices_of(site, poll_key), site.choice_keys(poll_key)
    at = flag.finding.choice - 1
    if at >= len(choices):
        raise NotFound("The story of this flag no longer has this choice.")
    doubt = doubt_of(detail, [flag], figures().doubts.hours(site, flag.article_id))
    [window] = doubt.compared
    votes = sum(window.doubted.values())
    of_window = Mix.of([votes if place == at else 0 for place in range(len(keys))], keys)
    is_aside, is_waiting = flag.state == "set_aside", flag.state == "waiting"
    without = doubt.without(detail, keys) if is_waiting else detail
    notes = figures().notes.of(site, flag.article_id)
    line = timeline(
        without.timeline,
        detail.headline.first_hour,
        len(keys),
        zone=site.zone,
        noted_s=[note.at_s for note in notes],
    )
    span = span_of(site, line, flag)
    drawing = story_drawing(
        site,
        poll_key,
        line,
        [(note, line.place(note.at_s)) for note in notes],
        doubted=line.of_hours(window.doubted if is_aside or is_waiting else {}),
        is_aside=is_aside,
        spans=[span] if span else [],
    )
    return Reading(
        flag,
        detail.headline,
        choices[at],
        choices,
        window,
        votes,
        {
            "with": detail.mix.plus(of_window) if is_aside else detail.mix,
            "without": detail.mix if is_aside else detail.mix.minus(of_window),
        },
        line,
        drawing,
        _undo_until(detail.closes_s),
    )


def _undo_until(closes_s: int) -> str:
    return f"{shown_zone().time(closes_s):%-d %b}" if closes_s > clock.now() else ""
