"""The overview of a site: everything that its page at the desk shows. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from widget.alerts.rule import Surge
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.sections import Section
from widget.domain.figures.spark import spark
from widget.domain.figures.statistics import change
from widget.domain.figures.tone import Conflict, Direction, EarlierTones, conflict
from widget.domain.figures.turning import HOURS, MIN_HOUR_VOTES, Turn, turn_of_story
from widget.domain.model import Site
from widget.services.figures.baseline import Baseline
from widget.services.figures.lives import EarlierLives
from widget.services.figures.moved import MOST_COMPARED, Moved, most_moved
from widget.services.figures.past import Past
from widget.services.figures.stories import LIST_LENGTH, Stories, hours_of
from widget.services.figures.surges import surges
from widget.services.figures.tone_baseline import ToneBaseline
from widget.store.figures import trends
from widget.store.figures.headlines import Headline, Pages
from widget.store.figures.trends import RecentActivity, Tone, Waiting
from widget.store.integrity.flags import Flags
from widget.tone import LEVEL_ERROR

MOST_TRIED = 20  # stories whose hours are read to see whether their mood turned
MOST_NOTED = 300  # stories whose notes are read for the trend


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A story whose comments contradict its reactions."""

    row: Row
    kind: Conflict


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
    :param moved: the stories that moved readers most, see :func:`most_moved`.
    :param sparks: the votes of each of them over the period, as a small line.
    :param moving: the votes of each mover in the period.
    :param earlier_tones: the tone that was usual before the period.
    :param direction: of the period's tone beside that of the days before it.
    :param disagreeing: articles whose comments contradict their reactions, among those with the
        most votes whose reactions clearly lean one way.
    :param turned: articles whose mood turned, most votes first; none if the period is over.
    :param busiest: the articles with the most votes, MOST_NOTED of them.
    :param aside: votes that editors set aside in the period.
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
    moved: list[Moved]
    sparks: dict[str, str]
    recent_activity: RecentActivity
    moving: dict[str, Mix]
    sections: list[Section]
    headlines: dict[str, Headline]
    tone: Tone
    earlier_tones: EarlierTones
    direction: Direction
    disagreeing: list[Disagreement]
    waiting: Waiting
    turned: list[Turned]
    busiest: list[str]
    aside: int = 0

    @property
    def change(self) -> float | None:
        return change(*self.compared)


class Overviews:
    def __init__(
        self,
        past: Past,
        pages: Pages,
        baseline: Baseline,
        earlier: EarlierLives,
        usual_tone: ToneBaseline,
        flags: Flags,
    ) -> None:
        self._past, self._pages, self._flags = past, pages, flags
        self._baseline, self._earlier, self._usual_tone = baseline, earlier, usual_tone

    def aside(self, site: Site, period: Period) -> int:
        """Return how many votes editors set aside in a period.

        :raise StoreUnavailable: the store timed out or refused.
        """
        first_s, end_s = period.first_hour * 3600, period.end_hour * 3600
        return self._flags.aside_between(site, first_s, end_s)

    def overview(self, site: Site, period: Period) -> Overview:
        """Return the overview of a period.

        :raise StoreUnavailable: the store timed out or refused.
        """
        now_hour = period.now_s // 3600
        span, (recent_activity, latest, tone, waiting) = self._past.span(
            site,
            period,
            trends.tone(period.first_hour, period.end_hour),
            trends.waiting(),
            of_votes=(
                trends.recent_activity(now_hour, LIST_LENGTH),
                surges(site, now_hour - HOURS + 1, now_hour, least=MIN_HOUR_VOTES),
            ),
        )
        choice_keys = site.choice_keys("")
        stories, ranking = span.stories, span.stories.ranking()
        busiest = [article_id for _, article_id in islice(stories.in_order("votes"), MOST_NOTED)]
        most = busiest[:LIST_LENGTH]
        moving = [mover.id for mover in recent_activity.movers]
        rows = self._past.rows(site, period, span, [*most, *moving])
        lists = {"reacted": rows[: len(most)], **ranking.lists}
        compared = [row for one in busiest[:MOST_COMPARED] if (row := stories.ranked(one))]
        shown = [row.id for listed in lists.values() for row in listed]
        shown += [*moving, *(row.id for row in (*compared, *ranking.sure))]
        is_over = period.end_hour <= now_hour
        tried = {} if is_over else _maybe_turned(period, stories, latest)
        shown += tried
        headlines = self._pages.headlines(site, list(dict.fromkeys(shown)), hours=hours_of(period))
        earlier_tones = self._usual_tone.before(site, period.first_hour // 24)
        moved = most_moved(compared, headlines, self._earlier.before(site, period), period)
        lines = self._pages.timelines(
            site, list(dict.fromkeys([*tried, *(one.row.id for one in moved)]))
        )
        return Overview(
            period=period,
            series=span.series,
            mix=Mix.of(_added(span.series, choice_keys), choice_keys),
            compared=(span.over, sum(span.before)),
            mix_before=Mix.of(span.before, choice_keys),
            active=stories.active,
            reached=stories.reached,
            splits=ranking.splits,
            lists=lists,
            moved=moved,
            sparks={
                one.row.id: spark(lines[one.row.id], period.first_hour, period.end_hour)
                for one in moved
            },
            recent_activity=recent_activity,
            moving={row.id: row.mix for row in rows[len(most) :]},
            sections=self._with_baselines(site, period, span.sections),
            headlines=headlines,
            tone=tone,
            earlier_tones=earlier_tones,
            direction=earlier_tones.of_days.direction(tone.mean),
            disagreeing=_disagreeing(ranking.sure, headlines, earlier_tones),
            waiting=waiting,
            turned=_turned(site, period, tried, lines),
            busiest=busiest,
            aside=self.aside(site, period),
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

    def _with_baselines(
        self, site: Site, period: Period, by_section: dict[str, Mix]
    ) -> list[Section]:
        weeks = self._baseline.weeks(site, period.first_hour // 24)
        usual = self._baseline.by_section(site, period)
        nothing = Mix.of([0] * len(site.choice_keys("")), site.choice_keys(""))
        return [
            Section(name, mix, usual.get(name, nothing), weeks.get(name, ()))
            for name, mix in by_section.items()
        ]


def _maybe_turned(period: Period, stories: Stories, latest: Iterable[Surge]) -> dict[str, Row]:
    """Return the stories whose hours are read to see whether their mood turned.

    They are the :data:`MOST_TRIED` with the most votes, of those that are ranked by mood.
    """
    since = _turning_since(period)
    busy = {one.article_id for one in latest if one.hour >= since}
    rows = {one: row for one in busy if (row := stories.ranked(one))}
    tried = sorted(rows, key=lambda one: (-rows[one].mix.n, one))[:MOST_TRIED]
    return {one: rows[one] for one in tried}


def _turned(
    site: Site, period: Period, tried: dict[str, Row], lines: dict[str, dict[int, list[int]]]
) -> list[Turned]:
    """Return the articles whose mood turned, most votes first.

    :param lines: votes by choice of each hour of each of them.
    """
    since, keys, found = _turning_since(period), site.choice_keys(""), []
    for article_id, row in tried.items():
        late = {hour: counts for hour, counts in lines[article_id].items() if hour >= since}
        turned = turn_of_story(late, row.mix, keys)
        if turned:
            found.append(Turned(row, turned))
    return found[:LIST_LENGTH]


def _turning_since(period: Period) -> int:
    return max(period.first_hour, period.now_s // 3600 - HOURS + 1)


def _added(series: list[list[int]], choice_keys: Sequence[str]) -> list[int]:
    return [sum(row[at] for row in series) for at in range(len(choice_keys))]


def _disagreeing(
    rows: list[Row], headlines: dict[str, Headline], earlier: EarlierTones
) -> list[Disagreement]:
    found = []
    for row in rows:
        headline, mix = headlines[row.id], row.mix
        direction = earlier.of(headline.page.section).direction(headline.tone)
        kind = conflict(mix.warm_share, mix.cold_share, headline.tone, direction, LEVEL_ERROR)
        if kind:
            found.append(Disagreement(row, kind))
    return found
