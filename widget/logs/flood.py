"""A bound on lines that strangers can cause, so that nobody can fill the disk with them."""

import logging
import threading
import time
from collections.abc import Callable

BURST = 50  # lines at once
A_SECOND = 5


class Flood(logging.Filter):
    """A filter that passes a burst and then some lines a second, and says how many it left out.

    It is a process's own. The metrics count every refusal, whether it has a line or not.

    :param about: how the lines begin that it counts; all others pass.
    """

    def __init__(self, about: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._about = about
        self._clock = clock
        self._lock = threading.Lock()
        self._left = float(BURST)
        self._latest_s = clock()
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        if not str(record.msg).startswith(self._about):
            return True
        with self._lock:
            now_s = self._clock()
            self._left = min(BURST, self._left + (now_s - self._latest_s) * A_SECOND)
            self._latest_s = now_s
            if self._left < 1:
                self._left_out += 1
                return False
            self._left -= 1
            if self._left_out:
                record.lines_left_out = self._left_out
                self._left_out = 0
        return True
