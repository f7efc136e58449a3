"""Runs of scripts that read one partition each: few at once, long answers in portions. Reads only.

A server runs all commands that have arrived on a connection before it looks at the next connection.
Votes wait meanwhile, so a round trip takes only as many scripts as run in about two milliseconds.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, Call, pipelined, store_errors

AT_ONCE = 24  # short scripts in a round trip
LONG = 6  # a script that may read a whole portion counts as so many short ones


@dataclass(slots=True)
class Run:
    """A script's run in one partition.

    :param script: a file of lua/. ``key``: its key, without the partition's prefix.
    :param in_portions: the answer begins with where the portion ended, or False at the end, and the
        script continues there if its act has that as ``from``.
    :param answer: the answer, or those of all portions together.
    """

    partition: int
    script: str
    act: Mapping[str, Any]
    key: str = ""
    in_portions: bool = False
    answer: list[Any] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return LONG if self.in_portions else 1


class Portions:
    """The runner of such scripts on one store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._scripts: dict[str, ActScript] = {}

    def read(self, site: Site, runs: Sequence[Run]) -> None:
        """Fill in the answer of each run.

        :raise StoreUnavailable: the store timed out or refused.
        """
        waiting = deque((run, run.act) for run in runs)
        while waiting:
            together = list(_taken(waiting))
            calls = [self._call(site, run, act) for run, act in together]
            with store_errors():
                replies = pipelined(self._connection, calls)
            for (run, act), raw in zip(together, replies, strict=True):
                reply = msgspec.msgpack.decode(raw)
                if run.in_portions:
                    ended, *reply = reply
                    if ended:
                        waiting.append((run, {**act, "from": ended}))
                run.answer += reply

    def _call(self, site: Site, run: Run, act: Mapping[str, Any]) -> Call:
        if run.script not in self._scripts:
            self._scripts[run.script] = ActScript(self._connection, run.script)
        key = keys.stem(site.key, run.partition) + run.key
        guarded = (key, keys.guard(site.key, run.partition))
        return self._scripts[run.script].call(guarded, act)


def _taken(
    waiting: deque[tuple[Run, Mapping[str, Any]]],
) -> Iterator[tuple[Run, Mapping[str, Any]]]:
    """Take the runs of the next round trip: at least one."""
    weight = 0
    while waiting and (not weight or weight + waiting[0][0].weight <= AT_ONCE):
        weight += waiting[0][0].weight
        yield waiting.popleft()
