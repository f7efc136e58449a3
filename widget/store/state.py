"""Whether the store answers, and why not: one line in the log for each change.

A server of a cluster has a name, its address; a store that is one server has none, and its lines
have the store's. No password and no text of a reader is ever part of a reason.
"""

import logging
import threading
import time
from dataclasses import dataclass
from typing import NamedTuple

log = logging.getLogger("readback")

LINE_EVERY_S = 10.0  # at most one line a reason and node


class Snapshot(NamedTuple):
    """The state of a store at one moment: of all its nodes together."""

    is_away: bool = False
    reason: str = ""
    since_s: float = 0.0  # seconds since the first refusal
    refused: int = 0


@dataclass(slots=True)
class _Outage:
    reason: str
    since_s: float
    refused: int = 0
    is_logged: bool = False


class StoreState:
    """What this process knows of a store, for the log, the probes and the metrics.

    :param place: its address without any password, for the log alone.
    """

    def __init__(self, place: str) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._outages: dict[str, _Outage] = {}
        self._logged_s: dict[tuple[str, str], float] = {}

    def failed(self, reason: str, node: str = "") -> None:
        """Count a refusal, and log the first one of an outage."""
        now_s = time.monotonic()
        with self._lock:
            outage = self._outages.get(node)
            is_change = outage is None or outage.reason != reason
            if outage is None:
                outage = self._outages[node] = _Outage(reason, now_s)
            outage.reason = reason
            outage.refused += 1
            is_due = is_change and self._is_due(node, reason, now_s)
            outage.is_logged |= is_due
        if is_due:
            log.warning("store %s away: %s", node or self._place, reason)

    def answered(self, node: str = "") -> None:
        """End an outage, and log how long it was and how many calls it refused."""
        with self._lock:
            outage = self._outages.pop(node, None)
        if outage is not None and outage.is_logged:
            log.warning(
                "store %s back after %.1f s, %d refused",
                node or self._place,
                time.monotonic() - outage.since_s,
                outage.refused,
            )

    def snapshot(self) -> Snapshot:
        """Return the state of all nodes as one; the reason is that of the longest outage."""
        with self._lock:
            outages = list(self._outages.items())
        if not outages:
            return Snapshot()
        node, longest = min(outages, key=lambda item: item[1].since_s)
        reason = f"{node}: {longest.reason}" if node else longest.reason
        refused = sum(outage.refused for _, outage in outages)
        return Snapshot(True, reason, time.monotonic() - longest.since_s, refused)

    def _is_due(self, node: str, reason: str, now_s: float) -> bool:
        latest_s = self._logged_s.get((node, reason))
        if latest_s is not None and now_s - latest_s < LINE_EVERY_S:
            return False
        if len(self._logged_s) > 100:
            self._logged_s.clear()
        self._logged_s[node, reason] = now_s
        return True
