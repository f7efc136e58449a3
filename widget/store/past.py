"""The articles, sections and hours of a period, of which the days that are over are remembered.

Days that are over hardly change: only when a reader takes back or changes an older vote, or an
editor corrects something. Their totals by choice are read every time, and while those stand the
rest stands: a change takes a vote out of its old day. Votes put into and taken out of one day
between two looks could cancel each other out, so nothing is remembered for more than a minute.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from operator import add
from typing import Any

from ..model import Site
from ..moods import Mix, Row
from ..period import Period
from . import trends
from .trends import Question, Trends

REMEMBER_S = 60
MOST_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class Span:
    """What happened in a period.

    :param series: votes by choice of each hour (or day), oldest first.
    :param rows: every article that had votes; ``sections`` likewise, by name.
    :param before: votes by choice of the same hours of the period before.
    :param over: votes of the period's own hours that are over: what ``before`` compares with.
    """

    series: list[list[int]]
    rows: list[Row]
    sections: dict[str, Mix]
    before: list[int]
    over: int


@dataclass(frozen=True, slots=True)
class _Days:
    """Days that are over, as they were read at ``read_s``, when their totals were ``totals``.

    :param before: votes of the whole days before the period that are compared.
    """

    totals: list[list[int]]
    read_s: float
    before: list[int]
    hours: list[list[int]]
    rows: dict[str, Row]
    sections: dict[str, Mix]


class Past:
    def __init__(self, reading: Trends, clock: Callable[[], float] = time.monotonic) -> None:
        self._trends = reading
        self._clock = clock
        self._remembered: dict[tuple[Any, ...], _Days] = {}

    def span(self, site: Site, period: Period, *more: Question[Any]) -> tuple[Span, list[Any]]:
        """The period, and the answers to ``more``, asked in the same round trip."""
        today = period.now_s // 86400
        has_today = period.last_day == today
        end_past = period.last_day + 1 - has_today
        before_end = period.before_hours[1]
        questions: list[Question[Any]] = [
            trends.days(site, period.first_day, period.last_day + 1),
            trends.span(site, before_end // 24 * 24, before_end),
        ]
        if has_today:
            questions += [
                trends.hours(site, today * 24, period.end_hour),
                trends.rows(site, today, today),
                trends.sections(site, today, today),
            ]
        answers = self._trends.ask(site, *questions, *more)
        totals, rest_before = answers[:2]
        now = answers[2 : len(questions)]
        past_totals = totals[: end_past - period.first_day]
        days = self._days(site, period, end_past, past_totals)
        before = list(map(add, days.before, rest_before))
        series, rows, sections = days.hours, list(days.rows.values()), days.sections
        if has_today:
            hours, rows_now, sections_now = now
            series = [*days.hours, *hours]
            rows = _with_today(days.rows, rows_now.rows)
            sections = _merged(days.sections, sections_now)
        over = sum(map(sum, past_totals))
        if has_today:
            over += sum(map(sum, now[0][: period.over_hour - today * 24]))
        if not period.is_hourly:
            series = totals
        return Span(series, rows, sections, before, over), answers[len(questions) :]

    def _days(self, site: Site, period: Period, end: int, totals: list[list[int]]) -> _Days:
        """The period's days before ``end``: as remembered, where their totals are the same."""
        key = (site.key, site.numbers(""), period.first_day, end, period.is_hourly)
        known = self._remembered.get(key)
        if known and known.totals == totals and self._clock() - known.read_s < REMEMBER_S:
            return known
        read_s = self._clock()
        before_first, before_end = period.before_hours
        questions: list[Question[Any]] = [
            trends.span(site, before_first, before_end // 24 * 24),
            trends.rows(site, period.first_day, end - 1),
            trends.sections(site, period.first_day, end - 1),
        ]
        if period.is_hourly and end > period.first_day:
            questions.append(trends.hours(site, period.first_hour, end * 24))
        before, rows, sections, *hours = self._trends.ask(site, *questions)
        by_id = {row.id: row for row in rows.rows}
        days = _Days(totals, read_s, before, hours[0] if hours else [], by_id, sections)
        self._remembered.pop(key, None)
        while len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)))
        self._remembered[key] = days
        return days


def _with_today(past: dict[str, Row], today: list[Row]) -> list[Row]:
    now = {row.id: row for row in today}
    both = [Row(row.id, row.mix.plus(past[row.id].mix)) if row.id in past else row for row in today]
    return both + [row for row in past.values() if row.id not in now]


def _merged(past: dict[str, Mix], today: dict[str, Mix]) -> dict[str, Mix]:
    """Most votes first, as the store answers each."""
    both = dict(past)
    for name, mix in today.items():
        both[name] = mix.plus(both[name]) if name in both else mix
    return dict(sorted(both.items(), key=lambda pair: (-pair[1].n, pair[0])))
