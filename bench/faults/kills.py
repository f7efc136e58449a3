"""Kills of the embedded store: what is lost with each way to write to disk."""

import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from bench.faults.outcome import NUMBER, SECONDS, VOTES, Outcome, folder, outcome
from bench.figures import Figure, figure, sane, show
from bench.processes import tree
from bench.shorter import times
from tests.faults.support.load import NO_LIMITS, Load, outage_s, wait_for_votes
from tests.support.server import Server

KILLS = 200
MOST_LOST_S = {"always": 0.0, "everysec": 2.0}
VOTES_BETWEEN = 10


@dataclass(frozen=True)
class Kills:
    """:param lost_s: the longest time before a kill in which an acknowledged vote was lost."""

    outcome: Outcome
    lost_s: float


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    figures: list[Figure] = []
    for fsync in MOST_LOST_S:
        with folder() as path:
            figures += lines(fsync, kill(path, fsync, times(KILLS)))
    return show("The embedded store, killed while readers vote", figures)


def lines(fsync: str, kills: Kills) -> list[Figure]:
    """Make the part of the table for one setting."""
    found = kills.outcome.compared
    most_lost = 0 if fsync == "always" else None
    doubled = found.doubled + found.doubled_comments + len(found.wrong)
    return [
        figure(f"READBACK_FSYNC={fsync}: kills", "", [kills.outcome.faults], sane(1, 10_000)),
        figure("  votes acknowledged", "votes", [found.votes], VOTES),
        figure("  lost", "votes", [len(found.lost)], NUMBER, most=most_lost),
        figure("  lost, before a kill", "s", [kills.lost_s], SECONDS, most=MOST_LOST_S[fsync]),
        figure("  doubled or wrong", "", [doubled], NUMBER, most=0),
        figure("  longest refused", "s", [max(kills.outcome.outages_s)], SECONDS),
    ]


def kill(path: Path, fsync: str, number: int) -> Kills:
    """Kill the store again and again. Each vote is of a new reader, so that a later one hides none.

    :raise RuntimeError: as :func:`outcome`.
    """
    server = Server(path / "s", **{**NO_LIMITS, "READBACK_FSYNC": fsync}).start()
    try:
        killed_s: list[float] = []
        outages_s: list[float] = []
        with Load([server], a_second=100, comments=0.05, votes_once=True) as load:
            wait_for_votes(load, VOTES_BETWEEN)
            for _ in range(number):
                time.sleep(random.uniform(0.1, 1.0))
                killed_s.append(load.now_s)
                os.kill(store_of(server), signal.SIGKILL)
                wait_for_votes(load, VOTES_BETWEEN)
                outages_s.append(outage_s(load.between(killed_s[-1] - 1)))
        found = outcome(load, server, outages_s)
        at = [load.memory.acknowledged_s[ballot] for ballot in found.compared.lost]
        lost_s = [min(k for k in [*killed_s, load.now_s] if k >= one) - one for one in at]
        return Kills(found, max(lost_s, default=0.0))
    finally:
        server.stop()


def store_of(server: Server) -> int:
    """Return the process of a server's embedded store; it is a child of the master."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        for pid in tree(server.process.pid):
            if b"valkey" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
        time.sleep(0.05)
    raise RuntimeError("the server has no store")
