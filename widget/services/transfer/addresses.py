"""From the addresses in a file to the articles of a site."""

from collections.abc import Iterable, Mapping

import ada_url

from widget.domain.article import ArticleRef, partition_of, resolve_for
from widget.domain.errors import BadArticle
from widget.domain.model import Site
from widget.store.reactions.aliases import Aliases

NO_ADDRESS = "its article has no readable address"
OTHER_ORIGIN = "its article is not on one of the site's origins"


class Addresses:
    """
    :param origin: the origin of addresses that are only a path.
    :param renamed: origins to replace: ``{"https://old.example": "https://new.example"}``.
    :param pairs: names in the file, each with the name that the site's pages use instead.
    :raise BadArticle: the second name of a pair is no article of the site.
    """

    def __init__(
        self,
        site: Site,
        aliases: Aliases,
        *,
        origin: str,
        renamed: Mapping[str, str],
        pairs: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._site = site
        self._aliases = aliases
        self._origin = origin
        self._renamed = {origin_of(old): new for old, new in renamed.items()}
        # By the name as written, and by its article: another spelling of an address is the same.
        self._paired: dict[str, ArticleRef] = {}
        for name, own in pairs:
            article = self._named(own)
            self._paired |= dict.fromkeys((name, *self._id_of(name)), article)

    def article_of(self, address: str) -> tuple[str, str]:
        """Return (id, "") or ("", reason), for :meth:`Staging.settle`."""
        try:
            return self.article(address).id, ""
        except BadArticle:
            return "", OTHER_ORIGIN if origin_of(self.full(address)) else NO_ADDRESS

    def article(self, address: str) -> ArticleRef:
        """Return the article that the address resolves to.

        :raise BadArticle: it is on no origin of the site.
        """
        return self._aliases.follow(self._site.key, self._own_article(address))

    def partitions(self, address: str) -> set[int]:
        """Return where the comments of an address may have been stored before.

        The address may have become an alias since, or have been paired with another name.
        """
        ids = {*self.article(address).addresses, self._own_article(address).id}
        return {partition_of(one) for one in (*ids, *self._id_of(address))}

    def _own_article(self, address: str) -> ArticleRef:
        """Return the article of the address itself, before any merge or move."""
        paired = self._paired.get(address)
        if paired is None and self._paired:
            paired = next(
                (self._paired[i] for i in self._id_of(address) if i in self._paired), None
            )
        return paired or self._named(address)

    def _id_of(self, address: str) -> tuple[str, ...]:
        """Return the id of an address without regard to pairs; none if it is not on the site."""
        try:
            return (self._named(address).id,)
        except BadArticle:
            return ()

    def _named(self, address: str) -> ArticleRef:
        return resolve_for(self._site, self.full(address))

    def full(self, address: str) -> str:
        """Return the whole address, on its present origin."""
        if address.startswith("//"):
            address = f"https:{address}"
        elif address.startswith("/"):
            address = self._origin + address
        origin = origin_of(address)
        if origin in self._renamed:
            parsed = ada_url.URL(address)
            address = f"{self._renamed[origin]}{parsed.pathname}{parsed.search}"
        return address


def origin_of(address: str) -> str:
    """Return the origin of a web address, or "". HTTP counts as HTTPS."""
    try:
        parsed = ada_url.URL(address)
    except ValueError:
        return ""
    return f"https://{parsed.host}" if parsed.protocol in ("http:", "https:") else ""
