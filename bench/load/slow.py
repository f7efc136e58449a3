"""300 slow clients and 1,000 idle ones at the nginx of deploy/nginx.conf."""

import re
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.faults.outcome import folder
from bench.figures import Figure, figure, sane, show
from bench.shorter import seconds
from tests.faults.support.load import NO_LIMITS, Load
from tests.support.nginx import Nginx
from tests.support.server import ROOT, Server

ORIGIN = "https://readback.example"
SLOW, IDLE = 300, 1000
DRIP_S = 1.0
MEASURED_S = 30
SHORTEST_S = 5
MOST_P99_MS = 100.0
A_SECOND = 60
OPEN_FILES = 8192
HEAD = b"POST /v1/react HTTP/1.1\r\nHost: readback.example\r\n"


@dataclass(frozen=True)
class Behind:
    """The service as readers find it behind nginx."""

    port: int
    origin: str = ORIGIN


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    with folder() as path, ExitStack() as running:
        place = start(path, running)
        quiet = measure(place)
        with crowd(place.port, IDLE, b""):
            idle = measure(place)
        with crowd(place.port, SLOW, HEAD, b"X-A: b\r\n"):
            slow_heads = measure(place)
        body = HEAD + b"Content-Type: text/plain\r\nContent-Length: 3000\r\n\r\n{"
        with crowd(place.port, SLOW, body, b" "), crowd(place.port, IDLE, b""):
            slow_bodies = measure(place)
    return show(
        "Readers behind nginx, among slow and idle clients",
        lines(quiet, idle, slow_heads, slow_bodies),
    )


@dataclass(frozen=True)
class Measured:
    requests: int
    failed: int
    p99_ms: float


def lines(quiet: Measured, idle: Measured, heads: Measured, bodies: Measured) -> list[Figure]:
    """Make the table."""
    kinds = {
        "nobody else": quiet,
        f"{IDLE} idle clients": idle,
        f"{SLOW} clients with slow heads": heads,
        f"{SLOW} with slow bodies, {IDLE} idle": bodies,
    }
    figures = []
    for name, one in kinds.items():
        figures += [
            figure(f"{name}: requests", "", [one.requests], sane(10, 1e9)),
            figure("  failed", "", [one.failed], sane(0, 1e9), most=0),
            figure("  p99", "ms", [one.p99_ms], sane(0.1, 120_000), most=MOST_P99_MS),
        ]
    return figures


def start(path: Path, running: ExitStack) -> Behind:
    """Start the service and the nginx of deploy/nginx.conf in front of it."""
    behind = {"READBACK_PUBLIC_URL": ORIGIN, "READBACK_TRUSTED_PROXY_HOPS": "1"}
    server = Server(path / "s", **{**NO_LIMITS, **behind}).start()
    running.callback(server.stop)
    nginx_folder = path / "nginx"
    nginx_folder.mkdir()
    nginx = Nginx(nginx_folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{nginx.port}")
    text = re.sub(r"\n *ssl_certificate.*", "", text).replace("/var/cache/nginx", str(nginx_folder))
    nginx.start(text, connections=2 * (SLOW + IDLE))
    running.callback(nginx.stop)
    return Behind(nginx.port)


def measure(place: Behind) -> Measured:
    """Read and vote for some time, whatever else goes on."""
    with Load([place], a_second=A_SECOND, reads=0.6, comments=0.02, is_patient=False) as load:
        load.rest(seconds(MEASURED_S, least=SHORTEST_S))
    attempts = load.between(0)
    took = sorted(attempt.took_s for attempt in attempts)
    failed = sum(a.status >= 400 or not a.status for a in attempts)
    return Measured(len(attempts), failed, took[int(len(took) * 0.99)] * 1000)


@contextmanager
def crowd(port: int, number: int, begins: bytes, drips: bytes = b"") -> Iterator[None]:
    """Keep so many connections open, each of which begins a request and sends a little at times.

    One that nginx has closed is opened again.
    """
    ended = threading.Event()
    lines = [_open(port, begins) for _ in range(number)]

    def drip() -> None:
        while not ended.wait(DRIP_S):
            for at, line in enumerate(lines):
                try:
                    line.sendall(drips)
                    if line.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK) == b"":
                        raise ConnectionResetError
                except BlockingIOError:
                    pass
                except OSError:
                    line.close()
                    lines[at] = _open(port, begins)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        for line in lines:
            line.close()


def _open(port: int, begins: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=10)
    line.sendall(begins)
    return line
