"""One shard of three is dead, or hangs, and nobody takes over: only its own stories are refused."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from redis.crc import key_slot

from tests.faults.support.cluster import Cluster
from tests.faults.support.node import Node, until
from tests.faults.support.served import server_for, serving
from tests.support.commenter import Commenter
from tests.support.server import Server, nonce, wait_for
from widget.domain.article import resolve_for
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.sites import Sites

SITES = tuple(f"site-{number}" for number in range(4))
LIMITS = {  # high, but looked at: each has a key of its own
    "READBACK_NEW_STORIES": "10000",
    "READBACK_NETWORK_VOTES": "10000",
    "READBACK_NETWORK_COMMENTS": "10000",
    "READBACK_TRUSTED_PROXY_HOPS": "1",
    "READBACK_WORKERS": "1",  # one that has read everything, and in the new server one that has not
}
SLOWEST_S = 1.5


def origin_of(site: str) -> str:
    return f"https://{site}.example"


@dataclass
class Served:
    cluster: Cluster
    server: Server
    folder: Path
    tokens: dict[str, list[str]]
    stories: Iterator[str] = field(default_factory=lambda: map("story-{}".format, range(10**9)))

    def owner(self, key: str) -> Node:
        return self.cluster.owner_of(key_slot(key.encode()))

    def stories_not_at(self, site: str, slots: set[int], most: int) -> list[str]:
        """Return new stories of a site in partitions of other shards."""
        found: list[str] = []
        while len(found) < most:
            story = next(self.stories)
            partition = resolve_for(Site(site, site, ()), story).partition
            if key_slot(keys.stem(site, partition).encode()) not in slots:
                found.append(story)
        return found

    def slots_of(self, node: Node) -> set[int]:
        entries = [e for e in node("CLUSTER", "SLOTS") if e[2][1] == node.port]
        return {slot for low, high, *_ in entries for slot in range(low, high + 1)}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("c")
    cluster = Cluster(folder / "nodes", "--cluster-replica-no-failover", "yes")
    with serving(cluster, folder, **LIMITS) as server:
        sites = Sites(Connection(cluster.url, timeout_ms=5000), Site("home", "Readback", ()))
        for site in SITES:
            sites.add(Site(site, site, (origin_of(site),)))
        served = Served(cluster, server, folder, {})
        for site in SITES:
            served.tokens[site] = [token_of(server, site, number) for number in range(5)]
        yield served


def token_of(server: Server, site: str, number: int) -> str:
    body = {"site": site, "article": "first", "reaction": "love", "seq": 1, "nonce": nonce()}
    answer = server.react(origin=origin_of(site), address=f"192.0.2.{number}", **body)
    assert answer.status == 200, answer.body
    return str(answer.json["token"])


def visit(served: Served, server: Server, site: str, story: str) -> Counter[str]:
    """Read, vote and comment as readers who are known and as new ones, and count the answers."""
    origin, number = origin_of(site), int.from_bytes(nonce().encode()[:2], "big")
    new = f"198.51.{number % 250}.{number // 250 % 250}"
    known = served.tokens[site][number % 5]
    fields = {"site": site, "article": story, "reaction": "love"}
    commenter = Commenter(server, story, site=site, origin=origin, address=new)
    began_s = time.monotonic()
    answers = {
        "new": server.react(origin=origin, address=new, seq=1, nonce=nonce(), **fields),
        "known": server.react(origin=origin, seq=1, token=known, **fields),
        "bar": server.uncached(bar(site, story)),
        "comment": commenter.post(f"A comment {nonce()}."),
        "comments": server.uncached(f"/v1/comments?site={site}&article={story}"),
    }
    assert time.monotonic() - began_s < SLOWEST_S * len(answers)
    return Counter(f"{what} {answer.status}" for what, answer in answers.items())


def bar(site: str, story: str) -> str:
    return f"/v1/bar?site={site}&article={story}"


def visits(served: Served, server: Server, site: str, slots: set[int]) -> Counter[str]:
    stories = served.stories_not_at(site, slots, 4)
    return sum((visit(served, server, site, story) for story in stories), Counter[str]())


SERVED = Counter(["new 200", "known 200", "bar 200", "comment 201", "comments 200"])
ALL_SERVED = SERVED + SERVED + SERVED + SERVED
ALL_REFUSED = Counter({f"{answer[:-4]} 503": 4 for answer in SERVED})


# Shard 1 has the hash of all sites.
@pytest.mark.parametrize(("away", "shard"), [("killed", 1), ("paused", 0), ("paused", 1)])
def test_the_other_shards_stories_are_served_at_once_and_by_a_new_server_too(
    served: Served, away: str, shard: int
) -> None:
    victim = served.cluster.nodes[shard]
    slots = served.slots_of(victim)
    assert len(slots) > 5000
    lost = [site for site in SITES if served.owner(keys.aliases(site)) is victim]
    kept = [site for site in SITES if site not in lost]
    if away == "killed":
        victim.kill()
    else:
        victim.pause()
    try:
        for site in SITES:
            assert visits(served, served.server, site, slots) == ALL_SERVED, site
        lists_leave_out_what_is_away(served, slots)
        new = server_for(served.cluster.url, served.folder, **LIMITS)
        try:
            new.start()
            for site in kept:
                assert visits(served, new, site, slots) == ALL_SERVED, site
            for site in lost:
                assert visits(served, new, site, slots) == ALL_REFUSED, site
        finally:
            new.stop()
    finally:
        if away == "killed":
            victim.start()
        else:
            victim.resume()
    served.cluster.wait_until_whole()
    wait_for(lambda: votes_everywhere(served, slots))


def lists_leave_out_what_is_away(served: Served, slots: set[int]) -> None:
    """See that a list answers for each story whose shard is there, and names the others."""
    site, others = SITES[0], set(range(16384)) - slots
    there = served.stories_not_at(site, slots, 3)
    away = served.stories_not_at(site, others, 2)
    names = [away[0], *there, away[1], "https://elsewhere.example/x"]
    query = "&".join(f"article={name}" for name in names)
    for path in ("/v1/counts", "/v1/comments/counts"):
        answer = served.server.uncached(f"{path}?site={site}&{query}")
        assert answer.status == 200, answer.body
        assert answer.json["away"] == away
        assert {name: bool(found) for name, found in answer.json["articles"].items()} == {
            **dict.fromkeys(there, True),
            names[-1]: False,
        }
        alone = served.server.uncached(f"{path}?site={site}&article={away[0]}")
        assert alone.status == 503


def votes_everywhere(served: Served, slots: set[int]) -> bool:
    others = set(range(16384)) - slots
    [story] = served.stories_not_at(SITES[0], others, 1)
    return visit(served, served.server, SITES[0], story) == SERVED


def test_a_changed_site_is_served_to_votes_although_its_own_slot_is_away(served: Served) -> None:
    site = next(s for s in SITES if served.owner(keys.site(s)) is not served.owner(keys.sites()))
    victim = served.owner(keys.site(site))
    victim.pause()
    try:
        changed = served.server.cli("site", "set", site, "--name", "Changed")
        assert changed.returncode == 0, changed.stdout + changed.stderr
    finally:
        victim.resume()
    until(
        lambda: '"Changed"' in str(victim("HGET", keys.site(site), "site")),
        "the change has been copied",
        20,
    )
    recounted = served.server.cli("verify")  # after all that this file did
    assert recounted.returncode == 0, recounted.stdout + recounted.stderr
