"""An operator with a wrong address of the store: what the start says, and what mending it does."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.support.node import Node
from tests.support.server import Serve, Server, nonce, wait_for
from widget.commands.start_report import warn_if_elsewhere
from widget.secrets import new_secrets_file

PASSWORD = "pw@5ecret"
ESCAPED = "pw%405ecret"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Node]:
    """Return a store that does not run yet."""
    node = Node(tmp_path / "v")
    yield node
    if hasattr(node, "process"):
        node.end()


def test_a_wrong_address_is_said_until_it_is_mended(
    serve: Serve, store: Node, tmp_path: Path
) -> None:
    port = store.port
    new_secrets_file(tmp_path / "secrets.json")
    server = Server(
        serve.folder(),
        READBACK_REDIS_URL=f"redis://readback:{ESCAPED}@127.0.0.1:{port}/0",
        READBACK_SECRETS=str(tmp_path / "secrets.json"),
    )
    serve.start(server)

    # Nothing listens there.
    named = f"The store (redis://127.0.0.1:{port}/0)"
    assert f"ERROR {named} does not answer: connection refused. Nothing accepts" in server.output()
    assert f"{server.origin}, but takes no votes until its store answers" in server.output()
    assert f"Stories: 3 from {Path.cwd() / 'articles'}" in server.output()
    assert f"Desk: {server.origin}/desk" in server.output()
    wait_for(lambda: server.get("/healthz").body != b"ok\n")
    assert server.get("/healthz").status == 200 and server.get("/readyz").status == 503
    refused = server.cli("site", "add", "news", "--origin", "https://news.example")
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"Store: redis://127.0.0.1:{port}/0 (from the environment)",
        f"readback: No site was added. {named} does not answer: connection refused. Nothing "
        "accepts connections there: start the store, or correct READBACK_REDIS_URL",
    ]

    # Another password is right.
    store.start()
    store("ACL", "SETUSER", "readback", "on", ">another", "~*", "+@all")
    wait_for(lambda: f"{named} refuses: WRONGPASS" in server.output())
    assert "Correct the user and the password in READBACK_REDIS_URL" in server.output()
    refused = server.cli("verify")
    assert "Nothing was recounted" in refused.stderr and "WRONGPASS" in refused.stderr
    assert "@ : / ? # & % in the user or the password as %40" in refused.stderr

    # It is mended.
    store("ACL", "SETUSER", "readback", f">{PASSWORD}")
    wait_for(lambda: re.search(r"The store .* answers after \d+ s", server.output()) is not None)
    wait_for(lambda: "one-time link" in server.output())
    wait_for(lambda: server.react(nonce=nonce()).status == 200)
    wait_for(lambda: server.get("/healthz").body == b"ok\n")
    server.prepare("verify")

    # It is away again when the server ends.
    store.end()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    last = server.output().splitlines()[-1]
    assert f"has stopped without its store (redis://127.0.0.1:{port}/0)" in last
    shown = server.output() + refused.stderr
    assert PASSWORD not in shown and ESCAPED not in shown and "5ecret" not in shown


def test_a_start_says_that_gunicorn_listens_elsewhere(caplog: pytest.LogCaptureFixture) -> None:
    warn_if_elsewhere(["127.0.0.1:8000"], "127.0.0.1:8000")
    assert not caplog.messages
    warn_if_elsewhere(["0.0.0.0:80", "unix:/run/x"], "127.0.0.1:8000")
    [said] = caplog.messages
    assert "0.0.0.0:80, unix:/run/x" in said and "Unset GUNICORN_CMD_ARGS" in said
