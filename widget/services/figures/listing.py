"""The articles of a period as a list: filtered, sorted, in slices. Reads only."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from widget.domain.errors import BadField
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.statistics import MIN_RANKED_N
from widget.domain.model import Site
from widget.services.figures.past import Past
from widget.store.figures.headlines import Headline, Pages

PAGE_LENGTH = 30
MOST_EXPORTED = 10_000
SORTS = ("votes", "newest", "loved", "angry", "split")


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

    :param total: articles of the whole list.
    :param after: the cursor of the next slice, empty on the last.
    """

    rows: list[Row]
    headlines: dict[str, Headline]
    total: int
    after: str


class Listings:
    def __init__(self, past: Past, pages: Pages) -> None:
        self._past, self._pages = past, pages

    def articles(
        self,
        site: Site,
        period: Period,
        query: ArticleQuery,
        *,
        after: str = "",
        limit: int = PAGE_LENGTH,
    ) -> Listing:
        """Return a slice of the period's articles.

        :param after: the cursor of the previous slice. It is a place in the order, so votes that
            arrive between two requests neither repeat nor skip a whole slice.
        :raise BadField: no such order, or not a cursor.
        :raise StoreUnavailable: the store timed out or refused.
        """
        if query.sort not in SORTS:
            raise BadField(f"sort is one of {', '.join(SORTS)}.")
        choice_keys = site.choice_keys("")
        ranked = query.sort in ("loved", "angry", "split")
        span, _ = self._past.span(site, period)
        rows = [row for row in span.rows if not ranked or row.mix.n >= MIN_RANKED_N]
        headlines: dict[str, Headline] = {}
        if query.is_filtered or query.sort == "newest":
            headlines = self._pages.headlines(site, [row.id for row in rows], with_tone=False)
            rows = [row for row in rows if _matches(headlines[row.id], query)]
        place = _place(query.sort, choice_keys, headlines)
        ordered = sorted((place(row), row.id, row) for row in rows)
        if after:
            start = _cursor(after)
            ordered = [entry for entry in ordered if (entry[0], entry[1]) > start]
        page = [row for _, _, row in ordered[:limit]]
        headlines = self._pages.headlines(site, [row.id for row in page])
        more = len(ordered) > limit
        cursor = f"{ordered[limit - 1][0]!r}~{page[-1].id}" if more else ""
        return Listing(page, headlines, len(rows), cursor)

    def grouped(self, site: Site, period: Period, by: str) -> list[tuple[str, Mix, int]]:
        """Return votes and number of articles of each author or tag, most votes first.

        :param by: ``"author"`` or ``"tag"``. A story with several tags counts for each of them.
        """
        choice_keys = site.choice_keys("")
        span, _ = self._past.span(site, period)
        ids = [row.id for row in span.rows]
        headlines = self._pages.headlines(site, ids, with_tone=False)
        counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(choice_keys))
        articles: dict[str, int] = defaultdict(int)
        for row in span.rows:
            page = headlines[row.id].page
            for name in filter(None, (page.author,) if by == "author" else page.tags):
                articles[name] += 1
                total = counts[name]
                for at, votes in enumerate(row.mix.counts):
                    total[at] += votes
        groups = [(name, Mix.of(c, choice_keys), articles[name]) for name, c in counts.items()]
        return sorted(groups, key=lambda group: (-group[1].n, group[0]))


def _matches(headline: Headline, query: ArticleQuery) -> bool:
    page = headline.page
    return (
        query.section in ("", page.section)
        and query.author in ("", page.author)
        and (not query.tag or query.tag in page.tags)
        and query.text.casefold() in headline.title.casefold()
    )


def _place(
    sort: str, choice_keys: Sequence[str], headlines: dict[str, Headline]
) -> Callable[[Row], float]:
    """Return the key of an order, least first."""
    if sort == "newest":
        return lambda row: -headlines[row.id].first_hour
    if sort == "split":
        return lambda row: -row.mix.polarisation
    key = {"loved": "love", "angry": "angry"}.get(sort, "")
    if key in choice_keys:
        at = list(choice_keys).index(key)
        return lambda row: -row.mix.share(at).low
    return lambda row: -row.mix.n


def _cursor(text: str) -> tuple[float, str]:
    """Read a cursor.

    :raise BadField: not a cursor.
    """
    place, _, article_id = text.partition("~")
    try:
        return float(place), article_id
    except ValueError:
        raise BadField("after must be the cursor from the previous response.") from None
