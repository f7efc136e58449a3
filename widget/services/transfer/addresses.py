"""Which article of a site does an address in somebody's file name?"""

from collections.abc import Mapping

import ada_url

from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import BadArticle
from widget.domain.model import Site
from widget.store.reactions.aliases import Aliases

NO_ADDRESS = "its article has no address that can be read"
OTHER_ORIGIN = "its article is not on one of the site's origins"


class Addresses:
    """
    :param origin: where addresses that are only a path lead.
    :param renamed: origins that stand for another: ``{"https://old.example": "https://new.example"}``.
    """

    def __init__(
        self, site: Site, aliases: Aliases, *, origin: str, renamed: Mapping[str, str]
    ) -> None:
        self._site = site
        self._aliases = aliases
        self._origin = origin
        self._renamed = {origin_of(old): new for old, new in renamed.items()}

    def article_of(self, address: str) -> tuple[str, str]:
        """An article's id and "", or "" and why there is none: for :meth:`Staging.settle`."""
        try:
            return self.article(address).id, ""
        except BadArticle:
            return "", OTHER_ORIGIN if origin_of(self.full(address)) else NO_ADDRESS

    def article(self, address: str) -> ArticleRef:
        """The article the address leads to here. :raise BadArticle: none of the site."""
        return self._aliases.follow(self._site.key, self.own_article(address))

    def own_article(self, address: str) -> ArticleRef:
        """The article the address itself names, wherever it leads by now."""
        return resolve_for(self._site, self.full(address))

    def full(self, address: str) -> str:
        """The whole address, on the origin it has here."""
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
    """The origin of a web address, "" for what is none. The scheme does not tell sites apart."""
    try:
        parsed = ada_url.URL(address)
    except ValueError:
        return ""
    return f"https://{parsed.host}" if parsed.protocol in ("http:", "https:") else ""
