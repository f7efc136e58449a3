"""How long a vote takes while an editor has a page of the large site open, or keeps reloading it.

An open page asks for its figures as static/desk/live.js does: at most every three seconds, and
never for more than a tenth of the time. Reloading without a pause is more than an editor does.
"""

import http.client
import json
import secrets
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench.figures import Figure, figure, sane
from bench.processes import resident_bytes, workers
from bench.size.pages import session
from tests.support.server import Server
from widget.domain.readers.reader import NONCE_BYTES, Readers
from widget.secrets import load_secrets
from widget.simulation.story import ORIGIN
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore

SECONDS, A_SECOND, SENDERS = 8, 30, 8
LIVE = "/desk/large/live.json?period=30d"
LIVE_S, REST = 3.0, 10  # a page waits so many seconds, or this many times what its last took
WAITS_MS = sane(0.1, 60_000)
PAGES = ("?period=30d", "live.json?period=30d", "articles?period=30d")
SETTINGS = {
    "READBACK_WRITES": "1000000000",
    "READBACK_NEW_STORIES": "1000000000",
    "READBACK_NETWORK_VOTES": "1000000000",
}


def measure(store: EmbeddedStore, folder: Path, connection: Connection) -> list[Figure]:
    """Return votes' p50 and p99 with the desk closed and open, and the memory of the workers."""
    secrets_file = folder / "secrets.json"  # of the pages, too: a store has one
    server = Server(
        folder / "service",
        READBACK_REDIS_URL=store.url,
        READBACK_SECRETS=str(secrets_file),
        **SETTINGS,
    )
    server.start()
    try:
        cookie = f"readback-desk={session(connection)}"
        closed, opened, reloaded = list[float](), list[float](), list[float]()
        pages = list[float]()
        for page in PAGES:
            closed += _votes(server)
            with _Editor(server, cookie, LIVE, rests=True):
                opened += _votes(server)
            with _Editor(server, cookie, f"/desk/large/{page}", rests=False) as editor:
                reloaded += _votes(server)
            pages += editor.times_ms
        used = max(resident_bytes(pid) for pid in workers(server.process.pid))
    finally:
        server.stop()
    figures = _times("desk closed", closed)
    for name, times in {"desk open": opened, "desk reloaded without pause": reloaded}.items():
        over = _part(times, 0.99) / _part(closed, 0.99)
        figures += _times(name, times)
        figures.append(figure("  p99 / desk closed", "x", [over], sane(0.05, 1000), most=2))
    return [
        *figures,
        figure("  pages the editor saw", "", [len(pages)], sane(3, 1e6)),
        figure("memory of a worker", "MB", [used / 1e6], sane(20, 10_000)),
    ]


def _times(name: str, times: list[float]) -> list[Figure]:
    return [
        figure(f"vote, {name}: p50", "ms", [_part(times, 0.5)], WAITS_MS),
        figure("  p99", "ms", [_part(times, 0.99)], WAITS_MS),
    ]


class _Editor:
    """An editor who loads a page again as soon as it is there.

    :param rests: it is the open page that asks again, so it rests in between.
    """

    def __init__(self, server: Server, cookie: str, path: str, *, rests: bool) -> None:
        self._server, self._cookie, self._path, self._rests = server, cookie, path, rests
        self._has_left = threading.Event()
        self._thread = threading.Thread(target=self._reload)
        self.times_ms: list[float] = []

    def __enter__(self) -> "_Editor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._has_left.set()
        self._thread.join()

    def _reload(self) -> None:
        while not self._has_left.is_set():
            began = time.perf_counter()
            answer = self._server.get(self._path, Cookie=self._cookie)
            if answer.status != 200:
                raise RuntimeError(f"{self._path}: {answer.status}")
            took_s = time.perf_counter() - began
            self.times_ms.append(took_s * 1000)
            if self._rests:
                self._has_left.wait(max(LIVE_S, REST * took_s))


def _votes(server: Server) -> list[float]:
    """Cast votes of new readers at a steady rate, and return how long each took, ms."""
    of = load_secrets(Path(server.env["READBACK_SECRETS"]))
    readers = Readers(of.token_keys, of.vote_key.encode())
    times: list[float] = []
    began = time.perf_counter()
    due = iter(range(SECONDS * A_SECOND))
    lock = threading.Lock()

    def send() -> None:
        connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=60)
        while True:
            with lock:
                number = next(due, None)
            if number is None:
                connection.close()
                return
            time.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
            sent = time.perf_counter()
            _vote(connection, readers, number)
            times.append((time.perf_counter() - sent) * 1000)

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _vote(connection: http.client.HTTPConnection, readers: Readers, number: int) -> None:
    vote = {
        "site": "large",
        "article": f"{ORIGIN}/bench/{number % 20}",
        "reaction": "love",
        "seq": 1,
        "token": readers.token("large", secrets.token_bytes(NONCE_BYTES)),
    }
    headers = {"Content-Type": "text/plain;charset=UTF-8", "Origin": ORIGIN}
    connection.request("POST", "/v1/react", json.dumps(vote), headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"a vote got {answer.status}: {body[:200]!r}")


def _part(times: list[float], part: float) -> float:
    return sorted(times)[int(len(times) * part)]
