"""Figures of a whole site for the desk: votes over time, articles, sections, movers. Reads only.

A site's votes are in 32 partitions. Each question is a script that reads one partition, and the
answers are merged here. An article is in one partition only, so merged lists are exact.
docs/adr/0029-figures-of-many-stories.md explains how the reading stays short.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar

from widget.domain.article import PARTITIONS
from widget.domain.figures import tone as tones
from widget.domain.figures.expected import MARKS_H, Life
from widget.domain.figures.moods import Mix, Mover, movers
from widget.domain.figures.statistics import Mean, mean
from widget.domain.figures.tone import MIN_USUAL_N, EarlierTones
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.figures.portions import Portions, Run

RECENT_HOURS, COMPARED_HOURS = 3, 24
MIN_RECENT = 10
MOST_LIVES = 8  # stories of a partition
MOST_TONES = 24  # likewise

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """One script for every partition, and the function that merges the answers.

    :param script: a file of lua/.
    :param act: the script's act.
    :param key: the script's key, without the partition's prefix.
    :param in_portions: as for :class:`Run`.
    """

    script: str
    act: Mapping[str, Any]
    merge: Callable[[list[list[Any]]], T]
    key: str = ""
    in_portions: bool = False

    def run(self, partition: int) -> Run:
        """Return the script's run in one partition."""
        return Run(partition, self.script, self.act, self.key, self.in_portions)


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
    :param mean: the mean of the leans of those that have one, -1 to 1.
    """

    comments: int
    mean: Mean


@dataclass(frozen=True, slots=True)
class Waiting:
    """Votes held outside the counts, the articles they are on, and comments in the queue.

    :param oldest_comment: id of the comment that was written first of those in the queue, or "".
    :param flags: windows of a story whose votes may not be organic.
    """

    articles: int
    votes: int
    comments: int
    oldest_comment: str = ""
    flags: int = 0


class Trends:
    def __init__(self, connection: Connection) -> None:
        self._portions = Portions(connection)

    def ask(self, site: Site, *questions: Question[Any]) -> list[Any]:
        """Send every question to every partition, and return the merged answers.

        :raise StoreUnavailable: the store timed out or refused.
        """
        of_each = self.parts(site, dict.fromkeys(range(PARTITIONS), questions))
        return [
            question.merge([answers[at] for answers in of_each.values()])
            for at, question in enumerate(questions)
        ]

    def parts(
        self, site: Site, questions: Mapping[int, Sequence[Question[Any]]]
    ) -> dict[int, list[list[Any]]]:
        """Ask each partition its own questions, and return its answers as the scripts gave them.

        :raise StoreUnavailable: the store timed out or refused.
        """
        runs = {
            partition: [question.run(partition) for question in asked]
            for partition, asked in questions.items()
        }
        width = max(map(len, runs.values()), default=0)
        # One question after the other: those of one kind take about the same time.
        self._portions.read(
            site, [of[at] for at in range(width) for of in runs.values() if at < len(of)]
        )
        return {partition: [run.answer for run in of] for partition, of in runs.items()}


def hours(site: Site, first_hour: int, end_hour: int) -> Question[list[list[int]]]:
    """Ask for votes by choice in each hour: ``[[choice 1, choice 2, ..], ..]``, oldest first."""
    return _series(site, "h", first_hour, end_hour)


def days(site: Site, first_day: int, end_day: int) -> Question[list[list[int]]]:
    """Ask for votes by choice in each day, in the form of :func:`hours`."""
    return _series(site, "d", first_day, end_day)


def slots(site: Site, bounds: Sequence[int]) -> Question[list[list[int]]]:
    """Ask for votes by choice in slots that may begin at any hour, in the form of :func:`hours`.

    :param bounds: the first hour of each slot, then the end of the last one.
    """
    is_whole = all(hour % 24 == 0 and stop - hour == 24 for hour, stop in pairwise(bounds))
    if is_whole and len(bounds) > 1:
        return days(site, bounds[0] // 24, bounds[-1] // 24)
    width = len(site.choice_keys(""))
    act = {"bounds": bounds, "choices": width}
    return Question("figures/slots.lua", act, _lines(width), in_portions=True)


def span(site: Site, first_hour: int, end_hour: int) -> Question[list[int]]:
    """Ask for votes by choice from one hour to another, excluding the last."""
    act = {"first": first_hour, "stop": end_hour, "choices": len(site.choice_keys(""))}
    return Question("figures/span.lua", act, _added)


def present(site: Site, day: int) -> Question[list[list[Any]]]:
    """Ask for what can still change: each partition's day, and the changes to its past days."""
    act = {"day": day, "choices": len(site.choice_keys(""))}
    return Question("figures/present.lua", act, lambda parts: parts)


def ranked(first_day: int, last_day: int, choice: int = 0) -> Question[Counter[str]]:
    """Ask for every article with votes of a choice in these days, and their number.

    :param choice: its number, 0 for all.
    """
    act = {"first": first_day, "last": last_day, "choice": choice}

    def merge(parts: list[list[Any]]) -> Counter[str]:
        votes: Counter[str] = Counter()
        for part in parts:
            for article_id, more in zip(part[::2], map(int, part[1::2]), strict=True):
                votes[article_id] += more
        return votes

    return Question("figures/ranked.lua", act, merge, in_portions=True)


def day_mixes(site: Site, day: int) -> Question[dict[str, list[int]]]:
    """Ask for the votes by choice of every article with votes on a day."""
    width = len(site.choice_keys(""))

    def merge(parts: list[list[Any]]) -> dict[str, list[int]]:
        return {
            article_id: counts for part in parts for article_id, *counts in _tuples(part, 1 + width)
        }

    return Question("figures/day.lua", {"day": day, "choices": width}, merge, in_portions=True)


@dataclass(frozen=True, slots=True)
class Filed:
    """An article's votes by choice, and the section that they are filed under, "" for none."""

    section: str
    counts: tuple[int, ...]


def edge(site: Site, first_hour: int, end_hour: int) -> Question[dict[str, Filed]]:
    """Ask for every article's votes in some hours of one day."""
    width = len(site.choice_keys(""))

    def merge(parts: list[list[Any]]) -> dict[str, Filed]:
        return {
            article_id: Filed(section, tuple(counts))
            for part in parts
            for article_id, section, *counts in _tuples(part, 2 + width)
        }

    act = {"day": first_hour // 24, "first": first_hour, "stop": end_hour, "choices": width}
    return Question("figures/edge.lua", act, merge, in_portions=True)


def leaders(slots: Sequence[tuple[int, int]]) -> Question[list[tuple[str, int]]]:
    """Ask for the article with most votes in each slot, and its votes: ``("", 0)`` without any.

    :param slots: ``(first hour, hour after the last)``, at most three.
    """

    def merge(parts: list[list[Any]]) -> list[tuple[str, int]]:
        by_slot = [
            [(part[at], part[at + 1]) for part in parts] for at in range(0, 2 * len(slots), 2)
        ]
        return [min(found, key=lambda one: (-one[1], one[0])) for found in by_slot]

    return Question("figures/leaders.lua", {"slots": slots}, merge)


def section_slots(
    site: Site, section: str, article_ids: Sequence[str], bounds: Sequence[int]
) -> Question[list[list[int]]]:
    """Ask one partition for a section's votes by choice in slots, as :func:`slots`.

    :param article_ids: articles of the partition that may have some.
    """
    width = len(site.choice_keys(""))

    def merge(parts: list[list[Any]]) -> list[list[int]]:
        series = [[0] * width for _ in bounds[1:]]
        for part in parts:
            for slot, choice, votes in _tuples(part, 3):
                series[slot][choice - 1] += votes
        return series

    act = {"ids": article_ids, "section": section, "bounds": bounds, "choices": width}
    return Question("figures/filed.lua", act, merge, in_portions=True)


def mixes(
    site: Site, article_ids: Sequence[str], first_day: int, last_day: int
) -> Question[list[list[int]]]:
    """Ask one partition for the votes by choice of its articles in these days, in their order."""
    width = len(site.choice_keys(""))
    act = {"ids": article_ids, "first": first_day, "last": last_day, "choices": width}
    return Question("figures/mixes.lua", act, _lines(width), in_portions=True)


def recent_activity(now_hour: int, limit: int) -> Question[RecentActivity]:
    """Ask for the movers: the last three clock hours, this one included, against the 24 before."""

    def merge(parts: list[list[Any]]) -> RecentActivity:
        recent = before = 0
        found: list[tuple[str, int, int]] = []
        for part in parts:
            for article_id, votes, earlier in _tuples(part, 3):
                if article_id:
                    found.append((article_id, votes, earlier))
                else:
                    recent, before = recent + votes, before + earlier
        return RecentActivity(recent, before, movers(found, recent, before, limit))

    act = {"hour": now_hour, "recent": RECENT_HOURS, "before": COMPARED_HOURS, "least": MIN_RECENT}
    return Question("figures/movers.lua", act, merge, in_portions=True)


def lives(first_hour: int, end_hour: int, now_hour: int) -> Question[list[Life]]:
    """Ask how stories got their votes: the latest of those with a first vote in these hours."""

    def merge(parts: list[list[Any]]) -> list[Life]:
        rows = [row for part in parts for row in _tuples(part, 2 + len(MARKS_H))]
        return [Life(section, age_h, tuple(votes)) for section, age_h, *votes in rows]

    act = {
        "first": first_hour,
        "stop": end_hour,
        "hour": now_hour,
        "most": MOST_LIVES,
        "marks": MARKS_H,
    }
    return Question("figures/lives.lua", act, merge, in_portions=True)


def sections(site: Site, first_day: int, last_day: int) -> Question[dict[str, Mix]]:
    """Ask for the votes of each section in these days, most votes first."""
    keys = site.choice_keys("")

    def merge(parts: list[list[Any]]) -> dict[str, Mix]:
        votes: Counter[str] = Counter()
        for (_, field), number in _by_day(parts).items():
            votes[field] += number
        return _section_mixes(votes, keys)

    act = {"first": first_day, "last": last_day}
    return Question("figures/sections.lua", act, merge, in_portions=True)


def weeks_of_sections(site: Site, first_day: int, weeks: int) -> Question[dict[str, list[Mix]]]:
    """Ask for the votes of each section in each of some weeks: ``{section: [first week, ..]}``."""
    keys = site.choice_keys("")

    def merge(parts: list[list[Any]]) -> dict[str, list[Mix]]:
        votes: list[Counter[str]] = [Counter() for _ in range(weeks)]
        for (day, field), number in _by_day(parts).items():
            votes[(day - first_day) // 7][field] += number
        by_week = [_section_mixes(of_week, keys) for of_week in votes]
        nothing = Mix.of([0] * len(keys), keys)
        names = dict.fromkeys(name for of_week in by_week for name in of_week)
        return {name: [of_week.get(name, nothing) for of_week in by_week] for name in names}

    act = {"first": first_day, "last": first_day + weeks * 7 - 1, "group": 7}
    return Question("figures/sections.lua", act, merge, in_portions=True)


def _by_day(parts: list[list[Any]]) -> Counter[tuple[int, str]]:
    """Add up the partitions' votes of sections: (first day of a group, field) -> votes."""
    votes: Counter[tuple[int, str]] = Counter()
    for part in parts:
        # The scan of a large day may return a field twice.
        votes.update({(day, field): number for day, field, number in _tuples(part, 3)})
    return votes


def _section_mixes(votes: Mapping[str, int], keys: Sequence[str]) -> dict[str, Mix]:
    """Return each section's mix, most votes first.

    :param votes: by field, as ledger.lua writes it.
    """
    counts: dict[str, list[int]] = {}
    for field, found in votes.items():
        number, _, section = field.partition(":")
        if int(number) <= len(keys):
            counts.setdefault(section, [0] * len(keys))[int(number) - 1] = found
    mixes = {section: Mix.of(by_choice, keys) for section, by_choice in counts.items()}
    by_votes = sorted(mixes.items(), key=lambda pair: (-pair[1].n, pair[0]))
    return {section: mix for section, mix in by_votes if mix.n}


def section_days(
    site: Site, section: str, first_day: int, end_day: int
) -> Question[list[list[int]]]:
    """Ask for one section's votes by choice in each day, in the form of :func:`hours`."""
    width = len(site.choice_keys(""))
    act = {"first": first_day, "stop": end_day, "choices": width, "section": section}
    return Question("figures/section.lua", act, _lines(width))


def tone(first_hour: int, end_hour: int) -> Question[Tone]:
    """Ask for the tone of the comments published in these hours."""
    names = ("comments", "n", "sum", "squares")

    def merge(parts: list[list[Any]]) -> Tone:
        comments, n, total, squares = _added(parts)
        return Tone(comments, _mean_lean(n, total, squares))

    act = {"first": first_hour, "stop": end_hour, "names": names}
    return Question("figures/tone.lua", act, merge)


def earlier_tones(first_day: int, end_day: int) -> Question[EarlierTones]:
    """Ask for the tone of these days, and of the latest stories that had their first vote then."""

    def merge(parts: list[list[Any]]) -> EarlierTones:
        width = 3 * (end_day - first_day)
        days = _tuples(_added([part[:width] for part in parts]), 3)
        stories = [row for part in parts for row in _tuples(part[width:], 4)]
        return tones.earlier_tones(
            [(section, _mean_lean(*sums)) for section, *sums in stories],
            [_mean_lean(*sums) for sums in days],
        )

    act = {"first": first_day, "stop": end_day, "looked": MOST_TONES, "least": MIN_USUAL_N}
    return Question("figures/tones.lua", act, merge)


def _mean_lean(n: int, sum_e4: int, squares_e8: int) -> Mean:
    return mean(n, sum_e4 / 1e4, squares_e8 / 1e8)


def waiting() -> Question[Waiting]:
    """Ask for the votes, comments and flags that wait for an editor now, whatever the period."""

    def merge(parts: list[list[Any]]) -> Waiting:
        portions = [portion for part in parts for portion in _tuples(part, 5)]
        oldest = min((portion[3] for portion in portions if portion[3]), default="")
        articles, votes, comments = _added([portion[:3] for portion in portions])
        return Waiting(articles, votes, comments, oldest, sum(portion[4] for portion in portions))

    return Question("figures/waiting.lua", {}, merge, in_portions=True)


def _series(site: Site, unit: str, first: int, end: int) -> Question[list[list[int]]]:
    width = len(site.choice_keys(""))
    act = {"unit": unit, "first": first, "stop": end, "choices": width}
    return Question("figures/series.lua", act, _lines(width))


def _lines(width: int) -> Callable[[list[list[Any]]], list[list[int]]]:
    def merge(parts: list[list[Any]]) -> list[list[int]]:
        votes = _added(parts)
        return [votes[at : at + width] for at in range(0, len(votes), width)]

    return merge


def _added(parts: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*parts, strict=True)]


def _tuples(flat: list[Any], width: int) -> list[tuple[Any, ...]]:
    """Return the list's items in tuples."""
    return list(zip(*(flat[at::width] for at in range(width)), strict=True))
