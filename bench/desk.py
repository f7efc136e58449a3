"""The desk's pages at size: 10,000 articles beside 100, signed in, from request to HTML.

Both newsrooms lie in one store and are asked in turn, so that what slows the machine slows both.
The time is the whole request inside the application: session, store, page. Votes of an article are
alike in both, so the small one is what a young site looks like.
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench.figures import figure, ratios, show
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.model import Site
from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.simulation.direct import Plan, load_comments, load_votes
from widget.simulation.newsroom import ORIGIN
from widget.store.connect import Connection
from widget.store.desk.editors import Editors
from widget.store.desk.sessions import Sessions
from widget.store.embedded import EmbeddedStore
from widget.store.figures.trends import Trends, rows
from widget.store.sites import Sites
from widget.web.application import create_app

ROUNDS = 15
DAYS = 90
SIZES = {"small": 100, "large": int(os.environ.get("BENCH_DESK_ARTICLES", "10000"))}
PAGES = (
    ("overview, 7 days", "", 150),
    ("overview, 30 days", "?period=30d", 150),
    ("overview, 90 days", "?period=90d", None),
    ("article", "articles/{busiest}", 80),
    ("articles, 7 days", "articles", None),
    ("sections, 7 days", "sections", None),
)


def main() -> bool:
    """BENCH_DESK_STORE names a folder that keeps the loaded store for another run."""
    with tempfile.TemporaryDirectory() as folder:
        store = EmbeddedStore(Path(os.environ.get("BENCH_DESK_STORE", folder)), fsync="no")
        store.start()
        try:
            return _measured(store, Path(folder))
        finally:
            store.stop()


def _measured(store: EmbeddedStore, folder: Path) -> bool:
    connection = Connection(store.url, timeout_ms=120_000)
    today = int(time.time()) // 86400
    busiest = {}
    for key, articles in SIZES.items():
        site = Site(key, key, (ORIGIN,))
        question = rows(site, today - DAYS, today)
        [found] = Trends(connection).ask(site, question)
        if not found.rows:
            _load(connection, site, articles)
            [found] = Trends(connection).ask(site, question)
        busiest[key] = max(found.rows, key=lambda row: row.mix.n).id
    client = _signed_in(store, connection, folder)
    figures = []
    for what, path, most in PAGES:
        times: dict[str, list[float]] = {key: [] for key in SIZES}
        for key in SIZES:
            _visit(client, key, path, busiest)  # what a first visit learns is not measured
        read = _bytes_read(connection, client, path, busiest)
        for _ in range(ROUNDS):
            for key in SIZES:
                times[key].append(_visit(client, key, path, busiest))
        figures += [
            figure(what, "ms", times["large"], most=most),
            figure(f"  of {SIZES['small']} articles", "ms", times["small"]),
            figure(
                "  times that",
                "x",
                ratios(times["large"], times["small"]),
                most=1.5 if most else None,
            ),
            figure("  read from the store", "KiB", [read / 1024]),
        ]
    return show(f"The desk at {SIZES['large']:,} articles", figures)


def _load(connection: Connection, site: Site, articles: int) -> None:
    began = time.monotonic()
    plan = Plan(articles, articles * 100, articles * 10, DAYS, int(time.time()))
    told = load_votes(connection, site, plan, lambda _: None)
    load_comments(connection, site, told, plan, lambda _: None)
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
        if key not in known:  # by a run whose store was kept
            sites.add(Site(key, key, (ORIGIN,)))
    session = Sessions(connection).begin(admin.name, epoch=editor.epoch, agent="", now_s=now_s)
    client = app.test_client(use_cookies=False)
    client.environ_base["HTTP_COOKIE"] = f"readback-desk={session}"
    return client


def _visit(client: FlaskClient, key: str, path: str, busiest: dict[str, str]) -> float:
    """How long one page took, ms."""
    url = f"http://127.0.0.1:8000/desk/{key}/{path.format(busiest=busiest[key])}"
    began = time.perf_counter()
    answer = client.get(url)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, (url, answer.status_code)
    return took


def _bytes_read(
    connection: Connection, client: FlaskClient, path: str, busiest: dict[str, str]
) -> int:
    def sent() -> int:
        stats: dict[str, Any] = connection.client.info("stats")
        return int(stats["total_net_output_bytes"])

    before = sent()
    of_asking = sent() - before
    before = sent()
    _visit(client, "large", path, busiest)
    return sent() - before - of_asking
