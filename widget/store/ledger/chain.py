"""The ledger of each site: its signed blocks, and what its writer knows of the last one.

docs/adr/0136-a-ledger-anyone-can-check.md says why it is in the store, and how a block and the
marks of its stories, which are in other slots, come to agree.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from widget.domain.ledger.block import Block
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors

LEASE_S = 55
DAY_S = 86400
MOST_DAYS = 36_500  # a store's clock ends some time
_AT_ONCE = 8  # blocks, of some 40 KB each

# By partition: article, mark, article, mark, ..; as ledger/mark.lua has them.
Marks = Mapping[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a site's ledger ends.

    :param blocks: so far. ``hash`` and ``hour``: of the last one; "" and -1 without any.
    :param key: the public key that signs the next block; "" before the first one.
    :param looked: the last hour whose stories are all written; None before the first.
    :param marks: what the last block said that some partitions may not have marked yet.
    """

    blocks: int = 0
    hash: str = ""
    hour: int = -1
    key: str = ""
    looked: int | None = None
    marks: Marks = field(default_factory=dict)


class Chain:
    """:param days: how many days of a ledger are kept."""

    def __init__(self, connection: Connection, *, days: int) -> None:
        self._connection = connection
        self._days = min(days, MOST_DAYS)
        self._append = ActScript(connection, "ledger/append.lua", is_replicated=True)
        self._settle = ActScript(connection, "ledger/settle.lua", is_replicated=True)

    def may_write(self) -> bool:
        """Take the lease of a minute, and return whether this process got it."""
        with store_errors():
            return bool(self._connection.client.set(keys.ledger_lease(), 1, nx=True, ex=LEASE_S))

    def keep_lease(self) -> None:
        """Keep the lease for another minute. Without it all stays right, but is done twice."""
        with store_errors():
            self._connection.client.expire(keys.ledger_lease(), LEASE_S)

    def head(self, site: Site) -> ChainHead:
        with store_errors():
            stored = self._connection.client.hgetall(keys.ledger_head(site.key))
        if not stored:
            return ChainHead()
        marks = msgspec.json.decode(stored.get(b"marks", b"{}"), type=dict[int, list[str]])
        return ChainHead(
            int(stored.get(b"n", 0)),
            stored.get(b"hash", b"").decode(),
            int(stored.get(b"hour", -1)),
            stored.get(b"key", b"").decode(),
            int(stored[b"looked"]) if b"looked" in stored else None,
            marks,
        )

    def append(self, site: Site, after: ChainHead, block: Block, marks: Marks) -> ChainHead | None:
        """Append a block, and return the new head; None if another block came first.

        :param marks: what the block says, for :meth:`settle` to be called when all have it.
        """
        day = block.head.hour // 24
        key = block.head.next_key or block.head.key
        names = (
            keys.ledger_head(site.key),
            keys.ledger_day(site.key, day),
            keys.ledger_days(site.key),
        )
        act = {
            "n": after.blocks,
            "hash": block.hash,
            "hour": block.head.hour,
            "key": key,
            "marks": msgspec.json.encode(marks).decode() if marks else "",
            "day": day,
            "lines": block.stories,
            "until": (day + 1 + self._days) * DAY_S,
            "oldest": day - self._days,
        }
        with store_errors():
            if not self._append(names, act, zlib.compress(block.text, 9)):
                return None
        blocks = after.blocks + 1
        return ChainHead(blocks, block.hash, block.head.hour, key, after.looked, marks)

    def settle(self, site: Site, head: ChainHead, *, looked: int | None = None) -> bool:
        """Note that all have marked the last block; return whether it still is the last one.

        :param looked: the hour whose stories are all written.
        """
        act = {"n": head.blocks} | ({} if looked is None else {"looked": looked})
        with store_errors():
            return bool(self._settle((keys.ledger_head(site.key),), act))

    def adopt(self, site: Site, key: str) -> None:
        """Have another key sign from the next block on, without a word of the key before."""
        with store_errors():
            self._connection.client.hset(keys.ledger_head(site.key), "key", key)

    def days(self, site: Site, *, now_s: int) -> dict[int, int]:
        """Return the days whose lines are kept, newest first, and the number of their lines."""
        with store_errors():
            stored = self._connection.client.hgetall(keys.ledger_days(site.key))
        oldest = now_s // DAY_S - self._days
        found = {int(day): int(lines) for day, lines in stored.items() if int(day) >= oldest}
        return dict(sorted(found.items(), reverse=True))

    def text(self, site: Site, day: int) -> Iterator[bytes]:
        """Yield a day's blocks; none if the day has no line, or is too long ago."""
        key = keys.ledger_day(site.key, day)
        with store_errors():
            numbers = sorted(map(int, self._connection.client.hkeys(key)))
        for at in range(0, len(numbers), _AT_ONCE):
            with store_errors():
                found = self._connection.client.hmget(key, numbers[at : at + _AT_ONCE])
            yield from map(zlib.decompress, filter(None, found))  # a day may end meanwhile
