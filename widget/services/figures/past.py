"""The articles, sections and hours of a period: exact sums, although days that are over are kept.

Days that are over hardly change: only when a reader takes back or changes an older vote, or an
editor corrects something. The store counts such changes in each partition, and what was read of a
partition is valid while that count is the same. Of the day that is not over, a digest tells whether
the articles' votes have changed. So a visit reads only the partitions that have changed since.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cachetools import LRUCache

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.statistics import MIN_RANKED_N
from widget.domain.model import Site
from widget.services.figures.stories import Mixes, PartStories, Stories
from widget.store.figures import trends
from widget.store.figures.trends import Question, Trends

CACHE_S = 600
MAX_CACHED_BYTES = 64 << 20  # a few periods of 100,000 articles
DAYS_BYTES = 200_000  # of what a period has besides its articles
VOTES_BYTES = 190  # of an article with its votes
MIX_BYTES = 1000  # of an article with its votes by choice
MOST_READINGS = 4
_IDS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Span:
    """The votes of a period.

    :param series: votes by choice of each hour (or day), oldest first.
    :param stories: every article that had votes; ``sections`` likewise, by name.
    :param before: votes by choice of the same hours of the previous period.
    :param over: votes of the period's own hours that are over, for comparison with ``before``.
    """

    series: list[list[int]]
    stories: Stories
    sections: dict[str, Mix]
    before: list[int]
    over: int


@dataclass(frozen=True, slots=True)
class _Days:
    """Which days a span has: those that are over, from ``first`` to before ``end``, and today."""

    site: Site
    first: int
    end: int
    today: int
    has_today: bool
    is_hourly: bool

    @classmethod
    def of(cls, site: Site, period: Period) -> "_Days":
        today = period.now_s // 86400
        has_today = period.last_day == today
        end = period.last_day + 1 - has_today
        return cls(site, period.first_day, end, today, has_today, period.is_hourly)

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.site.key, self.site.choice_keys(""), self.first, self.end, self.is_hourly)

    @property
    def questions(self) -> list[Question[Any]]:
        """What a partition is asked about the days that are over."""
        asked: list[Question[Any]] = [
            trends.ranked(self.first, self.end - 1),
            trends.days(self.site, self.first, self.end),
            trends.sections(self.site, self.first, self.end - 1),
        ]
        if self.is_hourly and self.end > self.first:
            asked.append(trends.hours(self.site, self.first * 24, self.end * 24))
        return asked


@dataclass(frozen=True, slots=True)
class _PastPart:
    """One partition's days that are over, read at ``read_s``, when they were at this ``version``.

    :param sums: the partition's answers to all questions but the first.
    :param votes: article -> votes. ``mixes``: those by choice, of some articles.
    """

    version: str
    read_s: float
    sums: list[list[Any]]
    votes: dict[str, int]
    mixes: Mixes


@dataclass(frozen=True, slots=True)
class _TodayPart:
    """One partition's articles with votes today, when the day had this digest."""

    digest: str
    mixes: Mapping[str, Sequence[int]]


_NOTHING_TODAY = _TodayPart("", {})


@dataclass(slots=True)
class _Known:
    """What a worker keeps of a span's days: a list has an item for each partition."""

    past: dict[int, _PastPart] = field(default_factory=dict)
    today: dict[int, _TodayPart] = field(default_factory=dict)
    stories: dict[int, PartStories] = field(default_factory=dict)
    joined: Stories | None = None
    sums: list[Any] = field(default_factory=list)
    before: tuple[tuple[int, int], list[int]] | None = None

    def copy(self, oldest_s: float) -> "_Known":
        """Return what was read after a time. Another thread may read from the same at once."""
        past = {at: part for at, part in self.past.items() if part.read_s > oldest_s}
        return _Known(
            past, dict(self.today), dict(self.stories), self.joined, self.sums, self.before
        )

    @property
    def bytes(self) -> int:
        articles = sum(len(part.votes) for part in self.stories.values())
        ranked = sum(len(part.ranked) + len(part.today) for part in self.stories.values())
        return bytes_of(articles, ranked)


class Past:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, reading: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = reading
        self._clock = clock
        self._cache: LRUCache[tuple[Any, ...], _Known] = LRUCache(
            MAX_CACHED_BYTES, getsizeof=lambda known: known.bytes
        )
        self._lock = Lock()

    def span(self, site: Site, period: Period, *more: Question[Any]) -> tuple[Span, list[Any]]:
        """Return the period, and the answers to ``more``.

        :raise StoreUnavailable: the store timed out or refused.
        """
        days = _Days.of(site, period)
        with self._lock:
            kept = self._cache.get(days.key, _Known())
        known = kept.copy(self._clock() - CACHE_S)
        hours = self._read(days, known)
        if days.has_today:
            more = (trends.sections(site, days.today, days.today), *more)
        before = trends.span(site, *period.before_hours)
        is_fresh = known.before is not None and known.before[0] == period.before_hours
        if not is_fresh or any(known.past[at] is not kept.past.get(at) for at in known.past):
            more = (before, *more)
            known.sums = _sums(days, known)
            answers = self._trends.ask(site, *more)
            known.before = period.before_hours, answers.pop(0)
        else:
            answers = self._trends.ask(site, *more)
        self._keep(days, known)
        assert known.before is not None
        sections_today = answers.pop(0) if days.has_today else {}
        return _span(period, days, known, hours, sections_today), answers

    def rows(self, site: Site, period: Period, span: Span, ids: Iterable[str]) -> list[Row]:
        """Return the rows of some of a span's articles, in their order.

        :raise StoreUnavailable: the store timed out or refused.
        """
        ids, parts = list(ids), span.stories.parts
        wanted: defaultdict[int, list[str]] = defaultdict(list)
        for article_id in ids:
            at = partition_of(article_id)
            if article_id not in parts[at].ranked and parts[at].past_of(article_id):
                wanted[at].append(article_id)
        found = self._mixes(_Days.of(site, period), wanted)
        rows = []
        for article_id in ids:
            part = parts[partition_of(article_id)]
            row = part.ranked.get(article_id)
            rows.append(row or part.row(article_id, found.get(article_id, ())))
        return rows

    def _read(self, days: _Days, known: _Known) -> list[list[int]]:
        """Bring ``known`` up to date, and return each partition's votes of today, by hour.

        After what has changed was read, the partition is asked once more. Its answer is of the
        same instant as what was read if nothing has changed meanwhile.
        """
        hours: dict[int, list[int]] = {}
        present = trends.present(days.site, days.today)
        waiting = list(range(PARTITIONS))
        for _ in range(MOST_READINGS):
            asked = self._trends.parts(days.site, {at: [present] for at in waiting})
            old_past, old_today = [], []
            for at, [(version, digest, active, of_hours)] in asked.items():
                hours[at] = of_hours
                past, today = known.past.get(at), known.today.get(at)
                if past is None or past.version != version:
                    old_past.append(at)
                if not days.has_today or not active:
                    known.today[at] = _NOTHING_TODAY
                elif today is None or today.digest != digest:
                    old_today.append(at)
            waiting = sorted({*old_past, *old_today})
            if not waiting:
                break
            self._read_past(days, known, {at: asked[at][0][0] for at in old_past})
            self._read_today(days, known, {at: asked[at][0][1] for at in old_today})
            self._read_newly_ranked(days, known, waiting)
        self._join(days, known)
        return [hours[at] for at in range(PARTITIONS)]

    def _read_past(self, days: _Days, known: _Known, versions: Mapping[int, str]) -> None:
        read_s = self._clock()
        questions = days.questions
        answers = self._trends.parts(days.site, dict.fromkeys(versions, questions))
        for at, (ranked, *sums) in answers.items():
            votes = dict(questions[0].merge([ranked]))
            known.past[at] = _PastPart(versions[at], read_s, sums, votes, {})
        wanted = {
            at: [one for one, n in known.past[at].votes.items() if n >= MIN_RANKED_N]
            for at in versions
        }
        self._keep_mixes(days, known, wanted)

    def _read_today(self, days: _Days, known: _Known, digests: Mapping[int, str]) -> None:
        question = trends.day_mixes(days.site, days.today)
        answers = self._trends.parts(days.site, {at: [question] for at in digests})
        for at, [answer] in answers.items():
            known.today[at] = _TodayPart(digests[at], question.merge([answer]))

    def _read_newly_ranked(self, days: _Days, known: _Known, partitions: Iterable[int]) -> None:
        """Read the past of the articles that can be ranked only with today's votes."""
        wanted = {}
        for at in partitions:
            past = known.past[at]
            wanted[at] = [
                article_id
                for article_id, counts in known.today[at].mixes.items()
                if (before := past.votes.get(article_id))
                and article_id not in past.mixes
                and before + sum(counts) >= MIN_RANKED_N
            ]
        self._keep_mixes(days, known, wanted)

    def _keep_mixes(self, days: _Days, known: _Known, wanted: Mapping[int, list[str]]) -> None:
        found = self._mixes(days, wanted)
        for at, ids in wanted.items():
            known.past[at].mixes.update({one: found[one] for one in ids})

    def _mixes(self, days: _Days, wanted: Mapping[int, list[str]]) -> Mixes:
        """Return the votes by choice of articles on the days that are over."""
        found: Mixes = {}
        longest = max(map(len, wanted.values()), default=0)
        for start in range(0, longest, _IDS_AT_ONCE):
            asked = {
                at: [trends.mixes(days.site, ids, days.first, days.end - 1)]
                for at, every in wanted.items()
                if (ids := every[start : start + _IDS_AT_ONCE])
            }
            for at, [answer] in self._trends.parts(days.site, asked).items():
                [question] = asked[at]
                lines = map(tuple, question.merge([answer]))
                found.update(zip(question.act["ids"], lines, strict=True))
        return found

    def _join(self, days: _Days, known: _Known) -> None:
        """Join the days that are over with today, in the partitions where either has changed."""
        choice_keys = days.site.choice_keys("")
        for at in range(PARTITIONS):
            past, today = known.past[at], known.today[at]
            joined = known.stories.get(at)
            if joined is None or not joined.is_of(past.votes, today.mixes):
                known.stories[at] = PartStories(past.votes, past.mixes, today.mixes, choice_keys)
                known.joined = None
        if known.joined is None:
            parts = [known.stories[at] for at in range(PARTITIONS)]
            known.joined = Stories(parts, choice_keys)

    def _keep(self, days: _Days, known: _Known) -> None:
        if known.bytes <= MAX_CACHED_BYTES:
            with self._lock:
                self._cache[days.key] = known


def bytes_of(articles: int, ranked: int) -> int:
    """Return about how much memory a period takes.

    :param ranked: how many of the articles have their votes by choice.
    """
    return DAYS_BYTES + articles * VOTES_BYTES + ranked * MIX_BYTES


def _sums(days: _Days, known: _Known) -> list[Any]:
    """Return the merged answers of all partitions, but for the articles."""
    of_each = [known.past[at].sums for at in range(PARTITIONS)]
    merges = [question.merge for question in days.questions[1:]]
    return [merge([sums[at] for sums in of_each]) for at, merge in enumerate(merges)]


def _span(
    period: Period,
    days: _Days,
    known: _Known,
    hours_today: list[list[int]],
    sections_today: dict[str, Mix],
) -> Span:
    totals, sections, *hours = known.sums
    series = (hours[0] if hours else []) if days.is_hourly else totals
    over = sum(map(sum, totals))
    if days.has_today:
        width = len(days.site.choice_keys(""))
        flat = [sum(column) for column in zip(*hours_today, strict=True)]
        today = [flat[at : at + width] for at in range(0, len(flat), width)]
        today = today[: period.end_hour - days.today * 24]
        series = [*series, *(today if days.is_hourly else [_sum(today)])]
        sections = _merged(sections, sections_today)
        over += sum(map(sum, today[: period.over_hour - days.today * 24]))
    assert known.before is not None and known.joined is not None
    return Span(series, known.joined, sections, known.before[1], over)


def _sum(hours: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*hours, strict=True)]


def _merged(past: dict[str, Mix], today: dict[str, Mix]) -> dict[str, Mix]:
    """Add the sections of both, most votes first, as the store orders each."""
    both = dict(past)
    for name, mix in today.items():
        both[name] = mix.plus(both[name]) if name in both else mix
    return dict(sorted(both.items(), key=lambda pair: (-pair[1].n, pair[0])))
