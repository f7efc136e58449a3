"""100,000 stories with 1,000,000 votes: the desk's pages, votes while the desk is open, verify.

Beside it is a site of 100 stories with as many votes. Both are in one store, so what slows the
machine slows both. BENCH_SIZE_STORE names a folder that keeps the loaded store for another run.
"""

import os
import tempfile
import time
from pathlib import Path

from bench.figures import Figure, figure, sane, show
from bench.size import pages, votes
from widget.domain.model import Site
from widget.simulation.direct import Plan, load_comments, load_votes
from widget.simulation.story import ORIGIN
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.recount import Recount

SIZES = {"small": 100, "large": int(os.environ.get("BENCH_SIZE_ARTICLES", "100000"))}
VOTES = int(os.environ.get("BENCH_SIZE_VOTES", "1000000"))
COMMENTS, DAYS = 500, 30
LONG_SCRIPT_US = 2000
MOST_VERIFY_S = 20


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as temporary:
        folder = Path(os.environ.get("BENCH_SIZE_STORE", temporary))
        store = EmbeddedStore(folder, fsync="no")
        store.start()
        try:
            title = f"{SIZES['large']:,} stories and {VOTES:,} votes"
            return show(title, _measure(store, folder))
        finally:
            store.stop()


def _measure(store: EmbeddedStore, folder: Path) -> list[Figure]:
    connection = Connection(store.url, timeout_ms=120_000)
    recount = Recount(connection)
    sites = {key: Site(key, key, (ORIGIN,)) for key in SIZES}
    for key, site in sites.items():
        if not recount.articles(site):
            began = time.monotonic()
            plan = Plan(SIZES[key], VOTES, COMMENTS, DAYS, int(time.time()))
            stories = load_votes(connection, site, plan, lambda _: None)
            load_comments(connection, site, stories, plan, lambda _: None)
            print(f"{key}: loaded in {time.monotonic() - began:.0f} s", flush=True)
    connection.client.config_set("slowlog-log-slower-than", LONG_SCRIPT_US)
    connection.client.config_set("slowlog-max-len", 10_000)
    figures = pages.measure(store, connection, folder, sites)
    figures += votes.measure(store, folder, connection)
    began = time.perf_counter()
    wrong = list(recount.mismatches(sites["large"], now_s=int(time.time())))
    took = time.perf_counter() - began
    voted_on = sane(SIZES["large"] / 2, SIZES["large"])  # chance leaves some without a vote
    return [
        *figures,
        figure("recount of the large site", "s", [took], sane(0.1, 10_000), most=MOST_VERIFY_S),
        figure("  stories in it", "", [recount.articles(sites["large"])], voted_on),
        figure("  totals that are wrong", "", [len(wrong)], sane(0, 0)),
    ]
