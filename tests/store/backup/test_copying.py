"""Copies of a store, and stores made from them: any value, in parts, to any server."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from widget.store import keys
from widget.store.backup import copying, values
from widget.store.backup.copying import Copying
from widget.store.backup.errors import BackupError
from widget.store.backup.selection import is_backed_up
from widget.store.backup.wire import Wire
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore


@pytest.fixture
def other(connection: Connection, redis_server: EmbeddedStore) -> Connection:
    """Return an empty store: another database of the same server."""
    return Connection(f"{redis_server.url}?db=1", timeout_ms=5000)


def copied(connection: Connection) -> list[values.Part]:
    parts: list[values.Part] = []
    Copying(connection, parts.append).run()
    return parts


def store(parts: list[values.Part], client: Any) -> None:
    for part in parts:
        for command in values.writing(part, now_ms=0):
            client.execute_command(*command)


def content(client: Any) -> dict[bytes, Any]:
    """Return every key with its type and value, which does not depend on the server's version."""
    found: dict[bytes, Any] = {}
    for key in client.keys():
        kind = client.type(key).decode()
        match kind:
            case "hash":
                value = client.hgetall(key)
            case "zset":
                value = client.zrange(key, 0, -1, withscores=True)
            case "set":
                value = client.smembers(key)
            case "stream":
                value = client.xrange(key)
            case _:
                value = client.get(key)
        found[key] = (kind, client.pttl(key) >= 0, value)
    return found


BYTES = st.binary(max_size=40)
NAMES = st.binary(min_size=1, max_size=12).map(lambda name: b"rb:{news:7}:" + name)
SCORES = st.floats(allow_nan=False) | st.integers(-(2**53), 2**53).map(float)
CONTENT = st.dictionaries(
    NAMES.filter(is_backed_up),
    st.one_of(
        st.tuples(st.just("string"), BYTES),
        st.tuples(st.just("hash"), st.dictionaries(BYTES, BYTES, min_size=1)),
        st.tuples(st.just("set"), st.sets(BYTES, min_size=1)),
        st.tuples(st.just("zset"), st.dictionaries(BYTES, SCORES, min_size=1)),
        st.tuples(
            st.just("stream"), st.lists(st.dictionaries(BYTES, BYTES, min_size=1), min_size=1)
        ),
    ),
    max_size=8,
)


def fill(client: Any, made: dict[bytes, tuple[str, Any]]) -> None:
    for key, (kind, value) in made.items():
        match kind:
            case "string":
                client.set(key, value)
            case "hash":
                client.hset(key, mapping=value)
            case "set":
                client.sadd(key, *value)
            case "zset":
                client.zadd(key, value)
            case "stream":
                for fields in value:
                    client.xadd(key, fields)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CONTENT)
def test_any_bytes_come_back_as_they_were(
    connection: Connection, other: Connection, made: dict[bytes, tuple[str, Any]]
) -> None:
    for client in (connection.client, other.client):
        client.flushdb()
    fill(connection.client, made)
    store(copied(connection), other.client)
    assert content(other.client) == content(connection.client)


def test_a_large_key_is_copied_in_parts_that_make_the_whole(
    connection: Connection, other: Connection
) -> None:
    client = connection.client
    client.hset("rb:{news:7}:m:a:0", mapping={f"mark{n}": n for n in range(3000)})
    client.zadd("rb:{news:7}:all", {f"story{n}": n for n in range(3000)})
    client.sadd("rb:{news:7}:cf:a", *(f"reader{n}" for n in range(3000)))
    for n in range(1200):
        client.xadd("rb:{news:7}:audit", {"n": n}, id=f"{n + 1}-0")
    parts = copied(connection)
    assert max(len(part.items) for part in parts) < 3000
    store(parts, other.client)
    assert content(other.client) == content(client)


def test_a_key_keeps_its_end_and_one_that_has_ended_does_not_come_back(
    connection: Connection,
) -> None:
    connection.client.set("rb:{news:7}:cz:1", "words", ex=100)
    [part] = copied(connection)
    left = values.writing(part, now_ms=part.ends_ms - 5000)
    assert left[-1] == ("PEXPIRE", b"rb:{news:7}:cz:1", 5000)
    assert values.writing(part, now_ms=part.ends_ms) == [("UNLINK", b"rb:{news:7}:cz:1")]


def during_the_walk(monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Have an act happen when the first keys have been read."""
    walk = copying._Primary.walk

    def walked(self: Any) -> Any:
        for step in walk(self):
            act()
            yield step

    monkeypatch.setattr(copying._Primary, "walk", walked)


def test_what_is_written_after_it_was_read_is_read_again(
    connection: Connection, other: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connection.client
    client.hset("rb:{news:7}:d", "1", 1)
    client.hset("rb:{news:7}:sec:1", mapping={"a": 1, "b": 2})
    client.set("rb:{news:7}:past", 1)

    def write() -> None:
        client.hincrby("rb:{news:7}:d", "1", 1)
        client.hdel("rb:{news:7}:sec:1", "a")
        client.delete("rb:{news:7}:past")
        client.set("rb:{news:9}:past", 7)
        client.hset("rb:{news:7}:a:new", "f", 1)

    during_the_walk(monkeypatch, write)
    store(copied(connection), other.client)
    assert content(other.client) == content(client)
    assert len(content(client)) == 4


def test_a_key_that_becomes_another_type_is_read_as_it_is_then(
    connection: Connection, other: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connection.client
    client.set("rb:{news:7}:past", 1)
    ask_all, turns = Wire.ask_all, [0]

    def ask(self: Wire, commands: Any) -> Any:
        if any(command[0] in ("GET", "HGETALL") for command in commands):
            turns[0] += 1
            if turns[0] < 4:
                client.delete("rb:{news:7}:past")
                client.hset("rb:{news:7}:past", "turn", turns[0])
        return ask_all(self, commands)

    monkeypatch.setattr(Wire, "ask_all", ask)
    store(copied(connection), other.client)
    assert content(other.client) == content(client)


def test_a_store_that_is_emptied_meanwhile_ends_the_copy(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.client.set("rb:{news:7}:past", 1)
    during_the_walk(monkeypatch, connection.client.flushall)
    with pytest.raises(BackupError, match="emptied"):
        copied(connection)


def test_a_type_that_readback_never_writes_is_named_and_not_left_out(
    connection: Connection,
) -> None:
    connection.client.rpush("rb:queue", "x")
    with pytest.raises(BackupError, match="list"):
        copied(connection)


def test_keys_of_other_programs_stay_out(connection: Connection) -> None:
    connection.client.set("session:1", "x")
    connection.client.set(keys.salt(NOW_S // 86400), "x")
    assert copied(connection) == []
