"""Copies of the sites, each in a slot of its own, and an index of their origins.

The hash of all sites decides; the copies follow it. A change copies its site at once, and one
worker looks for any other difference every few seconds: after a crash between hash and copy, while
a shard was away, or when a release that knows only the hash has changed a site.
docs/adr/0019-what-every-vote-reads.md says why.
"""

from collections.abc import Iterator

import msgspec
from cachetools import TTLCache

from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.elsewhere import first_reachable, is_cluster
from widget.store.scripts import Field, Swap, store_errors

EVERY_S = 5
FIELD = "site"
NOT_STORED = b"null"  # the home site, which exists all the same
SURE_S = 300  # a copy is compared with the hash again at least this often
MOST_SURE = 10_000
SITES_AT_ONCE = 100


class SiteCopies:
    """The copies of one store's sites.

    :param home: the key of the site that exists even when it is not stored.
    """

    def __init__(self, connection: Connection, home: str) -> None:
        self._connection = connection
        self._home = home
        self._swap = Swap(connection)
        self._sure: TTLCache[str, int] = TTLCache(MOST_SURE, SURE_S)  # the hash of what was copied

    def read(self, key: str) -> bytes | None:
        """Return a site as JSON, :data:`NOT_STORED` for the home site, None if there is none.

        Its own key has it, but for seconds after a release that knows only the hash has added it.
        """
        sources = (self._copy, self._original) if is_cluster(self._connection) else (self._copy,)
        return first_reachable(sources, lambda read: read(key)) or self._original(key)

    def sites_of(self, origin: str) -> tuple[str, ...]:
        """Return the keys of the sites that have an origin, or had it until lately."""
        with store_errors():
            found = self._connection.client.smembers(keys.sites_of(origin))
        return tuple(key.decode() for key in found)

    def copy(self, key: str) -> None:
        """Make a site's copy, and its place in the index, what the hash of all sites says.

        A crash at any point leaves a copy that is older than the hash, or an origin too many in the
        index: readers compare the index with the site, and the next comparison repairs the copy.
        """
        while True:
            old = self._copy(key)
            new = self._original(key)  # read later than the copy: never replace a newer one
            before, after = _origins(old), _origins(new)
            with store_errors():
                for origin in after:
                    self._connection.client.sadd(keys.sites_of(origin), key)
                if old != new and not self._replace(key, old, new):
                    continue
            self._leave(key, before - after)
            return

    def copy_all(self) -> int:
        """Copy what is not known to be as in the hash, and return how many sites were looked at.

        A site whose shard is away is left for the next time.
        """
        looked = 0
        for key, raw in self._originals():
            if self._sure.get(key) == hash(raw):
                continue
            looked += 1
            try:
                self.copy(key)
            except StoreUnavailable:
                continue
            self._sure[key] = hash(raw)
        return looked

    def may_copy(self) -> bool:
        """Take the lease of the process that compares; it ends before the next comparison."""
        with store_errors():
            lease_ms = EVERY_S * 900
            return bool(self._connection.client.set(keys.copying(), 1, nx=True, px=lease_ms))

    def _originals(self) -> Iterator[tuple[str, bytes]]:
        """Yield each site in the hash with its JSON, and the home site, stored or not."""
        seen_home = False
        with store_errors():
            stored = self._connection.client.hscan_iter(keys.sites(), count=SITES_AT_ONCE)
            for raw_key, raw in stored:
                key = raw_key.decode()
                seen_home = seen_home or key == self._home
                yield key, raw
        if not seen_home:
            yield self._home, NOT_STORED

    def _original(self, key: str) -> bytes | None:
        with store_errors():
            raw: bytes | None = self._connection.client.hget(keys.sites(), key)
        return NOT_STORED if raw is None and key == self._home else raw

    def _copy(self, key: str) -> bytes | None:
        with store_errors():
            raw: bytes | None = self._connection.client.hget(keys.site(key), FIELD)
        return raw

    def _replace(self, key: str, old: bytes | None, new: bytes | None) -> bool:
        return self._swap(keys.site(key), Field(FIELD, old or b""), new or b"")

    def _leave(self, key: str, origins: frozenset[str]) -> None:
        """Take a site out of the index for origins that it no longer has."""
        client = self._connection.client
        with store_errors():
            for origin in origins:
                client.srem(keys.sites_of(origin), key)
        # Somebody may have given one back meanwhile, before it was taken out here.
        for origin in origins & _origins(self._copy(key)):
            with store_errors():
                client.sadd(keys.sites_of(origin), key)


def decoded(raw: bytes | None) -> Site | None:
    """Return the site of a copy; None if it is not stored."""
    return msgspec.json.decode(raw, type=Site | None) if raw else None


def _origins(raw: bytes | None) -> frozenset[str]:
    site = decoded(raw)
    return frozenset(site.origins if site else ())
