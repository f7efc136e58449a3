"""A worker process of granian. It uses granian's worker alone: the master is widget's own.

granian's master neither keeps a socket for a worker's successor nor maps memory for its workers,
and ends when workers die too often. So this reaches into granian below its documented interface;
hence the bounds on its version in pyproject.toml.
"""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

CONNECTIONS = 1000  # of one worker, as with gunicorn
BACKLOG = 2048
IDLE_S = 15  # until a kept or new connection without a whole head is closed
MAX_HEAD_BYTES = 16 * 1024
_THREADS_IDLE_S = 30
# The types that granian states for these are of an earlier version.
_futures: Any = import_module("granian._futures")
_granian: Any = import_module("granian._granian")
_http: Any = import_module("granian.http")
# Only what fails: its other lines are about the process and about connections.
logging.getLogger("_granian").setLevel(logging.WARNING)


def run(
    gateway: Callable[[Any, dict[str, Any]], None],
    listener: socket.socket,
    beat: Callable[[], None],
) -> None:
    """Answer requests until SIGTERM, and then those that have begun.

    :param beat: called once a second while Python runs at all.
    """
    ending = _granian.WorkerSignal()
    ended = threading.Event()
    ending.add_cb(ended.set)
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    loop = asyncio.new_event_loop()  # granian asks for one, and WSGI never runs it
    worker = _granian.WSGIWorker(
        1,  # its number, for lines that nobody sees
        (None, _granian.SocketHolder(listener.detach(), False, BACKLOG)),
        None,  # no pipe for granian's own metrics
        1,  # thread that reads and writes connections
        1,  # thread for files, of which granian serves none here
        CONNECTIONS,  # threads for requests, started as they are needed
        _THREADS_IDLE_S,
        CONNECTIONS,
        "1",
        _http.HTTP1Settings(header_read_timeout=IDLE_S * 1000, max_buffer_size=MAX_HEAD_BYTES),
        None,
        None,
        *(False, None, None, None, "tls1.3", None, [], False),
        (None, None),
    )
    worker.serve_mtr(_futures._new_cbscheduler(loop, gateway, impl_asyncio=True), loop, ending)
    while not ended.wait(1):
        beat()
