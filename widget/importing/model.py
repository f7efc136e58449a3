"""What a file from elsewhere says, in the words of this one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[int], None]  # told how many bytes, or rows, were read since it was told last


class BadFile(Exception):
    """The whole file is refused, before anything of it is stored. The sentence says why."""


@dataclass(frozen=True, slots=True)
class Thread:
    """An article as the file names it.

    :param key: ties comments to it, within the file.
    :param page: title, section, author, tags and url as far as they are known, not cleaned yet.
    """

    key: str
    address: str
    page: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A comment as it came, not cleaned yet.

    :param source: names it for good, such as "disqus:123": the same comment, the same source.
    :param thread: the key of its :class:`Thread`.
    :param parent: the source of what it answers, or "".
    :param state: published, held, hidden, deleted, or "spam".
    :param more: what only our own exports have, for :mod:`widget.services.transfer.importer`.
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


@dataclass(frozen=True, slots=True)
class Skipped:
    """A comment that cannot be read. ``why`` is one of few sentences: they are counted."""

    source: str
    why: str


Records = Iterator[Thread | Found | Skipped]
NO_TIME = "its time cannot be read"
