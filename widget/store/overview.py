"""A site at one glance: everything its overview shows, in three round trips. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model import Site
from ..moods import Mix, Row, most_of, most_reacted, most_split, sure_of_direction
from ..period import Period
from ..statistics import MIN_RANKED_N, change, conflict
from . import trends
from .pages import Headline, Pages
from .trends import Lately, Rows, Tone, Trends, Waiting
from .usual import Usual

LIST_LENGTH = 6
MOST_COMPARED = 60


@dataclass(frozen=True, slots=True)
class Section:
    """:param usual: its votes of the 28 days before."""

    name: str
    mix: Mix
    usual: Mix


@dataclass(frozen=True, slots=True)
class Disagreement:
    """:param kind: as :func:`widget.statistics.conflict` names it."""

    row: Row
    kind: str


@dataclass(frozen=True, slots=True)
class Overview:
    """
    :param series: votes by choice of each hour (or day) of the period, oldest first.
    :param compared: votes of the period's hours that are over, and of the same hours before.
    :param reached: how many articles had MIN_RANKED_N votes; only those are ranked by mood.
    :param lists: articles by the name of their list, the first of each first.
    :param disagreeing: where reactions and the tone of comments point apart, among the most
        voted articles whose reactions have a sure direction.
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
    lately: Lately
    sections: list[Section]
    headlines: dict[str, Headline]
    tone: Tone
    disagreeing: list[Disagreement]
    waiting: Waiting

    @property
    def change(self) -> float | None:
        return change(*self.compared)


class Overviews:
    def __init__(self, reading: Trends, pages: Pages, usual: Usual) -> None:
        self._trends, self._pages, self._usual = reading, pages, usual

    def overview(self, site: Site, period: Period) -> Overview:
        """:raise StoreUnavailable: the store timed out or refused."""
        first, last = period.first_day, period.last_day
        if period.is_hourly:
            series_question = trends.hours(site, period.first_hour, period.end_hour)
        else:
            series_question = trends.days(site, first, last + 1)
        found = self._trends.ask(
            site,
            series_question,
            trends.span(site, period.first_hour, period.over_hour),
            trends.span(site, *period.before_hours),
            trends.rows(site, first, last, least=MIN_RANKED_N, always=LIST_LENGTH),
            trends.lately(period.now_s // 3600, LIST_LENGTH),
            trends.sections(site, first, last),
            trends.tone(first, last),
            trends.waiting(),
        )
        series, over, before, rows, lately, by_section, tone, waiting = found
        numbers = site.numbers("")
        lists = _lists(rows, numbers)
        shown = [row.id for listed in lists.values() for row in listed]
        shown += [mover.id for mover in lately.movers]
        candidates = sure_of_direction(rows.rows, MOST_COMPARED)
        shown += [row.id for row in candidates]
        headlines = self._pages.headlines(site, list(dict.fromkeys(shown)))
        usual = self._usual.by_section(site, period)
        nothing = Mix.of([0] * len(numbers), numbers)
        return Overview(
            period, series, Mix.of([sum(column) for column in zip(*series, strict=True)], numbers),
            (sum(over), sum(before)), Mix.of(before, numbers), rows.active, rows.reached,
            sum(row.mix.is_split for row in rows.rows if row.mix.n >= MIN_RANKED_N),
            lists, lately,
            [Section(name, mix, usual.get(name, nothing)) for name, mix in by_section.items()],
            headlines, tone, _disagreeing(candidates, headlines), waiting,
        )  # fmt: skip


def _lists(rows: Rows, numbers: Sequence[str]) -> dict[str, list[Row]]:
    """The lists a site's reactions allow: without Love among them nothing is most loved."""
    lists = {"reacted": most_reacted(rows.rows, LIST_LENGTH)}
    for name, key in (("loved", "love"), ("angry", "angry")):
        if key in numbers:
            lists[name] = most_of(rows.rows, numbers.index(key), LIST_LENGTH)
    lists["split"] = most_split(rows.rows, LIST_LENGTH)
    return lists


def _disagreeing(rows: list[Row], headlines: dict[str, Headline]) -> list[Disagreement]:
    kinds = (
        (row, conflict(row.mix.warm_share, row.mix.cold_share, headlines[row.id].tone))
        for row in rows
    )
    return [Disagreement(row, kind) for row, kind in kinds if kind]
