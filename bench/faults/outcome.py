"""What a run of faults did to the votes, as lines of a table."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, figure, sane
from tests.faults.support.comparison import Comparison
from tests.faults.support.load import Load
from tests.faults.support.served import compared
from tests.support.server import Server

MOST_OUTAGE_S = 10.0
VOTES = sane(20, 100_000_000)
SECONDS = sane(0, 600)
NUMBER = sane(0, 100_000_000)


@contextmanager
def folder() -> Iterator[Path]:
    """Yield a folder with a short path: a socket's has 107 bytes at most."""
    with tempfile.TemporaryDirectory(prefix="readback-") as path:
        yield Path(path)


@dataclass(frozen=True)
class Outcome:
    """A load that has ended, compared with the store.

    :param faults: how many there were.
    :param outages_s: for each, how long the readers of one story were refused.
    """

    faults: int
    outages_s: list[float]
    compared: Comparison

    def lines(self, name: str) -> list[Figure]:
        found = self.compared
        doubled = found.doubled + found.doubled_comments + len(found.wrong)
        return [
            figure(f"{name}: faults", "", [self.faults], sane(1, 10_000)),
            figure("  votes acknowledged", "votes", [found.votes], VOTES),
            figure("  lost", "votes", [len(found.lost)], NUMBER, most=0),
            figure("  comments lost", "comments", [found.lost_comments], NUMBER, most=0),
            figure("  doubled or wrong", "", [doubled], NUMBER, most=0),
            figure("  longest refused", "s", [max(self.outages_s)], SECONDS, most=MOST_OUTAGE_S),
        ]


def outcome(load: Load, server: Server, outages_s: list[float]) -> Outcome:
    """Compare a load with the store.

    :raise RuntimeError: sums are wrong, or an answer is one that no fault explains.
    """
    found = compared(load, server)
    verified = server.cli("verify")
    if verified.returncode or found.odd or found.missing:
        raise RuntimeError(f"{found.odd[:3]} {found.missing} missing\n{verified.stdout}")
    return Outcome(len(outages_s), outages_s, found)
