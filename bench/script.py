"""The vote's script alone: EVALSHA pipelined straight to an embedded store, as it is shipped.

Each kind of vote has a store of its own, and all get their votes in small portions in turn: what
slows the machine for a moment slows all of them.
"""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from redis import Redis

from bench.casts import Casts, empty, pipeline
from bench.figures import Figure, figure, ratios, sane, show
from bench.shorter import times
from widget.store.embedded import EmbeddedStore

ROUNDS = 9
VOTES, PORTION = 50_000, 5_000
LEAST_A_SECOND = 40_000
MOST = 4.5  # times one HINCRBY

# The least a script can do that counts: what a vote costs beyond it is the vote's own.
ONE_HINCRBY = "redis.call('HINCRBY', KEYS[1], ARGV[3], 1) return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}"


@dataclass(frozen=True)
class Kind:
    """What is sent: votes on so many articles, or a script in place of the vote's."""

    name: str
    articles: int
    text: str | None = None
    evidence: bool = True


YARDSTICK = Kind("one HINCRBY in a script", 1, ONE_HINCRBY)
WITH, WITHOUT = (
    Kind("votes, 1 article", 1),
    Kind("votes, 1 article, no evidence", 1, evidence=False),
)
KINDS = (WITH, WITHOUT, Kind("votes, 10,000 articles", 10_000), YARDSTICK)
MOST_FOR_EVIDENCE = 1.1


@dataclass(frozen=True)
class Round:
    a_second: float
    cpu_us: float  # processor time of the store's main thread for one call
    later_us: float = 0.0  # and for what follows a vote, if somebody looks once in the round

    @property
    def busy(self) -> float:
        """The share of the time in which the store's main thread ran: never more than all."""
        return self.a_second * self.cpu_us / 1e6


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    measured: dict[Kind, list[Round]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder, ExitStack() as running:
        places = [running.enter_context(place(Path(folder) / f"{n}")) for n in range(len(KINDS))]
        for _ in range(times(ROUNDS)):
            loads = [Loaded(*pair) for pair in zip(KINDS, places, strict=True)]
            for _ in range(VOTES // PORTION):
                for load in loads:
                    load.send()
            for load in loads:
                measured[load.kind].append(load.round())
    return show("The script alone, pipelined to one store", lines(measured))


@dataclass(frozen=True)
class Place:
    """A store, empty."""

    store: EmbeddedStore
    client: Redis


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    folder.mkdir()
    store = EmbeddedStore(folder)
    store.start()
    try:
        with Redis(unix_socket_path=str(store.socket)) as client:
            yield Place(store, client)
    finally:
        store.stop()


class Loaded:
    """Votes of one kind, sent to one store in portions."""

    def __init__(self, kind: Kind, place: Place) -> None:
        self.kind, self._place = kind, place
        empty(place.client)
        self._casts = Casts(
            place.client, articles=kind.articles, evidence=kind.evidence, text=kind.text
        )
        self._commands = self._casts.mixed(VOTES)
        self._cast, self._seconds, self._cpu_s = 0, 0.0, 0.0

    def send(self) -> None:
        """Send the next portion, packed before the clock starts."""
        portion = list(islice(self._commands, PORTION))
        before = main_thread_cpu_s(self._place.client)
        cast, seconds = pipeline(self._place.store.socket, portion)
        self._cpu_s += main_thread_cpu_s(self._place.client) - before
        self._cast += cast
        self._seconds += seconds

    def round(self) -> Round:
        """:raise RuntimeError: the store did not count what was sent."""
        if self._in_store() != (self._cast if self.kind == YARDSTICK else self._casts.counted):
            raise RuntimeError(f"{self.kind.name}: the store counted {self._in_store():,} votes")
        before = main_thread_cpu_s(self._place.client)
        if self.kind != YARDSTICK:
            self._casts.file_everywhere(self._place.store)
        later_s = main_thread_cpu_s(self._place.client) - before
        a_vote = 1e6 / self._cast
        return Round(self._cast / self._seconds, self._cpu_s * a_vote, later_s * a_vote)

    def _in_store(self) -> int:
        if self.kind == YARDSTICK:
            [key] = self._place.client.keys("*")
            return sum(int(number) for number in self._place.client.hvals(key))
        return self._casts.in_store(self._place.store)


def lines(measured: dict[Kind, list[Round]]) -> list[Figure]:
    """Make the table."""
    figures = [
        figure(
            f"{kind.name}: pipelined",
            "a second",
            [one.a_second for one in rounds],
            sane(500, 5_000_000),
            least=None if kind == YARDSTICK else LEAST_A_SECOND,
        )
        for kind, rounds in measured.items()
    ]
    cpu = {kind: [one.cpu_us for one in rounds] for kind, rounds in measured.items()}
    for kind, rounds in measured.items():
        figures.append(figure(f"{kind.name}: CPU of the store", "us", cpu[kind], sane(0.2, 2_000)))
        busy = [one.busy for one in rounds]
        figures.append(figure("  the store's thread is busy", "of 1", busy, sane(0.02, 1.05)))
    for kind, spent in cpu.items():
        if kind != YARDSTICK:  # a vote has at least one HINCRBY, and about fourteen commands
            over = ratios(spent, cpu[YARDSTICK])
            name = f"{kind.name} / one HINCRBY: CPU of the store"
            most = MOST if kind.evidence else None
            figures.append(figure(name, "x", over, sane(1, 50), most=most))
            whole = [one.cpu_us + one.later_us for one in measured[kind]]
            over = ratios(whole, cpu[YARDSTICK])
            figures.append(figure("  with what follows, at one look", "x", over, sane(1, 90)))
    over = ratios(cpu[WITH], cpu[WITHOUT])
    name = "a vote with evidence / without: CPU of the store"
    figures.append(figure(name, "x", over, sane(0.8, 2), most=MOST_FOR_EVIDENCE))
    return figures


def main_thread_cpu_s(client: Redis) -> float:
    """Return the processor time of the store's one working thread, without its waits for a core."""
    cpu = client.info("cpu")
    return float(cpu["used_cpu_user_main_thread"] + cpu["used_cpu_sys_main_thread"])
