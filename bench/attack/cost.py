"""What a vote costs the machine that stuffs, as its network brings more and more readers."""

import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench.attack.attacker import solve
from bench.figures import Figure, figure, ratios, sane, show
from widget.domain.readers.challenge import Challenges
from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.limits import Entry, Limits, Newcomers

EARLY, LATE = 30, 1000
LEAST_RATIO = 10
ROUNDS = 5
SOLVED = 16  # challenges a round: the number of tries varies


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    settings = Settings.from_env({})
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        prices = prices_of(Path(folder), settings)
    challenges = Challenges("k" * 40, cost=settings.proof_cost)
    with ProcessPoolExecutor(2) as cores:
        spent = {
            number: [mean_cpu_s(cores, challenges, prices[number]) for _ in range(ROUNDS)]
            for number in (EARLY, LATE)
        }
    return show("The price of one more vote from one network", lines(prices, spent))


def lines(prices: dict[int, float], spent: dict[int, list[float]]) -> list[Figure]:
    """Make the table.

    :param prices: of each reader of the network, in those of the first.
    :param spent: mean core-seconds for the proof of the readers EARLY and LATE, once a round.
    """
    both = ratios(spent[LATE], spent[EARLY])
    return [
        figure(f"vote {EARLY}", "core-seconds", spent[EARLY], sane(0.001, 60)),
        figure(f"vote {LATE:,}", "core-seconds", spent[LATE], sane(0.01, 600)),
        figure(f"vote {LATE:,} / vote {EARLY}", "x", both, sane(0.2, 1000), least=LEAST_RATIO),
        figure(
            f"  rounds asked for, {LATE:,} / {EARLY}",
            "x",
            [prices[LATE] / prices[EARLY]],
            sane(0.5, 1000),
        ),
        figure(
            "all votes to the 1,000th", "of the first's price", [sum(prices.values())], sane(1, 1e6)
        ),
    ]


def prices_of(folder: Path, settings: Settings) -> dict[int, float]:
    """Return the price that each new reader of one address must pay, and pay it."""
    most = Newcomers(
        settings.new_readers,
        settings.new_readers_wide,
        settings.worked_readers,
        settings.held_readers,
    )
    store = EmbeddedStore(folder)
    store.start()
    try:
        limits, prices = Limits(Connection(store.url, timeout_ms=5000)), {}
        now_s = time.time()

        def enter(number: int, paid: float = 0) -> tuple[Entry, float]:
            return limits.admit(b"%16d" % number, "192.0.2.1", most, now_s=now_s, paid=paid)

        for number in range(1, LATE + 1):
            how, price = enter(number)
            if how is Entry.PRICED:
                how, _ = enter(number, price)
            if how not in (Entry.FREE, Entry.WORKED):
                raise RuntimeError(f"reader {number} paid the price and was not let in: {how.name}")
            prices[number] = price
        return prices
    finally:
        store.stop()


def mean_cpu_s(cores: ProcessPoolExecutor, challenges: Challenges, price: float) -> float:
    """Solve some challenges at a price on every core, and return the mean processor time."""
    asked: list[dict[str, Any]] = [
        challenges.new("home", "network", price=price) for _ in range(SOLVED)
    ]
    return sum(seconds for _, seconds in cores.map(solve, asked)) / SOLVED
