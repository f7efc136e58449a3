"""Whole keys, read in portions: other clients wait only for a short command. Reads only.

What changes between two portions may be in neither or in both, so a caller must notice changes.
"""

from collections.abc import Iterator, Sequence
from typing import Any

PORTION = 1000  # entries
AT_ONCE = 64  # short commands of a round trip


def answers(client: Any, commands: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
    """Send short commands, some in each round trip, and yield their answers."""
    for at in range(0, len(commands), AT_ONCE):
        pipe = client.pipeline(transaction=False)
        for command in commands[at : at + AT_ONCE]:
            pipe.execute_command(*command)
        yield from pipe.execute()


def pairs(answer: Any) -> dict[bytes, bytes]:
    """Return a hash of :func:`answers` as a dict, also where the client left its answer flat."""
    return answer if isinstance(answer, dict) else dict(zip(answer[::2], answer[1::2], strict=True))


def whole_hash(client: Any, key: str) -> dict[bytes, bytes]:
    """Read a hash of any size."""
    return dict(client.hscan_iter(key, count=PORTION))


def ranking(client: Any, key: str) -> dict[bytes, int]:
    """Read a sorted set of any size whose scores are whole numbers."""
    found: dict[bytes, int] = {}
    at = 0
    while True:
        members = client.zrange(key, at, at + PORTION - 1, withscores=True)
        found.update((member, int(score)) for member, score in members)
        if len(members) < PORTION:
            return found
        at += PORTION


def rankings(client: Any, names: Sequence[str]) -> Iterator[dict[bytes, int]]:
    """Read sorted sets, the first portion of some in each round trip."""
    first = [("ZRANGE", name, 0, PORTION - 1, "WITHSCORES") for name in names]
    for name, members in zip(names, answers(client, first), strict=True):
        if len(members) == PORTION:
            yield ranking(client, name)
        else:
            yield {member: int(score) for member, score in members}


def hashes(client: Any, names: Sequence[str]) -> Iterator[dict[bytes, bytes]]:
    """Read hashes, the first portion of some in each round trip."""
    first = [("HSCAN", name, 0, "COUNT", PORTION) for name in names]
    for name, (cursor, found) in zip(names, answers(client, first), strict=True):
        yield whole_hash(client, name) if int(cursor) else pairs(found)
