"""gunicorn's threaded worker, in which no number of busy threads keeps a probe waiting."""

import socket
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

from widget.commands.lanes import LANES, lane
from widget.metrics.series import IN_HAND

_PEEK_BYTES = 32


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker with a thread apart for each lane of probes, used while all others are busy.

    A request is looked at ahead only then, so the usual one costs nothing more. All of this runs in
    the thread of the event loop, but for the answers themselves.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._submitted = 0
        self._lanes: list[ThreadPoolExecutor] = []

    def init_process(self) -> None:
        self._lanes = [ThreadPoolExecutor(1) for _ in LANES]
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Have a thread answer the connection's next request."""
        pool = self.tpool
        if self._submitted >= self.cfg.threads:
            begins = _beginning(conn)
            if begins is None:
                self._wait_for_beginning(conn)
                return
            own = lane_of(begins)
            pool = self.tpool if own is None else self._lanes[own]
        self._count(1)
        future = pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self._finish, conn, done))

    def _finish(self, conn: TConn, done: "Future[Any]") -> None:
        self._count(-1)
        self.finish_request(conn, done)

    def _count(self, by: int) -> None:
        """Count requests in hand; those beyond the threads wait for one."""
        self._submitted += by
        IN_HAND.put(min(self._submitted, self.cfg.threads))

    def _wait_for_beginning(self, conn: TConn) -> None:
        """Have the event loop wait for a request's first bytes, as gunicorn does for slow ones."""
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)


def lane_of(begins: bytes) -> int | None:
    """Return the lane of a request by its first bytes; None for any that is no probe."""
    method, _, rest = begins.decode("latin-1").partition(" ")
    return lane(method, rest.split(" ")[0].split("?")[0])


def _beginning(conn: TConn) -> bytes | None:
    """Return a request's first bytes without reading them; None if there are none yet."""
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return bytes(conn.parser.unreader.buf.getvalue()[:_PEEK_BYTES])
    try:
        begins: bytes = conn.sock.recv(_PEEK_BYTES, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        return begins
    except BlockingIOError:
        return None
    except OSError:
        return b""  # the thread that reads it finds the same trouble
