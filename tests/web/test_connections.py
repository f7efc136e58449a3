"""A body that is not read to its end never becomes the next request: raw bytes to real workers."""

import re
import socket
from http.client import HTTPException

import pytest

from tests.support.server import PROGRAM, UNLIMITED, Serve, Server

PATHS = [
    "/v1/react",
    "/v1/comments",
    "/v1/forget",
    "/v1/bar?site=home&article=a",
    "/openheart/home/a",
    "/articles/talent-visa/react",
    "/desk/login",
    "/healthz",
    "/static/css/pages.css",
]
CHUNKED = "Transfer-Encoding: chunked\r\n"
BODIES = {
    "chunks to their end": (CHUNKED, "4\r\nabcd\r\n0\r\n\r\n"),
    "chunks cut off": (CHUNKED, "40\r\nabcd"),
    "chunks cut off before a size": (CHUNKED, "4\r\nabcd\r\n"),
    "a chunk of no size": (CHUNKED, "zz\r\n"),
    "a chunk of a size too large": (CHUNKED, "fffffffffffffffff\r\n"),
    "chunks without an end of line": (CHUNKED, "4\r\nabcde"),
    "more than the limit": ("Content-Length: 20000\r\n", "x" * 300),
    "far more than the limit": ("Content-Length: 99999999999\r\n", "x" * 300),
}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(**UNLIMITED)


def head(server: Server, method: str, path: str, more: str = "") -> str:
    host = f"Host: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}\r\n"
    return f"{method} {path} HTTP/1.1\r\n{host}Content-Type: text/plain\r\n{more}\r\n"


def answers(server: Server, sent: str, *, ends: bool = False) -> list[tuple[int, bool]]:
    """Send these bytes, and return each answer's status, and whether it announces the end.

    :param ends: the client says that nothing more comes. Else the server must end the connection.
    """
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(sent.encode())
        if ends:
            line.shutdown(socket.SHUT_WR)
        while part := line.recv(65536):
            received += part
    heads = re.findall(rb"HTTP/1\.1 (\d{3}) (.*?\r\n\r\n)", received, re.DOTALL)
    return [(int(status), b"\r\nconnection: close\r\n" in rest.lower()) for status, rest in heads]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_that_is_not_read_ends_the_connection(
    own: Server, method: str, path: str, body: str
) -> None:
    header, raw = BODIES[body]
    [(_, closes)] = answers(own, head(own, method, path, header) + raw + head(own, "GET", "/smug"))
    assert closes


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_shorter_than_its_length_takes_the_next_request_with_it(
    own: Server, method: str, path: str
) -> None:
    sent = head(own, method, path, "Content-Length: 900\r\n") + "{}" + head(own, "GET", "/smug")
    assert len(answers(own, sent, ends=True)) <= 1


def test_two_lengths_or_an_unknown_coding_are_no_request(own: Server) -> None:
    for more in (
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked, chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: +2\r\n",
    ):
        sent = head(own, "POST", "/v1/react", more) + "{}" + head(own, "GET", "/smug")
        [(status, closes)] = answers(own, sent)
        assert status in (400, 501) and closes, more


def test_a_length_beside_chunks_never_counts(own: Server) -> None:
    for more in (f"Content-Length: 2\r\n{CHUNKED}", f"{CHUNKED}Content-Length: 2\r\n"):
        sent = head(own, "POST", "/v1/react", more) + "{}" + head(own, "GET", "/smug")
        [(status, closes)] = answers(own, sent)
        # granian reads the chunks and ignores the length, so Readback refuses the chunks.
        assert closes and status == (413 if PROGRAM == "granian" else 400)


def test_a_refused_body_of_a_stated_length_leaves_the_connection_to_the_next_request(
    own: Server,
) -> None:
    refused = head(own, "POST", "/v1/react", "Content-Length: 9\r\nContent-Encoding: gzip\r\n")
    last = head(own, "GET", "/healthz", "Connection: close\r\n")
    assert answers(own, f"{refused}{'x' * 9}{last}") == [(415, False), (200, True)]


@pytest.mark.parametrize("path", ["/v1/react", "/desk/login"])
def test_a_client_that_sends_far_too_much_sees_why_it_is_refused(own: Server, path: str) -> None:
    own.get("/desk/login")
    body = b"x" * 8_000_000
    fields = {"Origin": own.origin, "Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(5):  # cut off while it sends, it would see a broken connection
        try:
            assert own.request("POST", path, body, **fields).status in (413, 415)
        except (OSError, HTTPException):
            assert PROGRAM == "granian"  # docs/deploy.md
    assert own.get("/healthz").status == 200


def test_an_answer_to_head_has_no_body_even_when_it_is_a_refusal(own: Server) -> None:
    paths = ("/v1/bar?site=nobody&article=a", "/v1/react", "/nothing", "/v1/bar?site=a&site=a")
    sent = "".join(head(own, "HEAD", path) for path in paths)
    statuses = [404, 405, 404, 400]
    closing = head(own, "GET", "/healthz", "Connection: close\r\n")
    assert [status for status, _ in answers(own, sent + closing)] == [*statuses, 200]
    assert "body bytes" not in own.output(), "gunicorn would warn: anyone could fill the log"
