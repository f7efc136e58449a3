"""The service over HTTP: processor time of the app per vote and per cached read.

Routes that do nothing, one of Flask and one without it, get as long a load in the same rounds, on
gunicorn's own threads with the same settings. The bounds are on the ratio to them, which is the
same on a slow machine and on a fast one.
"""

import math
import secrets
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from redis import Redis

from bench import wrk
from bench.figures import Figure, figure, ratios, sane, show
from bench.processes import workers_cpu_s
from bench.shorter import times
from tests.support.server import Server, nonce
from widget.domain.readers.reader import NONCE_BYTES, Readers
from widget.secrets import load_secrets
from widget.store.embedded import socket_path

ROUNDS = 9
SECONDS = 1
READERS_A_LOAD = 12_000
WORKERS = 2
STORIES = 1000
# By what the same gunicorn takes for the bare Flask route, and for a raw WSGI one.
MOST = {"bar": 0.6, "counts of 20": 0.6, "vote, mixed": 1.0, "vote, new reader": 1.3}
MOST_RAW = dict.fromkeys(
    ("bar", "counts of 20", "bar, 1,000 stories", "counts, 1,000 stories"), 1.15
)
WAITS = sane(0.02, 10_000)  # ms
WARMING = 2  # loads until nearly every worker has nearly every answer
# What a vote adds to the total of its story. Of 100 mixed ones 70 add one and 5 take one back.
ADDED = {
    "vote, mixed": sane(0.4, 0.95),
    "vote, known reader": sane(0.9, 1.3),
    "vote, new reader": sane(1, 1.3),
}
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


ON_THREADS = (sys.executable, "-m", "gunicorn", "-c", "bench/threads.conf.py")


class BareServer(Server):
    command = (*ON_THREADS, "bench.bare:app")


class ConstantServer(Server):
    command = (*ON_THREADS, "bench.bare:constant")


@dataclass(frozen=True)
class Round:
    """One load of one kind.

    :param scripts: scripts that the store ran / requests; ``commands``: all its commands, those in
        scripts too.
    :param added: votes that the story has more / requests; None: not looked at.
    """

    cpu_us: float  # processor time of the workers for one request
    load: wrk.Load
    scripts: float = 0.0
    commands: float = 0.0
    added: float | None = None

    @property
    def busy(self) -> float:
        """How many of the workers ran on average: never more than there are."""
        return self.cpu_us * self.load.a_second / 1e6


@dataclass(frozen=True)
class Turn:
    """A load, and those of the routes that do nothing just before it.

    What slows the machine slows all of them.

    :param bare: the Flask route; ``raw``: the one without Flask.
    """

    own: Round
    bare: Round | None = None
    raw: Round | None = None


Load = Callable[[int], Round]


@dataclass(frozen=True)
class Kind:
    """What readers do, and which routes get as many requests just before.

    :param warms: the same load runs before it, so that the workers have nearly all answers.
    """

    load: Load
    beside: tuple[str, ...] = ("bare",)
    warms: bool = False


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
        store = Redis(unix_socket_path=str(socket_path(service.data_dir)))
        running.callback(store.close)
        beside = {
            "bare": lambda seconds: measure(bare, "/", seconds),
            "raw": lambda seconds: measure(constant, "/", seconds),
        }
        kinds = loads(service, Path(folder), store)
        for number in range(1, STORIES + 1):  # every story has a vote before it is read
            if service.react(article=_story(service, number), nonce=nonce()).status != 200:
                raise RuntimeError("a vote is refused")
        measured = alternate(beside, kinds, rounds=times(ROUNDS), seconds=SECONDS)
        if service.cli("verify").returncode:
            raise RuntimeError("the votes of the load are not counted exactly")
    return show("The service over HTTP (gunicorn, 2 workers of 8 threads)", lines(measured))


def loads(service: Server, folder: Path, store: Redis) -> dict[str, Kind]:
    """Return what is measured."""
    secrets_ = load_secrets(service.data_dir / "secrets.json")
    readers = Readers(secrets_.token_keys, secrets_.vote_key.encode())
    tokens = folder / "tokens"

    def vote(articles: int, kind: str) -> Kind:
        def load(seconds: int) -> Round:
            tokens.write_text(
                "".join(
                    readers.token("home", secrets.token_bytes(NONCE_BYTES)) + "\n"
                    for _ in range(READERS_A_LOAD)
                )
            )
            first_seq = str(secrets.randbelow(1_000_000))
            arguments = (str(tokens), "home", service.origin, str(articles), first_seq, kind)
            before = _votes(service)
            done = measure(service, "/", seconds, "vote.lua", arguments, store)
            if articles > 1:
                return done
            return replace(done, added=(_votes(service) - before) / done.load.requests)

        return Kind(load)

    def read(path: str) -> Load:
        return lambda seconds: measure(service, path, seconds, store=store)

    def read_many(path: str, articles: int) -> Load:
        arguments = (path + _story(service, ""), str(articles))
        return lambda seconds: measure(service, "/", seconds, "read.lua", arguments, store)

    many = "&".join(f"article={_story(service, number)}" for number in range(1, 21))
    bar, counts, both = "/v1/bar?site=home&article=", "/v1/counts?site=home&", ("bare", "raw")
    return {
        "bar": Kind(read(bar + _story(service, 1)), both),
        "counts of 20": Kind(read(counts + many), both),
        "bar, 1,000 stories": Kind(read_many(bar, STORIES), ("raw",), warms=True),
        "counts, 1,000 stories": Kind(
            read_many(counts + "article=", STORIES), ("raw",), warms=True
        ),
        "bar, 10,000 articles": Kind(read_many(bar, 10_000)),
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
    store: Redis | None = None,
) -> Round:
    """Load a server, and read before and after what its workers took and what its store ran."""
    ran, took = _ran(store), workers_cpu_s(server.process.pid)
    load = wrk.run(server.origin + path, seconds=seconds, script=script, arguments=arguments)
    took = workers_cpu_s(server.process.pid) - took
    scripts, commands = (
        (after - before) / load.requests for after, before in zip(_ran(store), ran, strict=True)
    )
    return Round(took / load.requests * 1e6, load, scripts, commands)


def alternate(
    beside: dict[str, Load], kinds: dict[str, Kind], *, rounds: int, seconds: int
) -> dict[str, list[Turn]]:
    """Measure all kinds in turn, again and again, after one turn that is not counted."""
    measured: dict[str, list[Turn]] = {name: [] for name in kinds}
    for counted in [False, *[True] * rounds]:
        for name, kind in kinds.items():
            routes = {route: beside[route](seconds) for route in kind.beside}
            if kind.warms:
                for _ in range(WARMING):
                    kind.load(seconds)
            turn = Turn(kind.load(seconds), **routes)
            if counted:
                measured[name].append(turn)
    return measured


def _ran(store: Redis | None) -> tuple[int, int]:
    """Return how many scripts and how many commands a store has run."""
    if store is None:
        return 0, 0
    scripts = store.info("commandstats").get("cmdstat_evalsha", {"calls": 0})["calls"]
    return int(scripts), int(store.info("stats")["total_commands_processed"])


def _votes(service: Server) -> int:
    return int(service.uncached(f"/v1/bar?site=home&article={_story(service, 1)}").json["total"])


def _story(service: Server, number: int | str) -> str:
    return f"{service.origin}/story-{number}"


def lines(measured: dict[str, list[Turn]]) -> list[Figure]:
    """Make the table."""
    bare = [turn.bare for turns in measured.values() for turn in turns if turn.bare]
    raw = [turn.raw for turns in measured.values() for turn in turns if turn.raw]
    rounds = {"bare Flask JSON route": bare, "raw WSGI route": raw}
    rounds = {name: ones for name, ones in rounds.items() if ones}
    rounds |= {name: [turn.own for turn in turns] for name, turns in measured.items()}
    figures = []
    for name, ones in rounds.items():
        cpu = [one.cpu_us for one in ones]
        figures.append(figure(f"{name}: app CPU", "us a request", cpu, sane(5, 100_000)))
        busy = [one.busy for one in ones]  # more than one a worker while it waits without the GIL
        figures.append(figure("  workers busy", f"of {WORKERS}", busy, sane(0.02, WORKERS * 1.5)))
    for name, turns in measured.items():
        figures += ratios_of(name, turns)
        figures += proof(name, [turn.own for turn in turns])
    for name, ones in rounds.items():
        a_second = [one.load.a_second for one in ones]
        p50, p99 = [one.load.p50_ms for one in ones], [one.load.p99_ms for one in ones]
        figures += [
            figure(f"{name}: end to end", "a second", a_second, sane(5, 500_000)),
            figure(f"{name}: p50", "ms", p50, WAITS),
            figure(f"{name}: p99", "ms", p99, WAITS),
        ]
    return figures


def ratios_of(name: str, turns: list[Turn]) -> list[Figure]:
    """Compare with the routes that do nothing, turn by turn."""
    own = [turn.own.cpu_us for turn in turns]
    bare = [turn.bare.cpu_us for turn in turns if turn.bare]
    raw = [turn.raw.cpu_us for turn in turns if turn.raw]
    figures = []
    if bare:
        title, most = f"{name} / bare Flask route", MOST.get(name)
        figures.append(figure(title, "x", ratios(own, bare), sane(0.1, 50), most=most))
    if raw:  # a read does at least what the raw route does, if noise does not hide it
        title, most = f"{name} / raw WSGI route", MOST_RAW.get(name)
        figures.append(figure(title, "x", ratios(own, raw), sane(0.2, 50), most=most))
    return figures


def proof(name: str, rounds: list[Round]) -> list[Figure]:
    """Return what shows that the load did what it is named for."""
    commands = [one.commands for one in rounds]
    if not name.startswith("vote"):
        return [figure("  commands of the store for each", "", commands, sane(0, 50))]
    scripts = [one.scripts for one in rounds]
    figures = [figure("  scripts in the store for each", "", scripts, sane(1, 5))]
    if name in ADDED:
        added = [math.nan if one.added is None else one.added for one in rounds]
        figures.append(figure("  votes added by each", "", added, ADDED[name]))
    return figures
