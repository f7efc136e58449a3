"""Sites: where the bar may appear, and with which reactions."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

import msgspec
from cachetools import TTLCache

from widget.domain.errors import Stale, StoreUnavailable, UnknownSite
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import Field, Swap, store_errors

CACHE_S = 1.0
MOST_CACHED = 1000  # sites


class Sites:
    """The sites of one store. Each vote needs one, so reads are cached for a second.

    :param home: the site of the pages that Readback itself serves. It exists even when it is not
        stored, so a start needs no store and a read writes nothing. Its origins are always added to
        those stored for it.
    """

    def __init__(
        self, connection: Connection, home: Site, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._connection = connection
        self._home = home
        self._swap = Swap(connection)
        self._clock = clock
        self._cache: TTLCache[str, Site] = TTLCache(MOST_CACHED, CACHE_S, timer=clock)
        self._lock = Lock()
        # No TTLCache: the last known origins serve for as long as the store is away.
        self._origins: tuple[float, frozenset[str] | None] = (-CACHE_S, None)

    def get(self, key: str) -> Site:
        """Return a site as stored within the last second.

        :raise UnknownSite: no site has this key.
        """
        with self._lock:
            cached = self._cache.get(key)
        return self.fresh(key) if cached is None else cached

    def fresh(self, key: str) -> Site:
        """Return a site as stored now.

        :raise UnknownSite: no site has this key.
        """
        return self._read(key)[1]

    def is_registered(self, origin: str) -> bool:
        """Return whether any site has this origin. Without the store, go by the last known ones.

        :raise StoreUnavailable: the store is away, no origins were read before, and this is not one
            of the home site's.
        """
        if self._clock() - self._origins[0] >= CACHE_S:
            try:
                sites = self.all()
            except StoreUnavailable:
                sites = None
            known = self._origins[1] if sites is None else _origins(sites)
            self._origins = (self._clock(), known)
        known = self._origins[1]
        if known is None and origin not in self._home.origins:
            raise StoreUnavailable(retry_after_s=2)
        return origin in (known or self._home.origins)

    def all(self) -> list[Site]:
        with store_errors():
            stored = self._connection.client.hgetall(keys.sites())
        home = self._with_home(stored.pop(self._home.key.encode(), None))
        return sorted([home, *map(_decode, stored.values())], key=lambda site: site.key)

    def add(self, site: Site) -> Site:
        """Store a new site, and return it with its register of choices.

        :raise Stale: another site has this key.
        """
        stored = replace(site, register=site.registered())
        is_new = site.key != self._home.key  # which exists even when it is not stored
        if is_new:
            with store_errors():
                is_new = self._swap(keys.sites(), Field(site.key, b""), self._encode(stored))
        if not is_new:
            raise Stale(f"Site {site.key} already exists.")
        self._forget(site.key)
        return stored

    def change(self, key: str, version: str, change: Callable[[Site], Site]) -> tuple[Site, Site]:
        """Change a site, and return it as it was and as it is now.

        :param version: :func:`version_of` the site that the editor changed.
        :raise Stale: somebody else has changed the site since. Nothing is stored.
        :raise UnknownSite: no site has this key.
        :raise ValueError: as for :meth:`Site.registered`.
        """
        raw, site = self._read(key)
        if version_of(site) != version:
            raise Stale
        changed = change(site)
        stored = replace(changed, register=changed.registered())
        with store_errors():
            if not self._swap(keys.sites(), Field(key, raw or b""), self._encode(stored)):
                raise Stale
        self._forget(key)
        return site, stored

    def remove(self, key: str) -> None:
        """Remove a site. Removing it again is safe.

        The home site is as if it had never been stored.
        """
        with store_errors():
            self._connection.client.hdel(keys.sites(), key)
        self._forget(key)

    def _read(self, key: str) -> tuple[bytes | None, Site]:
        with store_errors():
            raw = self._connection.client.hget(keys.sites(), key)
        if raw is None and key != self._home.key:
            self._drop(key)
            raise UnknownSite
        site = self._with_home(raw) if key == self._home.key else _decode(raw)
        with self._lock:
            self._cache[key] = site
        return raw, site

    def _encode(self, site: Site) -> bytes:
        """Encode a site without the home site's own origins, which come from the settings."""
        if site.key == self._home.key:
            given = tuple(o for o in site.origins if o not in self._home.origins)
            site = replace(site, origins=given)
        return msgspec.json.encode(site)

    def _forget(self, key: str) -> None:
        self._drop(key)
        self._origins = (-CACHE_S, self._origins[1])

    def _drop(self, key: str) -> None:
        with self._lock:
            self._cache.pop(key, None)

    def _with_home(self, raw: bytes | None) -> Site:
        if raw is None:
            return self._home
        site = _decode(raw)
        return replace(site, origins=tuple(dict.fromkeys((*site.origins, *self._home.origins))))


def version_of(site: Site) -> str:
    """Return a hash of everything in the site, to notice a change."""
    return hashlib.sha256(msgspec.json.encode(site)).hexdigest()[:16]


def _decode(raw: bytes) -> Site:
    return msgspec.json.decode(raw, type=Site)


def _origins(sites: list[Site]) -> frozenset[str]:
    return frozenset(origin for site in sites for origin in site.origins)
