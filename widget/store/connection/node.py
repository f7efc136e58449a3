"""Servers of a store as this process knows them, with a breaker for each.

Every thread asks the same :class:`Node` before it sends anything. While a server is away, one
thread at a time finds out whether it is back, and all others are refused at once.
"""

import os
import threading
import time
import weakref
from collections.abc import Callable

from widget.store.connection.errors import NodeAway, tagged
from widget.store.state import StoreState

PROBE_EVERY_S = 0.5
# Of the time that a failure took: a quick one is no reason to wait for long.
PAUSE_FACTOR = 10
PROBE_LASTS_S = 2.0  # after which a probe that nobody heard of again makes room for the next
LOOK_EVERY_S = 0.5  # drop all connections to a server that refuses writes, at most this often
MOST_WAITING = 4  # threads that wait for a server of a cluster; a worker has 8
CROWDED_S = 0.25  # how long a further thread waits until one of them has its answer
SETTLE_S = 2.0  # without a refused write, until a server that refused one counts as back


class Node:
    """One server, or the primary that sentinels name.

    :param name: its address, for messages.
    :param label: the name of the server in the state; "" if the store is one server.
    :param on_trouble: called when a call to it has failed.
    """

    def __init__(
        self,
        name: str,
        state: StoreState,
        *,
        label: str = "",
        on_trouble: Callable[[], None] | None = None,
    ) -> None:
        self.name = name
        self.label = label
        self.state = state
        self.generation = 0  # a connection of an older one is dropped before it is used
        self.is_troubled = False  # only then do calls take the lock
        self._on_trouble = on_trouble
        self._lock = threading.Lock()
        self._reason = ""
        self._is_open = False
        self._probe_s = 0.0
        self._prober = 0
        self._held_s = 0.0
        self._looked_s = 0.0
        self._refused_s = 0.0
        self._waiting = threading.Semaphore(MOST_WAITING)
        _nodes.add(self)

    def check(self) -> None:
        """Let a call through to a server that may be away, if it is this thread's turn to probe.

        :raise NodeAway: it is not.
        """
        with self._lock:
            now_s = time.monotonic()
            if now_s >= self._held_s:
                if not self._is_open or self._prober == threading.get_ident():
                    return
                is_free = not self._prober or now_s >= self._probe_s + PROBE_LASTS_S
                if is_free and now_s >= self._probe_s:
                    self._probe_s = now_s + PROBE_EVERY_S
                    self._prober = threading.get_ident()
                    return
            reason = self._reason
        raise tagged(NodeAway(reason), self)

    def enter(self) -> None:
        """Begin to wait for an answer, as one of a few threads.

        :raise NodeAway: they have been waiting for long.
        """
        waiting = self._waiting
        if not waiting.acquire(blocking=False) and not waiting.acquire(timeout=CROWDED_S):
            raise tagged(NodeAway("many calls wait for its answer"), self)

    def leave(self) -> None:
        """End a wait."""
        self._waiting.release()

    def failed(self, reason: str, since_s: float) -> None:
        """Open the breaker after a call that got no answer, the longer the longer it took.

        :param since_s: when the call began.
        """
        with self._lock:
            self.is_troubled = self._is_open = True
            self._reason = reason
            self._prober = 0
            now_s = time.monotonic()
            self._probe_s = now_s + min(PROBE_EVERY_S, (now_s - since_s) * PAUSE_FACTOR)
        if self._on_trouble is not None:
            self._on_trouble()

    def refused(self) -> bool:
        """Note a refusal of the server, and return whether to look for the right one now.

        If so, every thread drops its connection before its next call.
        """
        with self._lock:
            now_s = time.monotonic()
            self.is_troubled = True
            self._refused_s = now_s
            if now_s < self._looked_s + LOOK_EVERY_S:
                return False
            self._looked_s = now_s
            self.generation += 1
            return True

    def report(self, reason: str) -> None:
        """Note that a caller was refused."""
        self.is_troubled = True
        self.state.failed(reason, self.label)

    def answered(self) -> None:
        """Close the breaker after an answer."""
        with self._lock:
            now_s = time.monotonic()
            if now_s < self._held_s:
                return
            self._is_open = False
            self._prober = 0
            # A replica, or a full disk, answers what only reads.
            if now_s < self._refused_s + SETTLE_S:
                return
            self.is_troubled = False
        self.state.answered(self.label)

    def hold(self, reason: str, seconds: float) -> None:
        """Refuse every call for some time, or until the server moves."""
        with self._lock:
            self.is_troubled = True
            self._reason = reason
            self._held_s = time.monotonic() + seconds

    def release(self) -> None:
        """End a hold."""
        with self._lock:
            self._held_s = 0.0

    def moved(self, name: str) -> None:
        """Have every thread connect anew, to a server that is not known to be away."""
        with self._lock:
            self.name = name
            self.generation += 1
            self._is_open = False
            self._held_s = self._refused_s = 0.0

    def retire(self) -> None:
        """Forget the trouble of a server that is no longer asked for anything."""
        with self._lock:
            self.is_troubled = self._is_open = False
        self.state.answered(self.label)


_nodes: weakref.WeakSet[Node] = weakref.WeakSet()


def _after_fork() -> None:
    """Have a fork connect anew: two processes must not share a socket."""
    for node in list(_nodes):
        # Threads of the parent may have held these.
        node._lock = threading.Lock()
        node._waiting = threading.Semaphore(MOST_WAITING)
        node.generation += 1


os.register_at_fork(after_in_child=_after_fork)
