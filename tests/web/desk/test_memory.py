"""What hashing passwords leaves behind in a worker."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.processes import resident_bytes, workers
from tests.support.desk import DeskBrowser
from tests.support.server import Serve, Server

pytestmark = pytest.mark.hosts  # it takes a quarter of a minute: script/test-hosts runs it
THREADS = 8
PASSWORD_BYTES = 19456 << 10


def test_a_worker_gives_back_the_memory_of_every_password(serve: Serve) -> None:
    server = serve(
        READBACK_WORKERS="1", READBACK_THREADS=str(THREADS), READBACK_TRUSTED_PROXY_HOPS="1"
    )
    (worker,) = workers(server.process.pid)
    sign_in(server, THREADS)
    before = resident_bytes(worker)
    statuses = [status for _ in range(20) for status in sign_in(server, THREADS)]
    assert statuses.count(422) > 2 * THREADS  # these were hashed; the others found no place
    assert resident_bytes(worker) - before < PASSWORD_BYTES


def sign_in(server: Server, at_once: int) -> list[int]:
    """Sign in with wrong passwords, each as another editor from another network."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda _: wrong_password(server), range(at_once)))


def wrong_password(server: Server) -> int:
    first, second, third = secrets.token_bytes(3)
    browser = DeskBrowser(server, **{"X-Forwarded-For": f"9.{first}.{second}.{third}"})
    fields = {"name": secrets.token_hex(8), "password": secrets.token_hex(8)}
    return browser.post("/desk/login", **fields).status
