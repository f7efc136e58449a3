"""How many readers reacted to Readback's own stories, and how many comments they wrote on each."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from cachetools import TTLCache, cached

from widget.domain.integrity.notice import Notice, notice_of
from widget.domain.stories import Story
from widget.services.home import HOME
from widget.services.voting import Voting
from widget.store.comments.threads import Threads
from widget.store.sites import Sites

CACHE_S = 2.0


@dataclass(frozen=True, slots=True)
class StoryCount:
    reactions: int
    comments: int
    aside: Notice | None = None


class StoryCounts:
    """The counts of all stories, read together in two round trips and cached for a moment."""

    def __init__(
        self, stories: Mapping[str, Story], sites: Sites, voting: Voting, threads: Threads
    ) -> None:
        self._stories = stories
        self._sites = sites
        self._voting = voting
        self._threads = threads
        cache: TTLCache[object, dict[str, StoryCount]] = TTLCache(1, CACHE_S)
        self.by_slug = cached(cache, lock=threading.Lock())(self._read)

    def _read(self) -> dict[str, StoryCount]:
        """Return the counts by the story's slug, without the stories whose shard is away.

        :raise StoreUnavailable: the counts of no story can be read.
        """
        if not self._stories:
            return {}
        site = self._sites.get(HOME)
        found = self._voting.reachable_tallies(site, [one.id for one in self._stories.values()])
        articles = [ballot.article for ballot, _ in found.values()]
        comments = dict(zip(found, self._threads.reachable_counts(site, articles), strict=True))
        return {
            slug: StoryCount(
                sum(ballot.counts(tally).values()),
                comments[story.id] or 0,
                notice_of(site, ballot.article.id, tally),
            )
            for slug, story in self._stories.items()
            if story.id in found
            for ballot, tally in [found[story.id]]
        }
