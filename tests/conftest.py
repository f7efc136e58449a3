"""Fixtures for all tests: a real Valkey, an empty store, real servers, a fixed time."""

import os
import secrets
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.guarded import check_every_call
from tests.support.server import PROGRAM, UNLIMITED, Serve, Server
from widget.domain.clock import MACHINE
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Reactions

NOW_S = 1_762_934_400  # 2025-11-12 08:00 UTC


@pytest.fixture(scope="session", autouse=True)
def guarded_scripts() -> Iterator[None]:
    """Check in all tests that scripts declare the guard of half-moved slots."""
    with pytest.MonkeyPatch.context() as patch:
        check_every_call(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_settings_file() -> Iterator[None]:
    """Keep a settings file of the checkout out of all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READBACK_ENV_FILE", os.devnull)
        yield


@pytest.fixture(autouse=True)
def machines_clock() -> Iterator[None]:
    """Forget after a test what a command in this process measured of its store's clock."""
    before = dict(vars(MACHINE))
    yield
    vars(MACHINE).update(before)


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
    """Return the name of an article without votes."""
    return f"story-{secrets.token_hex(6)}"


@pytest.fixture
def root() -> Path:
    return Path(__file__).parent.parent


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers for one test: ``serve(READBACK_READS="0")``."""
    with closing(Serve(tmp_path_factory.mktemp)) as serve:
        yield serve


@pytest.fixture(scope="module")
def module_serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers that the tests of one file share."""
    with closing(Serve(tmp_path_factory.mktemp)) as serve:
        yield serve


@pytest.fixture(scope="session")
def session_serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Start servers that all tests share."""
    with closing(Serve(tmp_path_factory.mktemp)) as serve:
        yield serve


@pytest.fixture(scope="session")
def server(session_serve: Serve) -> Server:
    return session_serve(**UNLIMITED)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With a server other than the usual one, leave out the tests that start none."""
    if PROGRAM == "gunicorn":
        return
    starters = {"serve", "module_serve", "session_serve"}
    ones = [item for item in items if isinstance(item, pytest.Function)]
    left_out = [item for item in ones if not starters & set(item.fixturenames)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the logs of a failed test's servers to its report."""
    report = yield
    if report.failed:
        for serve in item.funcargs.values():
            if isinstance(serve, Serve):
                report.sections += [(f"log of {s.origin}", s.tail()) for s in serve.servers]
    return report
