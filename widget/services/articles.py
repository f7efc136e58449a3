"""Which article a name resolves to, and what is known about its page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TypeVar

from msgspec.structs import replace

from widget.domain.article import ArticleRef, address_url, partition_of, resolve_for
from widget.domain.errors import Moved
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.stories import Story
from widget.services.home import HOME
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.moves import Moves

MOVE_RETRIES = 3  # re-resolve an article while a merge is in flight

T = TypeVar("T")

_shown_url = lru_cache(maxsize=1024)(address_url)  # addresses of 2 KB at most


class Articles:
    """The articles of every site, and the stories that Readback serves itself.

    :param stories: by their article name, which is their id.
    :param public_url: where Readback itself is served.
    """

    def __init__(
        self, aliases: Aliases, moves: Moves, stories: Mapping[str, Story], public_url: str
    ) -> None:
        self._aliases = aliases
        self._moves = moves
        self._stories = stories
        self._public_url = public_url

    def find(self, site: Site, name: str, poll_key: str = "") -> ArticleRef:
        """Return the article that an id or a URL resolves to, through merges and moves.

        :raise BadArticle: the name is neither an id nor a URL of this site.
        """
        return self._aliases.follow(site.key, resolve_for(site, name, poll_key))

    def find_again(self, site: Site, articles: Sequence[ArticleRef]) -> list[ArticleRef]:
        """Return where the articles' addresses resolve now; the cached aliases are dropped once."""
        self._aliases.forget_cached(site.key)
        addresses = [article.alias or article.id for article in articles]
        return [
            self._aliases.follow(site.key, ArticleRef(id_, partition_of(id_), article.address))
            for id_, article in zip(addresses, articles, strict=True)
        ]

    def places(self, site: Site, article: ArticleRef) -> Iterator[ArticleRef]:
        """Yield an article, and where it is by then for as long as the last place was too old.

        :raise Moved: it keeps moving. Sending the request again is safe.
        """
        for _ in range(MOVE_RETRIES):
            yield article
            article = self._finish_move(site, article)
        raise Moved(retry_after_s=1)

    def retry_moved(self, site: Site, article: ArticleRef, act: Callable[[ArticleRef], T]) -> T:
        """Run ``act`` on an article; run it again if the article moves meanwhile.

        :param act: raises :class:`Moved` when the store no longer has the article there.
        :raise Moved: as :meth:`places`.
        """
        for place in self.places(site, article):
            with suppress(Moved):
                return act(place)
        raise AssertionError("the last place raises")

    def page(self, site: Site, name: str, claimed: Page) -> Page:
        """Return what is known about an article's page.

        Our own story's file comes first; for other articles we have only what the reader's page
        claims.
        """
        story = self.story(site, name)
        if story is not None:
            url = f"{self._public_url}/articles/{story.slug}"
            return Page(story.title, story.section, story.author, story.tags, url)
        if "/" in name:  # a URL, already checked to be one of the site's, or its address
            address = name if name.startswith("//") else resolve_for(site, name).address
            return replace(claimed, url=_shown_url(address, site.origins))
        return claimed

    def story(self, site: Site, name: str) -> Story | None:
        """Return our own story of this name, or None."""
        return self._stories.get(name) if site.key == HOME else None

    def _finish_move(self, site: Site, article: ArticleRef) -> ArticleRef:
        """Return where an address resolves; finish its move if its starter did not."""
        [found] = self.find_again(site, [article])
        if found == article:
            self._moves.finish(site)
            [found] = self.find_again(site, [article])
        return found
