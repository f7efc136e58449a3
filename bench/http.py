"""The service over HTTP: processor time of the app per vote and per cached read.

Beside it, in the same rounds and on the same gunicorn settings, a bare Flask JSON route: the ratio
to it is what is held, for it says the same on a slow machine and on a fast one.
"""

import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.server import Server
from widget.reader import NONCE_BYTES, Readers
from widget.secrets import load_secrets

from . import wrk
from .figures import Figure, figure, ratios, show
from .processes import workers_cpu_s

ROUNDS = 5
SECONDS = 3
READERS_A_LOAD = 30_000
# One address stands for all readers here: the limits of a network are counted, but never met.
SETTINGS = {
    "READBACK_NEW_READERS": "1000000000",
    "READBACK_NEW_READERS_WIDE": "1000000000",
    "READBACK_READS": "1000000000",
}


class BareServer(Server):
    command = (sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "bench.bare:app")


@dataclass(frozen=True)
class Round:
    """One load of one kind."""

    cpu_us: float
    load: wrk.Load


def main() -> bool:
    """Print the figures. False if one that is held was missed."""
    wrk.find()
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder, ExitStack() as running:
        service = Server(Path(folder) / "service", **SETTINGS)
        bare = BareServer(Path(folder) / "bare")
        for server in (service, bare):
            server.start()
            running.callback(server.stop)
        measured = alternate(loads(service, bare, Path(folder)), rounds=ROUNDS, seconds=SECONDS)
        if service.cli("verify").returncode:
            raise RuntimeError("the votes of the load are not counted exactly")
    return show("The service over HTTP (gunicorn, 2 workers of 8 threads)", lines(measured))


Kinds = dict[str, Callable[[int], Round]]


def loads(service: Server, bare: Server, folder: Path) -> Kinds:
    """What is measured: each makes one load of so many seconds."""
    secrets_ = load_secrets(service.data_dir / "secrets.json")
    readers = Readers(secrets_.token_keys, secrets_.vote_key.encode())
    tokens = folder / "tokens"

    def vote(articles: int, kind: str) -> Callable[[int], Round]:
        def load(seconds: int) -> Round:
            tokens.write_text(
                "".join(
                    readers.token("home", secrets.token_bytes(NONCE_BYTES)) + "\n"
                    for _ in range(READERS_A_LOAD)
                )
            )
            first_seq = str(secrets.randbelow(1_000_000))
            arguments = (str(tokens), "home", service.origin, str(articles), first_seq, kind)
            return measure(service, "/", seconds, "vote.lua", arguments)

        return load

    many = "&".join(f"article={service.origin}/story-{n}" for n in range(1, 21))
    return {
        "bare": lambda seconds: measure(bare, "/", seconds),
        "bar": lambda seconds: measure(
            service, f"/v1/bar?site=home&article={service.origin}/story-1", seconds
        ),
        "counts": lambda seconds: measure(service, f"/v1/counts?site=home&{many}", seconds),
        "vote": vote(1, "mixed"),
        "vote, 10,000 articles": vote(10_000, "mixed"),
        "vote, known reader": vote(1, "first"),
        "vote, new reader": vote(1, "nonce"),
    }


def measure(
    server: Server, path: str, seconds: int, script: str = "report.lua",
    arguments: tuple[str, ...] = (),
) -> Round:  # fmt: skip
    """Load a server, and read its workers' processor time before and after."""
    before = workers_cpu_s(server.process.pid)
    load = wrk.run(server.origin + path, seconds=seconds, script=script, arguments=arguments)
    return Round((workers_cpu_s(server.process.pid) - before) / load.requests * 1e6, load)


def alternate(kinds: Kinds, *, rounds: int, seconds: int) -> dict[str, list[Round]]:
    """All kinds in turn, again and again, after one short turn that is not counted."""
    measured: dict[str, list[Round]] = {kind: [] for kind in kinds}
    for load in kinds.values():
        load(1)
    for _ in range(rounds):
        for kind, load in kinds.items():
            measured[kind].append(load(seconds))
    return measured


def lines(measured: dict[str, list[Round]]) -> list[Figure]:
    cpu = {kind: [one.cpu_us for one in rounds] for kind, rounds in measured.items()}
    held = {"bar": 0.6, "counts": 0.6, "vote": 1.8}
    figures = [figure(f"{kind}: app CPU", "us a request", cpu[kind]) for kind in measured]
    figures += [
        figure(
            f"{kind} / bare Flask JSON route", "x",
            ratios(cpu[kind], cpu["bare"]), most=held.get(kind),
        )
        for kind in measured
        if kind != "bare"
    ]  # fmt: skip
    for kind, rounds in measured.items():
        figures.append(
            figure(f"{kind}: end to end", "a second", [one.load.a_second for one in rounds])
        )
        figures.append(figure(f"{kind}: p50", "ms", [one.load.p50_ms for one in rounds]))
        figures.append(figure(f"{kind}: p99", "ms", [one.load.p99_ms for one in rounds]))
    return figures
