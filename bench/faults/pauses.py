"""A store that hangs: how long requests wait, and whether other shards' votes go on."""

from contextlib import ExitStack
from dataclasses import dataclass

from bench.faults.outcome import folder
from bench.figures import Figure, figure, sane, show
from bench.shorter import seconds
from tests.faults.support.cluster import Cluster
from tests.faults.support.comparison import HOME_SITE
from tests.faults.support.load import Attempt, Load, slowest_s, wait_for_votes
from tests.faults.support.node import Node
from tests.faults.support.resharding import slot_of
from tests.faults.support.served import assert_exact, server_for, serving
from widget.domain.article import resolve_for
from widget.store.keys import stem

PAUSE_S = 10
SHORTEST_S = 4
MOST_SLOWEST_S = 1.5
LEAST_RATE = 0.9  # of other shards' votes, against before
NO_FAILOVER_MS = 60_000


@dataclass(frozen=True)
class Pause:
    """:param rate: votes of stories on other servers, as a share of those before the pause."""

    slowest_s: float
    rate: float
    requests: int


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    pause_s = seconds(PAUSE_S, least=SHORTEST_S)
    return show(f"The store paused for {pause_s:g} s", lines(single(pause_s), shard(pause_s)))


def lines(one: Pause, shard: Pause) -> list[Figure]:
    """Make the table."""
    requests, wait_s = sane(10, 1_000_000), sane(0.001, 120)
    return [
        figure("one server: requests", "", [one.requests], requests),
        figure("  slowest", "s", [one.slowest_s], wait_s, most=MOST_SLOWEST_S),
        figure("one shard of three: requests", "", [shard.requests], requests),
        figure("  slowest", "s", [shard.slowest_s], wait_s, most=MOST_SLOWEST_S),
        figure("  other shards' votes", "of before", [shard.rate], sane(0, 3), least=LEAST_RATE),
    ]


def single(pause_s: float) -> Pause:
    """Pause the only server."""
    with folder() as path, ExitStack() as running:
        node = Node(path / "n").start()
        running.callback(node.end)
        server = server_for(f"redis://{node.address}/0", path)
        running.callback(server.stop)
        load = Load([server.start()], is_patient=False, threads=24)
        return _pause(load, node, pause_s, set())


def shard(pause_s: float) -> Pause:
    """Pause one of three primaries, too shortly for a failover."""
    with ExitStack() as running:
        path = running.enter_context(folder())
        cluster = Cluster(path / "n", node_timeout_ms=NO_FAILOVER_MS, has_replicas=False)
        server = running.enter_context(serving(cluster, path))
        load = Load([server], is_patient=False, threads=24, comments=0.0)
        victim = cluster.primaries[0]

        elsewhere = {
            name for name in load.articles if cluster.owner_of(slot_of_story(name)) is not victim
        }
        pause = _pause(load, victim, pause_s, elsewhere)
        assert_exact(load, server)
        return pause


def slot_of_story(name: str) -> int:
    article = resolve_for(HOME_SITE, name)
    return slot_of(stem(HOME_SITE.key, article.partition))


def _pause(load: Load, node: Node, pause_s: float, elsewhere: set[str]) -> Pause:
    with load:
        wait_for_votes(load, 60)
        load.rest(pause_s)
        paused_s = load.now_s
        node.pause()
        load.rest(pause_s)
        resumed_s = load.now_s
        node.resume()
        wait_for_votes(load, 30)
    during = load.between(paused_s, resumed_s)
    before = _stored(load.between(paused_s - pause_s, paused_s), elsewhere)
    rate = _stored(during, elsewhere) / before if before else float("nan")
    return Pause(slowest_s(during), rate, len(during))


def _stored(attempts: list[Attempt], articles: set[str]) -> int:
    return sum(a.is_stored and a.article in articles for a in attempts)
