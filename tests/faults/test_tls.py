"""Stores that speak TLS only, with client certificates, in each form of address."""

import gc
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.faults.support.authority import Authority, Signed
from tests.faults.support.node import redis_7, until
from tests.store.test_connect import votes_are_exact
from tests.support.server import ROOT, free_port
from widget.domain.errors import StoreUnavailable
from widget.store.connect import Connection
from widget.store.scripts import store_errors

PASSWORD = "p@ss/word"
ESCAPED = "p%40ss%2Fword"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def own(authority: Authority) -> Signed:
    """Return the certificate of servers, and of clients."""
    return authority.sign("own")


@pytest.fixture(scope="module")
def query(authority: Authority, own: Signed) -> str:
    files = {
        "ssl_ca_certs": authority.certificate,
        "ssl_certfile": own.certificate,
        "ssl_keyfile": own.key,
    }
    return "&".join(f"{name}={path}" for name, path in files.items())


Start = Callable[..., int]


@pytest.fixture
def start(tmp_path: Path, authority: Authority, own: Signed) -> Iterator[Start]:
    """Start servers that speak TLS only, and ask clients for a certificate."""
    with ExitStack() as running:

        def start(*options: str, configuration: str = "", program: str | None = None) -> int:
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            folder.mkdir()
            return running.enter_context(
                _server(folder, program or redis_7(), configuration, authority, own, *options)
            )

        yield start


@contextmanager
def _server(
    folder: Path, program: str, configuration: str, authority: Authority, own: Signed, *options: str
) -> Iterator[int]:
    port = free_port()
    (folder / "conf").write_text(configuration)
    tls = {
        "--port": "0",
        "--tls-port": str(port),
        "--tls-cert-file": str(own.certificate),
        "--tls-key-file": str(own.key),
        "--tls-ca-cert-file": str(authority.certificate),
        "--tls-replication": "yes",
        "--dir": str(folder),
    }
    arguments = [part for pair in tls.items() for part in pair]
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [program, str(folder / "conf"), *arguments, *options], stdout=log, stderr=log
        )
    try:
        until(lambda: "eady to accept" in (folder / "log").read_text() or _waits(folder), "it runs")
        yield port
    finally:
        process.kill()
        process.wait(20)


def _waits(folder: Path) -> bool:
    """Return whether a sentinel runs."""
    return "+monitor" in (folder / "log").read_text()


def refusal(url: str) -> str:
    with pytest.raises(StoreUnavailable) as problem, store_errors():
        Connection(url, timeout_ms=2000).client.get("rb:x")
    return problem.value.reason


def test_one_server_with_its_own_authority_and_a_client_certificate(
    start: Start, query: str, authority: Authority
) -> None:
    port = start("--requirepass", PASSWORD)
    votes_are_exact(Connection(f"rediss://:{ESCAPED}@localhost:{port}/1?{query}", timeout_ms=5000))
    assert "certificate" in refusal(f"rediss://:{ESCAPED}@localhost:{port}")
    only_ca = f"ssl_ca_certs={authority.certificate}"
    assert refusal(f"rediss://:{ESCAPED}@localhost:{port}?{only_ca}")
    assert refusal(f"rediss://:wrong@localhost:{port}?{query}").startswith("WRONGPASS")


def test_a_certificate_of_another_host_is_refused(
    start: Start, query: str, authority: Authority, tmp_path: Path
) -> None:
    other = authority.sign("other", "DNS:elsewhere.example")
    port = start("--tls-cert-file", str(other.certificate), "--tls-key-file", str(other.key))
    assert "match" in refusal(f"rediss://localhost:{port}?{query}")


def test_a_cluster_with_tls(start: Start, query: str) -> None:
    port = start(
        *("--cluster-enabled", "yes", "--tls-cluster", "yes", "--requirepass", PASSWORD),
        *("--cluster-port", str(free_port())),
    )
    node = Connection(f"rediss://:{ESCAPED}@127.0.0.1:{port}?{query}", timeout_ms=5000).client
    node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    until(lambda: b"cluster_state:ok" in node.execute_command("CLUSTER", "INFO"), "it is whole")
    url = f"rediss+cluster://:{ESCAPED}@127.0.0.1:{port}?{query}"
    votes_are_exact(Connection(url, timeout_ms=5000))


def test_sentinels_with_tls_and_credentials_of_their_own(start: Start, query: str) -> None:
    port = start("--requirepass", PASSWORD)
    sentinel = start(
        "--sentinel",
        configuration=(
            f"sentinel monitor mine 127.0.0.1 {port} 1\n"
            f'sentinel auth-pass mine "{PASSWORD}"\n'
            "user default off\n"
            f"{documented_user()}\n"
        ),
    )
    base = f"rediss+sentinel://:{ESCAPED}@127.0.0.1:{sentinel}/mine?{query}"
    url = f"{base}&sentinel_username=watcher&sentinel_password=s-pa%26ss"
    votes_are_exact(Connection(url, timeout_ms=5000))
    assert "NOAUTH" in refusal(base)
    wrong = refusal(f"{base}&sentinel_username=watcher&sentinel_password=wrong")
    assert "WRONGPASS" in wrong and "mine" in wrong
    # Threads follow a sentinel for as long as a connection needs its answer, and no longer.
    until(no_thread_follows, "the threads have ended")


def documented_user() -> str:
    """Return the user of sentinels that docs/deploy.md shows."""
    text = (ROOT / "docs" / "deploy.md").read_text()
    line = next(line for line in text.splitlines() if line.startswith("user watcher "))
    return line.replace("CHANGE-ME", "s-pa&ss")


def no_thread_follows() -> bool:
    gc.collect()
    return all(thread.name != "readback-sentinel" for thread in threading.enumerate())
