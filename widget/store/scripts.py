"""Runners of Lua scripts, and the only place where errors of redis become the domain's.

A script is several files of lua/ as one text: those it shares with others, then its own. There are
two calling conventions. The vote's script, by far the most frequent, takes positional arguments
(:class:`Script`). Every other script takes one act, sent as JSON (:class:`ActScript`): decoding it
costs about 2 us, which is nothing beside a read of the desk.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import TracebackType
from typing import Any, NamedTuple

import hiredis
import msgspec
import redis
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import NoScriptError, OutOfMemoryError, RedisClusterException

from widget.domain.errors import StoreUnavailable
from widget.metrics.series import STORE_FAILURES
from widget.store.connect import Connection
from widget.store.connection.errors import node_of, reason_of
from widget.store.replication import Command, replicated, tag_of
from widget.store.room import full


class store_errors:
    """Turn errors of redis into :class:`StoreUnavailable`, or the one of a full store.

    The state of the store learns of each refusal, and its reason. A full store refuses a script at
    its first write that needs memory, so none is half done.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(problem, OutOfMemoryError):
            STORE_FAILURES.add("OOM")
            raise full() from problem
        if isinstance(problem, redis.RedisError | RedisClusterException | OSError):
            raise _unavailable(problem) from problem


def _unavailable(problem: Exception) -> StoreUnavailable:
    node, reason = node_of(problem), reason_of(problem)
    if node is not None:
        node.report(reason)
    STORE_FAILURES.add("timeout" if reason.startswith("no answer") else reason.partition(" ")[0])
    return StoreUnavailable(retry_after_s=2, reason=reason, server=node.name if node else "")


@cache
def script_text(*names: str) -> str:
    """Join files of lua/ after shared/base.lua, which begins every script."""
    folder = resources.files(__package__) / "lua"
    return "".join((folder / name).read_text() for name in ("shared/base.lua", *names))


@dataclass(frozen=True, slots=True)
class Call:
    """One run of a script in a pipeline."""

    script: "Script"
    keys: Sequence[str]
    args: Sequence[Any]

    is_shared = False  # each run counts for itself

    @property
    def waits(self) -> bool:
        return self.script.waits

    @property
    def commands(self) -> tuple[Command, ...]:
        return (self.command,)

    def reply_of(self, replies: Sequence[Any]) -> Any:
        """Return the reply from those to its commands."""
        [reply] = replies
        return reply

    def ask(self) -> Any:
        """Make it here and now."""
        return self.script(self.keys, self.args)

    def queue(self, pipe: Any) -> None:
        """Add it to a pipeline. The server must know the script: see :meth:`Script.load`."""
        pipe.execute_command(*self.command)

    @property
    def command(self) -> Command:
        return self.script.command(self.keys, self.args)

    @property
    def server(self) -> str:
        """Return the name of the server that it runs on, "" if there is one only."""
        node = self.script.server_of(self.keys[0])
        return node.name if node else ""


class Script:
    """A Lua script, called by its digest. A server without the script gets its text first.

    :param names: files of lua/, shared ones first.
    :param is_replicated: it writes what must not be lost, so with READBACK_REPLICATE it waits.
    """

    def __init__(self, connection: Connection, *names: str, is_replicated: bool = False) -> None:
        self._connection = connection
        self.waits = is_replicated and connection.replication.replicas > 0
        self.text = script_text(*names)
        self.digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()

    def load(self) -> None:
        """Have the server learn the text."""
        self._connection.client.script_load(self.text)

    def call(self, keys: Sequence[str], args: Sequence[Any]) -> Call:
        """Return a run of this script for a pipeline."""
        return Call(self, keys, args)

    def command(self, keys: Sequence[str], args: Sequence[Any]) -> Command:
        """Return a run of this script as a command of redis."""
        return ("EVALSHA", self.digest, len(keys), *keys, *args)

    def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Any:
        """Run the script, and return its answer.

        :raise NotReplicated: too few replicas have what it wrote.
        """
        client = self._connection.client
        if self.waits:
            run = [self.command(keys, args)]
            return replicated(client, self._connection.replication, keys[0], run, [self.text])[0]
        # With one server, the client has a connection only for this thread. Using it directly saves
        # redis-py's work on each command. If that fails, redis-py connects again.
        own = getattr(client, "connection", None)
        if own is not None:
            try:
                command = ("EVALSHA", self.digest, len(keys), *keys, *args)
                own.send_packed_command((hiredis.pack_command(command),))
                return own.read_response()
            except (redis.ConnectionError, NoScriptError):
                pass
        try:
            return client.evalsha(self.digest, len(keys), *keys, *args)
        except NoScriptError:
            self.load_for(keys[0])
            return client.evalsha(self.digest, len(keys), *keys, *args)

    def server_of(self, key: str) -> ClusterNode | None:
        """Return the primary of a cluster that has a key; None where there is one server only."""
        client: Any = self._connection.client
        is_cluster = isinstance(client, RedisCluster)
        return client.get_node_from_key(key) if is_cluster else None

    def load_for(self, key: str) -> None:
        """Have the one server learn the text that has a key: others of a cluster may be away."""
        node = self.server_of(key)
        if node is None:
            return self.load()
        cluster: Any = self._connection.client
        cluster.execute_command("SCRIPT LOAD", self.text, target_nodes=node)


class ActScript:
    """A Lua script that takes one act: any value that msgspec encodes as a JSON object.

    :param names: as for :class:`Script`; shared/act.lua comes before them.
    :param is_replicated: as for :class:`Script`.
    """

    def __init__(self, connection: Connection, *names: str, is_replicated: bool = False) -> None:
        self._script = Script(connection, "shared/act.lua", *names, is_replicated=is_replicated)

    def load(self) -> None:
        """Have the server learn the text."""
        self._script.load()

    def call(self, keys: Sequence[str], act: Any) -> Call:
        """Return a run of this script for a pipeline."""
        return self._script.call(keys, (msgspec.json.encode(act),))

    def calls(self, each_keys: Iterable[Sequence[str]], act: Any) -> list[Call]:
        """Return runs of this script with the same act, which is encoded once."""
        args = (msgspec.json.encode(act),)
        return [self._script.call(keys, args) for keys in each_keys]

    def __call__(self, keys: Sequence[str], act: Any, *more: bytes) -> Any:
        """Run the script, and return its answer.

        :param more: what is too long for an act.
        """
        return self._script(keys, (msgspec.json.encode(act), *more))


class Field(NamedTuple):
    """A field of a hash, and its value when it was read; b"" if there was none."""

    name: str
    value: bytes


class Swap:
    """Compare and set. The caller wraps it in ``store_errors``."""

    def __init__(self, connection: Connection) -> None:
        self._swap = ActScript(connection, "desk/swap.lua", is_replicated=True)

    def __call__(self, key: str, old: Field, new: bytes, needs: Field | None = None) -> bool:
        """Replace a field, and return whether it was done.

        :param new: b"" removes the field.
        :param needs: another field that must still have its value.
        """
        act = {"field": old.name, "old": old.value.decode(), "new": new.decode()}
        if needs is not None:
            act |= {"needs": needs.name, "needs_value": needs.value.decode()}
        return bool(self._swap((key,), act))


def written(connection: Connection, *commands: Command) -> list[Any]:
    """Run commands that write and have no script, in one transaction on keys of one slot.

    The caller wraps it in ``store_errors``.

    :raise NotReplicated: too few replicas have what they wrote.
    """
    if connection.replication.replicas:
        client, key = connection.client, str(commands[0][1])
        run = [("MULTI",), *commands, ("EXEC",)]
        done: list[Any] = replicated(client, connection.replication, key, run)[-1]
        return done
    pipe = connection.client.pipeline(transaction=len(commands) > 1)
    for command in commands:
        pipe.execute_command(*command)
    answers: list[Any] = pipe.execute()
    return answers


def pipelined(connection: Connection, calls: Sequence[Call]) -> list[Any]:
    """Run scripts in one round trip, and return their answers in the same order.

    If a server lacks one of its scripts, it gets their texts and all of them run again. So use
    this only for scripts that are safe to repeat.

    :raise NotReplicated: too few replicas have what they wrote.
    """
    if any(call.script.waits for call in calls):
        return _waited(connection, calls)
    try:
        return _send(connection, calls)
    except NoScriptError:
        lacking = {(call.script.digest, call.server): call for call in calls}
        for call in lacking.values():
            call.script.load_for(call.keys[0])
        return _send(connection, calls)


def _waited(connection: Connection, calls: Sequence[Call]) -> list[Any]:
    """Run scripts as :func:`pipelined` does, those of each slot in one write with their WAIT."""
    by_tag: dict[str, list[int]] = {}
    for index, call in enumerate(calls):
        by_tag.setdefault(tag_of(call.keys[0]), []).append(index)
    answers: list[Any] = [None] * len(calls)
    for indexes in by_tag.values():
        some = [calls[index] for index in indexes]
        texts = list(dict.fromkeys(call.script.text for call in some))
        run = [call.command for call in some]
        key = some[0].keys[0]
        done = replicated(connection.client, connection.replication, key, run, texts)
        for index, answer in zip(indexes, done, strict=True):
            answers[index] = answer
    return answers


def _send(connection: Connection, calls: Sequence[Call]) -> list[Any]:
    pipe = connection.client.pipeline(transaction=False)
    for call in calls:
        call.queue(pipe)
    answers: list[Any] = pipe.execute()
    return answers
