"""The service over HTTP: processor time of the app per vote and per cached read.

A bare Flask JSON route gets the same loads, in the same rounds and on the same gunicorn settings.
The bounds are on the ratio to it, which is the same on a slow machine and on a fast one.
"""

import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import wrk
from bench.figures import Figure, figure, sane, show
from bench.processes import workers_cpu_s
from tests.support.server import Server
from widget.domain.readers.reader import NONCE_BYTES, Readers
from widget.secrets import load_secrets

ROUNDS = 9
SECONDS = 1
READERS_A_LOAD = 12_000
WORKERS = 2
MOST = {"bar": 0.6, "counts of 20": 0.6, "vote, mixed": 1.8}
WAITS = sane(0.02, 10_000)  # ms
# All readers share one address here: the limits of a network are counted, but never reached.
SETTINGS = {
    "READBACK_NEW_READERS": "1000000000",
    "READBACK_NEW_READERS_WIDE": "1000000000",
    "READBACK_READS": "1000000000",
    "READBACK_WRITES": "1000000000",
    "READBACK_NEW_STORIES": "1000000000",
    "READBACK_NETWORK_VOTES": "1000000000",
    "READBACK_NETWORK_COMMENTS": "1000000000",
    # Where other work delays the store, a vote is slow here rather than refused.
    "READBACK_REDIS_TIMEOUT_MS": "5000",
}


class BareServer(Server):
    command = (sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "bench.bare:app")


class ConstantServer(Server):
    command = (sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "bench.bare:constant")


@dataclass(frozen=True)
class Round:
    """One load of one kind."""

    cpu_us: float  # processor time of the workers for one request
    load: wrk.Load

    @property
    def busy(self) -> float:
        """How many of the workers ran on average: never more than there are."""
        return self.cpu_us * self.load.a_second / 1e6


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    wrk.find()
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder, ExitStack() as running:
        service = Server(Path(folder) / "service", **SETTINGS)
        bare = BareServer(Path(folder) / "bare")
        constant = ConstantServer(Path(folder) / "constant")
        for server in (service, bare, constant):
            server.start()
            running.callback(server.stop)
        gunicorn_alone = {"gunicorn alone": lambda seconds: measure(constant, "/", seconds)}
        measured = alternate(
            lambda seconds: measure(bare, "/", seconds),
            gunicorn_alone | loads(service, Path(folder)),
            rounds=ROUNDS,
            seconds=SECONDS,
        )
        if service.cli("verify").returncode:
            raise RuntimeError("the votes of the load are not counted exactly")
    return show("The service over HTTP (gunicorn, 2 workers of 8 threads)", lines(measured))


Load = Callable[[int], Round]


def loads(service: Server, folder: Path) -> dict[str, Load]:
    """Return what is measured. Each function makes one load of so many seconds."""
    secrets_ = load_secrets(service.data_dir / "secrets.json")
    readers = Readers(secrets_.token_keys, secrets_.vote_key.encode())
    tokens = folder / "tokens"

    def vote(articles: int, kind: str) -> Load:
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
        "bar": lambda seconds: measure(
            service, f"/v1/bar?site=home&article={service.origin}/story-1", seconds
        ),
        "bar, 10,000 articles": lambda seconds: measure(
            service,
            "/",
            seconds,
            "read.lua",
            (f"/v1/bar?site=home&article={service.origin}/story-", "10000"),
        ),
        "counts of 20": lambda seconds: measure(service, f"/v1/counts?site=home&{many}", seconds),
        "vote, mixed": vote(1, "mixed"),
        "vote, mixed, 10,000 articles": vote(10_000, "mixed"),
        "vote, known reader": vote(1, "first"),
        "vote, new reader": vote(1, "nonce"),
    }


def measure(
    server: Server,
    path: str,
    seconds: int,
    script: str = "report.lua",
    arguments: tuple[str, ...] = (),
) -> Round:
    """Load a server, and read the processor time of its workers before and after."""
    before = workers_cpu_s(server.process.pid)
    load = wrk.run(server.origin + path, seconds=seconds, script=script, arguments=arguments)
    return Round((workers_cpu_s(server.process.pid) - before) / load.requests * 1e6, load)


@dataclass(frozen=True)
class Pair:
    """A load, and the bare route's just before it: what slows the machine slows both."""

    bare: Round
    own: Round

    @property
    def ratio(self) -> float:
        return self.own.cpu_us / self.bare.cpu_us


def alternate(
    bare: Load, kinds: dict[str, Load], *, rounds: int, seconds: int
) -> dict[str, list[Pair]]:
    """Measure all kinds in turn, again and again, after one turn that is not counted."""
    measured: dict[str, list[Pair]] = {kind: [] for kind in kinds}
    for counted in [False, *[True] * rounds]:
        for kind, load in kinds.items():
            pair = Pair(bare(seconds), load(seconds))
            if counted:
                measured[kind].append(pair)
    return measured


def lines(measured: dict[str, list[Pair]]) -> list[Figure]:
    """Make the table."""
    rounds = {"bare Flask JSON route": [p.bare for pairs in measured.values() for p in pairs]}
    rounds |= {kind: [pair.own for pair in pairs] for kind, pairs in measured.items()}
    figures = []
    for kind, ones in rounds.items():
        cpu = [one.cpu_us for one in ones]
        figures.append(figure(f"{kind}: app CPU", "us a request", cpu, sane(5, 100_000)))
        busy = [one.busy for one in ones]  # more than one a worker while it waits without the GIL
        figures.append(figure("  workers busy", f"of {WORKERS}", busy, sane(0.02, WORKERS * 1.5)))
    for kind, pairs in measured.items():
        over = [pair.ratio for pair in pairs]
        figures.append(figure(f"{kind} / bare", "x", over, sane(0.1, 50), most=MOST.get(kind)))
    for kind, ones in rounds.items():
        a_second = [one.load.a_second for one in ones]
        p50, p99 = [one.load.p50_ms for one in ones], [one.load.p99_ms for one in ones]
        figures += [
            figure(f"{kind}: end to end", "a second", a_second, sane(5, 500_000)),
            figure(f"{kind}: p50", "ms", p50, WAITS),
            figure(f"{kind}: p99", "ms", p99, WAITS),
        ]
    return figures
