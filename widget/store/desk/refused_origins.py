"""Origins that may not vote on a site and tried to within a day: what an admin may have forgotten.

docs/adr/0086-refused-origins.md says why nobody can crowd out the true ones.
"""

from dataclasses import dataclass

from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors

KEPT_S = 86400
LANES = 8
MOST_OF_LANE = 5


@dataclass(frozen=True, slots=True)
class RefusedOrigin:
    """:param times: how often it was counted, which has a limit: at least so many requests."""

    origin: str
    times: int
    first_s: int
    last_s: int


class RefusedOrigins:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._count = ActScript(connection, "desk/refused_origin.lua")

    def count(self, site_key: str, origin: str, *, lane: int, now_s: int) -> None:
        """Count one refused request.

        :param lane: 0 to 7, the same for every request of one network.
        """
        act = {"origin": origin, "lane": lane, "now": now_s, "most": MOST_OF_LANE, "kept_s": KEPT_S}
        with store_errors():
            self._count((keys.refused_origins(site_key),), act)

    def of(self, site_key: str, *, now_s: int) -> list[RefusedOrigin]:
        """Return the origins of the last day, those counted most often first."""
        with store_errors():
            stored = self._connection.client.hgetall(keys.refused_origins(site_key))
        found = []
        for origin, value in stored.items():
            _, times, first_s, last_s = map(int, value.split())
            if last_s > now_s - KEPT_S:
                found.append(RefusedOrigin(origin.decode(), times, first_s, last_s))
        return sorted(found, key=lambda one: (-one.times, -one.last_s, one.origin))
