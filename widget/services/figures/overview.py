"""The overview of a site: everything that its page at the desk shows. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from widget.alerts.rule import Surge
from widget.domain.article import partition_of
from widget.domain.figures.absent import TOO_FEW_EARLIER, TOO_FEW_VOTES
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.statistics import MIN_RANKED_N, against_baseline, change, conflict
from widget.domain.figures.turning import HOURS, MIN_HOUR_VOTES, Turn, turn_of_story
from widget.domain.model import Site
from widget.services.figures.baseline import Baseline
from widget.services.figures.past import Past
from widget.services.figures.stories import LIST_LENGTH, Stories, hours_of
from widget.services.figures.surges import surges
from widget.store.figures import trends
from widget.store.figures.headlines import Headline, Pages
from widget.store.figures.trends import RecentActivity, Tone, Waiting

MOST_TRIED = 20  # stories whose hours are read to see whether their mood turned
MOST_NOTED = 300  # stories whose notes are read for the trend


@dataclass(frozen=True, slots=True)
class Section:
    """:param usual: its baseline, the votes of the previous 28 days."""

    name: str
    mix: Mix
    usual: Mix

    @property
    def why_not_compared(self) -> str:
        """Why the section has no comparison, or "" if it has one."""
        if self.mix.n < MIN_RANKED_N:
            return TOO_FEW_VOTES
        return TOO_FEW_EARLIER if self.usual.n < MIN_RANKED_N else ""

    def against(self, at: int) -> str:
        """Compare one reaction's share with the baseline. See :func:`against_baseline`."""
        return against_baseline(self.mix.share(at), self.usual.share(at))

    @property
    def unusual(self) -> list[tuple[int, str]]:
        """Reactions whose share is unusual, largest difference first: ``[(at, side), ...]``."""
        sides = ((at, self.against(at)) for at in range(len(self.mix.counts)))
        found = [(at, side) for at, side in sides if side in ("above", "below")]
        return sorted(found, key=lambda pair: -self._distance(pair[0]))

    def _distance(self, at: int) -> float:
        return abs(self.mix.share(at).value - self.usual.share(at).value)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """:param kind: a value of :func:`widget.domain.figures.statistics.conflict`."""

    row: Row
    kind: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A story whose mood turned in the last :data:`HOURS`."""

    row: Row
    turn: Turn


@dataclass(frozen=True, slots=True)
class Overview:
    """
    :param series: votes by choice of each hour (or day) of the period, oldest first.
    :param compared: votes of the period's hours that are over, and of the same hours before it.
    :param reached: how many articles had MIN_RANKED_N votes; only those are ranked by mood.
    :param lists: the name of a list -> its articles, in order.
    :param moving: the votes of each mover in the period.
    :param disagreeing: articles whose reactions and comments disagree in tone, among those with
        the most votes whose reactions clearly lean one way.
    :param turned: articles whose mood turned, most votes first; none if the period is over.
    :param busiest: the articles with the most votes, MOST_NOTED of them.
    """

    period: Period
    series: list[list[int]]
    mix: Mix
    compared: tuple[int, int]
    mix_before: Mix
    active: int
    reached: int
    splits: int
    lists: dict[str, list[Row]]
    recent_activity: RecentActivity
    moving: dict[str, Mix]
    sections: list[Section]
    headlines: dict[str, Headline]
    tone: Tone
    disagreeing: list[Disagreement]
    waiting: Waiting
    turned: list[Turned]
    busiest: list[str]

    @property
    def change(self) -> float | None:
        return change(*self.compared)


class Overviews:
    def __init__(self, past: Past, pages: Pages, baseline: Baseline) -> None:
        self._past, self._pages, self._baseline = past, pages, baseline

    def overview(self, site: Site, period: Period) -> Overview:
        """Return the overview of a period.

        :raise StoreUnavailable: the store timed out or refused.
        """
        now_hour = period.now_s // 3600
        span, (recent_activity, tone, waiting, latest) = self._past.span(
            site,
            period,
            trends.recent_activity(now_hour, LIST_LENGTH),
            trends.tone(period.first_hour, period.end_hour),
            trends.waiting(),
            surges(site, now_hour - HOURS + 1, now_hour, least=MIN_HOUR_VOTES),
        )
        choice_keys = site.choice_keys("")
        stories, ranking = span.stories, span.stories.ranking()
        busiest = [article_id for _, article_id in islice(stories.in_order("votes"), MOST_NOTED)]
        most = busiest[:LIST_LENGTH]
        moving = [mover.id for mover in recent_activity.movers]
        rows = self._past.rows(site, period, span, [*most, *moving])
        lists = {"reacted": rows[: len(most)], **ranking.lists}
        shown = [row.id for listed in lists.values() for row in listed]
        shown += moving
        shown += [row.id for row in ranking.sure]
        turned = self._turned(site, period, stories, latest) if period.end_hour > now_hour else []
        shown += [one.row.id for one in turned]
        headlines = self._pages.headlines(site, list(dict.fromkeys(shown)), hours=hours_of(period))
        return Overview(
            period,
            span.series,
            Mix.of(_added(span.series, choice_keys), choice_keys),
            (span.over, sum(span.before)),
            Mix.of(span.before, choice_keys),
            stories.active,
            stories.reached,
            ranking.splits,
            lists,
            recent_activity,
            {row.id: row.mix for row in rows[len(most) :]},
            self._with_baselines(site, period, span.sections),
            headlines,
            tone,
            _disagreeing(ranking.sure, headlines),
            waiting,
            turned,
            busiest,
        )

    def sections(self, site: Site, period: Period) -> list[Section]:
        """Return the sections that had votes in the period, most first, with their baselines.

        :raise StoreUnavailable: the store timed out or refused.
        """
        span, _ = self._past.span(site, period)
        return self._with_baselines(site, period, span.sections)

    def section_series(self, site: Site, period: Period, name: str) -> list[list[int]]:
        """Return a section's votes by choice in each hour or day of the period.

        :raise StoreUnavailable: the store timed out or refused.
        """
        span, _ = self._past.span(site, period)
        return self._past.of_section(site, period, span, name)

    def _turned(
        self, site: Site, period: Period, stories: Stories, latest: Iterable[Surge]
    ) -> list[Turned]:
        """Return the articles whose mood turned, most votes first.

        Only the :data:`MOST_TRIED` with the most votes, of those that are ranked by mood, are read.
        """
        since = max(period.first_hour, period.now_s // 3600 - HOURS + 1)
        busy = {one.article_id for one in latest if one.hour >= since}
        parts = ((one, stories.parts[partition_of(one)].ranked.get(one)) for one in busy)
        rows = {one: row for one, row in parts if row}
        tried = sorted(rows, key=lambda one: (-rows[one].mix.n, one))[:MOST_TRIED]
        keys, found = site.choice_keys(""), []
        for article_id, votes in self._pages.timelines(site, tried).items():
            late = {hour: counts for hour, counts in votes.items() if hour >= since}
            turned = turn_of_story(late, rows[article_id].mix, keys)
            if turned:
                found.append(Turned(rows[article_id], turned))
        return found[:LIST_LENGTH]

    def _with_baselines(
        self, site: Site, period: Period, by_section: dict[str, Mix]
    ) -> list[Section]:
        usual = self._baseline.by_section(site, period)
        nothing = Mix.of([0] * len(site.choice_keys("")), site.choice_keys(""))
        return [Section(name, mix, usual.get(name, nothing)) for name, mix in by_section.items()]


def _added(series: list[list[int]], choice_keys: Sequence[str]) -> list[int]:
    return [sum(row[at] for row in series) for at in range(len(choice_keys))]


def _disagreeing(rows: list[Row], headlines: dict[str, Headline]) -> list[Disagreement]:
    kinds = (
        (row, conflict(row.mix.warm_share, row.mix.cold_share, headlines[row.id].tone))
        for row in rows
    )
    return [Disagreement(row, kind) for row, kind in kinds if kind]
