"""gunicorn's worker with an event loop, with what its own lacks.

That one lets go of a connection whose first request never comes only with the client, knows no
limit on connections (where it is reached, one that waits for its client makes room), takes all that
wait at once, answers no client that has closed its half of the connection, and on a stop waits for
idle ones.
"""

import asyncio
import os
import sys
from functools import partial
from typing import Any, Literal, get_args

from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers.gasgi import ASGIWorker

from widget.commands.gunicorn_gateway import Gateway
from widget.store.connect import Connection
from widget.store.loop_calls import LoopCalls
from widget.web.watched import Watched

# gunicorn notes what it finds in the class that it asks, but looks for it in ASGIProtocol.
ASGIProtocol._check_h1c_protocol_available()
# As long as a thread computes, the loop waits so long for each of its own turns.
SWITCH_S = 0.0005
# What a connection may wait for; one that waits for the first of these is the first to make room.
Owed = Literal["request", "body", "reading"]
_LOOK_S = 0.02  # how often a stop looks for connections that are idle by now


class Line(ASGIProtocol):  # type: ignore[misc]  # gunicorn has no types
    """One connection."""

    _is_half_closed = False

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        lines = self.worker.lines
        if len(lines) >= self.worker.worker_connections and not _make_room(lines):
            transport.abort()
        lines[self] = None
        self._arm_keepalive_timer()

    def connection_lost(self, problem: Exception | None) -> None:
        super().connection_lost(problem)
        self.worker.lines.pop(self, None)

    def eof_received(self) -> bool:
        """Keep the connection for the answer to a request that has come whole."""
        receiver = self._body_receiver
        self._is_half_closed = receiver is not None and receiver._complete
        return self._is_half_closed

    def _arm_keepalive_timer(self) -> None:
        if self._is_half_closed:
            self._keepalive_timeout()
        else:
            super()._arm_keepalive_timer()

    @property
    def owed(self) -> Owed | None:
        """What its client has to do before anything goes on here; None while this server works."""
        if self.transport.get_write_buffer_size():
            return "reading"
        if self._closed:
            return None
        if self._awaiting_request:
            return "request"
        receiver = self._body_receiver
        return None if receiver is None or receiver._complete else "body"

    def end(self) -> None:
        """Close the connection, even if its client does not read what was sent."""
        self._keepalive_timeout()
        self.transport.abort()


def _make_room(lines: dict[Line, None]) -> bool:
    """Close the oldest connection that waits for its client. Return whether there was one."""
    for owed in get_args(Owed):
        for line in lines:
            if line.owed == owed:
                line.end()
                return True
    return False


class Worker(ASGIWorker):  # type: ignore[misc]  # gunicorn has no types
    asgi: Any  # the application, as the class above loads it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines: dict[Line, None] = {}  # the oldest first

    @classmethod
    def check_config(cls, cfg: object, log: object) -> None:
        """Accept a number of threads: Gateway starts them."""

    def load_wsgi(self) -> None:
        sys.setswitchinterval(SWITCH_S)
        super().load_wsgi()
        watched: Watched = self.asgi.extensions["watched"]
        connection: Connection = self.asgi.extensions["store"]
        self._calls = LoopCalls(connection, timeout_s=watched.store_s)
        connection.never_wait_here()
        self.asgi = Gateway(watched, self._calls, threads=self.cfg.threads)

    def init_signals(self) -> None:
        self._stopping = asyncio.Event()
        super().init_signals()

    def handle_exit_signal(self) -> None:
        super().handle_exit_signal()
        self._stopping.set()

    def handle_quit_signal(self) -> None:
        super().handle_quit_signal()
        self._stopping.set()

    async def _serve(self) -> None:
        servers = [await self._listen(own.sock) for own in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self.notify()
            try:
                await asyncio.wait_for(self._stopping.wait(), 1)
            except TimeoutError:
                pass
        for server in servers:
            server.close()
        end_s = self.loop.time() + self.cfg.graceful_timeout
        while self.lines and self.loop.time() < end_s and not self._quick_shutdown:
            for line in [line for line in self.lines if line.owed == "request"]:
                line.end()
            await asyncio.sleep(_LOOK_S)
        self._calls.close()

    async def _listen(self, sock: Any) -> asyncio.Server:
        """Accept connections one at a time, so that a busy worker leaves them to an idle one."""
        server: asyncio.Server = await self.loop.create_server(
            partial(Line, self), sock=sock, backlog=1
        )
        sock.listen(self.cfg.backlog)
        return server
