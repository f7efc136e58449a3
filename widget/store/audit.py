"""Who did what, and when: append-only logs, one for each site and one for all of Readback."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from . import keys
from .connect import Connection
from .scripts import store_errors

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """
    :param id: the stream's, newest is greatest.
    :param at_s: when, s since the epoch.
    :param what: a noun and a verb such as "settings changed"; "denied" for what was refused.
    :param before: the JSON values that were replaced, and ``after`` those that replaced them.
    """

    id: str
    at_s: int
    who: str
    what: str
    subject: str = ""
    before: Any = None
    after: Any = None
    reason: str = ""


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(
        self, site: str, *, who: str, what: str, now_s: int, subject: str = "", before: Any = None,
        after: Any = None, reason: str = "",
    ) -> str:  # fmt: skip
        """Append one entry, and answer its id.

        :param site: a site's key, or "" for what belongs to no site (editors, sign-ins).
        """
        entry = Entry("", now_s, who, what, subject, before, after, reason)
        with store_errors():
            stream = keys.audit(site)
            return _text(self._connection.client.xadd(stream, {"e": msgspec.json.encode(entry)}))

    def entries(self, site: str, *, older_than: str = "", limit: int = PAGE) -> list[Entry]:
        """Newest first.

        :param older_than: the id of the last entry of the page before, or "" for the newest.
        :raise ValueError: not an id.
        """
        if older_than and not all(part.isdecimal() for part in older_than.split("-", 1)):
            raise ValueError("not an entry's id")
        newest = f"({older_than}" if older_than else "+"
        with store_errors():
            found = self._connection.client.xrevrange(
                keys.audit(site), max=newest, min="-", count=limit
            )
        return [_entry(_text(id_), fields) for id_, fields in found]

    def entry(self, site: str, id_: str) -> Entry | None:
        with store_errors():
            found = self._connection.client.xrange(keys.audit(site), min=id_, max=id_, count=1)
        return _entry(_text(found[0][0]), found[0][1]) if found else None


def _entry(id_: str, fields: dict[bytes, bytes]) -> Entry:
    return replace(msgspec.json.decode(fields[b"e"], type=Entry), id=id_)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
