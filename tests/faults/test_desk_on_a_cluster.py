"""The desk's figures of a site whose partitions are on three nodes, compared with one server."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from redis import ConnectionError, Redis

from tests.conftest import NOW_S
from tests.support.server import free_port, wait_for
from widget.domain.figures.period import period_from
from widget.domain.ledger.checking import check
from widget.domain.ledger.texts import new_seed
from widget.domain.model import Site
from widget.services.figures.listing import ArticleQuery
from widget.services.figures.stories import SORTS
from widget.services.figures.wiring import Figures, open_figures
from widget.services.ledger.writer import LedgerWriter
from widget.services.tone import SiteTone
from widget.simulation.direct import Plan, load_comments, load_votes
from widget.simulation.story import ORIGIN
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.ledger.chain import Chain
from widget.store.ledger.comparison import LedgerComparison
from widget.store.ledger.moved import MovedStories
from widget.store.reactions.recount import Recount
from widget.store.sites import Sites
from widget.store.valkey_server import valkey_server

pytestmark = pytest.mark.hosts
NODES = 3
PLAN = Plan(articles=200, votes=6000, comments=60, days=20, now_s=NOW_S)
SITE = Site("daily", "The Daily Paper", (ORIGIN,))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Connection]:
    """Start three primaries that share the slots."""
    ports, buses = ([free_port() for _ in range(NODES)] for _ in range(2))
    with ExitStack() as running:
        clients: list[Any] = [running.enter_context(Redis(port=port)) for port in ports]
        for port, bus in zip(ports, buses, strict=True):
            _start(running, tmp_path / str(port), port, bus)
        for client in clients:
            wait_for(partial(_answers, client))
        for at, client in enumerate(clients):
            first, end = (16384 * one // NODES for one in (at, at + 1))
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
            if at:
                client.execute_command("CLUSTER", "MEET", "127.0.0.1", ports[0], buses[0])
        for client in clients:
            wait_for(partial(_is_whole, client))
        yield Connection(f"redis+cluster://127.0.0.1:{ports[0]}", timeout_ms=5000)


def _start(running: ExitStack, folder: Path, port: int, bus: int) -> None:
    folder.mkdir()
    options = ("--port", str(port), "--dir", str(folder), "--save", "", "--cluster-enabled", "yes")
    process = subprocess.Popen(
        [str(valkey_server()), *options, "--cluster-port", str(bus)], stdout=subprocess.DEVNULL
    )
    running.callback(process.wait, 10)
    running.callback(process.terminate)


def _answers(client: Any) -> bool:
    try:
        return bool(client.ping())
    except ConnectionError:
        return False


def _is_whole(client: Any) -> bool:
    """Return whether a node knows the others, and who has each slot."""
    info = bytes(client.execute_command("CLUSTER", "INFO"))
    return b"cluster_state:ok" in info and b"cluster_known_nodes:3" in info


def test_every_page_of_figures_is_the_same_on_a_cluster_as_on_one_server(
    cluster: Connection, connection: Connection
) -> None:
    for store in (cluster, connection):
        stories = load_votes(store, SITE, PLAN, lambda _: None)
        load_comments(store, SITE, stories, PLAN, lambda _: None)
        assert list(Recount(store).mismatches(SITE, now_s=NOW_S)) == []
        assert list(CommentRecount(store).mismatches(SITE)) == []
    on_cluster, on_one = (open_figures(store, SiteTone(store)) for store in (cluster, connection))
    assert _everything(on_cluster) == _everything(on_one)


def _everything(figures: Figures) -> list[object]:
    found = list[object]()
    for asked in (
        period_from("7d", "", "", now_s=NOW_S),
        period_from("30d", "", "", now_s=NOW_S),
        period_from("", "2025-10-30", "2025-11-05", now_s=NOW_S),
    ):
        found += [figures.overviews.overview(SITE, asked) for _ in range(2)]  # also what is kept
        found.append(figures.overviews.sections(SITE, asked))
        for sort in SORTS:
            for query in (ArticleQuery(sort=sort), ArticleQuery(sort=sort, section="City")):
                found.append(figures.listings.articles(SITE, asked, query))
        found += [figures.listings.grouped(SITE, asked, by) for by in ("author", "tag")]
    most = figures.listings.articles(SITE, period_from("7d", "", "", now_s=NOW_S), ArticleQuery())
    return found + [figures.articles.figures(SITE, row.id) for row in most.rows[:5]]


def test_a_ledger_says_the_counts_of_all_nodes(cluster: Connection) -> None:
    load_votes(cluster, SITE, PLAN, lambda _: None)
    chain, stories = Chain(cluster, days=400), MovedStories(cluster)
    writer = LedgerWriter(Sites(cluster, SITE), chain, stories, (new_seed(),))
    for hours in (1, 2):
        writer.write(SITE, now_s=NOW_S + hours * 3600 + 60)
    days = chain.days(SITE, now_s=NOW_S)
    found = check({str(day): b"".join(chain.text(SITE, day)) for day in days})
    counts = [sum(entry.line["counts"].values()) for entry in found.latest.values()]
    assert found.lines == Recount(cluster).articles(SITE) == len(counts)
    assert sum(counts) >= PLAN.votes
    assert LedgerComparison(cluster, days=400).misfits(SITE, now_s=NOW_S) == []
