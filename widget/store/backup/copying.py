"""A copy of a store while votes run, each partition as it was at one moment.

docs/adr/0027-back-up-while-votes-run.md has the idea. A walk copies every key as it is met. What is
written meanwhile is noted and copied again, until so little is left of a partition that one
transaction reads all of it. A later part of a key replaces an earlier one, so nothing waits in
memory but the names of written keys.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from redis.cluster import RedisCluster

from widget.domain.article import PARTITIONS
from widget.store import keys
from widget.store.backup import values
from widget.store.backup.errors import BackupError
from widget.store.backup.selection import is_backed_up, site_of_partition, unit_of
from widget.store.backup.wire import Wire, wires
from widget.store.connect import Connection
from widget.store.reactions.aliases import VERSION
from widget.store.scripts import store_errors

SCANNED_AT_ONCE = 200
COPIED_AT_ONCE = 50  # keys in one round trip, between which the store serves readers
FEW = 100  # keys that one transaction may begin with
MOST_HOT = 500  # keys that one transaction may read
LARGE = 2000  # members; a larger key is read beside the transaction if it is left alone so long
ROUNDS = 8
TRIES = 400
PATIENCE = 20  # tries after which a large key is read in the transaction too
MOVES_TRIES = 50
DRAIN_EVERY_S = 0.5

Add = Callable[[values.Part], None]


class Copying:
    """One copy of a store.

    :param add: takes each part of a key, in order.
    :param progress: called with the number of keys copied so far.
    """

    def __init__(
        self, connection: Connection, add: Add, progress: Callable[[int], None] = lambda keys: None
    ) -> None:
        self._connection = connection.patient()
        self._add = add
        self._progress = progress
        self._primaries: list[_Primary] = []

    def run(self) -> int:
        """Copy everything, and return the number of keys met.

        :raise BackupError: the store cannot be copied just now; the message says why.
        :raise StoreUnavailable: the store timed out or refused.
        """
        with store_errors():
            slots = self._slots()
            self._primaries = [_Primary(wire, self._add) for wire in wires(self._connection)]
            try:
                for primary in self._primaries:
                    primary.wire.open()
                self._walk()
                self._settle()
            finally:
                for primary in self._primaries:
                    primary.wire.close()
            if slots != self._slots():
                raise BackupError("the cluster moved slots during the back-up; repeat it")
        return sum(primary.keys for primary in self._primaries)

    def _slots(self) -> Any:
        """Return which primary has which slots."""
        client = self._connection.client
        if not isinstance(client, RedisCluster):
            return None
        client.nodes_manager.initialize()
        return {slot: nodes[0].name for slot, nodes in client.nodes_manager.slots_cache.items()}

    def _walk(self) -> None:
        """Copy every key as it is met. The primaries take turns, so that none has to wait."""
        walking = {primary: primary.walk() for primary in self._primaries}
        while walking:
            for primary, steps in list(walking.items()):
                if next(steps, None) is None:
                    del walking[primary]
                    primary.drain()
            for primary in self._primaries:
                if primary not in walking:
                    primary.drain()
            self._progress(sum(primary.keys for primary in self._primaries))

    def _settle(self) -> None:
        """Bring every unit to one moment; sites and editors after the votes that need them."""
        sites: set[str] = set()
        before: dict[str, Any] | None = None
        for _ in range(MOVES_TRIES):
            for primary in self._primaries:
                primary.drain()
                sites |= primary.moving_sites
            now = self._moves(sites)
            if now == before:
                break
            before = now
            self._settle_units(lambda unit: site_of_partition(unit) is not None)
        else:
            raise BackupError(
                "stories were merged during all of the back-up; repeat it when that is done"
            )
        self._settle_units(lambda unit: site_of_partition(unit) is None)

    def _settle_units(self, wanted: Callable[[bytes], bool]) -> None:
        drained_s = time.monotonic()
        for primary in self._primaries:
            for unit in [unit for unit in primary.dirty if wanted(unit)]:
                primary.settle(unit)
                if time.monotonic() > drained_s + DRAIN_EVERY_S:
                    for other in self._primaries:
                        other.drain()
                    drained_s = time.monotonic()

    def _moves(self, sites: Iterable[str]) -> dict[str, Any]:
        """Return what changes when votes move between two partitions of a site."""
        found: dict[str, Any] = {}
        for site in sites:
            pipe = self._connection.client.pipeline(transaction=False)
            pipe.hget(keys.aliases(site), VERSION)
            for partition in range(PARTITIONS):
                pipe.hgetall(keys.moving(site, partition))
            found[site] = pipe.execute()
        return found


class _Primary:
    """One primary, and what was written on it since it was copied.

    :ivar dirty: unit -> keys.
    :ivar moving_sites: sites that have aliases or moves of votes.
    """

    def __init__(self, wire: Wire, add: Add) -> None:
        self.wire = wire
        self._add = add
        self.keys = 0
        self.dirty: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self.moving_sites: set[str] = set()

    def walk(self) -> Iterator[int]:
        """Copy every key, some at each step."""
        cursor: Any = 0
        while True:
            cursor, names = self.wire.ask(("SCAN", cursor, "COUNT", SCANNED_AT_ONCE))
            found = [name for name in names if is_backed_up(name)]
            self.keys += len(found)
            self._copy(found)
            self._note(self.wire.take_written())
            cursor = int(cursor)
            yield len(found)
            if not cursor:
                return

    def drain(self) -> None:
        """Note all that was written until now."""
        self.wire.ask(("PING",))
        self._note(self.wire.take_written())

    def settle(self, unit: bytes) -> None:
        """Copy what was written of a unit until its copy is what it was at one moment."""
        for _ in range(ROUNDS):
            self.drain()
            dirty = self.dirty.pop(unit, set())
            if len(dirty) <= FEW:
                break
            self._copy(dirty)
        if dirty:
            self._cut(unit, dirty)

    def _cut(self, unit: bytes, hot: set[bytes]) -> None:
        """Read the keys that are being written in one transaction, whose moment is the unit's.

        A key that was written just before the transaction, but not known to be hot, is read just
        after it. That is what it was at the moment, unless it was written again. What was written
        in the server's same turn as the transaction may have been before or after it.
        """
        kinds: dict[bytes, str] = {}
        large: set[bytes] = set()
        for tries in range(TRIES):
            if len(hot) > MOST_HOT:
                self._copy(hot)
                self.drain()
                hot = self.dirty.pop(unit, set())
            large |= self._know(hot - kinds.keys(), kinds)
            at_once = hot - large if tries < PATIENCE else hot
            parts = self._at_once(at_once, kinds)
            late = (hot & large).union(*self._of(unit, self.wire.take_written())) - at_once
            self.wire.ask(("PING",))
            turns = self._of(unit, self.wire.take_written())
            same, after = turns[:1], turns[1:]
            if late:
                self._copy(late)
                self.wire.ask(("PING",))
                after += self._of(unit, self.wire.take_written())
            wrong = (set().union(*same) - at_once) | (set().union(*after) & late)
            if not wrong and parts is not None:
                for made in parts:
                    self._add(made)
                self.dirty[unit].update(*same, *after)
                return
            hot = hot.union(late, *same, *after)
        raise BackupError("a partition was written too fast to be copied; repeat it at a calm time")

    def _at_once(self, names: Iterable[bytes], kinds: dict[bytes, str]) -> list[values.Part] | None:
        """Return keys as they are at one moment; None if one of them has another type now."""
        listed = list(names)
        commands: list[Sequence[Any]] = [("MULTI",)]
        for name in listed:
            commands += [values.whole_command(name, kinds[name]), ("PTTL", name)]
        *_, replies = self.wire.ask_all([*commands, ("EXEC",)])
        if isinstance(replies, Exception):
            raise _refused(replies)
        parts = []
        for name, value, ttl_ms in zip(listed, replies[::2], replies[1::2], strict=True):
            if isinstance(value, Exception):
                kinds.pop(name)
                continue
            ends_ms = values.ends_at(ttl_ms)
            parts.append(values.whole(name, kinds[name], ends_ms, value))
        return parts if len(parts) == len(listed) else None

    def _know(self, names: Iterable[bytes], kinds: dict[bytes, str]) -> set[bytes]:
        """Learn the types of keys, and return those that are large."""
        listed = list(names)
        for name, kind in zip(
            listed, self._asked([("TYPE", name) for name in listed]), strict=True
        ):
            kinds[name] = kind.decode()
        sizes = self._asked([values.size_command(name, kinds[name]) for name in listed])
        return {name for name, size in zip(listed, sizes, strict=True) if size > LARGE}

    def _copy(self, names: Iterable[bytes]) -> None:
        """Copy keys, each in as many parts as it needs. They may be written meanwhile."""
        left = iter(names)
        while batch := list(islice(left, COPIED_AT_ONCE)):
            asked = self._asked([one for name in batch for one in values.begin(name)])
            readings = [
                values.begun(name, replies)
                for name, replies in zip(
                    batch, zip(asked[::2], asked[1::2], strict=True), strict=True
                )
            ]
            for reading in readings:
                if not reading.kind:
                    self._add(values.gone(reading.key))
            self._copy_parts([reading for reading in readings if reading.kind])
            self._see(batch)

    def _copy_parts(self, readings: list[values.Reading]) -> None:
        while readings:
            replies = self.wire.ask_all([values.part_command(reading) for reading in readings])
            unfinished = []
            for reading, reply in zip(readings, replies, strict=True):
                if isinstance(reply, Exception):
                    if str(reply).startswith("WRONGTYPE"):
                        continue  # written meanwhile, so it is copied again
                    raise _refused(reply)
                made, left = values.part(reading, reply)
                self._add(made)
                if left:
                    unfinished.append(left)
            readings = unfinished

    def _asked(self, commands: Sequence[Sequence[Any]]) -> list[Any]:
        replies = self.wire.ask_all(commands)
        for reply in replies:
            if isinstance(reply, Exception):
                raise _refused(reply)
        return replies

    def _of(self, unit: bytes, turns: list[list[bytes]]) -> list[set[bytes]]:
        """Return the unit's keys of each turn, also of turns without any, and note the others."""
        own: list[set[bytes]] = []
        for turn in turns:
            mine = {name for name in turn if unit_of(name) == unit and is_backed_up(name)}
            own.append(mine)
            self._note([[name for name in turn if name not in mine]])
        return own

    def _note(self, turns: list[list[bytes]]) -> None:
        for turn in turns:
            for name in turn:
                if is_backed_up(name):
                    self.dirty[unit_of(name)].add(name)
            self._see(turn)

    def _see(self, names: Iterable[bytes]) -> None:
        for name in names:
            if name.startswith(b"rb:alias:"):
                self.moving_sites.add(name.removeprefix(b"rb:alias:").decode())
            elif name.endswith(b":moving") and (site := site_of_partition(unit_of(name))):
                self.moving_sites.add(site)


def _refused(reply: Exception) -> Exception:
    """Return what a refusal of the server means."""
    text = str(reply)
    if text.startswith(("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN")):
        return BackupError("the cluster moved slots during the back-up; repeat it")
    if "permission" in text:
        return BackupError(f"the store's user may not do what a back-up needs: {text}")
    return reply
