"""What the tests of corrections share."""

import random
from collections.abc import Callable
from typing import Any

from tests.conftest import NOW_S
from tests.support.up_to_date import bring_up_to_date
from widget.domain.article import ArticleRef
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Tally
from widget.store.connect import Connection
from widget.store.reactions.corrections import Actor

CHOICES = 7
HOUR = NOW_S // 3600
NAMES = ("visa", "rent", "story-3")  # "visa" and "story-3" share a partition, "rent" has another


def by(now_s: int) -> Actor:
    return Actor("ed", now_s, "a bot")


def kind_of(reader: bytes) -> Kind:
    """Return one of the three kinds, always the same for a reader."""
    return Kind(reader[0] % 3)


def people(count: int, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)
    return [chance.randbytes(8) for _ in range(count)]


def everything(connection: Connection, *but: bytes) -> dict[bytes, Any]:
    """Return all keys and values of the store, without the traces of a correction and its undo."""
    bring_up_to_date(connection)
    left = (b"audit", b"}:act:", b"alias", b"}:past", *but)
    found = {}
    for key in connection.client.scan_iter():
        if not any(word in key for word in left):
            kind = connection.client.type(key)
            if kind == b"hash":
                found[key] = {
                    name: value
                    for name, value in connection.client.hgetall(key).items()
                    if name != b"acts" and name[:5] != b"done:" and name not in (b"f:", b"x:")
                }
            elif kind == b"zset":
                found[key] = connection.client.zrange(key, 0, -1, withscores=True)
            else:
                found[key] = connection.client.dump(key)
    return found


def both_voted(
    cast: Callable[..., Tally], visa: ArticleRef, rent: ArticleRef, count: int = 300
) -> list[bytes]:
    readers = people(count)
    for number, reader in enumerate(readers[: count * 2 // 3]):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60)
    for number, reader in enumerate(readers[count // 3 :]):
        cast(rent, reader, 5, 3, NOW_S - 90_000 + number * 60, hold=number % 10 == 0)
    return readers
