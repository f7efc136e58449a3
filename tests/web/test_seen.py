"""What the operator sees of one server: its log, its probes and its metrics, over all workers."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.server import UNLIMITED, Answer, Serve, Server, nonce, settled, wait_for
from widget.web.api import exposition

TOKEN = "q8v3Zm9vYmFyYmF6cXV4c2.c2lnbmF0dXJlb2ZhcmVhZGVy"
TEXT = "whatareadersaid"
ADDRESS = "203.0.113.77"
PROXY_ID = "5f3c1e0a9b7d4c2e5f3c1e0a9b7d4c2e"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    """Start a server behind a trusted proxy, whose log is JSON."""
    return module_serve(
        **UNLIMITED,
        READBACK_LOG="json",
        READBACK_TRUSTED_PROXY_HOPS="1",
        READBACK_THREADS="2",
        READBACK_ALERTS_S="0",
    )


def metrics(server: Server) -> dict[tuple[str, str], float]:
    """Return each sample by its name and the values of its labels."""
    text = server.get("/metrics").body.decode()
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def rise(server: Server, before: dict[tuple[str, str], float], name: str, labels: str) -> float:
    return metrics(server).get((name, labels), 0) - before.get((name, labels), 0)


def raw(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        try:
            while part := line.recv(65536):
                answer += part
        except ConnectionResetError:
            pass
    return answer


def hostile_requests(host: str) -> Iterator[bytes]:
    """Yield requests with a token, an address and a text wherever a request has room for one."""
    words = f"{TOKEN}/{TEXT}/{ADDRESS}"
    paths = [
        f"/desk/welcome/{TOKEN}?next={TEXT}",
        f"/desk/shared/{TOKEN}",
        f"/v1/bar?site=home&article={TEXT}&token={TOKEN}",
        f"/v1/comments/{TOKEN}/report",
        f"/openheart/home/{TEXT}%0a2026-01-01%20root%20signed%20in",
        f"/{TEXT}/%e2%80%ae%ed%a0%80%00{TOKEN}",
        f"/metrics?token={TOKEN}",
    ]
    for path in paths:
        for method in ("GET", "POST", TOKEN.replace(".", "")):
            yield (
                f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-For: {ADDRESS}\r\n"
                f"X-Request-Id: {TOKEN}\r\nUser-Agent: {TEXT}\r\nReferer: http://x/{TEXT}\r\n"
                f"Cookie: readback={TOKEN}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            ).encode()
    body = json.dumps({"site": "home", "article": TEXT, "token": TOKEN, "reaction": TEXT}).encode()
    for sent in (body, b"\xff\xfe" + body, b'{"site": "\\ud800%s' % TEXT.encode()):
        for path in ("/v1/react", "/v1/comments", "/v1/forget", "/articles/talent-visa/react"):
            head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\n"
            head += f"Origin: http://{host}\r\nX-Forwarded-For: {ADDRESS}\r\n"
            yield f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent
    yield f"{words}\r\n\r\n".encode()
    yield f"GET {words} HTTP/1.1\r\n{TOKEN}: \x00\r\n\r\n".encode()
    yield f"GET / HTTP/1.1\r\nHost: {host}\r\nX {TEXT}: {TOKEN}\r\n\r\n".encode()
    yield f"GET / HTTP/9.9\r\nHost: {TOKEN}\r\n\r\n".encode()
    yield f"GET / HTTP/1.1\r\nHost: {TEXT}.example\r\nConnection: close\r\n\r\n".encode()
    yield f"GET /{'a' * 5000}{TOKEN} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    chunked = f"POST /v1/react HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield f"{chunked}{TEXT}\r\n{TOKEN}".encode()


def test_no_request_leaves_anything_of_a_reader_in_the_log(own: Server) -> None:
    for sent in hostile_requests(f"127.0.0.1:{own.port}"):
        raw(own, sent)
    refused = own.react(b"{", address=ADDRESS)
    wait_for(lambda: refused.headers["X-Request-Id"] in own.output())
    log = own.log_path.read_bytes().decode()
    for secret in (TOKEN, TOKEN.replace(".", ""), TEXT, ADDRESS, "root signed in", "\\ud800"):
        assert secret not in log
    assert "127.0.0.1:" not in log.replace(f"http://127.0.0.1:{own.port}", "")


def test_every_line_of_the_log_is_one_json_object(own: Server) -> None:
    own.get("/nope")
    lines = [json.loads(line) for line in own.output().splitlines()]
    assert {"time", "level", "logger", "pid", "message"} <= set.intersection(*map(set, lines))
    assert any(line["message"].startswith("Readback is at") for line in lines)


def test_a_refusal_is_logged_with_the_id_in_its_answer(own: Server) -> None:
    answer = own.react(b"{")
    [line] = [json.loads(line) for line in own.output().splitlines() if answer_id(answer) in line]
    assert (line["code"], line["route"], line["status"]) == ("bad_json", "vote", "400")
    assert line["request"] == answer_id(answer)


def answer_id(answer: Answer) -> str:
    return answer.headers["X-Request-Id"]


def test_the_proxys_id_is_used_if_it_is_well_formed(own: Server, server: Server) -> None:
    for path in ("/", "/v1/bar?site=home&article=a", "/healthz", "/desk/login", "/nope"):
        assert answer_id(own.get(path, X_Request_Id=PROXY_ID)) == PROXY_ID
        assert answer_id(own.get(path, X_Request_Id=TOKEN)) != TOKEN
        # Without a trusted proxy, whoever sends an id is a stranger.
        assert answer_id(server.get(path, X_Request_Id=PROXY_ID)) != PROXY_ID
    assert len({answer_id(own.get("/healthz")) for _ in range(5)}) == 5


def test_votes_are_counted_by_outcome_over_all_workers(own: Server) -> None:
    before, me, name = metrics(own), nonce(), "outcomes"
    token = own.react(article=name, nonce=me).json["token"]
    own.react(article=name, token=token)  # the same again
    own.react(article=name, token=token, seq=2)  # the same choice with another click
    own.react(article=name, token=token, seq=3, reaction="sad")
    own.react(article=name, token=token, seq=4, reaction=None)
    own.react(article=name, token=token, seq=5, reaction="nonsense")
    for outcome, count in {
        "counted": 1,
        "changed": 1,
        "taken_back": 1,
        "repeated": 2,
        "held": 0,
        "refused": 1,
    }.items():
        assert rise(own, before, "readback_votes_total", outcome) == count, outcome
    assert rise(own, before, "readback_refusals_total", "bad_field") == 1
    assert rise(own, before, "readback_request_seconds_count", "vote,2xx") == 5
    assert rise(own, before, "readback_request_seconds_count", "vote,4xx") == 1
    assert rise(own, before, "readback_store_seconds_count", "") >= 5


def test_comments_and_their_tone_are_counted(own: Server) -> None:
    before = metrics(own)
    comment = {"site": "home", "article": "talent-visa", "name": "Ann", "nonce": nonce()}
    for text in ("A thoughtful piece, thank you.", ""):
        body = json.dumps({**comment, "text": text, "draft": nonce()}).encode()
        own.request("POST", "/v1/comments", body, Content_Type="text/plain", Origin=own.origin)
    assert rise(own, before, "readback_comments_total", "refused") == 1
    kept = [rise(own, before, "readback_comments_total", s) for s in ("published", "held")]
    assert sum(kept) == 1 and rise(own, before, "readback_tone_seconds_count", "") == 1


def test_every_metric_says_what_the_server_is_and_how_the_store_is(own: Server) -> None:
    found = metrics(own)
    assert found["readback_threads", ""] == 4 and found["readback_threads_busy", ""] == 1
    assert found["readback_ready", ""] == found["readback_store_up", "store"] == 1
    assert found["readback_store_bound_bytes", ""] == 512 * 1024 * 1024
    assert found["readback_votes_waiting", ""] == 0
    assert abs(found["readback_start_time_seconds", ""] - time.time()) < 600
    [(name, _)] = [key for key in found if key[0] == "readback_build_info"]
    assert name


def test_the_output_has_every_metric_that_rules_and_board_may_name(own: Server) -> None:
    own.react(nonce=nonce())
    assert exposition.names() <= {name for name, _ in metrics(own)}


def test_killed_workers_lose_no_count_and_count_none_twice(own: Server) -> None:
    before, cast = metrics(own), 0
    for _ in range(3):
        for _ in range(8):
            cast += own.react(article="kills", nonce=nonce()).status == 200
        old = set(own.workers())
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until_replaced(own, old)
        wait_for(lambda: is_up(own))
    assert rise(own, before, "readback_votes_total", "counted") == cast == 24
    assert metrics(own)["readback_threads_busy", ""] == 1


def wait_until_replaced(server: Server, old: set[int]) -> None:
    wait_for(lambda: len(now := server.workers()) == 2 and not old & set(now))


def is_up(server: Server) -> bool:
    try:
        return server.get("/healthz").status == 200
    except OSError:
        return False


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "10.1.2.3:8000"}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[fd00::1]:8000"}, 200),
        ({"X_Forwarded_For": "10.1.2.3"}, 200),
        ({"X_Forwarded_For": ADDRESS}, 403),
        ({"X_Forwarded_For": f"10.1.2.3, {ADDRESS}"}, 403),
        ({"X_Forwarded_For": f"{ADDRESS}, 10.1.2.3"}, 403),
        ({"X_Forwarded_For": ""}, 200),
        ({"X_Forwarded_For": "unknown"}, 403),
        ({"Forwarded": f"for={ADDRESS}"}, 403),
        ({"Host": "readback.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_only_private_callers_read_the_metrics(
    server: Server, headers: dict[str, str], status: int
) -> None:
    answer = server.get("/metrics", **headers)
    assert answer.status == status
    if status == 403:
        assert answer.code == "forbidden" and "READBACK_METRICS_TOKEN" in answer.body.decode()


def test_probes_refuse_other_methods(server: Server) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        for method in ("POST", "PUT", "OPTIONS", "DELETE"):
            answer = server.request(method, path)
            assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
        head = server.request("HEAD", path)
        assert head.status == 200 and not head.body and int(head.headers["Content-Length"]) > 0


def test_all_are_answered_while_slow_clients_send_their_bodies(own: Server) -> None:
    head = f"POST /v1/react HTTP/1.1\r\nHost: 127.0.0.1:{own.port}\r\nOrigin: {own.origin}\r\n"
    head += "Content-Type: text/plain\r\nContent-Length: 50\r\n\r\n{"
    slow: list[socket.socket] = []
    try:
        for _ in range(300):
            slow.append(socket.create_connection(("127.0.0.1", own.port)))
            slow[-1].sendall(head.encode())  # a body that does not come
        assert metrics(own)["readback_threads_busy", ""] < 4
        for _ in range(10):
            assert own.get("/healthz").status == own.get("/readyz").status == 200
            assert own.react(nonce=nonce()).status == own.get("/").status == 200
    finally:
        for line in slow:
            line.close()
    wait_for(lambda: metrics(own)["readback_threads_busy", ""] == 1)


def test_a_paused_store_is_seen_by_readyz_and_not_by_healthz(own: Server) -> None:
    own.react(nonce=nonce())
    [pid] = subprocess.run(
        ["pgrep", "-f", f"valkey-server.*{own.data_dir}/"], capture_output=True
    ).stdout.split()
    os.kill(int(pid), signal.SIGSTOP)
    try:
        stop, voters = threading.Event(), []
        for _ in range(8):
            voters.append(threading.Thread(target=vote_until, args=(own, stop)))
            voters[-1].start()
        settled(lambda: own.get("/readyz").status, 503)  # in every worker
        assert re.fullmatch(rb"not ready: [\w :,.'%-]+\n", own.get("/readyz").body)
        assert (own.get("/healthz").status, own.get("/healthz").body[:2]) == (200, b"ok")
        found = metrics(own)
        assert found["readback_ready", ""] == found["readback_store_up", "store"] == 0
    finally:
        os.kill(int(pid), signal.SIGCONT)
        stop.set()
        for voter in voters:
            voter.join()
    wait_for(lambda: own.get("/readyz").status == 200)
    assert metrics(own)["readback_store_failures_total", "timeout"] > 0


def vote_until(server: Server, stop: threading.Event) -> None:
    while not stop.is_set():
        server.react(nonce=nonce())
        time.sleep(0.02)
