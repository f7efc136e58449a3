"""The articles of a period as a list: filtered, sorted, in slices. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from widget.domain.errors import BadField
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.tone import EarlierTones
from widget.domain.model import Site
from widget.services.figures.past import Past
from widget.services.figures.stories import RANKED, SORTS, Stories, hours_of
from widget.services.figures.tone_baseline import ToneBaseline
from widget.store.figures.headlines import Headline, Pages
from widget.store.reactions.page_records import PageRecord

PAGE_LENGTH = 30
MOST_EXPORTED = 10_000
MOST_SEARCHED = 5000  # articles whose titles and names one page of a list looks at
_AT_ONCE = 250

T = TypeVar("T")
_Place = tuple[float, str]


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """A filter on articles and their order. An empty field filters nothing.

    :param text: part of the title, in any case.
    """

    section: str = ""
    author: str = ""
    tag: str = ""
    text: str = ""
    sort: str = "votes"

    @property
    def is_filtered(self) -> bool:
        return bool(self.section or self.author or self.tag or self.text)

    @property
    def query(self) -> dict[str, Any]:
        """The query's parameters in an address, without defaults."""
        filters = {"section": self.section, "author": self.author, "tag": self.tag, "q": self.text}
        sort = {} if self.sort == "votes" else {"sort": self.sort}
        return {name: value for name, value in filters.items() if value} | sort

    def without(self, name: str) -> dict[str, Any]:
        """Return the parameters without one filter."""
        return {key: value for key, value in self.query.items() if key != name}


@dataclass(frozen=True, slots=True)
class Listing:
    """A slice of a list.

    :param total: articles of the whole list; None if not all of them were searched.
    :param searched: how many articles were searched for those that match.
    :param active: how many there are to search.
    :param after: the cursor of the next slice, empty on the last.
    :param earlier_tones: the tone that was usual before the period.
    """

    rows: list[Row]
    headlines: dict[str, Headline]
    total: int | None
    searched: int
    active: int
    after: str
    earlier_tones: EarlierTones


class Listings:
    def __init__(self, past: Past, pages: Pages, usual_tone: ToneBaseline) -> None:
        self._past, self._pages, self._usual_tone = past, pages, usual_tone

    def articles(
        self,
        site: Site,
        period: Period,
        query: ArticleQuery,
        *,
        after: str = "",
        limit: int = PAGE_LENGTH,
        whole: bool = True,
    ) -> Listing:
        """Return a slice of the period's articles.

        :param after: the cursor of the previous slice. It is a place in the order, so votes that
            arrive between two requests neither repeat nor skip a whole slice.
        :param whole: search all articles for those that match, so that their number is known. A
            page searches MOST_SEARCHED of them at most, and its cursor leads to the others.
        :raise BadField: no such order, or not a cursor.
        :raise StoreUnavailable: the store timed out or refused.
        """
        if query.sort not in SORTS:
            raise BadField(f"sort is one of {', '.join(SORTS)}.")
        start = _cursor(after) if after else None
        span, _ = self._past.span(site, period)
        stories = span.stories
        active = stories.reached if query.sort in RANKED else stories.active
        if query.sort == "newest":
            self._read_first_hours(site, stories)
        if not query.is_filtered:
            found = _Found(list(islice(stories.in_order(query.sort, start), limit + 1)), active)
        elif whole or active <= MOST_SEARCHED:
            found = self._search_all(site, stories, query, start)
        else:
            found = self._search_some(site, stories, query, start, limit)
        ids = [article_id for _, article_id in found.places[:limit]]
        return Listing(
            self._past.rows(site, period, span, ids),
            self._pages.headlines(site, ids, hours=hours_of(period)),
            found.total,
            found.searched,
            active,
            found.cursor(limit),
            self._usual_tone.before(site, period.first_hour // 24),
        )

    def grouped(self, site: Site, period: Period, by: str) -> list[tuple[str, Mix, int]]:
        """Return votes and number of articles of each author or tag, most votes first.

        :param by: ``"author"`` or ``"tag"``. A story with several tags counts for each of them.
        """
        choice_keys = site.choice_keys("")
        span, _ = self._past.span(site, period)
        counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(choice_keys))
        articles: dict[str, int] = defaultdict(int)
        for ids in _batches(one for part in span.stories.parts for one in part.votes):
            records = self._pages.records(site, ids)
            for row in self._past.rows(site, period, span, ids):
                page = records[row.id]
                for name in filter(None, (page.author,) if by == "author" else page.tags):
                    articles[name] += 1
                    total = counts[name]
                    for at, votes in enumerate(row.mix.counts):
                        total[at] += votes
        groups = [(name, Mix.of(c, choice_keys), articles[name]) for name, c in counts.items()]
        return sorted(groups, key=lambda group: (-group[1].n, group[0]))

    def _search_all(
        self, site: Site, stories: Stories, query: ArticleQuery, start: _Place | None
    ) -> "_Found":
        searched = self._searched(site, query, stories.in_order(query.sort))
        matching = [place for place, matches in searched if matches]
        places = [place for place in matching if start is None or place > start]
        return _Found(places, len(matching))

    def _search_some(
        self, site: Site, stories: Stories, query: ArticleQuery, start: _Place | None, limit: int
    ) -> "_Found":
        """Search until a page is full, or MOST_SEARCHED articles were searched."""
        places, searched, last = list[_Place](), 0, start
        some = islice(stories.in_order(query.sort, start), MOST_SEARCHED)
        for last, matches in self._searched(site, query, some):
            searched += 1
            if matches:
                places.append(last)
            if len(places) > limit:
                break
        is_cut = searched == MOST_SEARCHED and len(places) <= limit
        return _Found(places, None, searched, last if is_cut else None)

    def _searched(
        self, site: Site, query: ArticleQuery, places: Iterator[_Place]
    ) -> Iterator[tuple[_Place, bool]]:
        """Yield each article's place, and whether the article matches."""
        for some in _batches(places):
            records = self._pages.records(site, [article_id for _, article_id in some])
            yield from ((place, _matches(place[1], records[place[1]], query)) for place in some)

    def _read_first_hours(self, site: Site, stories: Stories) -> None:
        parts = stories.parts
        lacking = {
            at: list(part.votes)
            for at, part in enumerate(parts)
            if len(part.first_hours) < len(part.votes)
        }
        for at, hours in self._pages.first_hours(site, lacking).items():
            parts[at].first_hours = hours


@dataclass(frozen=True, slots=True)
class _Found:
    """The places of a list's articles, from where a slice begins.

    :param total: the length of the whole list, if it is known.
    :param searched: how many articles were searched, if not all of them.
    :param last: the place of the last of these, if others are left and may match.
    """

    places: list[_Place]
    total: int | None
    searched: int = 0
    last: _Place | None = None

    def cursor(self, limit: int) -> str:
        """Return the cursor of what comes after the first ``limit`` places; "" at the end."""
        place = self.places[limit - 1] if len(self.places) > limit else self.last
        return f"{place[0]!r}~{place[1]}" if place else ""


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while some := list(islice(items, _AT_ONCE)):
        yield some


def _matches(article_id: str, page: PageRecord, query: ArticleQuery) -> bool:
    return (
        query.section in ("", page.section)
        and query.author in ("", page.author)
        and (not query.tag or query.tag in page.tags)
        and query.text.casefold() in (page.name or article_id).casefold()
    )


def _cursor(text: str) -> tuple[float, str]:
    """Read a cursor.

    :raise BadField: not a cursor.
    """
    place, _, article_id = text.partition("~")
    try:
        return float(place), article_id
    except ValueError:
        raise BadField("after must be the cursor from the previous response.") from None
