"""Half an hour of reads, votes and comments at 70 % of saturation: is memory flat, are sums exact?

The readers run on the same machine, so this is the saturation of both together.
"""

from dataclasses import dataclass
from pathlib import Path

from redis import Redis

from bench.faults.outcome import folder
from bench.figures import Figure, figure, ratios, sane, show
from bench.processes import resident_bytes, workers
from bench.shorter import seconds
from tests.faults.support.load import NO_LIMITS, Load
from tests.faults.support.served import assert_exact
from tests.support.server import Server
from widget.store.embedded import EmbeddedStore

SOAK_S = 1800
SHORTEST_S = 10
BURST_S = 5
SHARE = 0.7
READS, COMMENTS = 0.98, 0.05  # of all requests; of the writes
THREADS = 12
MOST_GROWTH_MB = 8.0  # of one worker, in the second half
LOOKS = 8
AS_FAST_AS_THEY_CAN = 1e6


@dataclass(frozen=True)
class Soak:
    """:param worker_mb: the memory of the largest worker, look by look; ``store_mb``: the store's.
    :param due: requests that were planned.
    :param votes: ballots at the end.
    """

    saturation: float
    due: float
    requests: int
    failed: int
    p99_ms: float
    worker_mb: list[float]
    store_mb: list[float]
    votes: int


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    soak_s = seconds(SOAK_S, least=SHORTEST_S)
    with folder() as path:
        return show(f"A soak of {soak_s:g} s, 98/2 reads and writes", lines(soak(path, soak_s)))


def lines(found: Soak) -> list[Figure]:
    """Make the table."""
    half = len(found.worker_mb) // 2
    growth = max(found.worker_mb[half:]) - max(found.worker_mb[:half])
    return [
        figure("saturation", "a second", [found.saturation], sane(5, 1_000_000)),
        figure("requests", "", [found.requests], sane(20, 1e9)),
        figure("  / planned", "of 1", ratios([found.requests], [found.due]), sane(0.5, 1.1)),
        figure("  failed", "", [found.failed], sane(0, 1e9), most=0),
        figure("  p99", "ms", [found.p99_ms], sane(0.1, 60_000)),
        figure("votes", "", [found.votes], sane(1, 1e9)),
        figure("largest worker", "MB", found.worker_mb, sane(10, 4000)),
        figure("  more in the second half", "MB", [growth], sane(-500, 4000), most=MOST_GROWTH_MB),
        figure("store", "MB", found.store_mb, sane(0.5, 4000)),
    ]


def soak(path: Path, soak_s: float) -> Soak:
    """Load a server.

    :raise AssertionError: a vote is lost or doubled, or a sum is wrong.
    """
    server = Server(path / "s", **NO_LIMITS).start()
    try:
        saturation = burst(server)
        worker_mb, store_mb = [], []
        with (
            readers(server, SHARE * saturation) as load,
            Redis(unix_socket_path=str(EmbeddedStore(server.data_dir).socket)) as client,
        ):
            for _ in range(LOOKS):
                load.rest(soak_s / LOOKS)
                pids = workers(server.process.pid)
                worker_mb.append(max(resident_bytes(pid) for pid in pids) / 1e6)
                store_mb.append(float(client.info("memory")["used_memory"]) / 1e6)
        compared = assert_exact(load, server)
        attempts = load.between(0)
        took = sorted(a.took_s for a in attempts)
        failed = sum(a.status >= 400 or not a.status for a in attempts)
        p99_ms = took[int(len(took) * 0.99)] * 1000
        due = SHARE * saturation * soak_s
        votes = compared.votes
        return Soak(saturation, due, len(attempts), failed, p99_ms, worker_mb, store_mb, votes)
    finally:
        server.stop()


def readers(server: Server, a_second: float) -> Load:
    return Load([server], a_second=a_second, threads=THREADS, reads=READS, comments=COMMENTS)


def burst(server: Server) -> float:
    """Return how many requests a second the readers get answered if they never wait."""
    with readers(server, AS_FAST_AS_THEY_CAN) as load:
        load.rest(BURST_S)
    return len(load.between(0, BURST_S)) / BURST_S
