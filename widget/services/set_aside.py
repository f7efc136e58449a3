"""What readers may know about votes that editors set aside: numbers of a window, and no reader."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cachetools import TTLCache, cached

from widget.domain import clock
from widget.domain.article import ArticleRef, partition_of
from widget.domain.errors import NotFound
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.domain.page import Page
from widget.services.articles import Articles
from widget.services.voting import Voting
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.page_records import PageRecord

CACHE_S = 5.0
MAX_CACHED_SITES = 200
LISTED_S = 365 * 86400
MOST_FLAGS = 1000  # that are looked at for the list of a site
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class StoryAside:
    """The votes of a story, or of a question on it, that are set aside.

    :param page: title and URL on which networks or an editor agree; our own story's are its file's.
    :param votes: all that are set aside.
    :param total: votes that count, and those set aside.
    :param windows: in which editors set some aside, newest decision first.
    """

    article: ArticleRef
    page: Page
    votes: int
    total: int
    windows: Sequence[Flag]

    @property
    def unexplained(self) -> int:
        """The votes set aside of which no window tells."""
        return max(0, self.votes - sum(flag.votes_aside for flag in self.windows))


class SetAside:
    def __init__(self, flags: Flags, articles: Articles, aliases: Aliases, voting: Voting) -> None:
        self._flags = flags
        self._articles = articles
        self._aliases = aliases
        self._voting = voting
        cache: TTLCache[str, list[StoryAside]] = TTLCache(MAX_CACHED_SITES, CACHE_S)
        self.of_site = cached(cache, key=lambda site: site.key, lock=threading.Lock())(self._listed)

    def of_article(self, site: Site, article_id: str) -> StoryAside:
        """Return what is set aside of a story, perhaps nothing.

        :raise NotFound: no story of this id has votes or comments on the site.
        """
        named = ArticleRef(article_id, partition_of(article_id), "")
        article = self._aliases.follow(site.key, named)
        found = self._of(site, {article.id: self._flags.of_article(site, article.id)})
        if not found:
            raise NotFound("There is no story at this address. It may have moved.")
        return found[0]

    def _listed(self, site: Site) -> list[StoryAside]:
        """Return the stories of which votes are set aside since a year, the latest first."""
        since_s = clock.now() - LISTED_S
        decided: dict[str, list[Flag]] = {}
        for flag in self._flags.listed(site, limit=MOST_FLAGS):
            if flag.state == "set_aside" and flag.decided_s >= since_s:
                decided.setdefault(flag.article_id, []).append(flag)
        listed = list(decided.items())[:MOST_LISTED]
        return [story for story in self._of(site, dict(listed)) if story.votes]

    def _of(self, site: Site, flags: Mapping[str, Sequence[Flag]]) -> list[StoryAside]:
        """Return what is set aside of stories that have a page, by their flags."""
        articles = [ArticleRef(one, partition_of(one), "") for one in flags]
        records = self._voting.settled_pages(site, articles)
        known = [
            # The address says which question it is.
            (replace(article, address=record.address), record)
            for article, record in zip(articles, records, strict=True)
            if record is not None
        ]
        tallies = self._voting.tallies_of(site, [article for article, _ in known])
        return [
            StoryAside(
                article=article,
                page=self._page(site, record),
                votes=tally.aside,
                total=sum(tally.counts) + tally.aside,
                windows=[flag for flag in flags[article.id] if flag.state == "set_aside"],
            )
            for (article, record), tally in zip(known, tallies, strict=True)
        ]

    def _page(self, site: Site, record: PageRecord) -> Page:
        address = record.address.partition("#")[0]
        return self._articles.page(site, address, Page(record.title, url=record.url))
