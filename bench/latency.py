"""How long a vote takes at 70 % of saturation, whatever the service does meanwhile.

Votes are due at fixed times, and each is timed from when it was due, so one that waits behind
others counts with its wait. (A load that sends the next request after an answer leaves out just the
votes that a stall would have delayed.) All are new readers' votes, each from another network.

The readers run on the same machine, so this is the saturation of both together.
"""

import select
import socket
import tempfile
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, figure, ratios, sane, show
from bench.peers.own import Readback, has_granian
from bench.peers.product import STORIES
from bench.processes import OtherWork
from bench.shorter import times

ROUNDS = 5
SATURATED_S, MEASURED_S = 2.0, 5.0
SHARE = 0.7
CONNECTIONS = 32
MOST_P99 = 3.0  # times p50
TIMEOUT_S = 30.0
MOST_A_SECOND = 10_000  # the readers here can send no more
WAITS = sane(0.05, 30_000)  # ms
LAG = sane(0, 1_000)
QUIET = 0.2  # processors of other work: with more, no wait means much


@dataclass(frozen=True)
class Timed:
    """Votes that were answered.

    :param waits_ms: from when each was due to its answer, the shortest first.
    :param lags_ms: how late the readers themselves sent votes though a connection was free.
    """

    seconds: float
    waits_ms: list[float]
    lags_ms: list[float]

    @property
    def a_second(self) -> float:
        return len(self.waits_ms) / self.seconds


@dataclass(frozen=True)
class Round:
    """:param saturation: votes a second that were answered when none waited to be due.
    :param counted: votes that the service counted / votes answered.
    :param others: processors that other work used meanwhile.
    """

    saturation: float
    timed: Timed
    counted: float
    others: float = 0.0


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder, ExitStack() as running:
        services = [Readback(Path(folder) / "s", "gunicorn")]
        if has_granian():
            services.append(Readback(Path(folder) / "g", "granian", READBACK_SERVER="granian"))
        for service in services:
            running.callback(service.stop)
            service.start()
        measured: dict[str, list[Round]] = {service.name: [] for service in services}
        for is_counted in [False, *[True] * times(ROUNDS)]:
            for service in services:
                one = round_of(service)
                if is_counted:
                    measured[service.name].append(one)
        for service in services:
            service.verify()
    return show("Votes of new readers at 70 % of saturation", lines(measured))


def lines(measured: dict[str, list[Round]]) -> list[Figure]:
    """Make the table."""
    others = [one.others for rounds in measured.values() for one in rounds]
    figures = [figure("processors that other work used", "", others, sane(0, 1_000), most=QUIET)]
    for name, rounds in measured.items():
        timed = [one.timed for one in rounds]
        saturation = [one.saturation for one in rounds]
        offered = ratios([one.a_second for one in timed], saturation)
        p50 = [percentile(one.waits_ms, 0.5) for one in timed]
        p99 = [percentile(one.waits_ms, 0.99) for one in timed]
        lag = [percentile(one.lags_ms, 0.99) for one in timed]
        counted = [one.counted for one in rounds]
        figures += [
            figure(f"{name}: saturation", "a second", saturation, sane(20, MOST_A_SECOND)),
            figure("  answered / saturation", "of 1", offered, sane(SHARE * 0.8, SHARE * 1.02)),
            figure("  counted / answered", "of 1", counted, sane(1, 1)),
            figure("  the readers' own lag, p99", "ms", lag, LAG),
            figure("  p50", "ms", p50, WAITS),
            figure("  p99", "ms", p99, WAITS),
            figure("  p99 / p50", "x", ratios(p99, p50), sane(1, 1_000), most=MOST_P99),
        ]
    return figures


def percentile(ordered: list[float], share: float) -> float:
    """Return the value that so large a share is below; not a number if there is none."""
    return ordered[int(len(ordered) * share)] if ordered else float("nan")


def round_of(service: Readback) -> Round:
    """Measure saturation, then votes at a share of it."""
    before = service.settled()
    other_work = OtherWork(service.pid)
    saturated = vote(service, None, SATURATED_S)
    timed = vote(service, SHARE * saturated.a_second, MEASURED_S)
    others = other_work.processors()
    answered = len(saturated.waits_ms) + len(timed.waits_ms)
    counted = (service.settled() - before) / answered
    return Round(saturated.a_second, timed, counted, others)


def vote(service: Readback, a_second: float | None, seconds: float) -> Timed:
    """Vote at fixed times, or as fast as the service answers.

    :raise RuntimeError: a vote was refused or not answered in time.
    """
    most = int((a_second or MOST_A_SECOND) * seconds)
    requests = [service.packed(1 + number % STORIES) for number in range(most)]
    readers = [Reader(connected(service.port)) for _ in range(CONNECTIONS)]
    try:
        return _vote(readers, requests, a_second, seconds)
    finally:
        for reader in readers:
            reader.line.close()


def connected(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


class Reader:
    """One kept connection, which has at most one vote under way."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.due_s = 0.0
        self._answer = b""

    def send(self, request: bytes, due_s: float) -> None:
        self.due_s, self._answer = due_s, b""
        self.line.sendall(request)

    def has_answer(self) -> bool:
        """Read what has arrived. Return whether the answer is whole.

        :raise RuntimeError: it is a refusal, or the connection was closed.
        """
        part = self.line.recv(65536)
        self._answer += part
        head, ended, body = self._answer.partition(b"\r\n\r\n")
        if not part or (ended and not head.startswith(b"HTTP/1.1 200")):
            raise RuntimeError(f"a vote was not answered: {self._answer[:300]!r}")
        if not ended:
            return False
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return len(body) >= int(length)


def _vote(
    readers: list[Reader], requests: list[bytes], a_second: float | None, seconds: float
) -> Timed:
    """:param a_second: None: as fast as they are answered, for so many seconds."""
    free = deque(readers)
    busy: dict[socket.socket, Reader] = {}
    waits_ms, lags_ms = [], []
    sent, last = 0, len(requests)
    began = looked = time.perf_counter()
    was_free = True
    while sent < last or busy:
        now = time.perf_counter()
        if a_second is None and now - began >= seconds:
            last = sent
        while free and sent < last:
            due = now if a_second is None else began + sent / a_second
            if due > now:
                break
            if a_second and was_free and due > looked:
                lags_ms.append((now - due) * 1000)
            reader = free.popleft()
            reader.send(requests[sent], due)
            busy[reader.line] = reader
            sent += 1
        was_free, looked = bool(free), time.perf_counter()
        wait_s = TIMEOUT_S
        if a_second and free and sent < last:
            wait_s = max(0.0, began + sent / a_second - looked)
        elif not busy:
            break
        ready, _, _ = select.select(list(busy), (), (), wait_s)
        if not ready and wait_s == TIMEOUT_S:
            raise RuntimeError(f"{len(busy)} votes were not answered within {TIMEOUT_S:g} s")
        now = time.perf_counter()
        for line in ready:
            if busy[line].has_answer():
                reader = busy.pop(line)
                waits_ms.append((now - reader.due_s) * 1000)
                free.append(reader)
    return Timed(time.perf_counter() - began, sorted(waits_ms), sorted(lags_ms))
