"""docs/embed.md's path of the publisher's own, in a real nginx before the real server."""

import http.client
import json
import os
import re
import shutil
import subprocess

import pytest

from tests.server import ROOT, Server, nonce, settled
from tests.store.test_connect import free_port

CONFIGURATION = """
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; {location} }} }}
"""


@pytest.fixture
def publisher(tmp_path):
    """The port of a publisher's nginx, and the Readback that a path of it leads to."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if not nginx:
        pytest.skip("no nginx here: install Debian's nginx-light, or run script/test as root")
    server = Server(
        tmp_path / "data", READBACK_TRUSTED_PROXY_HOPS="1", READBACK_NEW_READERS="1"
    ).start()
    [location] = re.findall(r"```nginx\n(location .*?)```", page(), re.DOTALL)
    location = location.replace("https://readback.example/", f"{server.origin}/")
    port = free_port()
    (tmp_path / "nginx.conf").write_text(
        CONFIGURATION.format(
            folder=tmp_path, port=port, user="user root;" if os.geteuid() == 0 else "",
            location=location.replace("readback.example", f"127.0.0.1:{server.port}"),
        )
    )  # fmt: skip
    added = server.cli("site", "add", "news", "--origin", f"http://127.0.0.1:{port}")
    assert added.returncode == 0, added.stderr
    process = subprocess.Popen(
        [nginx, "-e", tmp_path / "early.log", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    )
    try:
        settled(lambda: script(port), True)
        yield port
    finally:
        process.terminate()
        process.wait(20)
        server.stop()


def page() -> str:
    return (ROOT / "docs" / "embed.md").read_text()


def script(port: int) -> bool:
    """Whether the script comes, as it is."""
    try:
        status, body = ask(port, "GET", "embed.js")
    except OSError:
        return False
    return status == 200 and body == (ROOT / "static" / "dist" / "embed.js").read_bytes()


def ask(
    port: int, method: str, path: str, body: str | None = None, address: str = "127.0.0.1"
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=20, source_address=(address, 0)
    )
    headers = {"Origin": f"http://127.0.0.1:{port}", "Content-Type": "text/plain"}
    try:
        connection.request(method, f"/readback/{path}", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_script_figures_and_votes_pass_and_readers_stay_apart(publisher):
    def vote(address: str) -> int:
        said = {"site": "news", "article": "a", "reaction": "love", "seq": 1, "nonce": nonce()}
        return ask(publisher, "POST", "v1/react", json.dumps(said), address)[0]

    assert (vote("127.0.0.1"), vote("127.0.0.2")) == (200, 200)
    assert vote("127.0.0.1") == 428  # a network of its own, that is crowded now
    status, body = ask(publisher, "GET", "v1/counts?site=news&article=a")
    assert (status, json.loads(body)["articles"]["a"]["total"]) == (200, 2)
