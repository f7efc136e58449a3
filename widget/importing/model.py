"""Records of an imported file: the same for every format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from widget.domain.errors import OperatorError

# Of one text in a file, which may be HTML. What follows is not read: memory use has a limit.
MAX_SOURCE_CHARS = 400_000
Progress = Callable[[int], None]  # receives the number of bytes or rows read since the last call


class BadFile(OperatorError):
    """A file that is refused as a whole, before any of it is stored. The message says why."""


class CutFile(BadFile):
    """A file that breaks off. A reader raises it after all records that are whole before that."""


@dataclass(frozen=True, slots=True)
class Thread:
    """An article in the file.

    :param key: how the comments of the file refer to it.
    :param page: title, section, author, tags and url, as far as known; not cleaned yet.
    :param why: why readers must not see its comments, such as a state that is not public; or "".
    :param name: what ``within`` of other threads calls this one, or "".
    :param within: the name of the thread that decides whether readers may see this one; or "".
    """

    key: str
    address: str
    page: dict[str, Any] = field(default_factory=dict)
    why: str = ""
    name: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A comment in the file, not cleaned yet.

    :param source: its permanent id, such as "disqus:123". The same comment always has the same.
    :param thread: the key of its :class:`Thread`.
    :param parent: the source of the comment that it answers, or "".
    :param state: published, held, hidden, deleted, or "spam".
    :param more: fields that only our own exports have, for
        :mod:`widget.services.transfer.importer`.
    :param brought: votes for and against it there. ``ups`` are our own.
    """

    source: str
    thread: str
    at_s: int
    name: str
    text: str
    parent: str = ""
    state: str = "published"
    ups: int = 0
    edited_s: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    brought: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A comment that cannot be read. ``why`` is one of few sentences, so they can be counted."""

    source: str
    why: str


Records = Iterator[Thread | Found | Skipped]
NO_ID = "it has no id"
NO_TIME = "its time cannot be read"
