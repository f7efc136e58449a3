"""Settings of the store's own servers: those that lose votes or availability, and the remedy.

docs/deploy.md has the table. Nothing here fails: a server that is away has no finding. The
questions go over connections of their own, so that a refusal is no trouble of the store.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from widget.domain.printable import printable
from widget.store.connection.address import Address, read_address

WAIT_S = 1.0  # for one answer
MOST_S = 3.0  # for all servers
SLOWEST_NODE_TIMEOUT_MS = 5000
SHORTEST_IDLE_S = 60

_Place = tuple[str, int] | None

UNKNOWN = (
    "The store's settings cannot be checked: it refuses CONFIG and INFO. "
    "docs/deploy.md lists those to have."
)


@dataclass(frozen=True, slots=True)
class _Server:
    """What one server says about itself.

    :param settings: by name; without CONFIG only those that INFO has.
    """

    name: str
    settings: Mapping[str, str]
    is_cluster: bool
    replicas: int


@dataclass(frozen=True, slots=True)
class _Advice:
    """One setting to have.

    :param is_wrong: a function of its value and the server.
    """

    setting: str
    is_wrong: Callable[[str, _Server], bool]
    why: str
    remedy: str


_ADVICE = (
    _Advice(
        "maxmemory-policy",
        lambda value, _: value != "noeviction",
        "it removes votes when its memory is full",
        "noeviction",
    ),
    _Advice(
        "appendonly",
        lambda value, _: value == "no",
        "a restart loses all votes since its last snapshot",
        "yes",
    ),
    _Advice(
        "appendfsync",
        lambda value, server: value == "no" and server.settings.get("appendonly") == "yes",
        "a crash of its machine loses about 30 seconds of votes",
        "everysec, or to always",
    ),
    _Advice(
        "maxmemory",
        lambda value, _: value == "0",
        "the system ends it when the machine's memory is full",
        "three quarters of the machine's memory",
    ),
    _Advice(
        "min-replicas-to-write",
        lambda value, server: value == "0" and server.replicas > 0,
        "a primary that is cut off goes on accepting votes, which a failover then discards",
        "1",
    ),
    _Advice(
        "cluster-require-full-coverage",
        lambda value, server: value == "yes" and server.is_cluster,
        "one shard without a primary stops all votes, not only its own",
        "no",
    ),
    _Advice(
        "cluster-node-timeout",
        lambda value, server: server.is_cluster and int(value) > SLOWEST_NODE_TIMEOUT_MS,
        "a shard whose primary died refuses votes for longer than that",
        f"{SLOWEST_NODE_TIMEOUT_MS} or less",
    ),
    _Advice(
        "timeout",
        lambda value, _: 0 < int(value) < SHORTEST_IDLE_S,
        "it closes connections between two votes",
        "0",
    ),
)


def findings(url: str) -> list[str]:
    """Return one line for each setting that the store's primaries should not have.

    A store that refuses to say has the one line :data:`UNKNOWN`; one that is away has none.
    """
    try:
        servers = list(_servers(read_address(url)))
    except (redis.RedisError, OSError):
        return []
    if servers and not any(server.settings for server in servers):
        return [UNKNOWN]
    found: dict[tuple[_Advice, str], list[str]] = {}
    for server in servers:
        for advice in _ADVICE:
            value = server.settings.get(advice.setting)
            if value is not None and advice.is_wrong(value, server):
                found.setdefault((advice, value), []).append(server.name)
    return [_line(advice, value, names) for (advice, value), names in found.items()]


def _line(advice: _Advice, value: str, names: list[str]) -> str:
    return (
        f"Store {', '.join(names)}: {advice.setting} is {printable(value)}, so {advice.why}. "
        f"Set it to {advice.remedy}."
    )


def _servers(address: Address) -> Iterator[_Server]:
    """Ask each primary, while there is time."""
    ends_s = time.monotonic() + MOST_S
    for place in _primaries(address, ends_s):
        with closing(_client(address, place)) as client:
            yield _ask(client, f"{place[0]}:{place[1]}" if place else address.path)
        if time.monotonic() > ends_s:
            return


def _primaries(address: Address, ends_s: float) -> list[_Place]:
    """Return the places of the primaries; None is the socket that the address names."""
    if address.kind == "socket":
        return [None]
    if address.kind == "server":
        return [address.nodes[0]]
    is_cluster = address.kind == "cluster"
    login = address.login if is_cluster else address.sentinel_login
    options = _options(address, login.options())
    for host, port in address.nodes:
        plain: Any = redis.Redis(host=host, port=port, decode_responses=True, **options)
        with closing(plain) as client:
            try:
                if is_cluster:
                    return _in_slots(client.execute_command("CLUSTER", "SLOTS"), host)
                named = client.sentinel_get_master_addr_by_name(address.name)
                return [(str(named[0]), int(named[1]))] if named else []
            except redis.RedisError:
                if time.monotonic() > ends_s:
                    break
    return []


def _in_slots(ranges: list[Any], asked_host: str) -> list[_Place]:
    """Return the primaries in an answer to CLUSTER SLOTS: ``[[first, last, [host, port], ..]]``."""
    places = [(str(entry[2][0] or asked_host), int(entry[2][1])) for entry in ranges]
    return list(dict.fromkeys(places))


def _client(address: Address, place: _Place) -> redis.Redis:
    options = _options(address, address.login.options()) | {"decode_responses": True}
    if place is None:
        return redis.Redis(unix_socket_path=address.path, db=address.db, **options)
    return redis.Redis(host=place[0], port=place[1], db=address.db, **options)


def _options(address: Address, login: Mapping[str, Any]) -> dict[str, Any]:
    tls = {} if address.tls is None else {"ssl": True, **address.tls}
    waits = {"socket_timeout": WAIT_S, "socket_connect_timeout": WAIT_S}
    return {**login, **tls, **waits, "retry": Retry(NoBackoff(), 0)}


def _ask(client: Any, name: str) -> _Server:
    """Ask one server by CONFIG and INFO; a managed store, or a user with few rights, may refuse."""
    info = _allowed(client.info)
    settings = {
        name: str(info[field])
        for name, field in (("maxmemory-policy", "maxmemory_policy"), ("maxmemory", "maxmemory"))
        if field in info
    }
    if "aof_enabled" in info:
        settings["appendonly"] = "yes" if info["aof_enabled"] else "no"
    settings |= {str(key): str(value) for key, value in _allowed(client.config_get).items()}
    replicas = int(info.get("connected_slaves", 0))
    return _Server(name, settings, bool(info.get("cluster_enabled")), replicas)


def _allowed(ask: Callable[[], Any]) -> dict[Any, Any]:
    """Return an answer, or nothing where the server refuses."""
    try:
        return dict(ask())
    except redis.ResponseError:
        return {}
