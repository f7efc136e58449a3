"""Calls of the store that an event loop waits for: many at a time, on one connection.

It serves while all is well. For anything else there are threads, whose connections know what to do
when a server fails, moves or is not ours.
"""

import asyncio
import time
from collections import deque
from typing import Any

import hiredis
import redis

from widget.store.connect import Connection
from widget.store.connection.node import Node
from widget.store.replication import Command
from widget.store.steps import Call

AGAIN_S = 0.5  # between two attempts to connect
_PART = object()  # of a reply, whose rest has not come yet


class NotNow(Exception):
    """The call was not answered, or with an error. A thread may make it again."""


class LoopCalls:
    """The calls of one event loop.

    :param timeout_s: the longest wait for one reply.
    """

    def __init__(self, connection: Connection, *, timeout_s: float) -> None:
        self._connection = connection
        self._timeout_s = timeout_s
        self._line: _Line | None = None
        self._shared: dict[Call, asyncio.Future[list[Any]]] = {}
        self._connecting: asyncio.Task[None] | None = None
        self._next_s = 0.0

    @property
    def are_possible(self) -> bool:
        """Say whether a call can be made now. Without a connection, have one made."""
        line = self._line
        if line is not None and line.is_open:
            return self._connection.is_ours and not line.node.is_troubled
        if self._connecting is None and time.monotonic() >= self._next_s:
            self._connecting = asyncio.create_task(self._connect())
        return False

    async def reply(self, call: Call) -> Any:
        """Make a call, and return its answer.

        :raise NotNow: there is no connection, or no answer, or the answer is an error.
        """
        if call.waits or not self.are_possible or self._line is None:
            raise NotNow
        if not call.is_shared:
            return call.reply_of([await self._line.send(_packed(one)) for one in call.commands])
        replies = self._shared.get(call)
        if replies is None:
            replies = asyncio.gather(*(self._line.send(_packed(one)) for one in call.commands))
            self._shared[call] = replies
            replies.add_done_callback(lambda done: self._shared_ended(call, done))
        return call.reply_of(await asyncio.shield(replies))

    def _shared_ended(self, call: Call, replies: "asyncio.Future[list[Any]]") -> None:
        del self._shared[call]
        replies.exception()  # all who asked may have hung up

    def close(self) -> None:
        """Close the connection; calls that are not answered yet fail."""
        if self._line is not None:
            self._line.close()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            given = await loop.run_in_executor(None, self._connection.socket)
            if given is not None:
                own, node = given
                line = _Line(loop, node, self._timeout_s)
                await loop.create_connection(lambda: line, sock=own)
                self.close()  # the one before may still be open, to a server that has moved
                self._line = line
        except (redis.RedisError, OSError):
            pass  # the threads meet the same trouble, and report it
        finally:
            self._next_s = time.monotonic() + AGAIN_S
            self._connecting = None


def _packed(command: Command) -> bytes:
    packed: bytes = hiredis.pack_command(tuple(command))
    return packed


class _Line(asyncio.Protocol):
    """One connection, on which replies come in the order of their commands."""

    def __init__(self, loop: asyncio.AbstractEventLoop, node: Node, timeout_s: float) -> None:
        self._loop = loop
        self.node = node
        self._generation = node.generation
        self._timeout_s = timeout_s
        self._replies = hiredis.Reader(notEnoughData=_PART)
        self._waiting: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._unsent: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it is open, and to a server that is where it was."""
        return self._transport is not None and self._generation == self.node.generation

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def send(self, packed: bytes) -> "asyncio.Future[Any]":
        """Send a command with all others of this turn of the loop."""
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(packed)
        future: asyncio.Future[Any] = self._loop.create_future()
        self._waiting.append((future, time.monotonic()))
        if self._watch is None:
            self._watch = self._loop.call_later(self._timeout_s, self._look)
        return future

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._replies.feed(data)
        while self._waiting:
            reply = self._replies.gets()
            if reply is _PART:
                return
            future, _ = self._waiting.popleft()
            if future.done():
                continue  # its reader has hung up
            if isinstance(reply, Exception):
                future.set_exception(NotNow())
            else:
                future.set_result(reply)

    def connection_lost(self, problem: Exception | None) -> None:
        self._transport = None
        if self._watch is not None:
            self._watch.cancel()
        while self._waiting:
            future, _ = self._waiting.popleft()
            if not future.done():
                future.set_exception(NotNow())

    def _flush(self) -> None:
        packed, self._unsent = b"".join(self._unsent), []
        if self._transport is not None:
            self._transport.write(packed)

    def _look(self) -> None:
        """Give a server up that has not answered in time, as for every thread."""
        self._watch = None
        if not self._waiting:
            return
        sent_s = self._waiting[0][1]
        left_s = sent_s + self._timeout_s - time.monotonic()
        if left_s > 0:
            self._watch = self._loop.call_later(left_s, self._look)
            return
        self.node.failed(f"no answer within {self._timeout_s:g} s", sent_s)
        if self._transport is not None:
            self._transport.abort()
