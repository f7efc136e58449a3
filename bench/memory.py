"""Bytes a voter: the growth of the store's memory, votes loaded through the real script."""

import math
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from redis import Redis

from bench.casts import Casts, empty, pipeline
from bench.figures import Figure, figure, ratios, sane, show
from widget.store.embedded import EmbeddedStore

MOST_BYTES, MOST_SPREAD_BYTES = 16.0, 22.0
FLAT = 1.15  # an article's own few keys still count at 1,000 voters

# A listpack entry has a header byte and a length byte. So the 8 bytes of a mark take 10, and the
# packed number beside it at least 2, in whatever table.
LEAST_BYTES = 12.0
BYTES, BOTH_BYTES = sane(LEAST_BYTES, 100), sane(2 * LEAST_BYTES, 200)
# The store's own sum over its keys leaves out its table of keys; so the growth is a little more.
BESIDE_KEYS = sane(0.95, 1.3)


@dataclass(frozen=True)
class Load:
    voters: int
    articles: int
    rounds: int  # a table of a million voters hides what else the store allocates

    def __str__(self) -> str:
        return f"{self.voters:,} voters, {self.articles:,} article(s)"


FEW, MANY = Load(1_000, 1, rounds=5), Load(1_000_000, 1, rounds=1)
REFERENCE = Load(100_000, 1, rounds=3)

SPREAD = Load(1_000_000, 10_000, rounds=1)
LOADS = (FEW, REFERENCE, MANY, SPREAD)
MOST = {REFERENCE: MOST_BYTES, SPREAD: MOST_SPREAD_BYTES}


@dataclass(frozen=True)
class Growth:
    """Bytes for each voter.

    :param memory: what the store's memory grew by.
    :param keys: the sum of MEMORY USAGE over all keys: another way to count the same.
    """

    memory: float
    keys: float


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    grown: dict[Load, list[Growth]] = {}
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        store = EmbeddedStore(Path(folder))
        store.start()
        try:
            with Redis(unix_socket_path=str(store.socket)) as client:
                a_voter(client, store, REFERENCE)  # what a new server allocates once
                for load in LOADS:
                    grown[load] = [a_voter(client, store, load) for _ in range(load.rounds)]
                networked = {
                    load: a_voter(client, store, load, networks=True)
                    for load in (REFERENCE, SPREAD)
                }
        finally:
            store.stop()
    return show("Memory of the voters", lines(grown, networked))


def lines(grown: dict[Load, list[Growth]], networked: dict[Load, Growth]) -> list[Figure]:
    """Make the table.

    :param networked: with the networks of the voters, each another one, for up to two days.
    """
    memory = {load: [growth.memory for growth in rounds] for load, rounds in grown.items()}
    figures = []
    for load, rounds in grown.items():
        most = MOST.get(load)
        figures.append(figure(str(load), "bytes a voter", memory[load], BYTES, most=most))
        beside = ratios(memory[load], [growth.keys for growth in rounds])
        figures.append(figure("  / MEMORY USAGE of all keys", "x", beside, BESIDE_KEYS))
    # What else the store allocates varies by 2 KB, which is much at 1,000 voters; so the ratios are
    # those of the keys alone, which do not vary.
    keys = {load: [growth.keys for growth in rounds] for load, rounds in grown.items()}
    for load in (FEW, MANY):
        times = [one / median(keys[REFERENCE]) for one in keys[load]]
        name = f"{load.voters:,} / {REFERENCE.voters:,} voters, MEMORY USAGE"
        figures.append(figure(name, "x", times, sane(0.8, 5), most=FLAT))
    for load, growth in networked.items():
        name = f"{load}, with their networks for up to two days"
        figures.append(figure(name, "bytes a voter", [growth.memory], BOTH_BYTES))
        beside = [growth.memory / growth.keys if growth.keys else math.nan]
        figures.append(figure("  / MEMORY USAGE of all keys", "x", beside, BESIDE_KEYS))
        network = growth.memory - median(memory[load])
        figures.append(figure("  for the network alone", "bytes", [network], BYTES))
    return figures


def a_voter(client: Redis, store: EmbeddedStore, load: Load, *, networks: bool = False) -> Growth:
    """Load votes as the service casts them into an empty store, and measure its growth.

    :param networks: keep the networks of the voters, each of whom has another one.
    :raise RuntimeError: the store did not count every vote, or does not settle.
    """
    empty(client)
    casts = Casts(client, articles=load.articles, networks=networks)
    before = used_bytes(client)
    cast, _ = pipeline(store.socket, casts.first_votes(load.voters))
    counted = casts.in_store(store)
    if not cast == counted == load.voters:
        raise RuntimeError(f"{cast:,} of {load.voters:,} votes answered, {counted:,} counted")
    casts.file_everywhere(store)
    return Growth((used_bytes(client) - before) / load.voters, keys_bytes(client) / load.voters)


def used_bytes(client: Redis, *, steady_s: float = 1.0) -> int:
    """Return the store's memory, without what it only passes on to clients and to its file.

    A connection that has just closed still has its buffers, and a table that grows is moved bit by
    bit; so only a value that has not changed for a while counts.

    :raise RuntimeError: it does not settle within a minute.
    """
    deadline = time.monotonic() + 60
    last, since = -1, time.monotonic()
    while (now := time.monotonic()) < deadline:
        used = own_bytes(client)
        alone = client.info("clients")["connected_clients"] == 1
        if not alone or used != last:
            last, since = used, now
        elif now - since >= steady_s:
            return used
        time.sleep(0.1)
    raise RuntimeError("the store's memory does not settle; something else uses this store")


def own_bytes(client: Redis) -> int:
    """Return the store's memory now, without what it only passes on to clients and to its file."""
    memory = client.info("memory")
    return int(memory["used_memory"] - memory["mem_clients_normal"] - memory["mem_aof_buffer"])


def keys_bytes(client: Redis) -> int:
    """Return the sum of what every key takes, each element counted."""
    total = 0  # bytes
    batch = client.pipeline(transaction=False)
    for number, key in enumerate(client.scan_iter(count=1000), start=1):
        batch.memory_usage(key, samples=0)
        if number % 1000 == 0:
            total += int(sum(batch.execute()))
    return total + int(sum(batch.execute()))
