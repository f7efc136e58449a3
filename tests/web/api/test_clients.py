"""Apps and other clients, as docs/clients.md has them: origins, CORS and the proof of work."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.programs import installed
from tests.support.server import ROOT, Answer, Serve, Server, nonce, settled

PAGE = (ROOT / "docs" / "clients.md").read_text()
VECTORS = re.findall(r"^\| (\d+) \| (\d+) \| `([0-9a-f]{64})` \|$", PAGE, re.MULTILINE)
CHALLENGE = PAGE.partition("## The proof of work")[2].partition("```json")[2].partition("```")[0]
APPS = [
    "capacitor://localhost",
    "ionic://localhost",
    "tauri://localhost",
    "app://bundle",
    "news-app://localhost",
    "https://localhost",
    "http://localhost",
    "http://tauri.localhost",
    "https://appassets.androidplatform.net",
]


@pytest.fixture(scope="module")
def server(module_serve: Serve) -> Server:
    """Start a server with a site of apps, where the second new reader of a network must work."""
    running = module_serve(READBACK_NEW_READERS="1", READBACK_TRUSTED_PROXY_HOPS="1")
    origins = [part for app in APPS for part in ("--origin", app)]
    running.prepare("site", "add", "apps", *origins)
    settled(lambda: vote(running, APPS[0], "warm", "192.0.2.200").status != 404, True)
    return running


def vote(server: Server, origin: str | None, article: str, address: str, **fields: Any) -> Answer:
    sent = {"site": "apps", "article": article, "reaction": "love", "seq": 1, "nonce": nonce()}
    headers = {"Content_Type": "application/json", "X_Forwarded_For": address}
    if origin is not None:
        headers["Origin"] = origin
    return server.request("POST", "/v1/react", json.dumps({**sent, **fields}).encode(), **headers)


@pytest.mark.parametrize("origin", APPS)
def test_an_app_may_vote_and_read_every_answer(server: Server, origin: str) -> None:
    number = APPS.index(origin)
    asked = server.request(
        "OPTIONS",
        "/v1/react",
        Origin=origin,
        Access_Control_Request_Method="POST",
        Access_Control_Request_Headers="content-type",
    )
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, origin)
    first = vote(server, origin, f"app-{number}", f"198.51.100.{number}")
    refused = vote(server, origin, f"app-{number}", f"198.51.100.{number}", reaction="nonsense")
    heart = server.request(
        "POST", "/openheart/apps/heart", "❤️".encode(), Origin=origin, Content_Type="text/plain"
    )
    assert (first.status, refused.status, heart.status) == (200, 400, 200)
    for answer in (first, refused, heart):
        assert answer.headers["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize(
    "origin", [None, "null", "file://", "capacitor://other", "ionic://localhost:1", "CAPACITOR://X"]
)
def test_an_origin_that_is_not_registered_may_not_vote(server: Server, origin: str | None) -> None:
    answer = vote(server, origin, "other", "203.0.113.1")
    assert (answer.status, answer.code) == (403, "bad_origin")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_story_is_named_by_its_address_on_the_web_not_in_the_app(server: Server) -> None:
    for name in ("capacitor://localhost/index.html", "ionic://localhost/a"):
        answer = vote(server, APPS[0], name, "203.0.113.2")
        assert (answer.status, answer.code) == (422, "bad_article")


@pytest.mark.parametrize(
    ("origin", "answer"),
    [
        ("null", "files, sandboxed frames"),
        ("file:///index.html", "files, sandboxed frames"),
        ("data:text/html,x", "files, sandboxed frames"),
        ("javascript:alert(1)", "files, sandboxed frames"),
        ("capacitor://", "an app's scheme and a host"),
        ("myapp://news.example", "must begin with https://"),
    ],
)
def test_the_command_says_why_it_refuses_an_origin(
    server: Server, origin: str, answer: str
) -> None:
    refused = server.cli("site", "add", "refused", "--origin", origin)
    assert refused.returncode == 1 and re.search(answer, refused.stderr), refused.stderr
    assert "refused" not in server.prepare("site", "list")


def test_every_origin_of_the_page_that_can_be_registered_is() -> None:
    table = PAGE.partition("## Origins")[2].partition("readback site set")[0]
    named = set(re.findall(r"`((?:https?|[a-z-]+)://[\w.-]+)`", table))
    assert named - {"file://"} >= set(APPS) - {"news-app://localhost"}


def test_the_vectors_are_what_the_page_describes() -> None:
    assert len(VECTORS) == 6
    for cost, counter, expected in VECTORS:
        password = bytes(range(16)) + int(counter).to_bytes(4, "big")
        key = hashlib.pbkdf2_hmac("sha256", password, bytes(range(16, 32)), int(cost), 32)
        assert key.hex() == expected
    asked = json.loads(
        PAGE.partition("## The proof of work")[2].split("```")[1].removeprefix("json")
    )
    assert VECTORS[3][2].startswith(asked["parameters"]["keyPrefix"])


@pytest.fixture(scope="module")
def page_code() -> dict[str, Callable[..., Any]]:
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    found: dict[str, Any] = {}
    exec(code, found)
    return found


def test_the_pages_own_code_derives_the_vectors(page_code: dict[str, Callable[..., Any]]) -> None:
    asked = json.loads(
        PAGE.partition("## The proof of work")[2].split("```")[1].removeprefix("json")
    )
    parameters = asked["parameters"]
    for cost, counter, expected in VECTORS:
        found = page_code["derived_key"](
            parameters["nonce"], parameters["salt"], int(cost), int(counter)
        )
        assert found == expected


def test_the_server_takes_a_proof_that_the_pages_code_made(
    server: Server, page_code: dict[str, Callable[..., Any]]
) -> None:
    own = "192.0.2.77"
    assert vote(server, APPS[0], "proof", own).status == 200
    asked = vote(server, APPS[0], "proof", own)
    assert asked.status == 428
    challenge = asked.json["challenge"]
    shown = json.loads(
        PAGE.partition("## The proof of work")[2].split("```")[1].removeprefix("json")
    )
    assert shown.keys() == challenge.keys()
    assert shown["parameters"].keys() == challenge["parameters"].keys()
    turned = dict(reversed(challenge.items()))  # the order of the fields does not matter
    paid = vote(server, APPS[0], "proof", own, pow=page_code["solved"](turned))
    assert (paid.status, paid.json["total"]) == (200, 2)


def test_the_commands_of_the_open_heart_passage_work(server: Server) -> None:
    api = (ROOT / "docs" / "http-api.md").read_text()
    [commands] = re.findall(r"```sh\n(curl.*?)```", api, re.DOTALL)
    assert "openheart/news/" in commands
    local = commands.replace(
        "https://readback.example/openheart/news", f"{server.origin}/openheart/apps"
    )
    told = subprocess.run(
        ["/bin/sh", "-ec", local.replace("curl ", f"{installed('curl')} -sS ")],
        capture_output=True,
        check=True,
        timeout=60,
    )
    answers = [json.loads(line + "}") for line in told.stdout.decode().split("}") if line]
    assert [answer["❤️"] for answer in answers] == [1, 1]
