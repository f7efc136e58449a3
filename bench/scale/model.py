"""The model: readers' requests, what caches take off, and what is left for workers and store."""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct, convert

from widget.domain.article import PARTITIONS

COSTS = Path(__file__).with_name("costs.toml")
FRESH_S = 5  # max-age of the counts
DAY_S = 86400
MONTH_DAYS = 30
EULER = 0.5772156649


class Measured(Struct):
    """Unit costs, in microseconds of a processor or bytes of the store."""

    cached_read_us: float
    uncached_read_us: float
    vote_us: float
    store_vote_us: float
    store_read_us: float
    voter_bytes: float
    network_bytes: float
    story_bytes: float


class Readers(Struct):
    """What readers do. ``peak`` is the busiest minute in times of the day's average."""

    views_with_bar_percent: float
    votes_percent: float
    reads_a_view: float
    peak: float
    open_days: int
    hottest_percent: float


class Machines(Struct):
    """How machines are planned, and what they cost a month."""

    busy_percent: float
    cores_a_node: int
    store_memory_gb_a_node: float
    core_usd: float
    memory_gb_usd: float
    cdn_million_requests_usd: float


class Size(Struct):
    """A publisher: page views and stories read in a day, and places of its CDN."""

    name: str
    views: float
    stories: int
    places: int


class Costs(Struct):
    """All that the model is made from."""

    measured: Measured
    readers: Readers
    machines: Machines
    sizes: list[Size]


@dataclass(frozen=True, slots=True)
class Needs:
    """What one size needs. Rates are those of the busiest minute, a second.

    :param hit_rate: the share of reads that the CDN answers.
    :param hottest_votes: votes a second on the most-read story, whose keys are in one slot.
    :param hottest_most: those that one core of the store can count.
    """

    edge_reads: float
    hit_rate: float
    origin_reads: float
    votes: float
    app_cores: int
    store_cores: float
    store_gb: float
    store_nodes: int
    usd_a_month: float
    hottest_votes: float
    hottest_most: float
    bottleneck: str


def load(path: Path = COSTS) -> Costs:
    """Read unit costs and assumptions."""
    return convert(tomllib.loads(path.read_text()), Costs)


def needs(costs: Costs, size: Size, *, with_cdn: bool = True) -> Needs:
    """Return what a publisher of this size needs."""
    of, readers, machines = costs.measured, costs.readers, costs.machines
    views = size.views / DAY_S * readers.peak
    edge_reads = views * readers.views_with_bar_percent / 100 * readers.reads_a_view
    votes = views * readers.votes_percent / 100
    origin_reads = misses(edge_reads, size.stories, size.places) if with_cdn else edge_reads
    busy = machines.busy_percent / 100
    app_cores, uncached = _workers(costs, origin_reads, votes, size.stories)
    store = (uncached * of.store_read_us + votes * of.store_vote_us) / 1e6
    gb = _memory_gb(costs, size)
    by_memory = gb / machines.store_memory_gb_a_node
    nodes = max(1, math.ceil(max(store / busy, by_memory)))
    replicas = 2  # each primary has one
    cdn = size.views * readers.views_with_bar_percent / 100 * readers.reads_a_view * MONTH_DAYS
    usd = (
        (app_cores + nodes * replicas) * machines.core_usd
        + gb * replicas * machines.memory_gb_usd
        + (cdn / 1e6 * machines.cdn_million_requests_usd if with_cdn else 0)
    )
    return Needs(
        edge_reads,
        1 - origin_reads / edge_reads,
        origin_reads,
        votes,
        app_cores,
        store,
        gb,
        nodes,
        usd,
        votes * readers.hottest_percent / 100,
        1e6 / of.store_vote_us * busy,
        _bottleneck(app_cores / machines.cores_a_node, store / busy, by_memory),
    )


def misses(reads: float, stories: int, places: int, fresh_s: float = FRESH_S) -> float:
    """Return how many reads a second get past a cache that keeps each answer for a time.

    Stories are read as Zipf's law has it. A place that gets ``r`` reads a second of a story asks
    for it once in ``fresh_s + 1 / r`` seconds.
    """
    whole = harmonic(stories)
    missed = 0.0
    first = 1
    while first <= stories:  # ranks in groups that grow, since neighbours far down are alike
        last = min(stories, first + first // 50)
        rate = reads / places / whole / ((first + last) / 2)
        missed += (last - first + 1) * places * rate / (1 + rate * fresh_s)
        first = last + 1
    return missed


def harmonic(n: int) -> float:
    """Return 1 + 1/2 + ... + 1/n, nearly."""
    return sum(1 / k for k in range(1, n + 1)) if n < 1000 else math.log(n) + EULER + 0.5 / n


def _workers(costs: Costs, reads: float, votes: float, stories: int) -> tuple[int, float]:
    """Return the cores of workers, and the reads a second that they must ask the store for.

    Each worker keeps what it answered for a second, so more workers find less of it.
    """
    of, cores = costs.measured, 2
    while True:
        uncached = misses(reads, stories, cores, fresh_s=1)
        us = uncached * of.uncached_read_us + (reads - uncached) * of.cached_read_us
        needed = math.ceil((us + votes * of.vote_us) / 1e4 / costs.machines.busy_percent)
        if needed <= cores:
            return cores, uncached
        cores = needed


def _memory_gb(costs: Costs, size: Size) -> float:
    of, readers = costs.measured, costs.readers
    votes = size.views * readers.votes_percent / 100
    voters = votes * readers.open_days * of.voter_bytes + votes * 2 * of.network_bytes
    return (voters + size.stories * readers.open_days * of.story_bytes) / 1e9


def _bottleneck(app: float, store: float, memory: float) -> str:
    """Name what fills the first machine of its kind, in machines."""
    by_name = {
        "the workers' processors": app,
        f"the store's core, then its {PARTITIONS} partitions a site": store,
        "the store's memory": memory,
    }
    return max(by_name, key=lambda name: by_name[name])
