"""Moves of votes between articles: merges, aliases of moved addresses, and the undo of both.

The votes of each address have their own table. A move takes that table, and its counts, to another
article. Two articles may be in two slots of a cluster, so a move is a series of steps, each safe to
repeat. It is stored before the first step, and any process that finds it unfinished completes it
(docs/adr/0050-corrections.md). On one server, the visible steps are one transaction.
"""

import secrets
from collections.abc import Iterator
from typing import Any

import msgspec
from redis.cluster import RedisCluster

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.errors import CannotCorrect
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.aliases import Alias, pointing
from widget.store.scripts import ActScript, store_errors, written

# Shared files of the scripts of corrections.
SHARED = (
    "shared/marks.lua",
    "shared/ledger.lua",
    "shared/catch_up.lua",
    "shared/evidence.lua",
    "shared/article.lua",
    "shared/flags.lua",
)
COPIED_AT_ONCE = 100
TRIES = 5

REFUSALS = {
    "unknown": "Nobody has voted on this story yet, so there is nothing to correct.",
    "moved": "This story was merged into another one. Correct that one, or undo the merge first.",
    "moving": "Votes of this story are being moved right now. Try again in a moment.",
    "addresses": "Other addresses resolve to this story. Undo that first, or merge the other way.",
    "itself": "These two are already one story.",
    "question": "The votes on a question of your own cannot be merged with others.",
    "undone": "This has already been undone.",
    "forgotten": "The voters of this story were forgotten when it closed, so its votes can no "
    "longer be told apart.",
    "chain": "The other story was itself merged into a third. Merge into that one.",
    "crowded": "20 addresses already resolve to that story, which is the limit.",
    "changed": "Someone has changed this since. Undo the later correction first.",
    "moved_since": "Votes have moved to or from another address since. Undo that first.",
}


class Moves:
    """The moves of votes in one store.

    :param in_steps: move as on a cluster, whatever the store is; for tests.
    """

    def __init__(self, connection: Connection, *, in_steps: bool = False) -> None:
        self._connection = connection
        self._in_steps = in_steps
        self._begin = ActScript(connection, *SHARED, "reactions/move_begin.lua", is_replicated=True)
        self._copy = ActScript(connection, *SHARED, "reactions/move_copy.lua", is_replicated=True)
        self._join = ActScript(connection, *SHARED, "reactions/move_join.lua", is_replicated=True)
        self._drop = ActScript(connection, *SHARED, "reactions/move_drop.lua", is_replicated=True)

    def move(self, site: Site, act: dict[str, Any]) -> str | None:
        """Move a table, and return the audit entry; None if another process has just finished it.

        :param act: that of lua/reactions/move_begin.lua, and ``alias``: the alias that the address
            has after the move, or None.
        :raise CannotCorrect: the message says why.
        """
        act = {**act, "token": secrets.token_hex(8)}
        for _ in range(TRIES):
            begun = self._ask(self._begin, site, act["id"], act)
            if begun["code"] == "done":
                return self._complete(site, act, begun["data"])
            if begun["code"] != "busy":
                raise refusal(begun["code"])
            try:
                self._complete(site, begun["act"], begun["data"])
            except CannotCorrect:
                pass  # the other move was taken back
        raise refusal("moving")

    def finish(self, site: Site) -> None:
        """Finish the moves that another process began and did not finish; mostly there is none."""
        for raw in self.unfinished(site):
            begun = msgspec.json.decode(raw)
            try:
                self._complete(site, begun["act"], begun["data"])
            except CannotCorrect:
                pass  # it was no longer possible, and was taken back

    def unfinished(self, site: Site) -> list[bytes]:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.hvals(keys.moving(site.key, partition))
            return [raw for raws in pipe.execute() for raw in raws]

    def _complete(self, site: Site, act: dict[str, Any], data: dict[str, Any]) -> str | None:
        entry = None
        for answer in self.steps(site, act, data):
            entry = answer.get("entry", entry)
        return entry

    def steps(
        self, site: Site, act: dict[str, Any], data: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """Do each step after the beginning, and yield its answer. All are safe to repeat.

        :raise CannotCorrect: the move is no longer possible, and was taken back.
        """
        source, target = act["id"], act["to"]
        if partition_of(source) != partition_of(target):
            for number in range(0, data["buckets"], COPIED_AT_ONCE):
                self._copy_buckets(site, act, data, number)
                yield {}
            self._copy_evidence(site, act, data)
            yield {}
        in_steps = (
            self._in_steps
            or isinstance(self._connection.client, RedisCluster)
            or self._connection.replication.replicas > 0  # each step waits for its replicas
        )
        for answer in (self._switch_in_steps if in_steps else self._switch)(site, act, data):
            if answer["code"] in ("chain", "crowded", "moving", "not_joined"):
                self._take_back(site, act, data)
                raise refusal("chain" if answer["code"] == "not_joined" else answer["code"])
            yield answer

    def _switch(
        self, site: Site, act: dict[str, Any], data: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Join the table to the target, point the address to it, and drop it here, all at once."""
        act = {**act, "data": data}
        target = self._keys(site, act["to"])
        join = self._join.call(target, _at(act["to"], act))
        drop = self._drop.call((*self._keys(site, act["id"]), target[0]), _at(act["id"], act))
        with store_errors():
            # A script unknown to the server would fail without stopping the other commands.
            self._join.load()
            self._drop.load()
            pipe = self._connection.client.pipeline(transaction=True)
            join.queue(pipe)
            drop.queue(pipe)
            for command in pointing(site.key, act["table"], _alias(act)):
                pipe.execute_command(*command)
            joined, dropped, *_ = pipe.execute()
        return [msgspec.json.decode(joined), msgspec.json.decode(dropped)]

    def _switch_in_steps(
        self, site: Site, act: dict[str, Any], data: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        act = {**act, "data": data}
        yield self._ask(self._join, site, act["to"], act)
        self._point(site, act, _alias(act))
        yield {"code": "done"}
        yield self._ask(self._drop, site, act["id"], act)

    def _take_back(self, site: Site, act: dict[str, Any], data: dict[str, Any]) -> None:
        if partition_of(act["id"]) != partition_of(act["to"]):
            partition = partition_of(act["to"])
            with store_errors():
                pipe = self._connection.client.pipeline(transaction=False)
                for number in range(data["buckets"]):
                    pipe.unlink(keys.bucket(site.key, partition, act["table"], number))
                pipe.unlink(keys.evidence(site.key, partition, act["table"]))
                pipe.execute()
        self._point(site, act, None)
        self._ask(self._drop, site, act["id"], {**act, "data": data, "back": True})

    def _point(self, site: Site, act: dict[str, Any], alias: Alias | None) -> None:
        with store_errors():
            written(self._connection, *pointing(site.key, act["table"], alias))

    def _copy_buckets(
        self, site: Site, act: dict[str, Any], data: dict[str, Any], first: int
    ) -> None:
        source = partition_of(act["id"])
        numbers = range(first, min(first + COPIED_AT_ONCE, data["buckets"]))
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for number in numbers:
                pipe.hgetall(keys.bucket(site.key, source, act["table"], number))
            buckets = pipe.execute()
        for number, marks in zip(numbers, buckets, strict=True):
            pairs = [
                part for mark, packed in marks.items() for part in (mark.hex(), packed.decode())
            ]
            one = {**act, "n": number, "closes": data["closes"], "marks": pairs}
            self._ask(self._copy, site, act["to"], one)

    def _copy_evidence(self, site: Site, act: dict[str, Any], data: dict[str, Any]) -> None:
        if not data.get("closes"):
            return  # nobody ever voted there
        key = keys.evidence(site.key, partition_of(act["id"]), act["table"])
        with store_errors():
            found = self._connection.client.hgetall(key)
        pairs = [part.decode() for pair in found.items() for part in pair]
        self._ask(self._copy, site, act["to"], {**act, "closes": data["closes"], "evidence": pairs})

    def _ask(
        self, script: ActScript, site: Site, article_id: str, act: dict[str, Any]
    ) -> dict[str, Any]:
        """Run a step on one of the two articles."""
        with store_errors():
            raw = script(self._keys(site, article_id), _at(article_id, act))
        answer: dict[str, Any] = msgspec.json.decode(raw)
        return answer

    @staticmethod
    def _keys(site: Site, article_id: str) -> tuple[str, str]:
        partition = partition_of(article_id)
        return keys.article(site.key, partition, article_id), keys.stem(site.key, partition)


def _at(article_id: str, act: dict[str, Any]) -> dict[str, Any]:
    """Return the act of a move for a script on one of the two articles."""
    shared = partition_of(act["id"]) == partition_of(act["to"])
    return {**act, "id": article_id, "shared": shared}


def refusal(code: str) -> CannotCorrect:
    return CannotCorrect(REFUSALS[code], reason=code)


def _alias(act: dict[str, Any]) -> Alias | None:
    return msgspec.convert(act["alias"], Alias) if act["alias"] else None
