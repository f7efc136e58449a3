"""Stories whose address changed: their votes and comments are joined under the name pages use now.

An address changes when the rules for addresses do: a site names its parameters, or a release knows
more tracking parameters. Or a publisher names stories in another way, and says which is which.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from widget.domain.article import PARTITIONS, ArticleRef, partition_of, poll_key_of, resolve_for
from widget.domain.errors import BadArticle
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.figures.headlines import Pages
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.page_records import PageRecord

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rename:
    """A story that is stored under one name and is now sent under another."""

    old: ArticleRef
    new: ArticleRef
    page: Page


class Joining:
    """The joining of one site's stories."""

    def __init__(self, connection: Connection, site: Site) -> None:
        self._site = site
        self._aliases = Aliases(connection)
        self._pages = Pages(connection)
        self._comments = CommentRecount(connection)
        self._corrections = Corrections(connection, self._aliases)

    def renamed(self) -> Iterator[Rename]:
        """Yield the stories whose stored address the rules now write in another way.

        Also addresses that were merged into another story before, which must go on leading there.
        """
        for id_, alias in sorted(self._aliases.all(self._site.key).items()):
            again = self._article_of(alias.named)
            if again and again.id not in (id_, alias.to):
                to = ArticleRef(alias.to, partition_of(alias.to), alias.address)
                yield Rename(again, to, Page())
        for partition in range(PARTITIONS):
            ids = self._stored(partition)
            for at in range(0, len(ids), _AT_ONCE):
                yield from self._renamed_of(ids[at : at + _AT_ONCE])

    def paired(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Rename]:
        """Yield the pairs whose first name has votes or comments.

        :raise BadArticle: a name is no article of the site.
        """
        found = [(resolve_for(self._site, old), resolve_for(self._site, new)) for old, new in pairs]
        for at in range(0, len(found), _AT_ONCE):
            part = found[at : at + _AT_ONCE]
            pages = self._pages.headlines(self._site, [old.id for old, _ in part], with_tone=False)
            for old, new in part:
                page = pages[old.id].page
                if page.address and old.id != new.id:
                    yield Rename(old, new, _page(page))

    def join(self, rename: Rename, *, by: Actor) -> bool:
        """Merge the old name's story into the new one's, or say that they are one already.

        If other addresses lead to the old name, the new name becomes one more of them.

        :raise CannotCorrect: the message says why.
        """
        site = self._site
        old = self._aliases.follow(site.key, rename.old)
        new = self._aliases.follow(site.key, rename.new)
        if old.id == new.id:
            return False
        if old.others or old.alias:
            old, new = new, old
        self._corrections.merge(site, _plain(old), _plain(new), by=by, page=rename.page)
        self._aliases.forget_cached(site.key)
        return True

    def _renamed_of(self, ids: list[str]) -> Iterator[Rename]:
        for id_, headline in self._pages.headlines(self._site, ids, with_tone=False).items():
            page = headline.page
            new = self._article_of(page.address)
            if new and new.id != id_:
                old = ArticleRef(id_, partition_of(id_), page.address)
                yield Rename(old, new, _page(page))

    def _stored(self, partition: int) -> list[str]:
        """Return the articles of a partition that have votes or comments."""
        commented = (one.article_id for one in self._comments.each(self._site, partition))
        return list(dict.fromkeys((*self._pages.voted(self._site, partition), *commented)))

    def _article_of(self, address: str) -> ArticleRef | None:
        """Return the article that a stored address names now; None for ids and former origins."""
        if not address.startswith("//"):
            return None
        url, poll_key = address.partition("#")[0], poll_key_of(address)
        try:
            return resolve_for(self._site, f"https:{url}", poll_key)
        except BadArticle:
            return None


def _page(record: PageRecord) -> Page:
    return Page(record.title, record.section, record.author, record.tags)


def _plain(article: ArticleRef) -> ArticleRef:
    return ArticleRef(article.id, article.partition, article.address)
