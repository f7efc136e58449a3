"""Bytes a voter: what the store's memory grows by, votes loaded through the real script."""

import tempfile
from pathlib import Path
from statistics import median

from redis import Redis

from bench.casts import Casts, pipeline
from bench.figures import figure, ratios, show
from widget.store.embedded import EmbeddedStore

MOST_BYTES = 16.0
FLAT = 1.15  # an article's own few keys are still felt at 1,000 voters
LOADS = ((1_000, 1), (100_000, 1), (1_000_000, 1), (1_000_000, 10_000))
ROUNDS = 1  # bytes do not vary as times do


def main() -> bool:
    """Print the figures. False if one that is held was missed."""
    grown: dict[tuple[int, int], list[float]] = {load: [] for load in LOADS}
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        store = EmbeddedStore(Path(folder))
        store.start()
        try:
            with Redis(unix_socket_path=str(store.socket)) as client:
                a_voter(client, store, 1_000, 1)  # what a new server allocates once
                for _ in range(ROUNDS):
                    for voters, articles in LOADS:
                        grown[voters, articles].append(a_voter(client, store, voters, articles))
                rated = a_voter(client, store, 10_000, 1, casts_a_minute=20)
        finally:
            store.stop()
    usual = median(grown[100_000, 1])
    lines = [
        figure(
            f"{voters:,} voters, {articles:,} article(s)",
            "bytes a voter",
            rounds,
            most=MOST_BYTES if (voters, articles) == (100_000, 1) else None,
        )
        for (voters, articles), rounds in grown.items()
    ]
    for voters in (1_000, 1_000_000):
        times = ratios(grown[voters, 1], grown[100_000, 1])
        lines.append(figure(f"{voters:,} / 100,000 voters", "x", times, most=FLAT))
    lines.append(figure("the count of a reader's votes, for a minute", "bytes", [rated - usual]))
    return show("Memory of the voters", lines)


def a_voter(
    client: Redis, store: EmbeddedStore, voters: int, articles: int, *, casts_a_minute: int = 0
) -> float:
    """Bytes an empty store grows by for each voter, each with one vote."""
    client.execute_command("FLUSHALL", "SYNC")
    casts = Casts(client, articles=articles, casts_a_minute=casts_a_minute)
    before = held_bytes(client)
    pipeline(store.socket, casts.first_votes(voters))
    return (held_bytes(client) - before) / voters


def held_bytes(client: Redis) -> int:
    """What the store holds, without what it only passes on to clients and to its file."""
    memory = client.info("memory")
    return int(memory["used_memory"] - memory["mem_clients_normal"] - memory["mem_aof_buffer"])
