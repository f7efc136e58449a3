"""/healthz as load balancers ask for it: by the address of a machine or pod, or without a host."""

import socket

import pytest

from tests.support.server import Server

HOSTS = [
    "Host: 10.42.0.17:8000\r\n",
    "Host: 10.42.0.17\r\n",
    "Host: [fd00:10:42::17]:8000\r\n",
    "Host: ip-10-0-0-7.eu-central-1.compute.internal:8000\r\n",
    "Host: readback.default.svc.cluster.local\r\n",
    "Host: evil.example\r\n",
    "Host: _\r\n",
    "Host: a b\r\n",
    "Host: [::1\r\n",
    "Host:\r\n",
    "",
]
PROBES = [
    "User-Agent: kube-probe/1.31\r\nAccept: */*\r\n",
    "User-Agent: ELB-HealthChecker/2.0\r\nX-Forwarded-Proto: http\r\n",
]


def ask(server: Server, request: str) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(request.encode("latin-1"))
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("host", HOSTS)
def test_a_health_check_needs_no_host_name(server: Server, host: str, version: str) -> None:
    for more in PROBES:
        rest = f"/healthz HTTP/{version}\r\n{host}{more}Connection: close\r\n\r\n"
        got, headed = ask(server, "GET " + rest), ask(server, "HEAD " + rest)
        assert got.startswith(f"HTTP/{version} 200 OK".encode()) and got.endswith(b"\r\n\r\nok\n")
        assert headed.startswith(f"HTTP/{version} 200 OK".encode())
        assert headed.endswith(b"\r\n\r\n") and b"Location" not in got + headed


@pytest.mark.parametrize("path", ["/", "/healthz/", "/healthz/x", "//healthz", "/v1/bar", "/desk/"])
def test_everything_else_needs_the_host_name_that_is_served(server: Server, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: 10.42.0.17:8000\r\nConnection: close\r\n\r\n"
    answer = ask(server, request)
    assert answer.startswith(b"HTTP/1.1 400 ") and b'"bad_host"' in answer


def test_a_health_check_reads_only(server: Server) -> None:
    request = "POST /healthz HTTP/1.1\r\nHost: 10.42.0.17\r\nContent-Length: 0\r\n"
    assert ask(server, request + "Connection: close\r\n\r\n").startswith(b"HTTP/1.1 405 ")
