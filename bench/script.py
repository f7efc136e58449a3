"""The vote's script alone: EVALSHA pipelined straight to one embedded store, as it is shipped."""

import tempfile
from pathlib import Path

from redis import Redis

from widget.store.embedded import EmbeddedStore

from .casts import Casts, pipeline
from .figures import figure, show

ROUNDS = 5
VOTES = 100_000
ARTICLES = (1, 10_000)
CASTS_A_MINUTE = 20


def main() -> bool:
    """Print the figures. False if one that is held was missed."""
    a_second: dict[int, list[float]] = {articles: [] for articles in ARTICLES}
    in_store_us: dict[int, list[float]] = {articles: [] for articles in ARTICLES}
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        store = EmbeddedStore(Path(folder))
        store.start()
        try:
            with Redis(unix_socket_path=str(store.socket)) as client:
                for _ in range(ROUNDS):
                    for articles in ARTICLES:
                        votes, seconds, us = round_of(client, store, articles, VOTES)
                        a_second[articles].append(votes / seconds)
                        in_store_us[articles].append(us)
        finally:
            store.stop()
    lines = [
        figure(f"votes, {named(articles)}", "a second", a_second[articles], least=40_000)
        for articles in ARTICLES
    ] + [
        figure(f"time of a vote in the store, {named(articles)}", "us", in_store_us[articles])
        for articles in ARTICLES
    ]
    return show("The script alone, pipelined to one store", lines)


def round_of(
    client: Redis, store: EmbeddedStore, articles: int, votes: int
) -> tuple[int, float, float]:
    """(votes, seconds, microseconds of one in the store by its own count), on an empty store."""
    client.flushall()
    casts = Casts(client, articles=articles, casts_a_minute=CASTS_A_MINUTE)
    commands = list(casts.mixed(votes))  # packed before the clock starts
    client.config_resetstat()
    cast, seconds = pipeline(store.socket, commands)
    stats = client.info("commandstats")["cmdstat_evalsha"]
    return cast, seconds, stats["usec_per_call"]


def named(articles: int) -> str:
    return "1 article" if articles == 1 else f"{articles:,} articles"
