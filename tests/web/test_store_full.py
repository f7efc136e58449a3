"""A bound on the embedded store's memory: what readers, editors and the operator see near it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Serve, Server, nonce, settled, wait_for
from widget.store.embedded import socket_path
from widget.store.room import MIB, fullness

BALLAST_MB = 100


@pytest.fixture(scope="module")
def bounded(module_serve: Serve) -> Server:
    return module_serve(READBACK_STORE_MB="300", READBACK_READS="0", READBACK_NEW_READERS="1000")


@pytest.fixture
def client(bounded: Server) -> Iterator[Any]:
    with Redis(unix_socket_path=str(socket_path(bounded.data_dir))) as client:
        yield client
        client.config_set("maxmemory", 300 * MIB)


def fill(bounded: Server, client: Any, percent: float) -> None:
    """Move the bound so that the store uses this part of it, and wait until each worker knows."""
    client.setrange("ballast", BALLAST_MB * MIB, "x")  # so large that nothing else shows
    client.config_set("maxmemory", int(fullness(client).used_bytes * 100 / percent))
    settled(lambda: b"full" in bounded.get("/readyz").body, percent >= 90)


def comment(server: Server, token: str, text: str = "A thought.") -> Answer:
    body = {"site": "home", "article": "a", "name": "Ana", "text": text, "token": token}
    headers = {"Content_Type": "text/plain", "Origin": server.origin}
    return server.request("POST", "/v1/comments", json.dumps(body).encode(), **headers)


def test_the_setting_is_the_stores_bound(bounded: Server, client: Any) -> None:
    of = client.config_get("maxmemory*")
    assert (of["maxmemory"], of["maxmemory-policy"]) == (str(300 * MIB), "noeviction")


def test_a_full_store_refuses_readers_plainly_and_the_desk_and_reads_go_on(
    bounded: Server, client: Any
) -> None:
    token = bounded.react(nonce=nonce()).json["token"]
    one = comment(bounded, token).json["id"]
    editor = invited(bounded, "robin", "*:admin")
    fill(bounded, client, 96)
    for refused in (
        bounded.react(token=token, seq=2, reaction="sad"),
        bounded.react(nonce=nonce()),
        comment(bounded, token, "Another thought."),
    ):
        assert (refused.status, refused.code) == (503, "store_full")
        assert refused.headers["Access-Control-Allow-Origin"] == bounded.origin
        assert "Nothing was saved" in refused.json["error"]["message"]
        assert "READBACK" not in refused.json["error"]["message"]
    assert bounded.counts()["counts"]["love"] == 1
    assert bounded.get("/v1/comments?site=home&article=a&x=2").status == 200
    assert DeskBrowser(bounded).sign_in("robin").status == 303
    hidden = editor.post(
        "/desk/home/comments/acts", "/desk/account", act="hide", reason="spam", comment=one
    )
    assert hidden.status == 303
    assert b"removed it" in editor.get(f"/desk/home/comments/{one}").body
    bounded.prepare("verify")
    assert "The store is full" in bounded.output() and "READBACK_STORE_MB" in bounded.output()
    fill(bounded, client, 50)
    assert bounded.react(token=token, seq=3, reaction="sad").json["counts"]["sad"] == 1


def test_near_the_bound_the_log_health_and_admins_are_told(bounded: Server, client: Any) -> None:
    admin, viewer = invited(bounded, "amy", "*:admin"), invited(bounded, "vic", "home:viewer")
    assert bounded.get("/readyz").body == b"ok\n"
    fill(bounded, client, 92)
    health = bounded.get("/readyz")
    assert health.status == 200 and re.match(rb"ok, but .*: 9[12] % of ", health.body)
    assert b"raise READBACK_STORE_MB" in admin.get("/desk/home/").body
    assert b"READBACK_STORE_MB" not in viewer.get("/desk/home/").body
    wait_for(lambda: "The store uses 9" in bounded.output())
    assert bounded.react(nonce=nonce()).status == 200
    fill(bounded, client, 50)
    assert b"READBACK_STORE_MB" not in admin.get("/desk/home/").body
