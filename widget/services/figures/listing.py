"""The articles of a period as a list: filtered, sorted, a page at a time. Reads only."""

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
class Wanted:
    """Which articles, and in which order. Empty texts ask for all.

    :param text: part of the title, without regard to case.
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
        """What names this choice in an address, defaults left out."""
        named = {"section": self.section, "author": self.author, "tag": self.tag, "q": self.text}
        sort = {} if self.sort == "votes" else {"sort": self.sort}
        return {name: value for name, value in named.items() if value} | sort

    def without(self, name: str) -> dict[str, Any]:
        """The same choice but for one filter."""
        return {key: value for key, value in self.query.items() if key != name}


@dataclass(frozen=True, slots=True)
class Listing:
    """:param after: the cursor of the page after this one, empty on the last."""

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
        wanted: Wanted,
        *,
        after: str = "",
        limit: int = PAGE_LENGTH,
    ) -> Listing:
        """A page of the period's articles.

        :param after: the cursor a page before answered. Articles are found again by their place
            in the order, so votes that come in between neither repeat nor skip a whole page.
        :raise BadField: no such order, or not a cursor.
        """
        if wanted.sort not in SORTS:
            raise BadField(f"sort is one of {', '.join(SORTS)}.")
        choice_keys = site.choice_keys("")
        ranked = wanted.sort in ("loved", "angry", "split")
        span, _ = self._past.span(site, period)
        rows = [row for row in span.rows if not ranked or row.mix.n >= MIN_RANKED_N]
        headlines: dict[str, Headline] = {}
        if wanted.is_filtered or wanted.sort == "newest":
            headlines = self._pages.headlines(site, [row.id for row in rows], with_tone=False)
            rows = [row for row in rows if _matches(headlines[row.id], wanted)]
        place = _place(wanted.sort, choice_keys, headlines)
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
        """Votes and number of articles of each author or tag, most votes first.

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
            for name in (page.author,) if by == "author" else page.tags:
                if name:
                    articles[name] += 1
                    total = counts[name]
                    for at, votes in enumerate(row.mix.counts):
                        total[at] += votes
        groups = [(name, Mix.of(c, choice_keys), articles[name]) for name, c in counts.items()]
        return sorted(groups, key=lambda group: (-group[1].n, group[0]))


def _matches(headline: Headline, wanted: Wanted) -> bool:
    page = headline.page
    return (
        wanted.section in ("", page.section)
        and wanted.author in ("", page.author)
        and (not wanted.tag or wanted.tag in page.tags)
        and wanted.text.casefold() in headline.title.casefold()
    )


def _place(
    sort: str, choice_keys: Sequence[str], headlines: dict[str, Headline]
) -> Callable[[Row], float]:
    """Where an article stands in an order, least first."""
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
    """:raise BadField: not a cursor."""
    place, _, article_id = text.partition("~")
    try:
        return float(place), article_id
    except ValueError:
        raise BadField("after is what the page before answered.") from None
