"""The figures of editors' own questions, each over all the stories on which it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.errors import NotFound
from widget.domain.figures.answers import Verdict, verdict
from widget.domain.figures.moods import Mix
from widget.domain.figures.timeline import Timeline, timeline
from widget.domain.model import Choice, Poll, Site
from widget.store.connect import Connection
from widget.store.figures.headlines import Headline, Pages
from widget.store.figures.poll_votes import PollStory, PollVotes

MOST_SHOWN = 50  # stories on a page


@dataclass(frozen=True, slots=True)
class QuestionState:
    """One question and its votes.

    :param choices: every choice it ever had, by its number; ``mix`` has the votes of each.
    :param stories: the number of stories on which readers answered.
    :param aside: votes that editors set aside.
    :param is_all: False if it has older stories, whose votes are not in these figures.
    """

    key: str
    poll: Poll
    is_archived: bool
    choices: list[Choice]
    mix: Mix
    held: int
    stories: int
    is_all: bool
    aside: int = 0

    @property
    def verdict(self) -> Verdict:
        return verdict(self.mix.counts)

    @property
    def is_retired(self) -> list[bool]:
        """For each choice, whether it is no longer offered."""
        offered = {choice.key for choice in self.poll.choices}
        return [choice.key not in offered for choice in self.choices]

    def status(self, now_s: float) -> str:
        """Return ``"archived"``, ``"closed"`` or ``"open"``."""
        if self.is_archived:
            return "archived"
        return "closed" if self.poll.is_closed(now_s) else "open"


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """Everything that a question's page shows.

    :param line: votes by choice over time, None before the first one.
    :param stories: those with most votes, with the votes on each.
    """

    state: QuestionState
    line: Timeline | None
    stories: list[tuple[Headline, Mix]]


class QuestionReadings:
    def __init__(self, connection: Connection, pages: Pages) -> None:
        self._votes, self._pages = PollVotes(connection), pages

    def all(self, site: Site) -> list[QuestionState]:
        """Return every question of a site: those asked now before archived ones, newest first."""
        found = self._votes.stories(site)
        keys = [*reversed(list(site.polls)), *reversed(list(site.archive))]
        return [_state(site, key, found.of(key), is_all=found.is_all) for key in keys]

    def figures(
        self, site: Site, poll_key: str, *, most_stories: int = MOST_SHOWN
    ) -> QuestionFigures:
        """Return a question's figures.

        :param most_stories: so many have their votes listed, those with most votes.
        :raise NotFound: the site never had a question with this key.
        """
        if site.any_poll(poll_key) is None:
            raise NotFound("This site has no question with this key.")
        found = self._votes.stories(site)
        stories = sorted(found.of(poll_key), key=lambda one: (-sum(one.counts), one.article_id))
        state = _state(site, poll_key, stories, is_all=found.is_all)
        shown = [story for story in stories[:most_stories] if sum(story.counts)]
        headlines = self._pages.headlines(site, [one.article_id for one in shown], with_tone=False)
        return QuestionFigures(
            state,
            self._line(site, stories, len(state.choices)) if state.mix.n else None,
            [(headlines[one.article_id], _mix(site, poll_key, [one])) for one in shown],
        )

    def _line(self, site: Site, stories: Sequence[PollStory], width: int) -> Timeline:
        votes = {
            hour: counts[:width] for hour, counts in self._votes.by_hour(site, stories).items()
        }
        return timeline(votes, min(votes), width, zone=site.zone)


def _state(
    site: Site, poll_key: str, stories: Sequence[PollStory], *, is_all: bool
) -> QuestionState:
    poll = site.any_poll(poll_key)
    assert poll is not None
    return QuestionState(
        poll_key,
        poll,
        poll_key not in site.polls,
        site.choices(poll_key),
        _mix(site, poll_key, stories),
        sum(story.held for story in stories),
        sum(1 for story in stories if sum(story.counts)),
        is_all,
        sum(story.aside for story in stories),
    )


def _mix(site: Site, poll_key: str, stories: Sequence[PollStory]) -> Mix:
    """Add up the votes of some stories. A question's keys may be those of reactions too."""
    keys = site.choice_keys(poll_key)
    columns = list(zip(*(story.counts for story in stories), strict=True))
    counts = [sum(column) for column in columns[: len(keys)]] or [0] * len(keys)
    return Mix.of(counts, keys)
