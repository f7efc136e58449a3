"""Figures of a whole site for the desk: votes over time, articles, sections, movers. Reads only.

A site's votes are in 32 partitions. Each question is a script that reads one partition. All
questions to all partitions go out in one pipeline, and their answers are merged here. An article is
in one partition only, so merged lists are exact.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from widget.domain.article import PARTITIONS
from widget.domain.figures.moods import Mix, Mover, Row, movers
from widget.domain.figures.statistics import Mean, mean
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, pipelined, store_errors

RECENT_HOURS, COMPARED_HOURS = 3, 24
MIN_RECENT = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One script for every partition, and the function that merges the answers.

    :param script: a file of lua/.
    :param act: the script's act.
    :param key: the script's key, without the partition's prefix.
    """

    script: str
    act: Mapping[str, Any]
    merge: Callable[[list[list[Any]]], T]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Articles that had votes.

    :param active: how many had any.
    :param reached: how many had enough.
    """

    active: int
    reached: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class RecentActivity:
    """The site's votes in the last hours and in the hours before them, and its movers."""

    recent: int
    before: int
    movers: list[Mover]


@dataclass(frozen=True, slots=True)
class Tone:
    """The tone of some comments.

    :param comments: number of published comments, scored or not.
    :param mean: mean of those with a score, -1 to 1.
    """

    comments: int
    mean: Mean

    @property
    def not_scored(self) -> int:
        return self.comments - self.mean.n


@dataclass(frozen=True, slots=True)
class Waiting:
    """Votes held outside the counts, the articles they are on, and comments in the queue."""

    articles: int
    votes: int
    comments: int


class Trends:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._scripts: dict[str, ActScript] = {}

    def ask(self, site: Site, *questions: Question[Any]) -> list[Any]:
        """Send every question to every partition in one pipeline, and return the merged answers.

        :raise StoreUnavailable: the store timed out or refused.
        """
        calls = []
        for question in questions:
            each_keys = [
                (keys.stem(site.key, partition) + question.key, keys.guard(site.key, partition))
                for partition in range(PARTITIONS)
            ]
            calls += self._script(question.script).calls(each_keys, question.act)
        with store_errors():
            replies = iter(pipelined(self._connection, calls))
        return [
            question.merge([msgspec.msgpack.decode(next(replies)) for _ in range(PARTITIONS)])
            for question in questions
        ]

    def _script(self, name: str) -> ActScript:
        if name not in self._scripts:
            self._scripts[name] = ActScript(self._connection, name)
        return self._scripts[name]


def hours(site: Site, first_hour: int, end_hour: int) -> Question[list[list[int]]]:
    """Ask for votes by choice in each hour: ``[[choice 1, choice 2, ..], ..]``, oldest first."""
    return _series(site, "h", first_hour, end_hour)


def days(site: Site, first_day: int, end_day: int) -> Question[list[list[int]]]:
    """Ask for votes by choice in each day, in the form of :func:`hours`."""
    return _series(site, "d", first_day, end_day)


def span(site: Site, first_hour: int, end_hour: int) -> Question[list[int]]:
    """Ask for votes by choice from one hour to another, excluding the last."""
    act = {"first": first_hour, "stop": end_hour, "choices": len(site.choice_keys(""))}
    return Question("figures/span.lua", act, _added)


def rows(
    site: Site, first_day: int, last_day: int, *, least: int = 1, always: int = 0
) -> Question[Rows]:
    """Ask for the articles with at least ``least`` votes in these days, and their mix of them.

    :param always: include this many articles of each partition even with fewer votes, those with
        most votes first. So the merged list has at least this many of the site's articles with
        most votes.
    """
    numbers = site.choice_keys("")
    width = len(numbers) + 1

    def merge(parts: list[list[Any]]) -> Rows:
        found = [
            Row(part[at], Mix.of(part[at + 1 : at + width], numbers))
            for part in parts
            for at in range(2, len(part), width)
        ]
        return Rows(sum(int(p[0]) for p in parts), sum(int(p[1]) for p in parts), found)

    act = {
        "first": first_day,
        "last": last_day,
        "choices": len(numbers),
        "least": least,
        "always": always,
    }
    return Question("figures/rows.lua", act, merge)


def recent_activity(now_hour: int, limit: int) -> Question[RecentActivity]:
    """Ask for the movers: the last three clock hours, this one included, against the 24 before."""

    def merge(parts: list[list[Any]]) -> RecentActivity:
        recent, before = sum(p[0] for p in parts), sum(p[1] for p in parts)
        found = [tuple(p[at : at + 3]) for p in parts for at in range(2, len(p), 3)]
        return RecentActivity(recent, before, movers(found, recent, before, limit))

    act = {"hour": now_hour, "recent": RECENT_HOURS, "before": COMPARED_HOURS, "least": MIN_RECENT}
    return Question("figures/movers.lua", act, merge)


def sections(site: Site, first_day: int, last_day: int) -> Question[dict[str, Mix]]:
    """Ask for the votes of each section in these days, most votes first."""
    numbers = site.choice_keys("")

    def merge(parts: list[list[Any]]) -> dict[str, Mix]:
        votes: Counter[str] = Counter()
        for part in parts:
            for at in range(0, len(part), 2):
                votes[part[at]] += part[at + 1]
        counts: dict[str, list[int]] = {}
        for field, found in votes.items():
            number, _, section = field.partition(":")
            if int(number) <= len(numbers):
                counts.setdefault(section, [0] * len(numbers))[int(number) - 1] = found
        mixes = {section: Mix.of(by_choice, numbers) for section, by_choice in counts.items()}
        by_votes = sorted(mixes.items(), key=lambda pair: (-pair[1].n, pair[0]))
        return {section: mix for section, mix in by_votes if mix.n}

    return Question("figures/sections.lua", {"first": first_day, "last": last_day}, merge)


def section_days(
    site: Site, section: str, first_day: int, end_day: int
) -> Question[list[list[int]]]:
    """Ask for one section's votes by choice in each day, in the form of :func:`hours`."""
    width = len(site.choice_keys(""))
    act = {"first": first_day, "stop": end_day, "choices": width, "section": section}
    return Question("figures/section.lua", act, _lines(width))


def tone(first_day: int, last_day: int) -> Question[Tone]:
    """Ask for the tone of the comments published in these days."""
    names = ("comments", "n", "sum", "squares")

    def merge(parts: list[list[Any]]) -> Tone:
        comments, n, total, squares = _added(parts)
        return Tone(comments, mean(n, total / 1e4, squares / 1e8))

    act = {"first": first_day, "last": last_day, "names": names}
    return Question("figures/tone.lua", act, merge, key="ctd")


def past_changes() -> Question[list[int]]:
    """Ask how often votes of past days have changed, in each partition."""
    return Question("figures/past.lua", {}, lambda parts: [changes for [changes] in parts])


def waiting() -> Question[Waiting]:
    """Ask for the votes and comments that wait for an editor now, whatever the period."""
    return Question("figures/waiting.lua", {}, lambda parts: Waiting(*_added(parts)))


def _series(site: Site, unit: str, first: int, end: int) -> Question[list[list[int]]]:
    width = len(site.choice_keys(""))
    act = {"unit": unit, "first": first, "stop": end, "choices": width}
    return Question("figures/series.lua", act, _lines(width))


def _lines(width: int) -> Callable[[list[list[Any]]], list[list[int]]]:
    def merge(parts: list[list[Any]]) -> list[list[int]]:
        votes = _added(parts)
        return [votes[at : at + width] for at in range(0, len(votes), width)]

    return merge


def _added(parts: list[list[Any]]) -> list[int]:
    return [sum(column) for column in zip(*parts, strict=True)]
