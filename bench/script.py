"""The vote's script alone: EVALSHA pipelined straight to one embedded store, as it is shipped."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from bench.casts import Casts, empty, pipeline
from bench.figures import Figure, figure, ratios, sane, show
from widget.store.embedded import EmbeddedStore

ROUNDS = 5
VOTES = 50_000
LEAST_A_SECOND = 40_000

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

    @property
    def busy(self) -> float:
        """The share of the time in which the store's main thread ran: never more than all."""
        return self.a_second * self.cpu_us / 1e6


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    measured: dict[Kind, list[Round]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        store = EmbeddedStore(Path(folder))
        store.start()
        try:
            with Redis(unix_socket_path=str(store.socket)) as client:
                for _ in range(ROUNDS):
                    for kind in KINDS:
                        measured[kind].append(round_of(client, store, kind))
        finally:
            store.stop()
    return show("The script alone, pipelined to one store", lines(measured))


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
    for kind, times in cpu.items():
        if kind != YARDSTICK:  # a vote has at least one HINCRBY, and about fourteen commands
            over = ratios(times, cpu[YARDSTICK])
            name = f"{kind.name} / one HINCRBY: CPU of the store"
            figures.append(figure(name, "x", over, sane(1, 50)))
    over = ratios(cpu[WITH], cpu[WITHOUT])
    name = "a vote with evidence / without: CPU of the store"
    figures.append(figure(name, "x", over, sane(0.8, 2), most=MOST_FOR_EVIDENCE))
    return figures


def round_of(client: Redis, store: EmbeddedStore, kind: Kind) -> Round:
    """Measure one kind on an empty store."""
    empty(client)
    casts = Casts(client, articles=kind.articles, evidence=kind.evidence, text=kind.text)
    commands = list(casts.mixed(VOTES))  # packed before the clock starts
    before = main_thread_cpu_s(client)
    cast, seconds = pipeline(store.socket, commands)
    return Round(cast / seconds, (main_thread_cpu_s(client) - before) / cast * 1e6)


def main_thread_cpu_s(client: Redis) -> float:
    """Return the processor time of the store's one working thread, without its waits for a core."""
    cpu = client.info("cpu")
    return float(cpu["used_cpu_user_main_thread"] + cpu["used_cpu_sys_main_thread"])
