"""Aliases: moved addresses and those of merged articles, which resolve to another article."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import msgspec

from widget.domain.article import ArticleRef, partition_of
from widget.store import keys
from widget.store.connect import Connection
from widget.store.remembered import Remembered
from widget.store.replication import Command
from widget.store.scripts import store_errors

MOST_CACHED = 2000  # sites
VERSION = "#"  # the field that grows with each change; no article's id


class Alias(msgspec.Struct, frozen=True):
    """An address that resolves to another article.

    :param to: the id of that article.
    :param address: that article's own address.
    :param named: the address that resolves to it.
    """

    to: str
    address: str
    named: str


@dataclass(frozen=True, slots=True)
class _Known:
    """A site's aliases by the id of their address, and the ids that resolve to each article."""

    version: bytes | None = None
    aliases: dict[str, Alias] = field(default_factory=dict)
    leading_to: dict[str, tuple[str, ...]] = field(default_factory=dict)


_NONE = _Known()


class Aliases:
    """The aliases of every site. Each vote and each read needs them: they are cached for a second.

    After that second, one look at their version tells whether they must be read again. While their
    shard is away, those that were read before serve: an address that resolves elsewhere since is
    refused by the vote's script as moved.
    """

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection = connection
        self._sites = Remembered(self._read, most=MOST_CACHED, clock=clock)

    def follow(self, site_key: str, article: ArticleRef) -> ArticleRef:
        """Return the article that an address resolves to; mostly its own.

        :raise StoreUnavailable: the store does not answer, and the site's aliases were never read.
        """
        known = self._sites.get(site_key)
        if not known.aliases:
            return article
        alias = known.aliases.get(article.id)
        if alias is None:
            others = known.leading_to.get(article.id)
            return replace(article, others=others) if others else article
        others = tuple(i for i in known.leading_to[alias.to] if i != article.id)
        return ArticleRef(
            alias.to, partition_of(alias.to), alias.address, article.id, (alias.to, *others)
        )

    def version(self, site_key: str) -> bytes | None:
        """Return what differs whenever any of a site's aliases does; None before the first one.

        :raise StoreUnavailable: as :meth:`follow`.
        """
        return self._sites.get(site_key).version

    def leading_to(self, site_key: str) -> Mapping[str, tuple[str, ...]]:
        """Return the ids of the addresses that resolve to each article, by its id."""
        return self._sites.get(site_key).leading_to

    def forget_cached(self, site_key: str) -> None:
        """Make the next look-up ask the store."""
        self._sites.expire(site_key)

    def all(self, site_key: str) -> dict[str, Alias]:
        """Return the aliases as stored now, by the id of their address.

        :raise StoreUnavailable: the store does not answer.
        """
        known = self._read(site_key, None)
        self._sites.put(site_key, known)
        return known.aliases

    def _read(self, site_key: str, last: _Known | None) -> _Known:
        """Read the aliases again, unless their version is still the known one."""
        known = last or _NONE
        with store_errors():
            client = self._connection.client
            if client.hget(keys.aliases(site_key), VERSION) == known.version:
                return known
            stored = client.hgetall(keys.aliases(site_key))
        version = stored.pop(VERSION.encode(), None)
        aliases = {
            address.decode(): msgspec.json.decode(raw, type=Alias)
            for address, raw in stored.items()
        }
        leading_to: dict[str, tuple[str, ...]] = {}
        for address, alias in sorted(aliases.items()):
            leading_to[alias.to] = (*leading_to.get(alias.to, ()), address)
        return _Known(version, aliases, leading_to)


def pointing(site_key: str, address: str, alias: Alias | None) -> list[Command]:
    """Return the commands that change an address's alias; None removes it."""
    key = keys.aliases(site_key)
    change: Command = ("HDEL", key, address)
    if alias:
        change = ("HSET", key, address, msgspec.json.encode(alias))
    return [change, ("HINCRBY", key, VERSION, 1)]
