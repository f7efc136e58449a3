"""Real parts for tests: the Valkey server, a flushed store, people, a fixed clock."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Server
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Reactions

NOW_S = 1_762_934_400  # 2025-11-12 08:00 UTC


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStore]:
    server = EmbeddedStore(tmp_path_factory.mktemp("v"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def connection(redis_server: EmbeddedStore) -> Connection:
    connection = Connection(redis_server.url, timeout_ms=5000)
    connection.client.flushall()
    return connection


@pytest.fixture
def reactions(connection: Connection) -> Reactions:
    return Reactions(connection)


@pytest.fixture
def recount(connection: Connection) -> Recount:
    return Recount(connection)


@pytest.fixture
def site() -> Site:
    return Site("news", "The News", ("https://news.example",))


@pytest.fixture
def article() -> str:
    """An article nobody has voted on."""
    return f"story-{secrets.token_hex(6)}"


@pytest.fixture
def root() -> Path:
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(
        tmp_path_factory.mktemp("s"),
        READBACK_NEW_READERS="100000",
        READBACK_NEW_READERS_WIDE="100000",
        READBACK_READS="0",
    ).start()
    yield running
    running.stop()
