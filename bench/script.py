"""The vote's script alone: EVALSHA pipelined straight to one embedded store, as it is shipped."""

import tempfile
from pathlib import Path

from redis import Redis

from bench.casts import Casts, pipeline
from bench.figures import figure, ratios, show
from widget.store.embedded import EmbeddedStore

ROUNDS = 5
VOTES = 50_000
ARTICLES = (1, 10_000)
CASTS_A_MINUTE = 20
LEAST_A_SECOND = 40_000


# The least a script can do that counts: what a vote costs beyond it is the vote's own.
LEAST = "redis.call('HINCRBY', KEYS[1], ARGV[3], 1) return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}"


def main() -> bool:
    """Print the figures. False if one that is held was missed."""
    kinds = {named(articles): (articles, None) for articles in ARTICLES}
    kinds["one HINCRBY in a script"] = (1, LEAST)
    measured: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        store = EmbeddedStore(Path(folder))
        store.start()
        try:
            with Redis(unix_socket_path=str(store.socket)) as client:
                for _ in range(ROUNDS):
                    for kind, (articles, text) in kinds.items():
                        measured[kind].append(round_of(client, store, articles, text))
        finally:
            store.stop()
    [least] = [rounds for kind, rounds in measured.items() if kinds[kind][1]]
    lines = [
        figure(
            f"{kind}: pipelined",
            "a second",
            [a_second for a_second, _ in rounds],
            least=None if rounds is least else LEAST_A_SECOND,
        )
        for kind, rounds in measured.items()
    ]
    for kind, rounds in measured.items():
        lines.append(figure(f"{kind}: CPU of the store", "us", [us for _, us in rounds]))
    for kind, rounds in measured.items():
        if rounds is not least:
            times = ratios([us for _, us in rounds], [us for _, us in least])
            lines.append(figure(f"{kind} / one HINCRBY: CPU of the store", "x", times))
    return show("The script alone, pipelined to one store", lines)


def round_of(
    client: Redis, store: EmbeddedStore, articles: int, text: str | None
) -> tuple[float, float]:
    """(votes a second, processor time of one in the store in us), on an empty store."""
    client.execute_command("FLUSHALL", "SYNC")
    casts = Casts(client, articles=articles, casts_a_minute=CASTS_A_MINUTE, text=text)
    commands = list(casts.mixed(VOTES))  # packed before the clock starts
    before = main_thread_cpu_s(client)
    cast, seconds = pipeline(store.socket, commands)
    return cast / seconds, (main_thread_cpu_s(client) - before) / cast * 1e6


def main_thread_cpu_s(client: Redis) -> float:
    """What the store's one working thread has used: it does not count waiting for a core."""
    cpu = client.info("cpu")
    return float(cpu["used_cpu_user_main_thread"] + cpu["used_cpu_sys_main_thread"])


def named(articles: int) -> str:
    return "votes, 1 article" if articles == 1 else f"votes, {articles:,} articles"
