"""Sites, their questions, votes and tallies. Pure: no Flask, no redis."""

import re
from dataclasses import dataclass, field

import msgspec

from widget.domain.comments.rules import CommentRules
from widget.domain.experiment import Experiment
from widget.domain.parameters import ParameterRules
from widget.domain.zones import Zone, zone

MAX_CHOICES = 15
MAX_SEQ = 2**31 - 2
LIFETIME_RULE = (
    f"A question can have at most {MAX_CHOICES} choices over its lifetime, because their counts "
    "are kept. Offer a retired choice again, or rename one."
)
MAX_SETS = 50  # sections with their own set, and polls: every vote reads the whole site
# Names that follow /desk/ in addresses, where a site's key would be.
RESERVED_KEYS = frozenset(("account", "audit", "editors", "login", "logout", "sites", "welcome"))
# How a bar shows figures: shares once its reader has chosen, nothing before that, or counts.
USUAL_RESULTS = "percent"
RESULTS = (USUAL_RESULTS, "after", "counts")
KEY_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question. The stored ``key`` never changes; label and emoji may."""

    key: str
    label: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A question and its choices, in the order shown. The reaction bar's is the built-in one.

    :param retired: choices that it offered before, as they were: their votes are kept.
    :param closes_s: when it takes no more votes, on any article; 0: never.
    """

    question: str
    choices: tuple[Choice, ...]
    retired: tuple[Choice, ...] = ()
    closes_s: int = 0

    def is_closed(self, now_s: float) -> bool:
        return 0 < self.closes_s <= now_s


REACTIONS = Poll(
    "What's Your Reaction?",
    (
        Choice("like", "Like", "👍"),
        Choice("dislike", "Dislike", "👎"),
        Choice("love", "Love", "❤️"),
        Choice("funny", "Funny", "😂"),
        Choice("angry", "Angry", "😡"),
        Choice("sad", "Sad", "😢"),
        Choice("wow", "Wow", "😮"),
    ),
)


# A reaction has the same colour everywhere. Each has a contrast of 3:1 on white and near-black.
COLORS = {
    "like": "#2c6fb3",
    "dislike": "#6f7782",
    "love": "#d83a62",
    "funny": "#b98209",
    "angry": "#cb3a1c",
    "sad": "#6470b0",
    "wow": "#9a5fc4",
}
PLAIN_COLOR = COLORS["like"]


def readable(key: str) -> str:
    """Return a key as words: what is left of a label that was not kept."""
    return key.replace("-", " ").replace("_", " ").strip().capitalize() or key


@dataclass(frozen=True, slots=True)
class Site:
    """A publication whose readers react.

    :param section_reactions: a section's own reaction set, by the section's casefolded name: one
        without Funny for obituaries, for example. It shares the reaction bar's register.
    :param archived_polls: polls that are no longer asked, as they were: their votes are kept.
    :param register: for each poll ("" is the reaction bar) every choice key it ever had, oldest
        first. A key's position is its number in the store, so the register only grows at its end.
    :param texts: the site's own strings, by language and name; see strings.py.
    :param parameters: which parameters of an address choose a story.
    :param results: how bars show figures whose tag does not say it; one of ``RESULTS``.
    :param experiment: whether showing the counts moves what readers choose.
    :param release_held: held votes are released by themselves if they chose as the counted ones.
    :param time_zone: IANA name of the zone of its days and hours at the desk.
    """

    key: str
    name: str
    origins: tuple[str, ...]
    reactions: Poll = REACTIONS
    section_reactions: dict[str, Poll] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    register: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open_days: int = 30
    comments: CommentRules = field(default_factory=CommentRules)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    parameters: ParameterRules = field(default_factory=ParameterRules)
    time_zone: str = "UTC"
    archived_polls: dict[str, Poll] = field(default_factory=dict)
    release_held: bool = False
    results: str = USUAL_RESULTS
    experiment: Experiment = field(default_factory=Experiment)

    @property
    def zone(self) -> Zone:
        return zone(self.time_zone)

    def has_experiment(self, poll_key: str, now_s: float) -> bool:
        """Whether a bar of this question takes part in the experiment now.

        Questions of editors do not, nor does a site whose bars hide the counts anyway.
        """
        return not poll_key and self.results != "after" and self.experiment.is_running(now_s)

    def poll(self, poll_key: str, section: str = "") -> Poll | None:
        """Return the poll of this key, or without a key the reactions offered in a section."""
        if poll_key:
            return self.polls.get(poll_key)
        return self.section_reactions.get(section.casefold(), self.reactions)

    @property
    def reaction_sets(self) -> list[Poll]:
        """The sets that the bar offers: the site's and those of its sections."""
        return [self.reactions, *self.section_reactions.values()]

    @property
    def archive(self) -> dict[str, Poll]:
        """The polls that are no longer asked, by key.

        Of those that a release up to v0.3 removed, only the keys are known.
        """
        gone = [key for key in self.register if key and key not in self.polls]
        return {key: self.archived_polls.get(key) or self._guessed_poll(key) for key in gone}

    def any_poll(self, poll_key: str) -> Poll | None:
        """Return the poll of this key, also one that is archived."""
        return self.polls.get(poll_key) or self.archive.get(poll_key)

    def question_text(self, poll_key: str) -> str:
        """Return the text of a poll that is or was asked."""
        poll = self.any_poll(poll_key)
        return poll.question if poll else readable(poll_key)

    def choices(self, poll_key: str) -> list[Choice]:
        """Return every choice that a question ever had, by its number, a retired one as it was.

        :param poll_key: an editor's own question; "" for the reactions.
        """
        known = self._known_choices(poll_key)
        return [
            known.get(key) or Choice(key, readable(key), "") for key in self.choice_keys(poll_key)
        ]

    def _known_choices(self, poll_key: str) -> dict[str, Choice]:
        """Return choices by key. Those offered now go before retired ones, the bar's before all."""
        if poll_key:
            polls = [self.polls.get(poll_key) or self.archived_polls.get(poll_key)]
        else:
            polls = [*self.reaction_sets]
        found = [poll for poll in polls if poll]
        offered = [choice for poll in found for choice in poll.choices]
        retired = [choice for poll in found for choice in poll.retired]
        built_in = () if poll_key else REACTIONS.choices
        return {one.key: one for one in reversed((*offered, *retired, *built_in))}

    def _guessed_poll(self, poll_key: str) -> Poll:
        return Poll(readable(poll_key), tuple(self.choices(poll_key)))

    @property
    def reserved_names(self) -> tuple[str, ...]:
        """The names that no reader may use."""
        return (*self.comments.reserved, self.name)

    def choice_keys(self, poll_key: str) -> tuple[str, ...]:
        """Return the choice keys in the order of their numbers in the store, number 1 first."""
        return self.register.get(poll_key) or self._keys(poll_key)

    def registered(self) -> dict[str, tuple[str, ...]]:
        """Return the register brought up to date: new keys appended, retired ones kept.

        :raise ValueError: a question would have more than 15 keys over its lifetime.
        """
        register = dict(self.register)
        for poll_key in ("", *self.polls):
            known = register.get(poll_key, ())
            new = tuple(k for k in self._keys(poll_key) if k not in known)
            register[poll_key] = known + new
            if len(register[poll_key]) > MAX_CHOICES:
                raise ValueError(LIFETIME_RULE)
        return register

    def _keys(self, poll_key: str) -> tuple[str, ...]:
        """Return every choice key offered now, in any section."""
        polls = [self.poll(poll_key), *(() if poll_key else self.section_reactions.values())]
        return tuple(dict.fromkeys(c.key for poll in polls if poll for c in poll.choices))


class Tally(msgspec.Struct, frozen=True):
    """The votes for each choice of one question on one article, and one reader's own choice.

    :param counts: by choice number, number 1 first.
    :param section: the section under which the votes are filed; None before the first one.
    :param is_section_settled: several networks or an editor agree on the section.
    :param is_held: the reader's own vote is not counted until an editor releases it.
    :param note: an editor's note to readers about a corrected count, or "".
    :param is_moved: the article was merged, so its address resolves to another article.
    :param is_repeat: a reader sent a vote again, and it changed nothing.
    :param is_news: what the reader's page says may rename the story.
    :param outcome: what a cast did: "counted", "changed", "taken_back", "repeated" or "held".
    :param aside: votes that editors set aside.
    :param aside_hour: first hour, since the epoch, of their window; 0 if there are several or none.
    """

    counts: tuple[int, ...]
    choice: int = 0
    seq: int = 0
    is_open: bool = True
    section: str | None = None
    is_section_settled: bool = False
    is_held: bool = False
    note: str = ""
    is_moved: bool = False
    is_repeat: bool = False
    is_news: bool = False
    outcome: str = ""
    aside: int = 0
    aside_hour: int = 0
