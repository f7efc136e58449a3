"""Readback in front of a store that a test breaks, and what is asserted once it works again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.faults.support.comparison import Comparison, compare
from tests.faults.support.load import NO_LIMITS, Load
from tests.support.server import Server
from widget.secrets import new_secrets_file
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore


class Store(Protocol):
    """Several servers that a test starts, and ends in whatever state it left them."""

    @property
    def url(self) -> str: ...

    def start(self) -> object: ...

    def end(self) -> None: ...


@contextmanager
def serving(store: Store, folder: Path, **settings: str) -> Iterator[Server]:
    """Start a store and a server that uses it. End both when done."""
    try:
        store.start()
        server = server_for(store.url, folder, **settings)
        try:
            yield server.start()
        finally:
            server.stop()
    finally:
        store.end()


def server_for(url: str, folder: Path, **settings: str) -> Server:
    """Return a server, not started yet, that uses this store and has no limits.

    Servers in the same folder share their secrets.
    """
    secrets_path = folder / "secrets.json"
    if not secrets_path.exists():
        new_secrets_file(secrets_path)
    store = {"READBACK_REDIS_URL": url, "READBACK_SECRETS": str(secrets_path)}
    as_shipped = {"READBACK_REDIS_TIMEOUT_MS": ""}
    number = len(list(folder.glob("server*")))
    data_dir = folder / f"server{number}"
    data_dir.mkdir()
    return Server(data_dir, **{**NO_LIMITS, **store, **as_shipped, **settings})


def compared(load: Load, server: Server) -> Comparison:
    """Compare what the readers of a load remember with the store of a server."""
    url = server.env.get("READBACK_REDIS_URL") or EmbeddedStore(server.data_dir).url
    secrets_path = server.env.get("READBACK_SECRETS") or server.data_dir / "secrets.json"
    return compare(load, Connection(url, timeout_ms=5000), Path(secrets_path))


def assert_exact(load: Load, server: Server) -> Comparison:
    """Check that all that was acknowledged is stored once, and that all sums are right."""
    found = compared(load, server)
    assert found.is_exact, found
    assert found.votes, "no vote was acknowledged"
    recounted = server.cli("verify")
    assert recounted.returncode == 0, recounted.stdout + recounted.stderr
    return found
