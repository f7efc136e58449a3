"""Back-ups between stores of different kinds, while readers vote, and with whatever interrupts."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.support.cluster import Cluster
from tests.faults.support.comparison import compare
from tests.faults.support.load import NO_LIMITS, Load, wait_for_votes
from tests.faults.support.node import Node, redis_7, until
from tests.support.server import ROOT, Serve, Server
from widget.store.connect import Connection
from widget.store.identity import is_half_restored

PASSWORD = "a-password-of-the-store"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path / "nodes")
    try:
        yield cluster.start()
    finally:
        cluster.end()


@contextmanager
def older_redis(folder: Path) -> Iterator[Node]:
    """Start a Redis 7, which cannot read what Valkey dumps."""
    node = Node(folder, "--requirepass", PASSWORD, program=redis_7(), password=PASSWORD).start()
    try:
        yield node
    finally:
        if node.is_running:
            node.kill()


def url_of(node: Node) -> str:
    return f"redis://:{PASSWORD}@{node.address}/3"


def at(server: Server, url: str, data_dir: Path) -> Server:
    """Return another server, not started, with the same secrets and another store."""
    secrets = server.env.get("READBACK_SECRETS") or str(server.data_dir / "secrets.json")
    data_dir.mkdir(exist_ok=True)
    return Server(data_dir, **{**NO_LIMITS, "READBACK_REDIS_URL": url, "READBACK_SECRETS": secrets})


def restored(path: Path, server: Server) -> None:
    """Restore a back-up into a server's store, and recount it."""
    done = server.cli("restore", str(path))
    assert done.returncode == 0, done.stderr
    verified = server.cli("verify")
    assert verified.returncode == 0, verified.stdout


def taken(server: Server, path: Path) -> Path:
    done = server.cli("backup", str(path))
    assert done.returncode == 0, done.stderr
    return path


def test_from_embedded_to_a_cluster_to_an_older_redis_and_back_while_readers_vote(
    cluster: Cluster, serve: Serve, tmp_path: Path
) -> None:
    own = serve(**NO_LIMITS)
    there = at(own, cluster.url, tmp_path / "there")
    with Load([own]) as load:
        wait_for_votes(load, 200)
        restored(taken(own, tmp_path / "one"), there)
        wait_for_votes(load, 200)
    for node in cluster.primaries:
        node("FLUSHALL")
    restored(taken(own, tmp_path / "two"), there)
    secrets_path = Path(there.env["READBACK_SECRETS"])
    found = compare(load, Connection(cluster.url, timeout_ms=5000), secrets_path)
    assert found.is_exact and found.votes, found

    there.start()
    try:
        with Load([there]) as load:
            wait_for_votes(load, 200)
            path = taken(there, tmp_path / "three")
            wait_for_votes(load, 50)
    finally:
        there.stop()
    with older_redis(tmp_path / "redis") as node:
        older = at(own, url_of(node), tmp_path / "older")
        restored(path, older)
        restored(taken(older, tmp_path / "four"), at(own, "", tmp_path / "back"))


@pytest.fixture(scope="module")
def filled(
    module_serve: Serve, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Path]]:
    """Return a server with a store that takes seconds to copy, and a back-up of it."""
    server = module_serve(**NO_LIMITS)
    client = Connection(f"unix://{server.data_dir}/valkey.sock", timeout_ms=5000).client
    pipe = client.pipeline(transaction=False)
    for number in range(12_000):
        pipe.hset(f"rb:{{news:{number % 32}}}:t:{number:022}", mapping={1: number, 2: 1})
    pipe.execute()
    yield server, taken(server, tmp_path_factory.mktemp("kept") / "whole")


def begun(server: Server, *arguments: str) -> subprocess.Popen[bytes]:
    program = [*Server.program, *arguments]
    return subprocess.Popen(program, cwd=ROOT, env=server.env, stderr=subprocess.PIPE)


def test_a_back_up_that_is_killed_leaves_no_file_of_that_name(
    filled: tuple[Server, Path], tmp_path: Path
) -> None:
    server, _ = filled
    path, partial = tmp_path / "kept", tmp_path / "kept.partial"
    running = begun(server, "backup", str(path))
    until(lambda: partial.exists() and partial.stat().st_size > 0, "some of it is written")
    running.kill()
    running.communicate()
    assert not path.exists()
    taken(server, path)
    assert os.listdir(tmp_path) == ["kept"]


@pytest.mark.parametrize("end", ["kill -9", "store away"])
def test_a_restore_that_is_interrupted_is_refused_until_it_is_repeated(
    filled: tuple[Server, Path], tmp_path: Path, end: str
) -> None:
    server, path = filled
    with older_redis(tmp_path / "redis") as node:
        there = at(server, url_of(node), tmp_path / "there")
        running = begun(there, "restore", str(path))
        connection = Connection(url_of(node), timeout_ms=5000)
        until(lambda: connection.client.dbsize() > 100, "some of it is there")
        if end == "kill -9":
            running.send_signal(signal.SIGKILL)
            running.communicate()
        else:
            node.kill()
            assert b"not complete" in running.communicate(timeout=60)[1]
            assert running.returncode == 1
            node.start()
        assert is_half_restored(connection.client)
        for command in ("verify", "serve"):
            refused = there.cli(command)
            assert refused.returncode != 0 and "readback restore PATH" in refused.stderr
        done = there.cli("restore", str(path))
        assert done.returncode == 0, done.stderr
        assert connection.client.hlen("rb:{news:7}:t:" + "11975".zfill(22)) == 2
        assert connection.client.dbsize() > 12_000
