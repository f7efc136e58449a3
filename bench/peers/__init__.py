"""Side by side with two peers: what a vote and a read cost each product as a whole.

Isso and Waline are installed from their packages. All get the same loads in turn, over 1,000
stories and 32 connections. The processor time is that of a product's whole tree of processes, its
store included. BENCH_PEERS names a folder that keeps the installed peers.
"""

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench import wrk
from bench.figures import Figure, figure, ratios, sane, show
from bench.peers import install
from bench.peers.isso import Isso
from bench.peers.own import WORKERS, Readback, Route, has_granian, routes
from bench.peers.product import CONNECTIONS, STORIES, Product, say
from bench.peers.race import READERS, Race, race
from bench.peers.waline import Waline
from bench.processes import OtherWork, tree_cpu_s
from bench.shorter import times
from tests.support.server import wait_for

ROUNDS = 7
SECONDS = 2
GUNICORN, ALWAYS, GRANIAN = (
    "Readback, gunicorn",
    "Readback, gunicorn, READBACK_FSYNC=always",
    "Readback, granian",
)
LEAST_TIMES_ISSO = 10
CORES = os.cpu_count() or 1
RATE, CPU_US = sane(5, 500_000), sane(10, 200_000)
OTHERS, QUIET = sane(0, CORES * 1.05), 0.2  # with more other work than that, no rate means much
BUSY = sane(0.05, CORES * 1.05)  # processors that a product used
# The least share of a load's votes that a product can have counted. Isso's filter takes some new
# networks for known ones; Waline loses simultaneous votes.
LEAST_COUNTED = {"Isso": 0.9, "Waline": 0.01}


@dataclass(frozen=True)
class Round:
    """One load of one kind on one product."""

    cpu_us: float  # processor time of the product for one request
    load: wrk.Load
    others: float = 0.0  # processors that other work used meanwhile

    @property
    def busy(self) -> float:
        return self.cpu_us * self.load.a_second / 1e6


Load = Callable[[int], wrk.Load]
Kind = tuple[str, str]  # product, and what its readers do


@dataclass
class Run:
    """All that was measured, by product and kind of load.

    :param counted: for each product and round, its new votes / those of the load it accepted.
    """

    rounds: dict[Kind, list[Round]]
    counted: dict[str, list[float]]
    races: dict[str, Race]


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    wrk.find()
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as scratch, ExitStack() as running:
        place = Path(scratch)
        kept = Path(os.environ.get("BENCH_PEERS", place / "peers")).resolve()
        products = start(kept, place, running)
        bare = routes(place)
        for route in bare:
            begin(route, running)
        run = measure(products, bare)
    about = [Isso.about, Waline.about, f"Readback: {WORKERS} workers, its own store"]
    print("\n".join(about))
    if GRANIAN not in run.counted:
        print("Readback, granian: not measured, as it is not installed or not supported here.")
    title = f"Side by side: {STORIES:,} stories, {CONNECTIONS} connections, {CORES} processors"
    Console(width=150).print(table(title, run))
    return show(title, lines(run))


def start(kept: Path, place: Path, running: ExitStack) -> list[Product]:
    """Start every product, and check that each counts a vote and shows it."""
    made: list[Product] = [
        Isso(place / "isso", install.isso(kept)),
        Waline(place / "waline", install.waline(kept)),
        Readback(place / "r", GUNICORN),
        Readback(place / "f", ALWAYS, READBACK_FSYNC="always"),
    ]
    if has_granian():
        made.append(Readback(place / "g", GRANIAN, READBACK_SERVER="granian"))
    for product in made:
        say(f"Starting {product.name} ...")
        begin(product, running)
        shows_its_votes(product)
    return made


def shows_its_votes(product: Product) -> None:
    """:raise AssertionError: the read that is measured does not show a vote in time."""
    before = product.shown(STORIES)
    product.cast(STORIES)
    wait_for(lambda: product.shown(STORIES) == before + 1)


def begin(one: Product | Route, running: ExitStack) -> None:
    """Start something that ends with the measurement, also if its start fails halfway."""
    running.callback(one.stop)
    one.start()


def measure(products: Sequence[Product], bare: Sequence[Route]) -> Run:
    """Let readers race, then load all in turn, again and again.

    :raise RuntimeError: a load was refused, or a sum of ours is wrong.
    """
    say("Votes at the same instant ...")
    races = {product.name: race(product) for product in products}
    loads: dict[Kind, Load] = {}
    for product in products:
        loads[product.name, "vote"] = product.vote
        if isinstance(product, Readback) and product.name != ALWAYS:
            loads[product.name, "mixed vote"] = product.mixed
        if product.name != ALWAYS:
            loads[product.name, "read"] = product.read
    loads |= {(route.name, "read"): route.read for route in bare}
    by_name = {product.name: product for product in products}
    pids = {name: product.pid for name, product in by_name.items()}
    pids |= {route.name: route.pid for route in bare}
    rounds: dict[Kind, list[Round]] = {kind: [] for kind in loads}
    counted: dict[str, list[float]] = {product.name: [] for product in products}
    for turn in range(times(ROUNDS) + 1):
        say(f"Round {turn} of {times(ROUNDS)} ..." if turn else "A round that is not counted ...")
        for (name, what), load in loads.items():
            voted = by_name[name] if what == "vote" else None
            before = voted.counted() if voted else 0
            one = round_of(pids[name], load)
            if turn:
                rounds[name, what].append(one)
            if turn and voted:
                counted[name].append((voted.settled() - before) / one.load.requests)
    for product in products:
        if isinstance(product, Readback):
            product.verify()
    return Run(rounds, counted, races)


def round_of(pid: int, load: Load) -> Round:
    """Load a product, and read the processor time of all its processes before and after."""
    others, before = OtherWork(pid), tree_cpu_s(pid)
    done = load(SECONDS)
    spent_s = tree_cpu_s(pid) - before
    return Round(spent_s / done.requests * 1e6, done, others.processors())


def lines(run: Run) -> list[Figure]:
    """Make the figures."""
    others = [one.others for rounds in run.rounds.values() for one in rounds]
    figures = [figure("processors that other work used", f"of {CORES}", others, OTHERS, most=QUIET)]
    for (name, what), rounds in run.rounds.items():
        rate, cpu = [one.load.a_second for one in rounds], [one.cpu_us for one in rounds]
        figures += [
            figure(f"{name}: {what}s", "a second", rate, RATE),
            figure("  processor time of each", "us", cpu, CPU_US),
            figure("  processors in use", f"of {CORES}", [one.busy for one in rounds], BUSY),
        ]
    best = max(
        (name for name in (GUNICORN, GRANIAN) if (name, "vote") in run.rounds),
        key=lambda name: median(one.load.a_second for one in run.rounds[name, "vote"]),
    )
    for (name, what), rounds in run.rounds.items():
        isso = run.rounds.get((Isso.name, what))
        if isso and name != Isso.name:
            over = ratios([r.load.a_second for r in rounds], [r.load.a_second for r in isso])
            least = LEAST_TIMES_ISSO if (name, what) == (best, "vote") else None
            title = f"{name} / Isso: {what}s a second"
            figures.append(figure(title, "x", over, sane(0.02, 500), least=least))
    for name, parts in run.counted.items():
        least = 1 if name.startswith("Readback") else None
        fewest = min(one.load.requests for one in run.rounds[name, "vote"])
        # A load ends with votes under way, one on each connection at most.
        plausible = sane(LEAST_COUNTED.get(name, 0.9), 1 + CONNECTIONS / fewest)
        title = f"{name}: votes of a load counted / accepted"
        figures.append(figure(title, "of 1", parts, plausible, least=least))
    for name, one in run.races.items():
        exact = one.sent if name.startswith("Readback") else None
        title = f"{name}: counted of {one.sent} votes, {READERS} at a time"
        plausible = sane(1, one.sent)
        figures.append(figure(title, "votes", [one.counted], plausible, least=exact))
        figures.append(figure("  accepted", "votes", [one.accepted], plausible, least=exact))
    return figures


def table(title: str, run: Run) -> Table:
    """Make the table for people: a line for each product, medians with least and most."""
    made = Table(title=title, title_justify="left")
    made.add_column("product")
    headings = ("votes/s", "/ Isso", "CPU a vote, us", "reads/s", "CPU a read, us", "at once")
    for heading in headings:
        made.add_column(heading, justify="right")
    isso = median(one.load.a_second for one in run.rounds[Isso.name, "vote"])
    for name in dict.fromkeys(name for name, _ in run.rounds):
        for what in ("vote", "mixed vote"):
            votes = run.rounds.get((name, what), [])
            if what != "vote" and not votes:
                continue
            reads = run.rounds.get((name, "read"), []) if what == "vote" else []
            raced = run.races.get(name) if what == "vote" else None
            made.add_row(
                name if what == "vote" else "  the same, votes mixed",
                _spread([one.load.a_second for one in votes]),
                f"{median(one.load.a_second for one in votes) / isso:.1f}" if votes else "",
                _spread([one.cpu_us for one in votes]),
                _spread([one.load.a_second for one in reads]),
                _spread([one.cpu_us for one in reads]),
                f"{raced.counted} / {raced.sent}" if raced else "",
            )
    return made


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    return f"{median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"
