"""The time that all servers on one store share: the machine's, or the store's if the two differ.

The store's own expiry runs by its clock. A server with another one would begin stories that are
closed at once, or that take votes for too long. widget/store/clock.py measures the difference;
docs/adr/0028-the-stores-clock.md says why. Where tests pin the time, nothing is measured.
"""

import time
from collections.abc import Callable

# A difference that two servers can have between them without harm, and a step of this machine's
# clock that is believed before the next measurement.
TOLERANCE_S = 5
# Counts while the machine sleeps, too; macOS has no such clock in Python.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Return seconds on a clock that nobody sets."""
    return time.clock_gettime(_STEADY)


class Clock:
    """A machine's clock, corrected.

    Until it has been measured it is the machine's own. A step of that one between measurements,
    by hand or by NTP, is taken back: only the next measurement can tell which was right.
    """

    def __init__(self) -> None:
        self._correction_s = 0.0
        self._since: float | None = None  # wall time less steady time, when it was measured
        self._ask: Callable[[], None] | None = None

    def now(self) -> float:
        """Return the seconds since the epoch."""
        if self._ask is not None:
            self._ask()
        wall_s = time.time()
        if self._since is None:
            return wall_s
        step_s = wall_s - steady() - self._since
        if abs(step_s) > TOLERANCE_S:
            wall_s -= step_s
        return wall_s + self._correction_s

    def measured(self, ahead_s: float) -> None:
        """Take note of a measurement: the store's clock is so far ahead of this machine's."""
        self._since = time.time() - steady()
        self._correction_s = ahead_s if abs(ahead_s) > TOLERANCE_S else 0.0
        self._ask = None

    def ask_first(self, ask: Callable[[], None]) -> None:
        """Call ``ask``, which measures, before the next time is read, until it succeeds."""
        self._ask = ask

    def is_unknown(self) -> bool:
        """Return whether a measurement is needed first."""
        return self._ask is not None


MACHINE = Clock()
now = MACHINE.now
