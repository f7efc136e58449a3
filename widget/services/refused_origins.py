"""Noting the origins whose votes and comments are refused, for the settings of the site they name.

It never counts readers, and never makes a refusal fail or wait for long.
"""

import re

from widget.domain import clock
from widget.domain.errors import ReadbackError
from widget.domain.readers.network import networks
from widget.services.rates import Rate
from widget.store.connection.waiting import WouldWait
from widget.store.desk.refused_origins import LANES, RefusedOrigins
from widget.store.limits import Limits
from widget.store.sites import Sites

MOST_A_MINUTE = 6  # of one network: a flood costs the store no more than that
# What browsers and web views send: ASCII without spaces, and short.
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]{0,30}://[a-z0-9._:\[\]-]{1,260}")


class OriginRefusals:
    def __init__(self, sites: Sites, refused: RefusedOrigins, limits: Limits) -> None:
        self._sites = sites
        self._refused = refused
        self._limits = limits
        self._rate = Rate("refused origins", MOST_A_MINUTE)

    def note(self, site_key: str, origin: str, address: str) -> None:
        """Count one refused request, unless its network had many in this minute.

        :param site_key: of the site that the request names.
        :param address: the network address that it came from.
        """
        wide = networks(address).wide
        if not _ORIGIN.fullmatch(origin) or not self._rate.take(wide):
            return
        now_s = int(clock.now())
        try:
            if origin not in self._sites.get(site_key).origins:
                lane = int(self._limits.salted(wide, now_s=now_s)[:8], 16) % LANES
                self._refused.count(site_key, origin, lane=lane, now_s=now_s)
        except ReadbackError:
            pass  # the request is refused for its origin, whatever this finds
        except WouldWait:
            self._rate.give_back(wide)
            raise
