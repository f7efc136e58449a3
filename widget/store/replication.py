"""READBACK_REPLICATE: a write is acknowledged once so many replicas have it too.

docs/adr/0017-acknowledged-by-replicas.md says why and what goes this way. A write goes out together
with WAIT, in one write on one connection, so both reach the same server, whatever fails over.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from secrets import token_hex
from typing import Any

import redis
from redis.cluster import RedisCluster
from redis.exceptions import AskError, ClusterDownError, MovedError, NoScriptError, TryAgainError

from widget.domain.errors import NotReplicated
from widget.store import keys
from widget.store.connection.deadline import current
from widget.store.state import StoreState

Command = Sequence[Any]

TRIES = 5
TRY_AGAIN_S = 0.05
SHARE = 0.5  # of the time for an answer: what WAIT may take
MOST_MS, SHORT_MS = 1000, 50
PROBE_EVERY_S = 1.0
BARRIER_S = 60
_REPEATED = (redis.ConnectionError, AskError, TryAgainError, ClusterDownError)
STATE_NODE = "replicas"


class Replication:
    """How many replicas must have a write, and how long it waits for them.

    :param replicas: 0: writes do not wait.
    :param timeout_s: the longest wait for one reply of the store.
    """

    def __init__(self, replicas: int, timeout_s: float, state: StoreState) -> None:
        self.replicas = replicas
        self._timeout_s = timeout_s
        self._state = state
        self._probe_s: dict[Any, float] = {}  # of each server whose replicas are behind

    def wait_ms(self, server: Any) -> int:
        """Return how long a write to this server waits.

        While its replicas are behind, one write a second waits for long and finds out when they are
        back. The others would only occupy the threads that serve everybody else.
        """
        now_s = time.monotonic()
        probe_s = self._probe_s.get(server)
        if probe_s is not None:
            if now_s < probe_s:
                return SHORT_MS
            self._probe_s[server] = now_s + PROBE_EVERY_S
        budget = current()
        left_s = self._timeout_s if budget is None else min(self._timeout_s, budget.left_s)
        return max(1, min(MOST_MS, int(left_s * SHARE * 1000)))

    def check(self, server: Any, barrier: Any, acknowledged: Any) -> None:
        """Look at the answers of the barrier and of WAIT.

        :raise NotReplicated: too few replicas have the write.
        """
        for answer in (barrier, acknowledged):
            if isinstance(answer, Exception):
                raise NotReplicated(retry_after_s=2) from answer
        if acknowledged < self.replicas:
            self._probe_s.setdefault(server, time.monotonic() + PROBE_EVERY_S)
            self._state.failed(f"fewer than {self.replicas} had a write in time", STATE_NODE)
            raise NotReplicated(retry_after_s=2)
        if self._probe_s and self._probe_s.pop(server, None) is not None:
            self._state.answered(STATE_NODE)


def replicated(
    client: Any,
    replication: Replication,
    key: str,
    commands: Sequence[Command],
    texts: Sequence[str] = (),
) -> list[Any]:
    """Run commands on keys of one slot, and return their answers once replicas have the writes.

    Commands that change nothing wait too: what they found may not be on a replica yet.

    :param key: one of the keys.
    :param texts: of the scripts among the commands, for a server that does not know them.
    :raise NotReplicated: the commands were done, and may be lost if this server is.
    """
    try:
        return _sent(client, replication, key, commands)
    except NoScriptError:
        loading = [("SCRIPT", "LOAD", text) for text in texts]
        return _sent(client, replication, key, [*loading, *commands])[len(loading) :]


def _sent(
    client: Any, replication: Replication, key: str, commands: Sequence[Command]
) -> list[Any]:
    """Send commands until a server takes them. All are safe to repeat after a failure."""
    route = _InCluster(client, key) if isinstance(client, RedisCluster) else _OneServer(client)
    for tries_left in reversed(range(TRIES)):
        try:
            with route.connection() as own:
                return _exchanged(own, replication, key, commands, is_asking=route.is_asking)
        except _REPEATED as problem:
            if not tries_left:
                raise
            route.learn(problem)
    raise AssertionError("the last try returns or raises")


def _exchanged(
    own: Any, replication: Replication, key: str, commands: Sequence[Command], *, is_asking: bool
) -> list[Any]:
    """Send commands, the barrier and WAIT in one write, and return the answers to the commands."""
    server = getattr(own, "node", None)
    barrier = keys.barrier(tag_of(key))
    if is_asking:
        # The other node may still have the barrier, and a key on both would stop the move.
        barrier += f":{token_hex(8)}"
    writes = [*commands, ("SET", barrier, 1, "EX", BARRIER_S)]
    if is_asking:
        writes = [each for command in writes for each in (("ASKING",), command)]
    wait = ("WAIT", replication.replicas, replication.wait_ms(server))
    try:
        own.send_packed_command(own.pack_commands([*writes, wait]))
        *answers, acknowledged = [_answer(own) for _ in range(len(writes) + 1)]
    except BaseException:
        own.disconnect()  # answers that nobody reads must not meet the next command
        raise
    *done, of_barrier = answers[1::2] if is_asking else answers
    for answer in done:
        if isinstance(answer, Exception):
            raise answer
    replication.check(server, of_barrier, acknowledged)
    return done


def _answer(own: Any) -> Any:
    """Return the next answer, also one that refuses: those behind it must be read too."""
    try:
        return own.read_response()
    except redis.ResponseError as refusal:
        return refusal


class _OneServer:
    """The way to a store that is one server, or the primary that sentinels name."""

    is_asking = False

    def __init__(self, client: Any) -> None:
        self._client = client

    @contextmanager
    def connection(self) -> Iterator[Any]:
        """Yield this thread's own connection; it connects anew by itself."""
        yield self._client.connection

    def learn(self, problem: Exception) -> None:
        """Look for another server. The connection has done so."""


class _InCluster:
    """The way to the server of a cluster that has a key's slot, which may move meanwhile."""

    def __init__(self, client: Any, key: str) -> None:
        self._client = client
        self._slot = client.keyslot(key)
        self._asked: Any = None

    @property
    def is_asking(self) -> bool:
        return self._asked is not None

    @contextmanager
    def connection(self) -> Iterator[Any]:
        nodes = self._client.nodes_manager
        node = self._asked or nodes.get_node_from_slot(self._slot)
        pool = self._client.get_redis_connection(node).connection_pool
        own = pool.get_connection()
        try:
            yield own
        finally:
            pool.release(own)

    def learn(self, problem: Exception) -> None:
        """Follow a redirection, or wait a little for what is just moving."""
        nodes, self._asked = self._client.nodes_manager, None
        if isinstance(problem, MovedError):
            nodes.move_slot(problem)
        elif isinstance(problem, AskError):
            self._asked = self._client.get_node(host=problem.host, port=problem.port)
        else:
            time.sleep(TRY_AGAIN_S)
        if self._asked is None and not isinstance(problem, MovedError):
            nodes.initialize()


def tag_of(key: str) -> str:
    """Return what decides the slot of a key."""
    _, brace, rest = key.partition("{")
    tag, closing, _ = rest.partition("}")
    return tag if brace and closing and tag else key
