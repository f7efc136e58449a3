"""The domain: reaction sets, sites, votes and where an article stands. Pure: no Flask, no redis."""

import re
from dataclasses import dataclass, field

MAX_CHOICES = 15
MAX_SEQ = 2**31 - 2
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


# A reaction always means the same colour. Each stands 3:1 on white and on near-black.
COLORS = {
    "like": "#2c6fb3", "dislike": "#6f7782", "love": "#d83a62", "funny": "#b98209",
    "angry": "#cb3a1c", "sad": "#6470b0", "wow": "#9a5fc4",
}  # fmt: skip
PLAIN_COLOR = COLORS["like"]


@dataclass(frozen=True, slots=True)
class Site:
    """A publication whose readers react.

    :param register: for each poll ("" is the reaction bar) every choice key it ever had, oldest
        first. A key's place here is its number in the store, so it is only ever appended to.
    :param texts: the site's own words, by language and name; see words.py.
    """

    key: str
    name: str
    origins: tuple[str, ...]
    reactions: Poll = REACTIONS
    polls: dict[str, Poll] = field(default_factory=dict)
    register: dict[str, tuple[str, ...]] = field(default_factory=dict)
    open_days: int = 30
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def poll(self, poll_key: str) -> Poll | None:
        return self.polls.get(poll_key) if poll_key else self.reactions

    def numbers(self, poll_key: str) -> tuple[str, ...]:
        """The choice keys in the order of their numbers in the store, number 1 first."""
        return self.register.get(poll_key) or _keys(self.poll(poll_key))

    def registered(self) -> dict[str, tuple[str, ...]]:
        """The register brought up to date: new keys appended, retired ones kept.

        :raise ValueError: a poll would have had more than 15 keys in its life.
        """
        register = dict(self.register)
        for poll_key in ("", *self.polls):
            known = register.get(poll_key, ())
            new = tuple(k for k in _keys(self.poll(poll_key)) if k not in known)
            register[poll_key] = known + new
            if len(register[poll_key]) > MAX_CHOICES:
                raise ValueError(f"a poll keeps at most {MAX_CHOICES} choices in its life")
        return register


def _keys(poll: Poll | None) -> tuple[str, ...]:
    return tuple(c.key for c in poll.choices) if poll else ()


@dataclass(frozen=True, slots=True)
class Vote:
    """ "My choice on this article is ``choice``": idempotent, ordered by ``seq``.

    :param mark: 8 bytes, the reader on this article and nowhere else.
    :param choice: number of the choice, 0 takes the vote back.
    """

    mark: bytes
    seq: int
    choice: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an article stands: counts by choice number (1 first), and one reader's own choice."""

    counts: tuple[int, ...]
    choice: int = 0
    seq: int = 0
    is_open: bool = True
