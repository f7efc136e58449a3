"""Stores that hang: no request waits for long, and only the stories of a hung shard are refused."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from redis.crc import key_slot

from tests.faults.support.cluster import Cluster
from tests.faults.support.node import Node
from tests.faults.support.served import server_for, serving
from tests.support.server import Server, nonce, wait_for
from widget.domain.article import resolve
from widget.store.keys import stem

PAUSED_S = 4
MOST_S = 1.5  # the second that a call of the store may take, and the rest of a request
BUSY_S = 2.5  # for one in a hundred: the machine may have other work, too
THREADS = 12


def story_in(cluster: Cluster, node: Node, *, is_there: bool) -> list[str]:
    """Return names of stories whose votes are in one node, or in none of it."""
    names = [f"story-{number}" for number in range(60)]
    ours = [
        (cluster.owner_of(key_slot(stem("home", resolve("home", (), n).partition).encode())), n)
        for n in names
    ]
    return [name for owner, name in ours if (owner is node) == is_there]


@contextmanager
def paused(node: Node) -> Iterator[None]:
    node.pause()
    try:
        yield
    finally:
        node.resume()


def repeat(act: Callable[[], int], seconds: float, threads: int) -> list[tuple[float, int]]:
    """Have threads repeat a request, and return how long each took and its status."""
    done: list[tuple[float, int]] = []
    end_s = time.monotonic() + seconds

    def run() -> None:
        while (began_s := time.monotonic()) < end_s:
            status = act()
            done.append((time.monotonic() - began_s, status))

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return done


def assert_quick(done: list[tuple[float, int]]) -> None:
    slow = sorted(took for took, _ in done if took > MOST_S)
    report = f"{len(slow)} of {len(done)} took longer: {slow[-5:]} s"
    assert len(slow) <= len(done) / 100 and not any(took > BUSY_S for took in slow), report


def test_no_request_waits_for_a_paused_store(tmp_path: Path) -> None:
    with ExitStack() as running:
        node = Node(tmp_path / "n").start()
        running.callback(node.kill)
        server = server_for(f"redis://127.0.0.1:{node.port}", tmp_path)
        running.callback(server.stop)
        server.start()
        token = server.react(nonce=nonce()).json["token"]
        requests: list[Callable[[Server], int]] = [
            lambda s: s.react(nonce=nonce()).status,
            lambda s: s.react(token=token, seq=2, reaction="sad").status,
            lambda s: s.get("/v1/bar?site=home&article=a").status,
            lambda s: s.get("/v1/comments?site=home&article=a").status,
            lambda s: s.get("/articles/talent-visa").status,
            lambda s: s.get("/desk/login").status,
            lambda s: s.get("/").status,
        ]
        with paused(node):
            numbers = iter(range(100_000))
            done = repeat(
                lambda: requests[next(numbers) % len(requests)](server), PAUSED_S, THREADS
            )
        assert_quick(done)
        assert {status for _, status in done} >= {200, 503}
        wait_for(lambda: server.react(nonce=nonce()).status == 200)
        shown = f"redis://127.0.0.1:{node.port}/0"
        assert f"store {shown} away: no answer within 1 s" in server.output()
        wait_for(lambda: f"store {shown} back after" in server.output())


def test_a_paused_shard_costs_its_own_stories_only(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "c", node_timeout_ms=60_000)
    with serving(cluster, tmp_path) as server:
        victim = cluster.owner_of(key_slot(b"rb:sites"))
        victim = next(node for node in cluster.primaries if node is not victim)
        here = story_in(cluster, victim, is_there=True)
        there = story_in(cluster, victim, is_there=False)
        names = iter(range(100_000))

        def votes(of: list[str]) -> Callable[[], int]:
            return lambda: server.react(article=of[next(names) % len(of)], nonce=nonce()).status

        before = repeat(votes(there), 2, 4)
        assert {status for _, status in before} == {200}
        with paused(victim):
            repeat(votes(here), 1.5, 8)  # the first calls find out
            refused = threading.Thread(target=lambda: found.extend(repeat(votes(here), 2, 4)))
            found: list[tuple[float, int]] = []
            refused.start()
            during = repeat(votes(there), 2, 4)
            refused.join()
        assert {status for _, status in found} == {503}
        assert {status for _, status in during} == {200}
        assert_quick(during + found)
        # The other four readers' refused votes take their share of two cores.
        assert len(during) > len(before) / 4, (len(during), len(before))
        wait_for(lambda: votes(here)() == 200)
