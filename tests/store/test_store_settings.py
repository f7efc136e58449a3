"""Settings of real servers that lose votes or availability: each has a line with its remedy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.support.node import Node, until
from tests.support.server import free_port
from widget.store.store_settings import UNKNOWN, findings

GOOD = ("--maxmemory", "100mb")
ACL = "user limited on >secret ~rb:* -@all +@connection +@hash"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "n"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("g") / "n", *GOOD).start()
    yield node
    node.kill()


@pytest.fixture
def nodes() -> Iterator[list[Node]]:
    nodes: list[Node] = []
    yield nodes
    for node in nodes:
        node.kill()


def started(nodes: list[Node], node: Node) -> str:
    nodes.append(node.start())
    return url_of(node)


def url_of(node: Node) -> str:
    return f"redis://{node.address}/0"


def settings_in(lines: list[str]) -> list[str]:
    return [line.partition(": ")[2].partition(" is ")[0] for line in lines]


def test_a_store_with_good_settings_has_no_line(good: Node) -> None:
    assert findings(url_of(good)) == []


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("maxmemory-policy", "allkeys-lru", "noeviction"),
        ("maxmemory-policy", "volatile-ttl", "noeviction"),
        ("appendonly", "no", "yes"),
        ("appendfsync", "no", "everysec"),
        ("maxmemory", "0", "three quarters"),
        ("timeout", "5", "0"),
    ],
)
def test_a_bad_setting_has_one_line_with_the_remedy(
    good: Node, setting: str, value: str, remedy: str
) -> None:
    [before] = good("CONFIG", "GET", setting).values()
    good("CONFIG", "SET", setting, value)
    try:
        [line] = findings(url_of(good))
        assert f"{setting} is {value}" in line and f"Set it to {remedy}" in line
        assert good.address in line
    finally:
        good("CONFIG", "SET", setting, before)


def test_a_cluster_s_settings_are_checked_on_its_primaries(folder: Path, nodes: list[Node]) -> None:
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    url = started(nodes, Node(folder, *GOOD, *cluster))
    nodes[0]("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    until(lambda: "cluster_state:ok" in str(nodes[0]("CLUSTER", "INFO")), "it serves all slots")
    lines = findings(url.replace("redis://", "redis+cluster://").removesuffix("/0"))
    assert settings_in(lines) == ["cluster-require-full-coverage", "cluster-node-timeout"]


def test_a_store_with_a_replica_should_need_it(folder: Path, nodes: list[Node]) -> None:
    url = started(nodes, Node(folder, *GOOD, "--repl-diskless-sync-delay", "0"))
    primary = nodes[0]
    started(nodes, Node(folder / "r", "--replicaof", f"127.0.0.1 {primary.port}"))
    until(lambda: nodes[1].has_its_primary, "the replica is in touch")
    [line] = findings(url)
    assert "min-replicas-to-write is 0" in line


def test_without_config_info_shows_the_grave_ones(folder: Path, nodes: list[Node]) -> None:
    bad = ("--maxmemory-policy", "allkeys-lru", "--appendonly", "no", "--maxmemory", "100mb")
    url = started(nodes, Node(folder, *bad, "--rename-command", "CONFIG", ""))
    assert settings_in(findings(url)) == ["maxmemory-policy", "appendonly"]


def test_a_store_that_refuses_to_say_has_one_line(good: Node) -> None:
    good("ACL", "SETUSER", *ACL.split()[1:])
    url = url_of(good)
    assert findings(url.replace("redis://", "redis://limited:secret@")) == [UNKNOWN]


@pytest.mark.parametrize("place", ["server", "cluster", "sentinel"])
def test_a_store_that_is_away_has_no_line(place: str) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    urls = {
        "server": f"redis://{nowhere}/0",
        "cluster": f"redis+cluster://{nowhere},127.0.0.1:{free_port()}",
        "sentinel": f"redis+sentinel://{nowhere}/mymaster",
    }
    assert findings(urls[place]) == []


def test_a_wrong_password_is_no_line_of_these(good: Node) -> None:
    assert findings(url_of(good).replace("redis://", "redis://nobody:wrong@")) == []
