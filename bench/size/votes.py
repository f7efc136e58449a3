"""How long a vote takes while an editor reloads pages of the large site without a pause."""

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
from widget.simulation.newsroom import ORIGIN
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore

SECONDS, A_SECOND, SENDERS = 8, 30, 8
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
        closed, opened, pages = list[float](), list[float](), list[float]()
        for page in PAGES:
            closed += _votes(server)
            with _Editor(server, cookie, f"/desk/large/{page}") as editor:
                opened += _votes(server)
            pages += editor.times_ms
        used = max(resident_bytes(pid) for pid in workers(server.process.pid))
    finally:
        server.stop()
    p99 = _part(closed, 0.99), _part(opened, 0.99)
    return [
        figure("vote, desk closed: p50", "ms", [_part(closed, 0.5)], WAITS_MS),
        figure("  p99", "ms", [p99[0]], WAITS_MS),
        figure("vote, desk open: p50", "ms", [_part(opened, 0.5)], WAITS_MS),
        figure("  p99", "ms", [p99[1]], WAITS_MS),
        figure("  p99, open / closed", "x", [p99[1] / p99[0]], sane(0.05, 1000), most=2),
        figure("  pages the editor saw", "", [len(pages)], sane(3, 1e6)),
        figure("memory of a worker", "MB", [used / 1e6], sane(20, 10_000)),
    ]


class _Editor:
    """An editor who loads a page again as soon as it is there."""

    def __init__(self, server: Server, cookie: str, path: str) -> None:
        self._server, self._cookie, self._path = server, cookie, path
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
            self.times_ms.append((time.perf_counter() - began) * 1000)


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
