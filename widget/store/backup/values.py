"""A key's type, value and end, in a form that any server can store: read in parts, and written.

DUMP's form is tied to a server's version, so a store of Valkey could not go back to Redis.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from widget.domain import clock
from widget.store.backup.errors import BackupError

AT_ONCE = 500  # members of a key in one part


class Part(msgspec.Struct, array_like=True, frozen=True):
    """Some of a key's value, as a record of a back-up.

    :param kind: the server's name of the type; "" says that there is no such key.
    :param ends_ms: when the key expires, ms since the epoch; 0: never.
    :param is_first: it replaces what the parts before it said of the key.
    :param items: of a hash field and value in turn, of a sorted set member and score, of a stream
        the id and the list of its fields and values; of a set its members; of a string one value.
    """

    key: bytes
    kind: str
    ends_ms: int
    is_first: bool
    items: list[Any]


class Reading(NamedTuple):
    """What is left to read of a key. ``cursor`` is where to go on."""

    key: bytes
    kind: str
    ends_ms: int
    cursor: Any


def begin(key: bytes) -> list[Sequence[Any]]:
    """Return the commands that tell a key's kind and end."""
    return [("TYPE", key), ("PTTL", key)]


def begun(key: bytes, replies: Sequence[Any]) -> Reading:
    """Return what there is to read of a key, from the replies to :func:`begin`."""
    kind, ttl_ms = replies
    name = kind.decode()
    first = "-" if name == "stream" else 0
    return Reading(key, "" if name == "none" else name, ends_at(ttl_ms), first)


def ends_at(ttl_ms: int) -> int:
    """Return when a key expires by the store's clock, by which a restore gives it its time."""
    return int(clock.now() * 1000) + ttl_ms if ttl_ms >= 0 else 0


def part_command(reading: Reading) -> Sequence[Any]:
    """Return the command that reads the next part."""
    key, cursor = reading.key, reading.cursor
    match reading.kind:
        case "hash":
            return ("HSCAN", key, cursor, "COUNT", AT_ONCE)
        case "zset":
            return ("ZSCAN", key, cursor, "COUNT", AT_ONCE)
        case "set":
            return ("SSCAN", key, cursor, "COUNT", AT_ONCE)
        case "stream":
            return ("XRANGE", key, cursor, "+", "COUNT", AT_ONCE)
        case "string":
            return ("GET", key)
    raise BackupError(
        f"the store has a key of another program, of the type {reading.kind}: {key!r}"
    )


def part(reading: Reading, reply: Any) -> tuple[Part, Reading | None]:
    """Return the part that was read, and what is left."""
    is_first = reading.cursor in (0, "-")
    cursor: Any = 0
    if reading.kind == "string":
        items = [] if reply is None else [reply]
    elif reading.kind == "stream":
        items = [one for entry in reply for one in entry]
        cursor = b"(" + reply[-1][0] if len(reply) == AT_ONCE else 0
    else:
        cursor, items = int(reply[0]), reply[1]
    made = Part(reading.key, reading.kind, reading.ends_ms, is_first, items)
    return made, reading._replace(cursor=cursor) if cursor else None


def whole_command(key: bytes, kind: str) -> Sequence[Any]:
    """Return the command that reads all of a key."""
    match kind:
        case "hash":
            return ("HGETALL", key)
        case "zset":
            return ("ZRANGE", key, 0, -1, "WITHSCORES")
        case "set":
            return ("SMEMBERS", key)
        case "stream":
            return ("XRANGE", key, "-", "+")
    return ("GET", key)


def whole(key: bytes, kind: str, ends_ms: int, reply: Any) -> Part:
    """Return all of a key from the reply to :func:`whole_command`."""
    if not reply and reply != b"":
        return gone(key)
    items: list[Any]
    match kind:
        case "hash":
            items = [one for pair in reply.items() for one in pair]
        case "zset":
            items = [x for member, score in reply for x in (member, repr(score).encode())]
        case "set":
            items = list(reply)
        case "stream":
            items = [one for entry in reply for one in entry]
        case _:
            return Part(key, "string", ends_ms, True, [reply])
    return Part(key, kind, ends_ms, True, items)


def gone(key: bytes) -> Part:
    return Part(key, "", 0, True, [])


def writing(made: Part, *, now_ms: int) -> list[Sequence[Any]]:
    """Return the commands that store a part."""
    commands: list[Sequence[Any]] = [("UNLINK", made.key)] if made.is_first else []
    if not made.items or 0 < made.ends_ms <= now_ms:
        return commands
    key, items = made.key, made.items
    match made.kind:
        case "hash":
            commands.append(("HSET", key, *items))
        case "zset":
            scored = zip(items[1::2], items[::2], strict=True)
            commands.append(("ZADD", key, *(one for pair in scored for one in pair)))
        case "set":
            commands.append(("SADD", key, *items))
        case "string":
            commands.append(("SET", key, items[0]))
        case "stream":
            for entry, fields in zip(items[::2], items[1::2], strict=True):
                commands.append(("XADD", key, entry, *fields))
    if made.ends_ms:
        commands.append(("PEXPIRE", key, made.ends_ms - now_ms))
    return commands


def size_command(key: bytes, kind: str) -> Sequence[Any]:
    """Return the command that tells how many members a key has; of a string 0 or 1."""
    of_kind = {"hash": "HLEN", "zset": "ZCARD", "set": "SCARD", "stream": "XLEN"}
    return (of_kind.get(kind, "EXISTS"), key)
