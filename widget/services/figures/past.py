"""The articles, sections and hours of a period. The days that are over are cached.

Days that are over hardly change: only when a reader takes back or changes an older vote, or an
editor corrects something. The store counts such changes, and a cached value is valid while that
count is the same. A worker whose clock is slow may still vote into a day that is over for others,
so nothing is cached for more than a minute.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import TLRUCache

from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.model import Site
from widget.store.figures import trends
from widget.store.figures.trends import Question, Trends

CACHE_S = 60
MAX_CACHED_BYTES = 32 << 20  # four periods of 10,000 articles
ROW_BYTES = 700  # of an article with its mix
DAYS_BYTES = 50_000  # of what a period has besides its articles


@dataclass(frozen=True, slots=True)
class Span:
    """The votes of a period.

    :param series: votes by choice of each hour (or day), oldest first.
    :param rows: every article that had votes; ``sections`` likewise, by name.
    :param before: votes by choice of the same hours of the previous period.
    :param over: votes of the period's own hours that are over, for comparison with ``before``.
    """

    series: list[list[int]]
    rows: list[Row]
    sections: dict[str, Mix]
    before: list[int]
    over: int


@dataclass(slots=True)
class _Days:
    """Days that are over, read at ``read_s``, when the store had counted so many ``changes``.

    :param totals: votes by choice of each day.
    :param before: votes of the hours before the period, for comparison.
    :param joined: today's rows that were last joined with these, and the result.
    """

    changes: list[int]
    read_s: float
    totals: list[list[int]]
    before: list[int]
    hours: list[list[int]]
    rows: dict[str, Row]
    sections: dict[str, Mix]
    joined: tuple[list[Row], list[Row]] | None = None

    def with_today(self, today: list[Row]) -> list[Row]:
        """Return all rows: the same list while nothing changes, so its ranking can be cached."""
        if self.joined is None or self.joined[0] != today:
            self.joined = today, _with_today(self.rows, today)
        return self.joined[1]


class Past:
    """:param clock: seconds; the time of the cache."""

    def __init__(self, reading: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = reading
        self._clock = clock
        # A minute from before the read, however long the read takes.
        self._cache: TLRUCache[tuple[Any, ...], _Days] = TLRUCache(
            MAX_CACHED_BYTES,
            lambda _key, days, _now: days.read_s + CACHE_S,
            timer=clock,
            getsizeof=lambda days: bytes_of(len(days.rows)),
        )
        self._lock = Lock()

    def span(self, site: Site, period: Period, *more: Question[Any]) -> tuple[Span, list[Any]]:
        """Return the period, and the answers to ``more``, which the same round trip asks.

        :raise StoreUnavailable: the store timed out or refused.
        """
        today = period.now_s // 86400
        has_today = period.last_day == today
        end_past = period.last_day + 1 - has_today
        questions: list[Question[Any]] = [trends.past_changes()]
        if has_today:
            questions += [
                trends.hours(site, today * 24, period.end_hour),
                trends.rows(site, today, today),
                trends.sections(site, today, today),
            ]
        answers = self._trends.ask(site, *questions, *more)
        days = self._days(site, period, end_past, answers[0])
        series = days.hours if period.is_hourly else days.totals
        today_rows, sections = list[Row](), days.sections
        over = sum(map(sum, days.totals))
        if has_today:
            hours, found, sections_now = answers[1 : len(questions)]
            today_rows = found.rows
            series = [*series, *(hours if period.is_hourly else [_sum(hours)])]
            sections = _merged(days.sections, sections_now)
            over += sum(map(sum, hours[: period.over_hour - today * 24]))
        rows = days.with_today(today_rows)
        return Span(series, rows, sections, days.before, over), answers[len(questions) :]

    def _days(self, site: Site, period: Period, end: int, changes: list[int]) -> _Days:
        """Return the period's days before ``end``, cached if no such day has changed."""
        choice_keys, hourly = site.choice_keys(""), period.is_hourly
        key = (site.key, choice_keys, period.first_day, end, hourly, period.before_hours)
        with self._lock:
            cached = self._cache.get(key)
        if cached is not None and cached.changes == changes:
            return cached
        days = self._read(site, period, end)
        if bytes_of(len(days.rows)) <= MAX_CACHED_BYTES:
            with self._lock:
                self._cache[key] = days
        return days

    def _read(self, site: Site, period: Period, end: int) -> _Days:
        read_s = self._clock()
        questions: list[Question[Any]] = [
            trends.past_changes(),  # ahead of the rest: what changes meanwhile is read again
            trends.days(site, period.first_day, end),
            trends.span(site, *period.before_hours),
            trends.rows(site, period.first_day, end - 1),
            trends.sections(site, period.first_day, end - 1),
        ]
        if period.is_hourly and end > period.first_day:
            questions.append(trends.hours(site, period.first_hour, end * 24))
        changes, totals, before, rows, sections, *hours = self._trends.ask(site, *questions)
        by_id = {row.id: row for row in rows.rows}
        return _Days(changes, read_s, totals, before, hours[0] if hours else [], by_id, sections)


def bytes_of(rows: int) -> int:
    """Return about how much memory a period with this many articles takes."""
    return DAYS_BYTES + rows * ROW_BYTES


def _sum(hours: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*hours, strict=True)]


def _with_today(past: dict[str, Row], today: list[Row]) -> list[Row]:
    now = {row.id: row for row in today}
    both = [Row(row.id, row.mix.plus(past[row.id].mix)) if row.id in past else row for row in today]
    return both + [row for row in past.values() if row.id not in now]


def _merged(past: dict[str, Mix], today: dict[str, Mix]) -> dict[str, Mix]:
    """Add the sections of both, most votes first, as the store orders each."""
    both = dict(past)
    for name, mix in today.items():
        both[name] = mix.plus(both[name]) if name in both else mix
    return dict(sorted(both.items(), key=lambda pair: (-pair[1].n, pair[0])))
