"""Sites: where the bar may appear, and with which reactions.

Every change is made in the hash of all sites, the only place that releases up to v0.3.0 know. Each
site is copied to a slot of its own, which is what a vote reads: :mod:`widget.store.site_copies`.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import msgspec

from widget.domain.errors import Stale, StoreUnavailable, UnknownSite
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.remembered import Remembered, most_of_deadline
from widget.store.scripts import Field, Swap, store_errors
from widget.store.site_copies import NOT_STORED, SiteCopies, decoded

MOST_CACHED = 2000  # sites, and as many origins that nobody has registered
MOST_ORIGINS = 4000
LONGEST_ORIGIN = 300  # a host has at most 253 characters


class _Stored(NamedTuple):
    """A site as its own key has it, and as it is used."""

    raw: bytes
    site: Site


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
        self.copies = SiteCopies(connection, home.key)
        self._sites = Remembered(self._read, most=MOST_CACHED, clock=clock)
        self._keys_of = Remembered(self._read_origin, most=MOST_CACHED, clock=clock)
        self._known: dict[str, str] = {}  # origin -> a site that has it, or had
        self._lock = Lock()

    def get(self, key: str) -> Site:
        """Return a site as stored within the last second or, while its shard is away, before.

        :raise UnknownSite: no site has this key.
        """
        return self._sites.get(key).site

    def fresh(self, key: str) -> Site:
        """Return a site as stored now.

        :raise UnknownSite: no site has this key.
        """
        return self._read_original(key)[1]

    def is_registered(self, origin: str) -> bool:
        """Return whether any site has this origin.

        :raise StoreUnavailable: the store is away, and a site that may have it was not read before.
        """
        if origin in self._home.origins:
            return True
        if not origin or len(origin) > LONGEST_ORIGIN:
            return False
        known = self._known.get(origin)
        try:
            if known is not None and self._has(known, origin):
                return True
        except StoreUnavailable:
            pass  # another site may have it too
        return self._any_has(self._keys_of.get(origin), origin)

    def all(self) -> list[Site]:
        with store_errors():
            stored = self._connection.client.hgetall(keys.sites())
        home = self._with_home(stored.pop(self._home.key.encode(), NOT_STORED))
        return sorted([home, *map(_decode, stored.values())], key=lambda site: site.key)

    def some(self, site_keys: Iterable[str]) -> list[Site]:
        """Return the sites of these keys, without those that no site has."""
        found = []
        for key in site_keys:
            with suppress(UnknownSite):
                found.append(self.get(key))
        return found

    def add(self, site: Site) -> Site:
        """Store a new site, and return it with its register of choices.

        :raise Stale: another site has this key.
        """
        stored = replace(site, register=site.registered())
        is_new = site.key != self._home.key  # which exists even when it is not stored
        if not (is_new and self._store(stored, b"")):
            raise Stale(f"Site {site.key} already exists.")
        return stored

    def change(self, key: str, version: str, change: Callable[[Site], Site]) -> tuple[Site, Site]:
        """Change a site, and return it as it was and as it is now.

        :param version: :func:`version_of` the site that the editor changed.
        :raise Stale: somebody else has changed the site since. Nothing is stored.
        :raise UnknownSite: no site has this key.
        :raise ValueError: as for :meth:`Site.registered`.
        """
        raw, site = self._read_original(key)
        if version_of(site) != version:
            raise Stale
        # Votes on a home site that nobody stored yet are numbered by the set that it began with.
        changed = change(replace(site, register=site.registered()))
        stored = replace(changed, register=changed.registered())
        if not self._store(stored, raw):
            raise Stale
        return site, stored

    def remove(self, key: str) -> None:
        """Remove a site, with its copy and its origins. Removing it again is safe.

        The home site is as if it had never been stored.
        """
        with store_errors():
            self._connection.client.hdel(keys.sites(), key)
        self.copies.copy(key)
        self._sites.forget(key)

    def _store(self, site: Site, old: bytes) -> bool:
        """Replace a site in the hash, if it is still the old one there, and copy it.

        What cannot be copied now, because the shard of the copy is away, is copied later.
        """
        raw = self._encode(site)
        with store_errors():
            if not self._swap(keys.sites(), Field(site.key, old), raw):
                return False
        with suppress(StoreUnavailable):
            self.copies.copy(site.key)
        self._remember(site.key, _Stored(raw, self._used(site.key, raw)))
        return True

    def _read_original(self, key: str) -> tuple[bytes, Site]:
        """Return a site of the hash, b"" if the home site is not stored."""
        with store_errors():
            raw = self._connection.client.hget(keys.sites(), key)
        if raw is None and key != self._home.key:
            self._sites.forget(key)
            raise UnknownSite
        site = self._used(key, raw or NOT_STORED)
        self._remember(key, _Stored(raw or NOT_STORED, site))
        return raw or b"", site

    def _read(self, key: str, last: _Stored | None) -> _Stored:
        """Read a site from its own key, or from the hash before it is copied."""
        raw = self.copies.read(key)
        if last is not None and raw == last.raw:
            return last
        if raw is None:
            raise UnknownSite
        site = self._used(key, raw)
        for origin in site.origins:
            self._learn(origin, key)
        return _Stored(raw, site)

    def _remember(self, key: str, stored: _Stored) -> None:
        self._sites.put(key, stored)
        for origin in stored.site.origins:
            self._learn(origin, key)

    def _learn(self, origin: str, key: str) -> None:
        with self._lock:
            self._known[origin] = key
            if len(self._known) > MOST_ORIGINS:
                self._known.pop(next(iter(self._known)))

    def _any_has(self, site_keys: Iterable[str], origin: str) -> bool:
        """Return whether any of these sites has an origin; ask those that answer first."""
        outage = None
        for key in site_keys:
            try:
                if self._has(key, origin):
                    self._learn(origin, key)
                    return True
            except StoreUnavailable as problem:
                outage = problem
        if outage is not None:
            raise outage
        return False

    def _has(self, key: str, origin: str) -> bool:
        try:
            return origin in self.get(key).origins
        except UnknownSite:
            return False

    def _read_origin(self, origin: str, _: tuple[str, ...] | None) -> tuple[str, ...]:
        with most_of_deadline():  # the site that a request names has its origins too
            return self.copies.sites_of(origin)

    def _encode(self, site: Site) -> bytes:
        """Encode a site without the home site's own origins, which come from the settings."""
        if site.key == self._home.key:
            given = tuple(o for o in site.origins if o not in self._home.origins)
            site = replace(site, origins=given)
        return msgspec.json.encode(site)

    def _used(self, key: str, raw: bytes) -> Site:
        return self._with_home(raw) if key == self._home.key else _decode(raw)

    def _with_home(self, raw: bytes) -> Site:
        site = decoded(raw)
        if site is None:
            return self._home
        return replace(site, origins=tuple(dict.fromkeys((*site.origins, *self._home.origins))))


def version_of(site: Site) -> str:
    """Return a hash of everything in the site, to notice a change."""
    return hashlib.sha256(msgspec.json.encode(site)).hexdigest()[:16]


def _decode(raw: bytes) -> Site:
    return msgspec.json.decode(raw, type=Site)
