"""``readback serve`` with granian: the master process, which owns the store and the sockets."""

import logging
import mmap
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from widget.commands.granian_gateway import Gateway
from widget.commands.granian_worker import run
from widget.commands.master import Master
from widget.domain.errors import OperatorError
from widget.metrics.kinds import table
from widget.metrics.table import ROWS
from widget.settings import Settings
from widget.web.starting import configure_log, start_or_say_why

log = logging.getLogger("readback")

GRACE_S = 5.0  # for requests that have begun, when the server stops
QUICK_GRACE_S = 0.5
HUNG_S = 30.0
PAUSE_S = 1.0  # before a worker is started again that ended before it served
FAILED = 3  # exit code of a worker that failed in an unforeseen way, and then of the server
_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


@dataclass
class Worker:
    """A worker process that has not ended."""

    pid: int
    row: int  # of the metrics and of the beats
    began_s: float
    ends_at_s: float = 0.0  # by SIGKILL, once it was told to end

    def end(self, grace_s: float) -> None:
        """Tell it once to finish what it has begun and end; later, end it if it has not."""
        now = time.monotonic()
        if not self.ends_at_s:
            self.ends_at_s = now + grace_s
            os.kill(self.pid, signal.SIGTERM)
        elif now > self.ends_at_s:
            os.kill(self.pid, signal.SIGKILL)


@dataclass
class Slot:
    """A listening socket and the worker that accepts from it.

    The kernel shares connections out among the sockets. The master keeps each one open, so what
    waits in it survives its worker.
    """

    listener: socket.socket
    worker: Worker | None = None
    not_before_s: float = 0.0
    leaving: list[Worker] = field(default_factory=list)  # they finish what they have begun

    def workers(self) -> list[Worker]:
        return [*self.leaving, *([self.worker] if self.worker else [])]


class GranianMaster:
    """Keeps the workers running until a signal ends the server."""

    def __init__(self, settings: Settings, master: Master, slots: list[Slot]) -> None:
        self._settings = settings
        self._master = master
        self._slots = slots
        self._signals: SimpleQueue[int] = SimpleQueue()
        self._is_stopping = False
        self._beats = memoryview(mmap.mmap(-1, ROWS * 8)).cast("d")

    def run(self) -> int:
        """Return the exit code."""
        for known in (*_STOPPING, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(known, lambda number, _: self._signals.put(number))
        while True:
            self._start_missing()
            number = self._next_signal()
            if number in _STOPPING:
                self._stop(GRACE_S if number == signal.SIGTERM else QUICK_GRACE_S)
                return 0
            if number == signal.SIGHUP:
                self._renew()
            if FAILED in self._reap():
                self._stop(GRACE_S)
                return FAILED
            self._end_hung()
            self._end_replaced()

    def _next_signal(self) -> int | None:
        try:
            return self._signals.get(timeout=1)
        except Empty:
            return None

    def _start_missing(self) -> None:
        for slot in self._slots:
            if slot.worker is None and time.monotonic() >= slot.not_before_s:
                slot.worker = self._fork(slot)

    def _fork(self, slot: Slot) -> Worker:
        master, row = os.getpid(), table().take_row()
        self._beats[row] = 0.0
        pid = os.fork()
        if not pid:
            self._be_worker(master, row, slot)
        return Worker(pid, row, time.monotonic())

    def _be_worker(self, master: int, row: int, slot: Slot) -> None:
        """Serve in the process that was just forked, and end it."""
        code = FAILED
        try:
            for number, what in _OF_WORKER.items():
                signal.signal(number, what)
            self._master.leave_in_worker(master, row)
            for other in self._slots:
                if other is not slot:
                    other.listener.close()
            # Not before the fork: the application starts threads, which a child would not have.
            from widget.web.wsgi import app

            settings = self._settings
            self._beat(row)
            run(
                Gateway(app, threads=settings.threads, hops=settings.trusted_proxy_hops),
                slot.listener,
                lambda: self._beat(row),
            )
            code = 0
        except SystemExit as ended:
            if isinstance(ended.code, str):
                print(ended.code, file=sys.stderr)
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException:
            log.critical("A worker failed", exc_info=True)
        finally:
            sys.stderr.flush()
            os._exit(code)  # what is done at exit is the master's

    def _beat(self, row: int) -> None:
        self._beats[row] = time.monotonic()

    def _reap(self) -> list[int]:
        """Forget the workers that have ended, and return their exit codes."""
        codes = []
        for slot in self._slots:
            for worker in slot.workers():
                pid, status = os.waitpid(worker.pid, os.WNOHANG)
                if pid:
                    code = os.waitstatus_to_exitcode(status)
                    codes.append(code)
                    self._forget(slot, worker, code)
        return codes

    def _forget(self, slot: Slot, worker: Worker, code: int) -> None:
        table().give_back(worker.row)
        if worker is not slot.worker:
            slot.leaving.remove(worker)
            return
        slot.worker = None
        if code < 0 and not self._is_stopping:
            name = signal.Signals(-code).name
            log.error("A worker (pid %d) was ended by %s. It is replaced.", worker.pid, name)
        if not self._beats[worker.row]:
            slot.not_before_s = time.monotonic() + PAUSE_S

    def _end_hung(self) -> None:
        for slot in self._slots:
            worker = slot.worker
            if worker and self._seen_s(worker) < time.monotonic() - HUNG_S:
                log.critical("A worker (pid %d) hangs. It is ended.", worker.pid)
                os.kill(worker.pid, signal.SIGKILL)

    def _seen_s(self, worker: Worker) -> float:
        """Return when a worker last showed that it runs, or else when it began to start."""
        return self._beats[worker.row] or worker.began_s

    def _renew(self) -> None:
        """Start a successor of each worker. The old one serves until that is ready."""
        for slot in self._slots:
            if slot.worker:
                slot.leaving.append(slot.worker)
            slot.worker = self._fork(slot)

    def _end_replaced(self) -> None:
        """End those whose successor is ready; they finish what they have begun."""
        for slot in self._slots:
            if slot.worker and self._beats[slot.worker.row]:
                for worker in slot.leaving:
                    worker.end(GRACE_S)

    def _stop(self, grace_s: float) -> None:
        self._is_stopping = True
        for slot in self._slots:
            slot.listener.close()
        while workers := [worker for slot in self._slots for worker in slot.workers()]:
            for worker in workers:
                worker.end(grace_s)
            time.sleep(0.01)
            self._reap()


_OF_WORKER: dict[signal.Signals, Any] = {
    signal.SIGINT: signal.SIG_IGN,  # Ctrl-C reaches the workers too; the master tells them
    signal.SIGQUIT: signal.SIG_IGN,
    signal.SIGHUP: signal.SIG_IGN,
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGCHLD: signal.SIG_DFL,
}


def listen(settings: Settings) -> list[socket.socket]:
    """Return a listening socket for each worker; elsewhere than on Linux they share one.

    :raise OperatorError: the port was taken since it was looked at.
    """
    family, _, _, _, address = socket.getaddrinfo(
        settings.bind, settings.port, type=socket.SOCK_STREAM
    )[0]
    is_linux = sys.platform == "linux"
    listeners = []
    for _ in range(settings.workers if is_linux else 1):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_linux:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listener.bind(address)
        except OSError as problem:
            raise OperatorError(
                f"PORT={settings.port}: {problem.strerror}; "
                "stop what listens there, or set another PORT"
            ) from None
        listener.listen(2048)
        listeners.append(listener)
    if not is_linux:
        listeners += [listeners[0].dup() for _ in range(settings.workers - 1)]
    return listeners


def main() -> int:
    configure_log()
    with start_or_say_why():
        settings = Settings.from_env()
        master = Master(settings)
        master.start([master.bind], [(settings.bind, settings.port)])
        slots = [Slot(listener) for listener in listen(settings)]
    master.tell()
    return GranianMaster(settings, master, slots).run() or master.end()


if __name__ == "__main__":
    sys.exit(main())
