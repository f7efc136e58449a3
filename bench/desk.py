"""The desk's pages at 10,000 articles and at 100, signed in, from request to HTML.

Both newsrooms are in one store and are visited in turn, so what slows the machine slows both. The
time is that of the whole request inside the application: session, store, page. An article has as
many votes in one as in the other, so the small newsroom is like a young site.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench.figures import Figure, figure, ratios, sane, show
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.model import Site
from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.simulation.direct import Plan, load_comments, load_votes
from widget.simulation.story import ORIGIN
from widget.store.connect import Connection
from widget.store.desk.editors import Editors
from widget.store.desk.sessions import Sessions
from widget.store.embedded import EmbeddedStore
from widget.store.figures.trends import Trends, ranked
from widget.store.reactions.recount import Recount
from widget.store.sites import Sites
from widget.web.application import create_app

ROUNDS = 15
DAYS = 90
SIZES = {"small": 100, "large": int(os.environ.get("BENCH_DESK_ARTICLES", "10000"))}
TIMES_MS = sane(0.3, 60_000)  # a page of HTML takes some time on any machine
PAGES = (
    ("overview, 7 days", "", 150),
    ("overview, 30 days", "?period=30d", 150),
    ("overview, 90 days", "?period=90d", None),
    ("article", "articles/{busiest}", 80),
    ("articles, 7 days", "articles", None),
    ("sections, 7 days", "sections", None),
)


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound.

    BENCH_DESK_STORE names a folder that keeps the loaded store for another run.
    """
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(os.environ.get("BENCH_DESK_STORE", folder)), fsync="no")
        store.start()
        try:
            title = f"The desk at {SIZES['large']:,} articles"
            return show(title, _measure(store, Path(folder)))
        finally:
            store.stop()


def _measure(store: EmbeddedStore, folder: Path) -> list[Figure]:
    connection = Connection(store.url, timeout_ms=120_000)
    today = int(time.time()) // 86400
    busiest = {}
    for key, articles in SIZES.items():
        site = Site(key, key, (ORIGIN,))
        question = ranked(today - DAYS, today)
        [found] = Trends(connection).ask(site, question)
        if not found:
            _load(connection, site, articles)
            [found] = Trends(connection).ask(site, question)
        if not articles / 2 <= Recount(connection).articles(site) <= articles:
            raise RuntimeError(f"the store does not have {articles:,} articles, most with votes")
        busiest[key] = max(found, key=lambda article_id: found[article_id])
    client = _signed_in(store, connection, folder)
    figures = []
    for what, path, most in PAGES:
        times: dict[str, list[float]] = {key: [] for key in SIZES}
        for key in SIZES:
            _visit(client, key, path, busiest)  # not measured: the first visit fills the caches
        read = _bytes_read(connection, client, path, busiest)
        for _ in range(ROUNDS):
            for key in SIZES:
                times[key].append(_visit(client, key, path, busiest))
        figures += lines(what, times, read, most)
    return figures


def lines(
    what: str, times: dict[str, list[float]], read_bytes: int, most_ms: float | None
) -> list[Figure]:
    """Make the lines of one page."""
    over = ratios(times["large"], times["small"])
    most = 1.5 if most_ms else None
    return [
        figure(what, "ms", times["large"], TIMES_MS, most=most_ms),
        figure(f"  of {SIZES['small']} articles", "ms", times["small"], TIMES_MS),
        figure("  ratio", "x", over, sane(0.05, 100), most=most),
        figure("  read from the store", "KiB", [read_bytes / 1024], sane(1, 20_000)),
    ]


def _load(connection: Connection, site: Site, articles: int) -> None:
    began = time.monotonic()
    plan = Plan(articles, articles * 100, articles * 10, DAYS, int(time.time()))
    stories = load_votes(connection, site, plan, lambda _: None)
    load_comments(connection, site, stories, plan, lambda _: None)
    took = time.monotonic() - began
    print(f"{site.key}: {plan.votes} votes, {plan.comments} comments loaded in {took:.0f} s")


def _signed_in(store: EmbeddedStore, connection: Connection, folder: Path) -> FlaskClient:
    secrets = folder / "secrets.json"
    new_secrets_file(secrets)
    settings = Settings.from_env(
        {
            "READBACK_REDIS_URL": store.url,
            "READBACK_SECRETS": str(secrets),
            "READBACK_REDIS_TIMEOUT_MS": "5000",
        }
    )
    app = create_app(settings)
    now_s = int(time.time())
    admin = Editor(f"bench{now_s}", "x", {EVERY_SITE: Role.ADMIN}, created_s=now_s)
    editor = Editors(connection).add(admin)
    sites = Sites(connection, Site("home", "Home", ()))
    known = {site.key for site in sites.all()}
    for key in SIZES:
        if key not in known:  # from an earlier run, if its store was kept
            sites.add(Site(key, key, (ORIGIN,)))
    session = Sessions(connection).begin(admin.name, epoch=editor.epoch, agent="", now_s=now_s)
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_COOKIE"] = f"readback-desk={session}"
    return client


def _visit(client: FlaskClient, key: str, path: str, busiest: dict[str, str]) -> float:
    """Return the time of one page, ms."""
    url = f"http://127.0.0.1:8000/desk/{key}/{path.format(busiest=busiest[key])}"
    began = time.perf_counter()
    answer = client.get(url)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, (url, answer.status_code)
    return took


def _bytes_read(
    connection: Connection, client: FlaskClient, path: str, busiest: dict[str, str]
) -> int:
    """Return the bytes that the store sends for one visit of the large site."""

    def sent() -> int:
        stats: dict[str, Any] = connection.client.info("stats")
        return int(stats["total_net_output_bytes"])

    before = sent()
    of_info = sent() - before
    before = sent()
    _visit(client, "large", path, busiest)
    return sent() - before - of_info
