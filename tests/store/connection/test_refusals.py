"""Servers that answer, but take no votes: each is named with its reason, and found again."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from tests.conftest import NOW_S
from tests.faults.support.node import Node
from tests.store.test_connect import valkey
from tests.support.server import free_port, wait_for
from widget.commands.store import store_refusal, store_trouble
from widget.domain.article import resolve_for
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.connection import node
from widget.store.connection.errors import reason_of
from widget.store.connection.remedies import remedy
from widget.store.reactions.votes import Cast, Reactions, Voter

SITE = Site("news", "The News", ("https://news.example",))
ARTICLE = resolve_for(SITE, "story")

Act = Callable[[Any], Any]


@dataclass(frozen=True)
class Trouble:
    reason: str
    begin: Act
    end: Act


TROUBLES = (
    Trouble(
        "READONLY",
        lambda admin: admin.replicaof("127.0.0.1", free_port()),
        lambda admin: admin.replicaof("NO", "ONE"),
    ),
    Trouble(
        "MASTERDOWN",
        lambda admin: (
            admin.config_set("replica-serve-stale-data", "no"),
            admin.replicaof("127.0.0.1", free_port()),
        ),
        lambda admin: admin.replicaof("NO", "ONE"),
    ),
    Trouble(
        "NOREPLICAS",
        lambda admin: admin.config_set("min-replicas-to-write", 1),
        lambda admin: admin.config_set("min-replicas-to-write", 0),
    ),
    Trouble(
        "NOPERM",
        lambda admin: admin.execute_command("ACL", "SETUSER", "readback", "-evalsha"),
        lambda admin: admin.execute_command("ACL", "SETUSER", "readback", "+evalsha"),
    ),
    Trouble(
        "WRONGPASS",
        lambda admin: (
            admin.execute_command("ACL", "SETUSER", "readback", "resetpass", ">other"),
            admin.execute_command("CLIENT", "KILL", "USER", "readback"),
        ),
        lambda admin: admin.execute_command("ACL", "SETUSER", "readback", ">pw-5ecret"),
    ),
)


def cast(reactions: Reactions) -> int:
    return reactions.cast(SITE, ARTICLE, Voter(b"8bytes.."), Cast(1, 3, NOW_S, 7)).counts[2]


def casts(reactions: Reactions) -> bool:
    try:
        return cast(reactions) == 1
    except StoreUnavailable:
        return False


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.reason)
def test_a_server_that_takes_no_votes_is_named_and_comes_back_alone(
    tmp_path: Path, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "SETTLE_S", 0.1)
    with valkey(tmp_path / "v") as port:
        admin: Any = redis.Redis(port=port)
        admin.execute_command("ACL", "SETUSER", "readback", "on", ">pw-5ecret", "~*", "+@all")
        connection = Connection(f"redis://readback:pw-5ecret@127.0.0.1:{port}", timeout_ms=1000)
        reactions = Reactions(connection)
        cast(reactions)
        trouble.begin(admin)
        refused = {}
        for seq in range(2, 12):
            with pytest.raises(StoreUnavailable) as refusal:
                reactions.cast(SITE, ARTICLE, Voter(b"8bytes.."), Cast(seq, 3, NOW_S, 7))
            refused[refusal.value.reason.split()[0]] = refusal.value
        assert list(refused) == [trouble.reason]
        is_away, reason, _, count = connection.state.snapshot()
        assert is_away and reason.startswith(trouble.reason) and count == 10
        said = store_refusal(refused[trouble.reason])
        assert said.startswith(f"the store (127.0.0.1:{port}) refuses: {trouble.reason} ")
        assert "pw-5ecret" not in said + reason
        trouble.end(admin)
        wait_for(lambda: casts(reactions))
        wait_for(lambda: casts(reactions) and not connection.state.snapshot().is_away)
        admin.close()


def test_one_refusal_drops_the_connections_of_all_threads(tmp_path: Path) -> None:
    with valkey(tmp_path / "v") as port:
        connection = Connection(f"redis://127.0.0.1:{port}", timeout_ms=1000)
        reactions = Reactions(connection)
        other = connection.client.client_id()
        admin: Any = redis.Redis(port=port)
        admin.config_set("min-replicas-to-write", 1)
        connection._servers._node.refused()  # what another thread was told
        with pytest.raises(StoreUnavailable):
            cast(reactions)
        assert connection.client.client_id() != other
        admin.close()


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (
            redis.ResponseError("MISCONF Errors writing to the AOF file: No space left on device"),
            "MISCONF Errors writing to the AOF file: No space left on device",
        ),
        (
            redis.ResponseError(
                "Error running script (call to f_ab): @user_script:12: -READONLY You can't write "
                "against a read only replica."
            ),
            "READONLY You can't write against a read only replica",
        ),
        (
            redis.exceptions.BusyLoadingError(
                "Valkey is loading the dataset in memory", status_code="LOADING"
            ),
            "LOADING Valkey is loading the dataset in memory",
        ),
        (OSError(111, "Connection refused"), "connection refused"),
        (
            redis.AuthenticationError("HELLO must be called with ...", status_code="NOAUTH"),
            "NOAUTH authentication required",
        ),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"),
            "wrong version number",
        ),
        (redis.ResponseError(f"ERR {'a' * 200}"), f"ERR {'a' * 156}…"),
        (redis.ResponseError("ERR a\nb"), "ERR a\ufffdb"),
    ],
)
def test_a_reason_is_short_and_names_the_cause(problem: Exception, reason: str) -> None:
    assert reason_of(problem) == reason


def test_a_reason_has_the_remedy_for_it() -> None:
    """The left is what real servers said."""
    has = {
        "WRONGPASS invalid username-password pair": "%40",
        "no sentinel names m: h:1: NOAUTH authentication required": "sentinel_password=",
        "no sentinel names m: h:1: it watches no m": "the name of the primary",
        "no sentinel names m: h:1: ERR unknown command 'SENTINEL'": "no sentinel",
        "no node of the cluster answers: ERR This instance has cluster support disabled": "no clus",
        "MOVED 5061 10.0.0.5:7001": "redis+cluster://",
        "CLUSTERDOWN no server of the cluster has a slot": "--cluster fix",
        "CLUSTERDOWN The cluster is down": "cluster info",
        "ERR DB index is out of range": "/0",
        "connection reset by peer": "rediss://",
        "permission denied": "unixsocketperm",
        'Protocol error, got "H" as reply type byte': "not Redis or Valkey",
        "certificate has expired": "Renew",
        "ip address mismatch, certificate is not valid for '10.0.0.5'": "Write the host",
        "self-signed certificate in certificate chain": "ssl_ca_certs",
        "tlsv13 alert certificate required": "ssl_certfile",
        "no answer within 1 s": "firewall",
        "name or service not known": "DNS",
    }
    assert [reason for reason, part in has.items() if part not in remedy(reason)] == []


def test_a_cluster_without_a_slot_is_said(tmp_path: Path) -> None:
    node = Node(
        tmp_path / "n", "--cluster-enabled", "yes", "--cluster-port", str(free_port())
    ).start()
    try:
        away = Connection(f"redis+cluster://127.0.0.1:{node.port}", timeout_ms=1000).why_away()
    finally:
        node.end()
    assert away == "CLUSTERDOWN no server of the cluster has a slot"


def test_a_long_command_says_why_it_ended() -> None:
    problem = StoreUnavailable(reason="connection refused", server="127.0.0.1:6379")
    assert store_trouble(problem).startswith(
        "the store (127.0.0.1:6379) does not answer: connection refused. "
    )
