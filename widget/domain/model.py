"""The domain: reaction sets, sites, votes and where an article stands. Pure: no Flask, no redis."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

MAX_CHOICES = 15
MAX_SEQ = 2**31 - 2
LIFETIME_RULE = (
    f"A question can have at most {MAX_CHOICES} choices over its lifetime, because their counts "
    "are kept. Offer a retired choice again, or rename one."
)
MAX_SETS = 50  # of sections, and of polls: a site is read with every vote
# Addresses of the desk that stand where a site's key does.
RESERVED_KEYS = frozenset(("account", "audit", "editors", "login", "logout", "sites", "welcome"))
KEY_PATTERN = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Choice:
    """``key`` is stored and never changes; label and emoji are only shown."""

    key: str
    label: str
    emoji: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A question and its choices in the order shown. The reaction bar is the built-in one."""

    question: str
    choices: tuple[Choice, ...]


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


Natural = Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class CommentRules:
    """How a site takes comments.

    :param hold_first: a reader's first comment waits for an editor.
    :param hold_fast_s: a comment written in less time is held; 0 never does.
    :param hold_links: as many links hold a comment; 0 never does.
    :param hold_reports: as many readers' reports hold it until an editor looks; 0 never does.
    :param reserved: names that no reader may take, beside the site's own.
    :param order: "newest" or "oldest" first.
    :param close_days: days from an article's first comment to its last; 0 never closes.
    """

    enabled: bool = True
    hold_first: bool = False
    hold_fast_s: Natural = 2
    hold_links: Natural = 3
    hold_reports: Natural = 5
    reserved: tuple[str, ...] = (
        "admin",
        "administrator",
        "editor",
        "editors",
        "moderator",
        "mod",
        "staff",
        "readback",
    )
    order: Literal["newest", "oldest"] = "newest"
    close_days: Natural = 30


# A reaction always means the same colour. Each stands 3:1 on white and on near-black.
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


@dataclass(frozen=True, slots=True)
class Site:
    """A publication whose readers react.

    :param section_reactions: another reaction set for a section, by its name casefolded: one
        without Funny for obituaries, say. Its keys share the reaction bar's register.
    :param register: for each poll ("" is the reaction bar) every choice key it ever had, oldest
        first. A key's place here is its number in the store, so it is only ever appended to.
    :param texts: the site's own words, by language and name; see words.py.
    """

    key: str
    name: str
    origins: tuple[str, ...]
    reactions: Poll = REACTIONS
    section_reactions: dict[str, Poll] = field(default_factory=dict)
    polls: dict[str, Poll] = field(default_factory=dict)
    register: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open_days: int = 30
    comments: CommentRules = CommentRules()
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def poll(self, poll_key: str, section: str = "") -> Poll | None:
        """The poll of this key, or with no key the reactions offered in a section."""
        if poll_key:
            return self.polls.get(poll_key)
        return self.section_reactions.get(section.casefold(), self.reactions)

    def choice_keys(self, poll_key: str) -> tuple[str, ...]:
        """The choice keys in the order of their numbers in the store, number 1 first."""
        return self.register.get(poll_key) or self._keys(poll_key)

    def registered(self) -> dict[str, tuple[str, ...]]:
        """The register brought up to date: new keys appended, retired ones kept.

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
        """Every choice key offered now, in any section."""
        polls = [self.poll(poll_key), *(() if poll_key else self.section_reactions.values())]
        return tuple(dict.fromkeys(c.key for poll in polls if poll for c in poll.choices))


@dataclass(frozen=True, slots=True)
class Tally:
    """Where an article stands: counts by choice number (1 first), and one reader's own choice.

    :param section: the article's, as stored with its first vote; None before that.
    :param is_held: the reader's own vote stands outside the counts until an editor releases it.
    :param note: what an editor tells readers of a corrected count, or "".
    :param is_moved: the article was merged, so its address leads elsewhere.
    """

    counts: tuple[int, ...]
    choice: int = 0
    seq: int = 0
    is_open: bool = True
    section: str | None = None
    is_held: bool = False
    note: str = ""
    is_moved: bool = False
