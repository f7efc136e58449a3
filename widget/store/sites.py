"""Sites: who may show the bar, and with which reactions."""

import time
from collections.abc import Callable
from dataclasses import replace

import msgspec

from ..errors import StoreUnavailable, UnknownSite
from ..model import Site
from . import keys
from .connect import Connection
from .scripts import store_errors

REMEMBER_S = 1.0


class Sites:
    """Every site of the store. Reads are remembered for a second: each vote needs one."""

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection = connection
        self._clock = clock
        self._remembered: dict[str, tuple[float, Site]] = {}
        self._origins: tuple[float, frozenset[str]] = (-REMEMBER_S, frozenset())

    def get(self, key: str) -> Site:
        """:raise UnknownSite: no site has this key."""
        remembered = self._remembered.get(key)
        if remembered and self._clock() - remembered[0] < REMEMBER_S:
            return remembered[1]
        with store_errors():
            raw = self._connection.client.hget(keys.sites(), key)
        if raw is None:
            self._remembered.pop(key, None)
            raise UnknownSite
        site = msgspec.json.decode(raw, type=Site)
        self._remembered[key] = (self._clock(), site)
        return site

    def is_registered(self, origin: str) -> bool:
        """Whether any site has this origin. While the store is away, as last known."""
        if self._clock() - self._origins[0] >= REMEMBER_S:
            try:
                sites = self.all()
            except StoreUnavailable:
                sites = None
            known = self._origins[1] if sites is None else _origins(sites)
            self._origins = (self._clock(), known)
        return origin in self._origins[1]

    def all(self) -> list[Site]:
        with store_errors():
            values = self._connection.client.hvals(keys.sites())
        return sorted((msgspec.json.decode(v, type=Site) for v in values), key=lambda s: s.key)

    def put(self, site: Site) -> Site:
        """Store a site with its register of choices brought up to date.

        :raise ValueError: as :meth:`Site.registered`.
        """
        stored = replace(site, register=site.registered())
        with store_errors():
            self._connection.client.hset(keys.sites(), stored.key, msgspec.json.encode(stored))
        self._remembered.pop(stored.key, None)
        self._origins = (-REMEMBER_S, self._origins[1])
        return stored


def _origins(sites: list[Site]) -> frozenset[str]:
    return frozenset(origin for site in sites for origin in site.origins)
