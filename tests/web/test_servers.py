"""What gunicorn and granian both promise, on connections of a running server."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from tests.support.programs import store_pids
from tests.support.server import PROGRAM, UNLIMITED, Serve, Server, nonce, wait_for
from widget.commands import serve as command
from widget.settings import SettingError, Settings

VOTE = b'{"site":"home","article":"servers","reaction":"love","seq":1,"nonce":"%s"}'


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED)


@contextmanager
def line_to(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        yield line


def head(server: Server, first: str, *fields: str) -> bytes:
    host = f"Host: 127.0.0.1:{server.port}"
    return "\r\n".join((f"{first} HTTP/1.1", host, *fields, "", "")).encode()


def vote_head(server: Server, *fields: str) -> bytes:
    body = f"Content-Length: {len(vote())}"
    origin = f"Origin: {server.origin}"
    return head(server, "POST /v1/react", origin, "Content-Type: text/plain", body, *fields)


def vote() -> bytes:
    return VOTE % nonce().encode()


def all_of(line: socket.socket) -> bytes:
    received = b""
    while part := line.recv(65536):
        received += part
    return received


def answered(server: Server, sent: bytes) -> bytes:
    """Send these bytes, the last of which ask for the end, and return all that comes."""
    with line_to(server) as line:
        line.sendall(sent)
        return all_of(line)


def status(server: Server, sent: bytes) -> int:
    return int(answered(server, sent).split(b" ")[1])


CLOSE = "Connection: close"


def test_the_setting_names_the_server_that_answers(own: Server) -> None:
    assert own.get("/healthz").headers["Server"].startswith(PROGRAM)


@pytest.mark.parametrize(
    ("first", "fields", "expected"),
    [
        (f"GET /{'a' * 5000}", (), 414),
        ("GET /healthz", tuple(f"X-{n}: 1" for n in range(60)), 431),
        ("GET /healthz", tuple(f"X-{n}: 1" for n in range(40)), 200),
        ("GET /healthz", ("X-Long: " + "a" * 20000,), 431),
        ("GET /healthz", ("X-Long: " + "a" * 3000,), 200),
    ],
)
def test_a_head_has_limits(own: Server, first: str, fields: tuple[str, ...], expected: int) -> None:
    assert status(own, head(own, first, *fields, CLOSE)) == expected


@pytest.mark.parametrize(
    "field", ["X\0: 1", "X Y: 1", "X(: 1", "X\x7f: 1", ": 1", "X : 1", "X: 1\r\n folded", "X: \0"]
)
def test_a_header_field_with_an_odd_byte_is_no_request(own: Server, field: str) -> None:
    sent = head(own, "GET /healthz", field) + head(own, "GET /smuggled", CLOSE)
    received = answered(own, sent)
    assert received.startswith(b"HTTP/1.1 400") and received.count(b"HTTP/1.1") == 1


def test_two_lengths_that_differ_are_no_request(own: Server) -> None:
    for second in ("3", "2, 3", "0x2", "-2", ""):
        fields = ("Content-Length: 2", f"Content-Length: {second}")
        received = answered(own, head(own, "POST /v1/react", *fields) + b"{}")
        assert received.startswith(b"HTTP/1.1 400") and received.count(b"HTTP/1.1") == 1


def test_answers_without_a_body_keep_the_connection_in_step(own: Server) -> None:
    bar = "/v1/bar?site=home&article=step"
    tag = own.get(bar).headers["ETag"]
    sent = (
        head(own, "HEAD /")
        + head(own, f"GET {bar}", f"If-None-Match: {tag}")
        + head(own, "OPTIONS /v1/react", f"Origin: {own.origin}")
        + head(own, f"HEAD {bar}", CLOSE)
    )
    received = answered(own, sent)
    heads = received.split(b"\r\n\r\n")
    assert heads.pop() == b""
    assert [int(head[9:12]) for head in heads] == [200, 304, 204, 200]
    for kept in (heads[0], heads[3]):  # the length that GET would have
        assert b"content-length: 0" not in kept.lower() and b"content-length: " in kept.lower()


def test_a_client_may_wait_to_be_told_to_go_on(own: Server) -> None:
    with line_to(own) as line:
        line.sendall(vote_head(own, "Expect: 100-continue", CLOSE))
        assert line.recv(100).startswith(b"HTTP/1.1 100 ")
        line.sendall(vote())
        assert all_of(line).startswith(b"HTTP/1.1 200 ")


def test_requests_that_are_sent_ahead_are_answered_in_order(own: Server) -> None:
    paths = ["/healthz", "/v1/bar?site=home&article=ahead", "/nothing", "/readyz"] * 5
    sent = b"".join(head(own, f"GET {path}") for path in paths)
    votes = b"".join(vote_head(own) + vote() for _ in range(5))
    received = answered(own, sent + votes + head(own, "GET /healthz", CLOSE))
    found = [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]
    assert found == [200, 200, 404, 200] * 5 + [200] * 6


def test_a_client_that_closes_its_half_of_the_connection_is_answered(own: Server) -> None:
    vote_sent = vote_head(own) + vote()
    for sent in (head(own, "GET /healthz"), head(own, "GET /"), vote_sent, vote_sent * 3):
        with line_to(own) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            answers = all_of(line).count(b"HTTP/1.1 200")
        requests = sent.count(b" HTTP/1.1\r\n")
        # granian drops such a connection as soon as it has noticed: docs/deploy.md.
        assert answers == requests or (PROGRAM == "granian" and answers < requests)
    with line_to(own) as line:
        line.sendall((vote_head(own) + vote())[:-9])
        line.shutdown(socket.SHUT_WR)
        assert b" 200 " not in all_of(line)[:20], "half a vote is none"


def test_a_connection_of_version_1_0_is_closed(own: Server) -> None:
    sent = head(own, "GET /healthz").replace(b"HTTP/1.1", b"HTTP/1.0")
    assert answered(own, sent).endswith(b"ok\n")


def test_300_idle_and_half_sent_requests_stop_nobody_else(own: Server) -> None:
    with ExitStack() as open_lines:
        for n in range(300):
            line = open_lines.enter_context(line_to(own))
            line.sendall((b"", head(own, "GET /")[:-2], vote_head(own) + b"{")[n % 3])
        for _ in range(5):
            assert own.get("/healthz").status == 200
            assert own.react(nonce=nonce()).status == 200
            assert own.get("/readyz").status == own.get("/").status == 200


def test_what_asks_for_another_protocol_gets_an_answer_in_this_one(own: Server) -> None:
    fields = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    with line_to(own) as line:
        line.sendall(head(own, "GET /v1/bar?site=home&article=a", *fields, key))
        assert int(line.recv(4096)[9:12]) in (200, 403)
    assert own.get("/healthz").status == 200


@pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it
@pytest.mark.skipif(PROGRAM == "granian", reason="nothing ends a slow body there (docs/deploy.md)")
def test_what_never_comes_is_given_up(own: Server) -> None:
    begun = (b"", head(own, "GET /")[:-2], vote_head(own), vote_head(own) + b"{")
    with ExitStack() as open_lines:
        lines = [open_lines.enter_context(line_to(own)) for _ in begun]
        for line, sent in zip(lines, begun, strict=True):
            line.sendall(sent)
            line.settimeout(40)
        said = [all_of(line) for line in lines]
    assert said[:2] == [b"", b""]
    assert [one.split(b" ")[1] for one in said[2:]] == [b"408"] * 2


def test_idle_connections_make_room_for_others(serve: Serve) -> None:
    server = serve(**UNLIMITED, GUNICORN_CMD_ARGS="--worker-connections 10")
    with ExitStack() as open_lines:
        for _ in range(60):
            open_lines.enter_context(line_to(server))
        for _ in range(40):
            assert server.react(nonce=nonce()).status == 200


@pytest.mark.parametrize(
    "part", ["half a head", "half a body", "a body too long", "what nobody reads"]
)
def test_connections_that_wait_for_their_client_make_room_for_others(
    serve: Serve, part: str
) -> None:
    server = serve(**UNLIMITED, GUNICORN_CMD_ARGS="--worker-connections 10")
    sent = {
        "half a head": head(server, "GET /")[:-2],
        "half a body": vote_head(server) + b"{",
        "a body too long": head(server, "POST /v1/react", "Content-Length: 99999999"),
        "what nobody reads": head(server, "GET /embed.js") * 500,
    }[part]
    with ExitStack() as open_lines:
        for _ in range(30):
            line = open_lines.enter_context(socket.socket())
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.connect(("127.0.0.1", server.port))
            line.settimeout(0.2)
            with suppress(OSError):  # it may have made room already
                line.sendall(sent)
            time.sleep(0.02)  # in a burst, connections are closed that have not been read yet
        for _ in range(20):
            wait_for(partial(is_taken, server, nonce()), 5)


def test_a_hang_up_brings_new_workers_and_loses_no_vote(own: Server) -> None:
    before = set(own.workers())
    own.react(article="hup", nonce=nonce())
    os.kill(own.process.pid, signal.SIGHUP)
    cast = 1
    while before & set(own.workers()) or cast < 5:
        wait_for(partial(is_taken, own, nonce()), 60)
        cast += 1
    wait_for(lambda: len(own.workers()) == 2)
    assert own.counts("hup")["total"] == cast


def is_taken(server: Server, me: str) -> bool:
    """Send a reader's vote, which counts once however often it is sent."""
    try:
        return server.react(article="hup", nonce=me).status == 200
    except OSError:
        return False  # gunicorn cuts connections off that its old workers had


@pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it
@pytest.mark.parametrize("name", ["gunicorn", "granian"])
def test_workers_that_hang_while_they_serve_or_start_are_replaced(serve: Serve, name: str) -> None:
    server = serve(**UNLIMITED, READBACK_SERVER=name, READBACK_WORKERS="3")
    wait_for(lambda: len(server.workers()) == 3)
    assert server.react(article="hangs", nonce=nonce()).status == 200
    healthy, serving, killed = server.workers()
    hung = [serving]
    try:
        os.kill(serving, signal.SIGSTOP)
        hung.append(stopped_successor(server, killed))
        if name == "gunicorn":  # granian's workers have a share of the connections each
            assert are_counted(server, 8)
        wait_for(lambda: not set(hung) & set(server.workers()) and len(server.workers()) == 3, 90)
        assert healthy in server.workers()
    finally:
        for pid in hung:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
    assert are_counted(server, 12)
    assert server.counts("hangs")["total"] == (21 if name == "gunicorn" else 13)


def are_counted(server: Server, votes: int) -> bool:
    """Cast new readers' votes, and say whether all of them count."""
    return all(server.react(article="hangs", nonce=nonce()).status == 200 for _ in range(votes))


def stopped_successor(server: Server, worker: int) -> int:
    """Kill a worker, and stop its successor at once, before it serves. Return that one's id."""
    master = server.process.pid
    listed = Path(f"/proc/{master}/task/{master}/children")
    before = set(listed.read_text().split())
    os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while not (found := set(listed.read_text().split()) - before):
        assert time.monotonic() < deadline, "no successor"
    [pid] = map(int, found)
    os.kill(pid, signal.SIGSTOP)
    return pid


def test_a_killed_master_leaves_port_and_store_to_the_next_start(serve: Serve) -> None:
    server = serve(**UNLIMITED)
    assert server.react(article="killed", nonce=nonce()).status == 200
    workers = server.workers()
    assert len(workers) == 2
    server.process.kill()
    server.process.wait(20)
    server.log.close()
    server.start()
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers))
    assert len(store_pids(server.data_dir)) == 1
    assert server.counts("killed")["total"] == 1


def test_a_stop_waits_for_a_request_that_has_begun(serve: Serve) -> None:
    server = serve(**UNLIMITED)
    with line_to(server) as line:
        line.sendall(vote_head(server, CLOSE) + vote()[:10])
        wait_for(lambda: server.get("/healthz").status == 200)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0  # a body that never comes does not keep it
    assert server.output().endswith("Readback has stopped; every vote is on disk.\n")


def test_a_server_that_is_not_installed_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings.from_env({"READBACK_SERVER": "granian"})
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(SettingError) as refused:
        command.program_of(settings)
    said = str(refused.value)
    assert "requirements-granian.lock" in said and sys.executable in said and "\n" not in said
    assert command.program_of(Settings.from_env({})) == (
        "gunicorn",
        "-c",
        "python:widget.commands.gunicorn_conf",
    )


def test_an_unknown_server_is_refused() -> None:
    with pytest.raises(SettingError, match="READBACK_SERVER='uwsgi': must be gunicorn or granian"):
        Settings.from_env({"READBACK_SERVER": "uwsgi"})
