"""Failures: the store is away or killed, the server or a worker is killed, a setting is wrong."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.forms import form_on, forms_of
from tests.support.programs import store_pids
from tests.support.server import ROOT, Serve, Server, nonce, settled, wait_for
from widget.store.embedded import EmbeddedStore


@pytest.fixture
def own(serve: Serve) -> Server:
    """Start a server that a test may break."""
    return serve(READBACK_NEW_READERS="100000", READBACK_NEW_READERS_WIDE="100000")


def test_a_server_without_its_store_answers_503_and_recovers_by_itself(
    serve: Serve, tmp_path: Path
) -> None:
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    secrets = tmp_path / "secrets.json"
    made = subprocess.run(
        [sys.executable, "-m", "widget.commands", "secrets", "new", str(secrets)], cwd=ROOT
    )
    assert made.returncode == 0 and secrets.stat().st_mode & 0o777 == 0o600
    server = serve(READBACK_REDIS_URL=store.url, READBACK_SECRETS=str(secrets))
    try:
        token = server.react(nonce=nonce()).json["token"]
        server.react(nonce=nonce(), article="talent-visa-2025")
        wait_for(lambda: b"data-count" in server.get("/").body)
        editor = invited(server, "ed", "home:editor")
        settings = form_on(editor, "/desk/home/settings/", "Save", to="closing")
        reader = DeskBrowser(server)
        page = "/articles/talent-visa/comments?write=1"
        comment = form_on(reader, page, "Send").fill(name="Ana", text="A long thought.")
        store.stop()
        refused = server.react(token=token, seq=2, reaction="sad")
        assert (refused.status, refused.code) == (503, "store_unavailable")
        assert int(refused.headers["Retry-After"]) > 0
        assert refused.headers["Access-Control-Allow-Origin"] == server.origin
        wait_for(lambda: server.get("/v1/bar?site=home&article=a&x=1").status == 503)
        assert server.get("/articles/talent-visa").status == 200
        settled(lambda: server.get("/").headers["Cache-Control"], "no-store")  # in every worker
        front = server.get("/")
        assert front.status == 200 and b"/articles/talent-visa" in front.body
        assert b"data-count" not in front.body
        statement = server.get("/integrity/home")
        assert statement.status == 503 and statement.body.endswith(b"</html>")
        assert statement.headers["Cache-Control"] == "no-store"
        # A form keeps what was typed, for when the store is back.
        typed = [settings.fill(open_days="17").press("Save"), comment.press("Send")]
        assert [answer.status for answer in typed] == [503, 503]
        [saving] = forms_of(editor, settings.page, typed[0])
        [sending] = forms_of(reader, page, typed[1])
        assert b"A long thought." in typed[1].body
        store = EmbeddedStore(tmp_path / "store")
        store.start()
        settled(lambda: server.get("/v1/bar?site=home&article=a&x=2").status, 200)
        assert server.counts()["counts"]["love"] == 1
        assert saving.press("Send again").status == 303
        assert sending.press("Send again").status == 303
        assert server.react(token=token, seq=2, reaction="sad").json["counts"]["sad"] == 1
    finally:
        server.stop()
        store.stop()


def test_a_killed_worker_is_replaced_and_its_vote_counts_once(own: Server) -> None:
    me = nonce()
    own.react(nonce=me)
    os.kill(own.workers()[0], signal.SIGKILL)
    wait_for(lambda: answers_ok(own, me))
    assert own.counts()["total"] == 1


def answers_ok(server: Server, me: str) -> bool:
    try:
        return server.react(nonce=me).status == 200
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT])
def test_ctrl_c_and_sigterm_stop_the_server_cleanly_with_one_line(
    own: Server, how: signal.Signals
) -> None:
    own.process.send_signal(how)
    assert own.process.wait(20) == 0
    assert own.output().endswith("Readback has stopped; every vote is on disk.\n")
    assert "Traceback" not in own.output()
    assert store_pids(own.data_dir) == []


def test_a_port_in_use_ends_the_second_start_with_one_line(own: Server, tmp_path: Path) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "widget.commands", "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**own.env, "READBACK_DATA_DIR": str(tmp_path / "other")},
        timeout=20,
    )
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1 and f"PORT={own.port}" in second.stderr


@pytest.mark.parametrize("bind", ["203.0.113.1", "nosuch.invalid"])
def test_an_address_of_another_machine_is_named_as_the_error(own: Server, bind: str) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "widget.commands", "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**own.env, "READBACK_BIND": bind},
        timeout=20,
    )
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1 and "READBACK_BIND" in second.stderr


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"READBACK_REDIS_URL": "redis://127.0.0.1"}, "READBACK_SECRETS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"READBACK_FSYNC": "no"}, "READBACK_FSYNC"),
        ({"READBACK_TRUSTED_PROXY_HOPS": "1", "READBACK_BIND": "0.0.0.0"}, "HOPS"),
        ({"READBACK_SECRETS": "/nonexistent", "READBACK_REDIS_URL": "redis://h"}, "REDIS_URL"),
        ({"READBACK_ARTICLES_DIR": "/nonexistent"}, "READBACK_ARTICLES_DIR"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_one_line(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    server = Server(tmp_path / "d", **environment)
    run = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=server.env,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert run.returncode == 1
    assert named in run.stderr and run.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"READBACK_SECRETS": "/nonexistent"}, "READBACK_SECRETS"),
        ({"READBACK_DATA_DIR": "/proc/none"}, "READBACK_DATA_DIR"),
        ({"READBACK_PUBLIC_URL": "foo"}, "READBACK_PUBLIC_URL"),
    ],
)
@pytest.mark.parametrize("how", ["readback serve", "gunicorn"])
def test_a_start_checks_what_it_needs_before_any_worker_starts(
    tmp_path: Path, environment: dict[str, str], named: str, how: str
) -> None:
    server = Server(tmp_path / "d", **environment)
    command = {
        "readback serve": [sys.executable, "-m", "widget.commands", "serve"],
        "gunicorn": [str(Path(sys.executable).with_name("gunicorn"))],
    }
    run = subprocess.run(
        command[how], cwd=ROOT, env=server.env, capture_output=True, text=True, timeout=20
    )
    assert run.returncode == 1 and "Readback is at" not in run.stdout
    assert named in run.stderr and run.stderr.count("\n") == 1


def test_idle_connections_do_not_block_new_ones(server: Server) -> None:
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        for connection in idle:  # kept alive after a response, as browsers and proxies do
            connection.sendall(f"HEAD / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
            assert connection.recv(4096).startswith(b"HTTP/1.1 200")
        assert server.get("/").status == 200
    finally:
        for connection in idle:
            connection.close()
