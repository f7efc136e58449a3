"""Everything about one article, or one site, removed for good."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from widget.domain.article import ArticleRef, article_at, resolve_for
from widget.domain.model import Site
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.desk.audit import ALL_SITES, Audit
from widget.store.desk.editors import Editors
from widget.store.erasing import Erasing
from widget.store.reactions.aliases import Aliases, pointing
from widget.store.reactions.moves import Moves
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Reactions
from widget.store.scripts import store_errors, written
from widget.store.sites import Sites

# Longer than a worker remembers a site, so that none writes to it after its keys are gone.
SITE_CACHED_S = 1.5


@dataclass(frozen=True, slots=True)
class ArticleScope:
    """What is stored about one article.

    :param addresses: its canonical addresses; those that were merged into it come after its own.
    :param ids: of these addresses, and of editors' own questions on them.
    :param votes: in its counts and in those of these questions.
    """

    addresses: tuple[str, ...]
    ids: tuple[str, ...]
    votes: int
    comments: int


class ArticleErasing:
    """The removal of one site's articles."""

    def __init__(self, connection: Connection, site: Site) -> None:
        self._connection = connection
        self._site = site
        self._aliases = Aliases(connection)
        self._erasing = Erasing(connection)

    def scope(self, name: str) -> ArticleScope:
        """Return what would be removed.

        :raise BadArticle: neither an id nor an address of the site.
        """
        found = self._aliases.follow(self._site.key, resolve_for(self._site, name))
        known = self._aliases.all(self._site.key)
        merged = [alias.named for alias in known.values() if alias.to == found.id]
        addresses = (found.address, *merged)
        polls = dict.fromkeys(("", *self._site.register, *self._site.polls))
        articles = [
            article_at(self._site.key, address, poll) for address in addresses for poll in polls
        ]
        ids = tuple(dict.fromkeys(article.id for article in articles))
        votes = sum(map(self._votes, {article.id: article for article in articles}.values()))
        comments = self._erasing.comments_of(self._site, ids)
        return ArticleScope(addresses, ids, votes, len(comments))

    def remove(self, scope: ArticleScope, *, who: str, now_s: int) -> None:
        """Remove it. Readers' votes after that begin the article anew.

        :param who: removes it, as the log says.
        :raise CannotCorrect: its votes are just moving.
        :raise SettingError: the store's user may not. Nothing was changed.
        """
        self._erasing.check_rights(self._site)
        Moves(self._connection).finish(self._site)
        named = {*scope.ids, *scope.addresses}
        for _ in range(2):  # a comment may come in while the article goes
            comments = self._erasing.comments_of(self._site, scope.ids)
            self._erasing.remove_comments(self._site, comments, now_s=now_s)
            named |= {comment_id for comment_id, _ in comments}
            for one in scope.ids:
                self._erasing.remove_article(self._site, one, now_s=now_s)
        self._remove_aliases(scope)
        self._erasing.remove_mentions(self._site, named, scope.ids)
        change = (f"{scope.votes} votes, {scope.comments} comments", "")
        Audit(self._connection).append(
            self._site, who, "article forgotten", "", change=change, at_s=now_s
        )

    def _votes(self, article: ArticleRef) -> int:
        choices = len(self._site.choice_keys(article.poll_key))
        [tally] = Reactions(self._connection).tallies(self._site, [(article, choices)], now_s=0)
        return sum(tally.counts)

    def _remove_aliases(self, scope: ArticleScope) -> None:
        known = self._aliases.all(self._site.key)
        with store_errors():
            for address in scope.ids:
                if address in known:
                    written(self._connection, *pointing(self._site.key, address, None))


@dataclass(frozen=True, slots=True)
class SiteScope:
    """What is stored about one site."""

    articles: int
    comments: int


class SiteErasing:
    """The removal of whole sites."""

    def __init__(
        self, connection: Connection, sites: Sites, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._connection = connection
        self._sites = sites
        self._wait = wait

    def scope(self, site: Site) -> SiteScope:
        return SiteScope(
            Recount(self._connection).articles(site),
            CommentRecount(self._connection).comments(site),
        )

    def remove(self, site: Site, scope: SiteScope, *, who: str, now_s: int) -> None:
        """Remove a site, its editors' roles on it, and all that was counted for it.

        :param who: removes it, as the log says.
        """
        self._sites.remove(site.key)
        editors = Editors(self._connection)
        for editor in editors.all():
            if site.key in editor.roles:
                editors.change(
                    editor.name,
                    lambda e: e.with_roles({k: r for k, r in e.roles.items() if k != site.key}),
                )
        self._wait(SITE_CACHED_S)
        erasing = Erasing(self._connection)
        while erasing.remove_site(site.key):
            pass
        change = (f"{scope.articles} articles, {scope.comments} comments", "")
        Audit(self._connection).append(
            ALL_SITES, who, "site forgotten", site.key, change=change, at_s=now_s
        )
