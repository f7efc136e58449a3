"""Connections of redis-py that keep a deadline, ask a breaker, and leave a server that changed.

Every command to the store passes here, whatever kind of address it has. For
:meth:`Guarded.send_packed_command` and :meth:`Guarded.read_response`, the vote's path, the parts of
redis-py's that we need are written out: that pays for what they do beyond it.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import redis
from redis.backoff import ExponentialBackoff
from redis.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)
from redis.retry import Retry

from widget.store.connection.deadline import current, deadline
from widget.store.connection.errors import (
    NO_SERVICE,
    Dropped,
    NoAnswer,
    NodeError,
    NoTimeLeft,
    code_of,
    reason_of,
    tagged,
)
from widget.store.connection.node import Node

LEAST_S = 0.005  # with less time left, nothing is sent
FRESH_S = 1.0  # a patient connection trusts an answer for so long
NEARLY_ALL = 0.9  # of the timeout: with as much time left, the socket's own timeout will do


def once_more() -> Retry:
    """Return the policy of every connection: a vote is idempotent, so it can be sent again, once.

    A timeout is never repeated: it is a :class:`NoAnswer`, which is no error of the connection.
    """
    return Retry(ExponentialBackoff(cap=0.05, base=0.01), 1, (redis.ConnectionError,))


def _of_redis(problem: Exception) -> redis.RedisError:
    """Return an error of a socket as redis-py has it."""
    if isinstance(problem, redis.RedisError):
        return problem
    kind = redis.TimeoutError if isinstance(problem, TimeoutError) else redis.ConnectionError
    return kind(str(problem))


def _no_deadline() -> deadline | None:
    return None


class Guarded(AbstractConnection):
    """What a connection to a :class:`Node` does beyond redis-py's.

    :param node_at: returns the node of a host and port, or of a path.
    :param timeout_s: the most that one answer may take.
    :param ping_s: it is patient: it has no part in the deadline of a request, and before a long
        wait it finds out within this time whether the server answers at all.
    """

    def __init__(
        self,
        *,
        node_at: Callable[[str, int], Node],
        timeout_s: float,
        ping_s: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(socket_timeout=timeout_s, socket_connect_timeout=timeout_s, **options)
        self._timeout_s = timeout_s
        self._bound_s = timeout_s  # the timeout that the socket has now
        self._nearly_all_s = timeout_s * NEARLY_ALL
        self._budget = _no_deadline if ping_s else current
        self._ping_s = ping_s
        self._answered_s = 0.0
        self._is_connecting = False
        self._sent_s = 0.0
        self._generation = -1
        self.node = node_at(*self._place())

    def _place(self) -> tuple[str, int]:
        """Return host and port, or path and 0."""
        raise NotImplementedError

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        node = self.node
        if node.is_troubled or self._generation != node.generation:
            self._look(node)
        if self._ping_s and not self._is_connecting:
            self._ping()
        budget = self._budget()
        self._sent_s = now_s = time.monotonic()
        if budget is not None:
            budget.mark_s = now_s
            if budget.left_s < self._nearly_all_s:
                self._bind(budget.left_s)
        elif self._bound_s != self._timeout_s:
            self._bind(self._timeout_s)
        if self._sock is None:
            self.connect_check_health(check_health=False)
        sock: Any = self._sock
        try:
            for piece in command:
                sock.sendall(piece)
        except OSError as problem:
            self.disconnect()
            self._raise(_of_redis(problem))

    def read_response(self, disable_decoding: bool = False, **_: Any) -> Any:
        try:
            response = self._parser.read_response(disable_decoding=disable_decoding)
        except (redis.RedisError, OSError) as problem:
            self.disconnect()
            self._raise(_of_redis(problem))
        except BaseException:
            self.disconnect()
            raise
        if isinstance(response, redis.ResponseError):
            self._raise(response)
        budget = self._budget()
        if budget is not None:
            budget.spend()
        elif self._ping_s:
            self._answered_s = time.monotonic()
        if self.node.is_troubled and not self._is_connecting:
            self.node.answered()
        return response

    def connect_check_health(
        self, check_health: bool = True, retry_socket_connect: bool = True
    ) -> None:
        """Connect, unless connected; a failure opens the breaker."""
        if self._sock:
            return
        node, began_s = self.node, time.monotonic()
        if node.is_troubled:
            node.check()
        self._generation = node.generation
        self._is_connecting = True
        try:
            super().connect_check_health(check_health, retry_socket_connect=False)
            self._greet()
        except redis.RedisError as problem:
            self.disconnect()
            if self._says_something(problem):
                # The system refuses at once while nobody listens: the next call may try, too.
                nobody = isinstance(problem.__context__, ConnectionRefusedError | FileNotFoundError)
                reason = reason_of(self._judged(problem))
                node.failed(reason, time.monotonic() if nobody else began_s)
            self._raise(problem)
        finally:
            self._is_connecting = False

    def _greet(self) -> None:
        """Ask the server anything that its kind of address needs to know. Overridden."""

    def _connect(self) -> Any:
        """Open the socket within what is left; redis-py then speaks on it."""
        with self._spending() as left_s:
            self.socket_connect_timeout = self.socket_timeout = self._bound_s = left_s
            base: Any = super()  # redis-py's class for this kind of address
            try:
                return base._connect()
            finally:
                self.socket_timeout = self._timeout_s

    @contextmanager
    def _spending(self) -> Iterator[float]:
        """Yield the seconds that a step may take, and take those that it took from the budget.

        :raise NoTimeLeft: there are none.
        """
        budget = self._budget()
        left_s = self._timeout_s if budget is None else min(self._timeout_s, budget.left_s)
        if left_s < LEAST_S:
            raise NoTimeLeft("no time left")
        if budget is None:
            yield left_s
            return
        budget.start()
        try:
            yield left_s
        finally:
            budget.spend()

    def _look(self, node: Node) -> None:
        """Ask the breaker, and drop a connection that is older than the node's latest change."""
        if self._is_connecting:
            return
        if node.is_troubled:
            node.check()
        if self._generation != node.generation:
            self.disconnect()

    def ask(self, *command: str) -> Any:
        """Send one command, and return its answer."""
        base: Any = self
        base.send_command(*command, check_health=False)
        return self.read_response()

    def hand_over(self) -> tuple[socket.socket, Node]:
        """Return the connected socket for another to speak on, and its server; forget both.

        :raise redis.RedisError: it cannot connect.
        """
        self.connect_check_health(check_health=False)
        own, self._sock = self._sock, None
        self._parser.on_disconnect()
        assert isinstance(own, socket.socket)
        return own, self.node

    def disconnect(self, *args: Any, **options: Any) -> None:
        base: Any = super()
        base.disconnect(*args, **options)

    def _ping(self) -> None:
        """Find out whether a server answers, unless it did a moment ago."""
        if time.monotonic() - self._answered_s < FRESH_S:
            return
        (ping_s, self._ping_s), whole_s = (self._ping_s, 0.0), self._timeout_s
        self._timeout_s = ping_s
        try:
            self.ask("PING")
        finally:
            self._ping_s, self._timeout_s = ping_s, whole_s

    def _bind(self, left_s: float) -> None:
        """Give the socket no more time than is left."""
        if left_s < LEAST_S:
            raise tagged(NoTimeLeft("no time left"), self.node)
        self._bound_s = min(left_s, self._timeout_s)
        if self._sock:
            self._sock.settimeout(self._bound_s)

    def _says_something(self, problem: Exception) -> bool:
        """Return whether an error tells of the server, or only that a request was short of time."""
        if isinstance(problem, redis.TimeoutError | NoAnswer):
            return self._bound_s >= self._timeout_s / 2
        return not isinstance(problem, NoTimeLeft)

    def _raise(self, problem: redis.RedisError) -> NoReturn:
        judged = self._judged(problem)
        if judged is problem:
            raise problem
        raise judged from problem

    def _judged(self, problem: redis.RedisError) -> Exception:
        """Return the error to raise for one of redis-py, after what follows from it is done."""
        node = self.node
        if isinstance(problem, NodeError | Dropped):
            return tagged(problem, node)
        if isinstance(problem, redis.TimeoutError):
            budget = self._budget()
            if budget is not None:
                budget.spend()
            answer = NoAnswer(f"no answer within {self._timeout_s:g} s")
            if self._says_something(problem) and not self._is_connecting:
                node.failed(str(answer), self._sent_s)
            return tagged(answer, node)
        code = "" if self._is_connecting else code_of(problem)
        if not code:
            return tagged(problem, node)
        self.disconnect()
        reason = reason_of(problem)
        if node.refused():
            return tagged(Dropped(reason), node)
        if code in NO_SERVICE:
            node.failed(reason, self._sent_s)
        return tagged(NodeError(reason), node)


class GuardedTcp(Guarded, Connection):
    """A connection to a host and port."""

    def _place(self) -> tuple[str, int]:
        return self.host, self.port


class GuardedTls(GuardedTcp, SSLConnection):
    """The same with TLS."""


class GuardedSocket(Guarded, UnixDomainSocketConnection):
    """A connection to a unix socket."""

    def _place(self) -> tuple[str, int]:
        return self.path, 0
