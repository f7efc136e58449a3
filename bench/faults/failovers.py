"""Failovers of each kind of store, with READBACK_REPLICATE=1: nothing may be lost."""

from collections.abc import Callable
from contextlib import ExitStack

from bench.faults.outcome import Outcome, folder, outcome
from bench.figures import Figure, show
from bench.shorter import times
from tests.faults.support.cluster import Cluster
from tests.faults.support.load import Load, outage_s, wait_for_votes
from tests.faults.support.node import HOST, Node, until
from tests.faults.support.proxy import Proxy
from tests.faults.support.sentinel import Watched
from tests.faults.support.served import server_for
from tests.support.server import Server

FAILOVERS = 20
VOTES_AFTER = 60


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    figures: list[Figure] = []
    for name, run in KINDS.items():
        figures += run(times(FAILOVERS)).lines(name)
    return show("Failovers with READBACK_REPLICATE=1, while readers vote", figures)


def cluster_killed(number: int) -> Outcome:
    """Kill primaries of a cluster, and start each again once its replica has taken over."""
    with folder() as path, ExitStack() as running:
        cluster = Cluster(path / "n")
        running.callback(cluster.end)
        cluster.start()

        def fail(turn: int, recovered: Callable[[], None]) -> None:
            victim = cluster.primaries[turn % 3]
            replica = cluster.replica_of(victim)
            victim.kill()
            replica.wait_until_primary()
            # As a supervisor does. Until then the new primary has no replica to wait for.
            victim.start()
            recovered()
            cluster.wait_until_whole()

        return _repeat(number, server_for(cluster.url, path, READBACK_REPLICATE="1"), fail)


def sentinel_planned(number: int) -> Outcome:
    """Have the sentinels switch the store, as before maintenance."""

    def fail(store: Watched) -> None:
        store.fail_over()

    return _store(number, fail)


def sentinel_killed(number: int) -> Outcome:
    """Kill the primary of a store, and start it again once the other has taken over."""

    def fail(store: Watched) -> None:
        victim = store.primary
        victim.kill()
        until(lambda: store.primary is not victim, "the sentinels name the other server")
        victim.start()

    return _store(number, fail)


def address_moved(number: int) -> Outcome:
    """Promote a replica and send an address to it; connections to the former primary stay."""
    with folder() as path, ExitStack() as running:
        first = Node(path / "a", "--repl-diskless-sync-delay", "0").start()
        running.callback(first.kill)
        following = ("--replicaof", f"{HOST} {first.port}", "--repl-diskless-sync-delay", "0")
        nodes = [first, Node(path / "b", *following).start()]
        running.callback(nodes[1].kill)
        proxy = running.enter_context(Proxy(first.port))
        until(lambda: nodes[1].has_its_primary, "the replica is in touch")

        def fail(turn: int, recovered: Callable[[], None]) -> None:
            primary, replica = nodes[turn % 2], nodes[1 - turn % 2]
            # A planned failover waits until the replica has everything.
            primary("FAILOVER")
            replica.wait_until_primary()
            proxy.aim(replica.port)
            recovered()
            until(lambda: primary.has_its_primary, "the former primary follows the new one")

        return _repeat(number, server_for(proxy.url, path, READBACK_REPLICATE="1"), fail)


KINDS = {
    "cluster, primary killed": cluster_killed,
    "Sentinel, planned": sentinel_planned,
    "Sentinel, primary killed": sentinel_killed,
    "moved address": address_moved,
}


def _store(number: int, fail_store: Callable[[Watched], None]) -> Outcome:
    with folder() as path, ExitStack() as running:
        store = Watched(path / "n", replicas=2)
        running.callback(store.end)
        store.start()

        def fail(_: int, recovered: Callable[[], None]) -> None:
            fail_store(store)
            recovered()
            store.wait_until_whole()

        return _repeat(number, server_for(store.url, path, READBACK_REPLICATE="1"), fail)


def _repeat(
    number: int, server: Server, fail: Callable[[int, Callable[[], None]], None]
) -> Outcome:
    """Let a store fail so often while readers vote. It must heal without our help."""
    server.start()
    try:
        outages_s: list[float] = []
        with Load([server]) as load:
            wait_for_votes(load, VOTES_AFTER)
            for turn in range(number):
                since_s = load.now_s
                fail(turn, lambda: wait_for_votes(load, VOTES_AFTER, 60))
                wait_for_votes(load, VOTES_AFTER, 60)
                outages_s.append(outage_s(load.between(since_s)))
        return outcome(load, server, outages_s)
    finally:
        server.stop()
