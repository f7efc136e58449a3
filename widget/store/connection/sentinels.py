"""The primary that sentinels name, followed by one thread for each sentinel.

The threads hear a switch when it happens and ask every second, so no request waits for a sentinel.
The first connection starts them, after any fork; they end with the process.
"""

import os
import threading
import time
import weakref
from typing import Any, NamedTuple

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from widget.store.connection.address import Address
from widget.store.connection.errors import NodeError, reason_of, tagged
from widget.store.connection.guarded import GuardedTcp, GuardedTls
from widget.store.connection.node import Node

ASK_EVERY_S = 1.0
FRESH_S = 3.5  # an answer older than this no longer counts against others
HOLD_S = 5.0  # the most that an announced switch may take
ANSWER_S = 1.0
SWITCHES = ("+failover-state-send-slaveof-noone", "+promoted-slave", "+switch-master")
ENDINGS = "-failover-abort-*"


class _Answer(NamedTuple):
    epoch: int
    primary: tuple[str, int]
    asked_s: float


class Sentinels:
    """What the sentinels of one primary say.

    :param node: the primary, updated on every move.
    """

    def __init__(self, address: Address, node: Node) -> None:
        self._name = address.name
        self._sentinels = address.nodes
        self._options = {
            **address.sentinel_login.options(),
            **({"ssl": True, **address.tls} if address.tls is not None else {}),
            "socket_timeout": ANSWER_S,
            "socket_connect_timeout": ANSWER_S,
            "retry": Retry(NoBackoff(), 0),
        }
        self._node = node
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, int], _Answer] = {}
        self._primary: tuple[str, int] | None = None
        self._trouble = ""
        self._is_known = threading.Event()
        self._pid = 0

    def primary(self, timeout_s: float) -> tuple[str, int]:
        """Return the primary's host and port; wait for the first answer of a sentinel.

        :raise NodeError: none names one in time.
        """
        if self._pid != os.getpid():
            self._start()
        if not self._is_known.wait(timeout_s) or self._primary is None:
            trouble = self._trouble or "no answer"
            raise tagged(NodeError(f"no sentinel names {self._name}: {trouble}"), self._node)
        return self._primary

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._pid = os.getpid()
        for sentinel in self._sentinels:
            threading.Thread(
                target=_watch,
                args=(weakref.ref(self), sentinel, self._options),
                name="readback-sentinel",
                daemon=True,
            ).start()

    def note_trouble(self, sentinel: tuple[str, int], problem: Exception) -> None:
        """Keep why a sentinel does not answer, for the case that none does."""
        self._trouble = f"{sentinel[0]}:{sentinel[1]}: {reason_of(problem)}"

    def ask(self, sentinel: tuple[str, int], client: Any) -> None:
        """Ask a sentinel for the primary.

        :raise redis.RedisError: it does not know this primary, or does not answer.
        """
        found = client.sentinel_get_master_addr_by_name(self._name)
        if found is None:
            raise redis.ResponseError(f"it watches no {self._name}")
        host, port = (part.decode() if isinstance(part, bytes) else part for part in found)
        epoch = client.sentinel_master(self._name).get("config-epoch", 0)
        self._settle(sentinel, _Answer(int(epoch), (host, int(port)), time.monotonic()))

    def hear(self, message: dict[str, Any]) -> None:
        """Act on a message of a sentinel: an announced switch holds all calls until it is done."""
        words = message["data"].decode().split() if isinstance(message["data"], bytes) else []
        if self._name not in words:
            return
        if message["channel"].decode() == SWITCHES[0]:
            self._node.hold("the sentinels are switching to another primary", HOLD_S)
        elif message["type"] == "pmessage":
            self._node.release()

    def _settle(self, sentinel: tuple[str, int], answer: _Answer) -> None:
        """Count an answer; the highest epoch of those that are fresh names the primary."""
        with self._lock:
            self._answers[sentinel] = answer
            fresh = [a for a in self._answers.values() if a.asked_s > answer.asked_s - FRESH_S]
            best = max(fresh, key=lambda a: (a.epoch, a.primary == self._primary)).primary
            if best == self._primary:
                return
            self._primary = best
        self._node.moved(f"{best[0]}:{best[1]}")
        self._is_known.set()


def _watch(
    of: "weakref.ref[Sentinels]", sentinel: tuple[str, int], options: dict[str, Any]
) -> None:
    """Follow one sentinel for as long as anybody asks for the primary."""
    host, port = sentinel
    while True:
        try:
            with redis.Redis(host=host, port=port, **options) as client:
                _follow(of, sentinel, client)
                return
        except (redis.RedisError, OSError) as problem:
            if (sentinels := of()) is None:
                return
            sentinels.note_trouble(sentinel, problem)
        del sentinels  # or this thread alone would keep it
        time.sleep(ASK_EVERY_S)


def _follow(of: "weakref.ref[Sentinels]", sentinel: tuple[str, int], client: Any) -> None:
    """Ask again and again, and hear what happens meanwhile, until an error ends it."""
    with client.pubsub() as heard:
        heard.subscribe(*SWITCHES)
        heard.psubscribe(ENDINGS)
        next_s = 0.0
        while (sentinels := of()) is not None:
            if time.monotonic() >= next_s:
                sentinels.ask(sentinel, client)
                next_s = time.monotonic() + ASK_EVERY_S
            del sentinels
            message = heard.get_message(timeout=max(next_s - time.monotonic(), 0.0))
            if message is not None and (sentinels := of()) is not None:
                sentinels.hear(message)
                if message["type"] == "message":
                    next_s = 0.0  # ask at once


class AtPrimary(GuardedTcp):
    """A connection to whichever server is the primary when it connects.

    :param sentinels: who names it.
    """

    def __init__(self, *, sentinels: Sentinels, **options: Any) -> None:
        self._sentinels = sentinels
        super().__init__(**options)

    def _connect(self) -> Any:
        with self._spending() as left_s:
            self.host, self.port = self._sentinels.primary(left_s)
        return super()._connect()

    def _greet(self) -> None:
        """:raise redis.ConnectionError: the server is not, or no longer, a primary."""
        try:
            role = self.ask("ROLE")[0]
        except redis.exceptions.NoPermissionError:
            return  # its user may not ask; a replica refuses the first write
        if role != b"master":
            raise redis.ConnectionError("READONLY it is a replica")


class AtPrimaryTls(AtPrimary, GuardedTls):
    """The same with TLS."""
