"""The articles, sections and hours of a period: exact sums, although days that are over are kept.

Days that are over hardly change: only when a reader takes back or changes an older vote, or an
editor corrects something. The store counts such changes in each partition, and what was read of a
partition is valid while that count is the same. Of the day that is not over, a digest tells whether
the articles' votes have changed. So a visit reads only the partitions that have changed since.

The store's days are of UTC. A period of a site's own days begins and ends within one: of these two
days, its edges, the articles' hours are read. docs/adr/0089-days-of-a-time-zone.md explains it.
"""

import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cachetools import LRUCache

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.errors import StoreUnavailable
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.statistics import MIN_RANKED_N
from widget.domain.model import Site
from widget.services.figures.stories import Mixes, PartStories, Stories
from widget.store.figures import trends
from widget.store.figures.trends import Filed, Question, Trends

CACHE_S = 600
MAX_CACHED_BYTES = 64 << 20  # a few periods of 100,000 articles
DAYS_BYTES = 200_000  # of what a period has besides its articles
VOTES_BYTES = 190  # of an article with its votes
MIX_BYTES = 1000  # of an article with its votes by choice
MOST_READINGS = 4
_IDS_AT_ONCE = 100
_PARTITIONS_AT_ONCE = 8  # read to the end before the next ones


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
    """What a span is made of: whole days of UTC that are over, its edges, and today.

    :param first: the first whole day; ``end`` is the one after the last.
    :param edges: ``(first hour, hour after the last)`` of a day that is partly in the span. Such a
        day is over, or else the span is.
    :param today_from: the hour of today with which the span goes on, None for a span that is over.
    :param stop: the end of the hours that are not today's.
    """

    site: Site
    period: Period
    first: int
    end: int
    edges: tuple[tuple[int, int], ...]
    today: int
    today_from: int | None
    stop: int

    @classmethod
    def of(cls, site: Site, period: Period) -> "_Days":
        today, start = period.now_s // 86400, period.first_hour
        is_over = period.last_end_hour <= period.now_s // 3600
        stop = period.last_end_hour if is_over else max(today * 24, start)
        first, end = -(-start // 24), stop // 24
        if first > end:
            edges = [(start, stop)]
        else:
            edges = [(start, first * 24), (end * 24, stop)]
        if not is_over and start >= today * 24:
            first, end, edges = today, today, []
        from_hour = None if is_over else stop
        found = tuple((a, b) for a, b in edges if a < b)
        return cls(site, period, first, max(first, end), found, today, from_hour, stop)

    @property
    def has_today(self) -> bool:
        return self.today_from is not None

    @property
    def is_today_cut(self) -> bool:
        """Whether the span begins within today."""
        return self.today_from is not None and self.today_from > self.today * 24

    @property
    def key(self) -> tuple[Any, ...]:
        period = self.period
        days = (period.zone.name, period.first_day, period.last_day, self.stop, self.today_from)
        return (self.site.key, self.site.choice_keys(""), days)

    @property
    def day_bounds(self) -> list[int]:
        """The first hours of the period's own days before :attr:`stop`, and that."""
        return [*(hour for hour in self.period.day_bounds[:-1] if hour < self.stop), self.stop]

    @property
    def sums(self) -> list[Question[Any]]:
        """What to read from a partition about the days that are over, besides its articles."""
        asked: list[Question[Any]] = [
            trends.slots(self.site, self.day_bounds),
            trends.sections(self.site, self.first, self.end - 1),
        ]
        if self.period.is_hourly and self.period.first_hour < self.stop:
            asked.append(trends.hours(self.site, self.period.first_hour, self.stop))
        return asked

    @property
    def of_articles(self) -> list[Question[Any]]:
        """What to read from a partition about its articles on the days that are over."""
        edges = [trends.edge(self.site, *hours) for hours in self.edges]
        return [trends.ranked(self.first, self.end - 1), *edges]

    @property
    def of_today(self) -> list[Question[Any]]:
        """What to read from a partition about today's articles and sections."""
        if self.is_today_cut:
            assert self.today_from is not None
            return [trends.edge(self.site, self.today_from, (self.today + 1) * 24)]
        sections = trends.sections(self.site, self.today, self.today)
        return [trends.day_mixes(self.site, self.today), sections]

    def version(self, version: str, hours: list[int]) -> str:
        """Return what changes with every change to what is over.

        :param version: the store's, for days before today. ``hours``: today's votes by hour.
        """
        return f"{version} {self._of_hours(hours, self.edges)}"

    def digest(self, digest: str, hours: list[int]) -> str:
        """Return what changes with every change to today's part."""
        if self.today_from is None or not self.is_today_cut:
            return digest
        return f"{digest} {self._of_hours(hours, [(self.today_from, (self.today + 1) * 24)])}"

    def _of_hours(self, hours: list[int], parts: Iterable[tuple[int, int]]) -> str:
        """Return those of today's hours that are in one of ``parts``, as text.

        A vote is counted in a later hour when it changes, and never in an earlier one. So no two
        changes leave the votes of an hour as they were.
        """
        width, start = len(self.site.choice_keys("")), self.today * 24
        ours = [
            hours[(first - start) * width : (stop - start) * width]
            for first, stop in parts
            if first >= start
        ]
        return str(ours) if ours else ""


@dataclass(frozen=True, slots=True)
class _PastPart:
    """One partition's days that are over, read at ``read_s``, when they were at this ``version``.

    :param sums: the partition's answers to :attr:`_Days.sums`.
    :param votes: article -> votes. ``mixes``: those by choice on whole days, of some articles.
    :param edges: article -> votes by choice in the edges.
    :param sections: votes by choice of each section in the edges.
    """

    version: str
    read_s: float
    sums: list[list[Any]]
    votes: dict[str, int]
    mixes: Mixes
    edges: Mixes
    sections: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class _TodayPart:
    """One partition's articles with votes today, when the day had this digest.

    :param sections: votes by choice of each section.
    """

    digest: str
    mixes: Mapping[str, Sequence[int]]
    sections: Mapping[str, Sequence[int]]


_NOTHING_TODAY = _TodayPart("", {}, {})


@dataclass(frozen=True, slots=True)
class _Latest:
    """One partition's answers to questions about votes of any day, when they were in this state."""

    state: str
    answers: list[list[Any]]


@dataclass(slots=True)
class _Known:
    """What a worker keeps of a span's days: a list has an item for each partition."""

    past: dict[int, _PastPart] = field(default_factory=dict)
    today: dict[int, _TodayPart] = field(default_factory=dict)
    latest: dict[int, _Latest] = field(default_factory=dict)
    stories: dict[int, PartStories] = field(default_factory=dict)
    joined: Stories | None = None
    sums: list[Any] = field(default_factory=list)
    before: tuple[tuple[int, int], list[int]] | None = None

    def copy(self, oldest_s: float) -> "_Known":
        """Return what was read after a time. Another thread may read from the same at once."""
        return _Known(
            past={at: part for at, part in self.past.items() if part.read_s > oldest_s},
            today=dict(self.today),
            latest=dict(self.latest),
            stories=dict(self.stories),
            joined=self.joined,
            sums=self.sums,
            before=self.before,
        )

    @property
    def finished(self) -> "_Known":
        """What is whole even if the reading ended early: the next one goes on from there."""
        return _Known(past=self.past, latest=self.latest)

    @property
    def bytes(self) -> int:
        articles = sum(len(part.votes) for part in self.past.values())
        articles += sum(len(part.mixes) for part in self.today.values())
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

    def span(
        self,
        site: Site,
        period: Period,
        *more: Question[Any],
        of_votes: Sequence[Question[Any]] = (),
    ) -> tuple[Span, list[Any]]:
        """Return the period, and the answers to ``of_votes`` and to ``more``.

        :param more: asked at each visit.
        :param of_votes: questions whose answers change only with votes of today or with what the
            store counts as changes of earlier ones: asked again only where there were any.
        :raise StoreUnavailable: the store timed out or refused. What was read by then is kept.
        """
        days = _Days.of(site, period)
        with self._lock:
            kept = self._cache.get(days.key, _Known())
        known = kept.copy(self._clock() - CACHE_S)
        try:
            hours, answers = self._read(days, known, of_votes, more)
            self._read_sums(days, known, kept)
        except StoreUnavailable:
            self._keep(days, known.finished)
            raise
        self._keep(days, known)
        return _span(period, days, known, hours), answers

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

    def of_section(self, site: Site, period: Period, span: Span, section: str) -> list[list[int]]:
        """Return a section's votes by choice in each hour or day of the period, as :class:`Span`.

        :raise StoreUnavailable: the store timed out or refused.
        """
        hours = range(period.first_hour, period.end_hour + 1)
        bounds = list(hours) if period.is_hourly else period.day_bounds
        first, stop = period.first_hour, period.last_end_hour
        if not period.is_hourly and stop - first == period.days * 24 and first % 24 == 0:
            days = trends.section_days(site, section, first // 24, stop // 24)
            return list(self._trends.ask(site, days)[0])
        series = [[0] * len(site.choice_keys("")) for _ in bounds[1:]]
        every = [list(part.votes) for part in span.stories.parts]
        for start in range(0, max(map(len, every), default=0), _IDS_AT_ONCE):
            asked = {
                at: [trends.section_slots(site, section, ids, bounds)]
                for at, of_part in enumerate(every)
                if (ids := of_part[start : start + _IDS_AT_ONCE])
            }
            for at, answers in self._trends.parts(site, asked).items():
                more = asked[at][0].merge(answers)
                series = [
                    [a + b for a, b in zip(*rows, strict=True)]
                    for rows in zip(series, more, strict=True)
                ]
        return series

    def _read(
        self,
        days: _Days,
        known: _Known,
        of_votes: Sequence[Question[Any]],
        more: Sequence[Question[Any]],
    ) -> tuple[list[list[int]], list[Any]]:
        """Bring ``known`` up to date.

        After what has changed was read, the partition is read once more. Its answer is of the
        same instant as what was read if nothing has changed meanwhile.

        :return: each partition's votes of today by hour, and the answers as :meth:`span` has them.
        """
        hours: dict[int, list[int]] = {}
        of_more: dict[int, list[list[Any]]] = {}
        present = trends.present(days.site, days.today)
        acts = str([question.act for question in of_votes])
        waiting = list(range(PARTITIONS))
        for _ in range(MOST_READINGS):
            asked = [present] if of_more else [present, *more]
            found = self._trends.parts(days.site, dict.fromkeys(waiting, asked))
            old_past: dict[int, str] = {}
            old_today: dict[int, str] = {}
            old_latest: dict[int, str] = {}
            for at, [[version, digest, active, of_hours], *others] in found.items():
                hours[at] = of_hours
                of_more.setdefault(at, others)
                past, today, latest = known.past.get(at), known.today.get(at), known.latest.get(at)
                if past is None or past.version != days.version(version, of_hours):
                    old_past[at] = days.version(version, of_hours)
                if not days.has_today or not active:
                    known.today[at] = _NOTHING_TODAY
                elif today is None or today.digest != days.digest(digest, of_hours):
                    old_today[at] = days.digest(digest, of_hours)
                state = f"{version} {digest} {of_hours} {acts}"
                if of_votes and (latest is None or latest.state != state):
                    old_latest[at] = state
            waiting = sorted({*old_past, *old_today, *old_latest})
            if not waiting:
                break
            self._read_latest(days, known, old_latest, of_votes)
            self._read_past(days, known, old_past)
            self._read_today(days, known, old_today)
            self._read_newly_ranked(days, known, waiting)
        self._join(days, known)
        of_latest = [known.latest[at].answers for at in range(PARTITIONS)] if of_votes else []
        answers = [*_merge(of_votes, of_latest), *_merge(more, list(of_more.values()))]
        return [hours[at] for at in range(PARTITIONS)], answers

    def _read_latest(
        self,
        days: _Days,
        known: _Known,
        states: Mapping[int, str],
        of_votes: Sequence[Question[Any]],
    ) -> None:
        answers = self._trends.parts(days.site, dict.fromkeys(states, of_votes))
        known.latest.update({at: _Latest(states[at], answers[at]) for at in states})

    def _read_past(self, days: _Days, known: _Known, versions: Mapping[int, str]) -> None:
        """Read the days that are over, a few partitions at once.

        A partition is kept once it is whole, so a reading that ran out of time is not lost.
        """
        every = list(versions)
        for start in range(0, len(every), _PARTITIONS_AT_ONCE):
            some = {at: versions[at] for at in every[start : start + _PARTITIONS_AT_ONCE]}
            parts = self._past_parts(days, some)
            wanted = {
                at: [one for one, n in part.votes.items() if n >= MIN_RANKED_N]
                for at, part in parts.items()
            }
            self._keep_mixes(days, parts, wanted)
            known.past.update(parts)

    def _past_parts(self, days: _Days, versions: Mapping[int, str]) -> dict[int, _PastPart]:
        read_s = self._clock()
        ranked, *of_edges = days.of_articles
        questions = [ranked, *of_edges, *days.sums]
        answers = self._trends.parts(days.site, dict.fromkeys(versions, questions))
        found = {}
        for at, (of_articles, *others) in answers.items():
            votes = dict(ranked.merge([of_articles]))
            parts = [of.merge([part]) for of, part in zip(of_edges, others, strict=False)]
            edges = _together(parts)
            for article_id, counts in edges.items():
                votes[article_id] = votes.get(article_id, 0) + sum(counts)
            sums, sections = others[len(of_edges) :], _by_section(parts)
            found[at] = _PastPart(versions[at], read_s, sums, votes, {}, edges, sections)
        return found

    def _read_today(self, days: _Days, known: _Known, digests: Mapping[int, str]) -> None:
        articles, *of_sections = days.of_today
        questions = [articles, *of_sections]
        answers = self._trends.parts(days.site, dict.fromkeys(digests, questions))
        for at, [answer, *others] in answers.items():
            found = articles.merge([answer])
            if days.is_today_cut:
                known.today[at] = _TodayPart(digests[at], _together([found]), _by_section([found]))
            else:
                [sections] = _merge(of_sections, [others])
                by_name = {name: mix.counts for name, mix in sections.items()}
                known.today[at] = _TodayPart(digests[at], found, by_name)

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
        self._keep_mixes(days, known.past, wanted)

    def _read_sums(self, days: _Days, known: _Known, kept: _Known) -> None:
        """Read the votes of the period before, and add up those of all partitions."""
        hours = days.period.before_hours
        is_fresh = known.before is not None and known.before[0] == hours
        if is_fresh and all(known.past[at] is kept.past.get(at) for at in known.past):
            return
        known.sums = _sums(days, known)
        [before] = self._trends.ask(days.site, trends.span(days.site, *hours))
        known.before = hours, before

    def _keep_mixes(
        self, days: _Days, parts: Mapping[int, _PastPart], wanted: Mapping[int, list[str]]
    ) -> None:
        found = self._mixes(days, wanted)
        for at, ids in wanted.items():
            parts[at].mixes.update({one: found[one] for one in ids})

    def _mixes(self, days: _Days, wanted: Mapping[int, list[str]]) -> Mixes:
        """Return the votes by choice of articles on the whole days that are over."""
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
                known.stories[at] = PartStories(
                    past.votes, past.mixes, today.mixes, choice_keys, past.edges
                )
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
    merges = [question.merge for question in days.sums]
    return [merge([sums[at] for sums in of_each]) for at, merge in enumerate(merges)]


def _merge(questions: Sequence[Question[Any]], parts: Sequence[list[list[Any]]]) -> list[Any]:
    """Merge the partitions' answers to each question."""
    return [
        question.merge([answers[at] for answers in parts]) for at, question in enumerate(questions)
    ]


def _span(period: Period, days: _Days, known: _Known, hours_today: list[list[int]]) -> Span:
    totals, sections, *hours = known.sums
    choice_keys = days.site.choice_keys("")
    width = len(choice_keys)
    over = sum(map(sum, totals))
    series = (hours[0] if hours else []) if period.is_hourly else _padded(totals, period, width)
    if days.today_from is not None:
        flat = [sum(column) for column in zip(*hours_today, strict=True)]
        bounds = period.day_bounds
        for hour in range(days.today_from, period.end_hour):
            at = (hour - days.today * 24) * width
            counts = flat[at : at + width]
            if period.is_hourly:
                series = [*series, counts]
            else:
                day = series[bisect_right(bounds, hour) - 1]
                day[:] = map(sum, zip(day, counts, strict=True))
            over += sum(counts) if hour < period.over_hour else 0
    of_edges = _section_sums(
        [part.sections for part in known.past.values()]
        + [part.sections for part in known.today.values()]
    )
    sections = _merged(sections, {k: Mix.of(v, choice_keys) for k, v in of_edges.items()})
    assert known.before is not None and known.joined is not None
    return Span(series, known.joined, sections, known.before[1], over)


def _padded(totals: list[list[int]], period: Period, width: int) -> list[list[int]]:
    """Return a copy with a row for each day of the period."""
    missing = period.days - len(totals)
    return [*map(list, totals), *([0] * width for _ in range(missing))]


def _together(edges: Iterable[Mapping[str, Filed]]) -> Mixes:
    """Add up each article's votes in several edges."""
    found: Mixes = {}
    for edge in edges:
        for article_id, filed in edge.items():
            before = found.get(article_id)
            counts = filed.counts
            found[article_id] = (
                tuple(map(sum, zip(before, counts, strict=True))) if before else counts
            )
    return found


def _by_section(edges: Iterable[Mapping[str, Filed]]) -> dict[str, list[int]]:
    """Add up the votes in edges by the section that they are filed under."""
    return _section_sums(
        {filed.section: filed.counts} for edge in edges for filed in edge.values() if filed.section
    )


def _section_sums(parts: Iterable[Mapping[str, Sequence[int]]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for part in parts:
        for name, counts in part.items():
            before = found.get(name, [0] * len(counts))
            found[name] = [a + b for a, b in zip(before, counts, strict=True)]
    return found


def _merged(past: dict[str, Mix], today: dict[str, Mix]) -> dict[str, Mix]:
    """Add the sections of both, most votes first, as the store orders each."""
    both = dict(past)
    for name, mix in today.items():
        both[name] = mix.plus(both[name]) if name in both else mix
    return dict(sorted(both.items(), key=lambda pair: (-pair[1].n, pair[0])))
