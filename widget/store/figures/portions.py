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
from widget.store.reactions.catch_up import CatchUp
from widget.store.scripts import ActScript, Call, pipelined, store_errors

AT_ONCE = 24  # short scripts in a round trip
LONG = 6  # a script that reads a whole portion counts as so many short ones
MOST_KNOWN = 2000  # kinds of runs whose weight is kept
# Scripts that read what follows votes later; they answer with nothing while an article is behind.
_LATE = frozenset(
    f"figures/{name}.lua"
    for name in (
        *("present", "ranked", "day", "edge", "leaders", "mixes", "movers"),
        *("surge", "series", "span", "slots", "sections", "section"),
    )
)
_OF_MIXES = frozenset(f"figures/{name}.lua" for name in ("ranked", "day", "mixes"))


@dataclass(slots=True)
class Run:
    """A script's run in one partition.

    :param script: a file of lua/. ``key``: its key, without the partition's prefix.
    :param in_portions: the answer begins with where the portion ended, or False at the end, and how
        much of a portion was read, per cent. The script continues if its act has that as ``from``.
    :param answer: the answer, or those of all portions together.
    """

    partition: int
    script: str
    act: Mapping[str, Any]
    key: str = ""
    in_portions: bool = False
    answer: list[Any] = field(default_factory=list)

    @property
    def kind(self) -> tuple[str, ...]:
        """What runs of about the same length in other partitions, and later, have in common."""
        act = (f"{name}={value}" for name, value in self.act.items() if name not in _OF_EACH)
        return (self.script, *act)


_OF_EACH = ("ids", "from", "as_is")  # what differs between runs of a kind


class Portions:
    """The runner of such scripts on one store.

    A script that may read a whole portion mostly reads much less. So the first runs of a kind count
    as long ones, and what they say they have read is the weight of the others.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._catch_up = CatchUp(connection)
        self._scripts: dict[str, ActScript] = {}
        self._weights: dict[tuple[str, ...], int] = {}

    def read(self, site: Site, runs: Sequence[Run]) -> None:
        """Fill in the answer of each run.

        :raise StoreUnavailable: the store timed out or refused.
        """
        kinds = {id(run): (site.key, *run.kind) if run.in_portions else () for run in runs}
        waiting = deque((run, run.act) for run in runs)
        while waiting:
            together = list(self._taken(waiting, kinds))
            calls = [self._call(site, run, act) for run, act in together]
            with store_errors():
                replies = pipelined(self._connection, calls)
            most: dict[tuple[str, ...], int] = {}
            behind = [again for again, raw in zip(together, replies, strict=True) if raw is None]
            if behind:
                self._catch_up.run(site, dict.fromkeys(run.partition for run, _ in behind))
                waiting.extendleft((run, {**act, "as_is": True}) for run, act in behind)
            for (run, act), raw in zip(together, replies, strict=True):
                if raw is None:
                    continue
                reply = msgspec.msgpack.decode(raw)
                if run.in_portions:
                    ended, percent, *reply = reply
                    kind = kinds[id(run)]
                    most[kind] = max(most.get(kind, 0), percent)
                    if ended:
                        waiting.append((run, {**act, "from": ended}))
                run.answer += reply
            for kind, percent in most.items():
                self._weigh(kind, percent)

    def _taken(
        self, waiting: deque[tuple[Run, Mapping[str, Any]]], kinds: Mapping[int, tuple[str, ...]]
    ) -> Iterator[tuple[Run, Mapping[str, Any]]]:
        """Take the runs of the next round trip: at least one."""
        weight = 0
        while waiting:
            kind = kinds[id(waiting[0][0])]
            more = self._weights.get(kind, LONG) if kind else 1
            if weight and weight + more > AT_ONCE:
                break
            weight += more
            yield waiting.popleft()

    def _weigh(self, kind: tuple[str, ...], percent: int) -> None:
        """Remember how long runs of a kind are. One round trip at most halves their weight."""
        if len(self._weights) >= MOST_KNOWN:
            self._weights.clear()
        least = max(1, self._weights.get(kind, LONG) // 2)
        self._weights[kind] = max(least, -(-LONG * percent // 100))

    def _call(self, site: Site, run: Run, act: Mapping[str, Any]) -> Call:
        if run.script not in self._scripts:
            late = ("shared/up_to_date.lua",) if run.script in _LATE else ()
            mixes = ("shared/day_mixes.lua",) if run.script in _OF_MIXES else ()
            self._scripts[run.script] = ActScript(self._connection, *late, *mixes, run.script)
        key = keys.stem(site.key, run.partition) + run.key
        guarded = (key, keys.guard(site.key, run.partition))
        return self._scripts[run.script].call(guarded, act)
