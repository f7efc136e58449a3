"""The path on the publisher's own host of docs/embed.md, in a real nginx before the real server."""

import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nginx import Nginx
from tests.support.server import ROOT, Serve, nonce, settled


@pytest.fixture
def publisher(serve: Serve, tmp_path: Path) -> Iterator[int]:
    """Start a publisher's nginx that passes one path to Readback; return its port."""
    nginx = Nginx(tmp_path)
    server = serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_NEW_READERS="1")
    server.prepare("site", "add", "news", "--origin", f"http://127.0.0.1:{nginx.port}")
    [location] = re.findall(r"```nginx\n(location .*?)```", page(), re.DOTALL)
    location = location.replace("https://readback.example/", f"{server.origin}/")
    location = location.replace("readback.example", f"127.0.0.1:{server.port}")
    nginx.start(f"server {{ listen 127.0.0.1:{nginx.port}; {location} }}")
    try:
        settled(lambda: script(nginx.port), True)
        yield nginx.port
    finally:
        nginx.stop()


def page() -> str:
    return (ROOT / "docs" / "embed.md").read_text()


def script(port: int) -> bool:
    """Return whether the script arrives unchanged."""
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


def test_the_script_figures_and_votes_pass_and_readers_stay_distinct(publisher: int) -> None:
    def vote(address: str) -> int:
        said = {"site": "news", "article": "a", "reaction": "love", "seq": 1, "nonce": nonce()}
        return ask(publisher, "POST", "v1/react", json.dumps(said), address)[0]

    assert (vote("127.0.0.1"), vote("127.0.0.2")) == (200, 200)
    assert vote("127.0.0.1") == 428  # its own network, which is crowded now
    status, body = ask(publisher, "GET", "v1/counts?site=news&article=a")
    assert (status, json.loads(body)["articles"]["a"]["total"]) == (200, 2)
