"""The audit log: who did what at the desk. Entries are never removed, and hold no reader's text.

The script of an act on a comment logs it in the comment's partition. Acts on the whole site are
logged in partition 0. Reads merge the partitions by time.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from widget.domain.article import PARTITIONS
from widget.domain.editors.editor import EVERY_SITE
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors, written

# The audit log of this site holds what belongs to no one site: editors, sign-ins, new sites.
ALL_SITES = Site(EVERY_SITE, "All sites", ())
# Who did it, when nobody has signed in; commands add the system's user. Before v0.4: "the command
# line".
COMMAND_LINE = "command line"
BY_ITSELF = "Readback"  # what no person did
_Block = deque[tuple[bytes, dict[bytes, bytes]]]
_ID = re.compile(r"(\d{1,16}-\d{1,10})\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit entry.

    :param undoes: the id of the entry that this one undid, or "".
    :param reason: why, in words.
    :param kinds: of an editor's decision on a comment: the kinds of reports that it was about.
    :param act: number of the correction on its article, or "".
    """

    id: str
    who: str
    kind: str
    action: str
    object: str
    before: str
    after: str
    at_s: int
    undoes: str
    reason: str = ""
    act: str = ""
    kinds: str = ""


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(
        self,
        site: Site,
        who: str,
        action: str,
        object: str,
        *,
        change: tuple[str, str] = ("", ""),
        at_s: int,
    ) -> str:
        """Log an act on the site itself, and return the entry's id.

        :param change: the value before and after.
        """
        fields = {
            "who": who,
            "kind": "site",
            "action": action,
            "object": object,
            "before": change[0],
            "after": change[1],
            "at": at_s,
            "undoes": "",
        }
        with store_errors():
            pairs = chain.from_iterable(fields.items())
            [raw] = written(self._connection, ("XADD", keys.audit(site.key, 0), "*", *pairs))
        return entry_id(raw, 0)

    def get(self, site: Site, audit_id: str) -> Entry | None:
        named = split_id(audit_id)
        if named is None:
            return None
        raw_id, partition = named
        with store_errors():
            rows = self._connection.client.xrange(keys.audit(site.key, partition), raw_id, raw_id)
        return _entry(rows[0][0], rows[0][1], partition) if rows else None

    def get_all(self, site: Site, audit_ids: Sequence[str]) -> dict[str, Entry]:
        """Return entries by their ids in one round trip, leaving out ids without an entry."""
        placed = [(one, named) for one in audit_ids if (named := split_id(one)) is not None]
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for _, (raw_id, partition) in placed:
                pipe.xrange(keys.audit(site.key, partition), raw_id, raw_id)
            replies = pipe.execute()
        return {
            one: _entry(rows[0][0], rows[0][1], partition)
            for (one, (_, partition)), rows in zip(placed, replies, strict=True)
            if rows
        }

    def page(self, site: Site, *, before: str = "", limit: int = 50) -> list[Entry]:
        """Return entries, newest first.

        :param before: the id of the last entry of the page before, "" for the first page.
        """
        return list(islice(self.newest_first(site, before=before, at_once=limit), limit))

    def newest_first(self, site: Site, *, before: str = "", at_once: int) -> Iterator[Entry]:
        """Yield entries as long as somebody asks for more, newest first.

        :param at_once: how many it reads of a partition in one round trip.
        """
        named = split_id(before) if before else None
        ends = {}
        for partition in range(PARTITIONS):
            # Entries of one millisecond come in falling order of partition, then of number.
            ends[partition] = "+"
            if named:
                ends[partition] = named[0] if partition < named[1] else f"({named[0]}"
        unread = self._blocks(site, ends, at_once)
        while unread:
            partition = max(unread, key=lambda one: (_order(unread[one][0][0]), one))
            raw_id, fields = unread[partition].popleft()
            yield _entry(raw_id, fields, partition)
            if not unread[partition]:
                del unread[partition]
                unread |= self._blocks(site, {partition: f"({raw_id.decode()}"}, at_once)

    def _blocks(self, site: Site, ends: Mapping[int, str], limit: int) -> dict[int, _Block]:
        """Return the newest entries of some partitions before their ends, without empty blocks."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition, end in ends.items():
                pipe.xrevrange(keys.audit(site.key, partition), end, "-", count=limit)
            replies = pipe.execute()
        return {one: deque(rows) for one, rows in zip(ends, replies, strict=True) if rows}


def entry_id(raw_id: bytes, partition: int) -> str:
    return f"{raw_id.decode()}.{partition}"


def split_id(audit_id: str) -> tuple[str, int] | None:
    """Split an entry's id into (id in the stream, partition); None if it is not one."""
    match = _ID.fullmatch(audit_id)
    if match is None or int(match[2]) >= PARTITIONS:
        return None
    return match[1], int(match[2])


def _order(raw_id: bytes) -> tuple[int, int]:
    ms, _, number = raw_id.decode().partition("-")
    return int(ms), int(number)


def _entry(raw_id: bytes, fields: dict[bytes, bytes], partition: int) -> Entry:
    def text(name: bytes) -> str:
        return fields.get(name, b"").decode()

    return Entry(
        entry_id(raw_id, partition),
        text(b"who"),
        text(b"kind"),
        text(b"action"),
        text(b"object"),
        text(b"before"),
        text(b"after"),
        int(fields[b"at"]),
        text(b"undoes"),
        text(b"reason"),
        text(b"act"),
        text(b"kinds"),
    )
