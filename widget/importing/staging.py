"""Everything a file holds, put in order on disk before any of it is stored.

Parents may come after their answers, articles after their comments, and a file may end in the
middle: so the whole file is read first, into a SQLite of this run's own. SQLite keeps it in a
file that is already unlinked: memory stays flat, and even a killed run leaves nothing behind.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from widget.importing.model import Found, Records, Skipped, Thread

TWICE = "its id was there before, in the same file"
_CACHE_KIB = 8192
# Answers are followed to the thread they stand in by doubling steps: 2^40 answers deep.
_MOST_ROUNDS = 40

# Texts lie apart from what is gone through again and again to find the threads.
_TABLES = """
CREATE TABLE threads(key TEXT PRIMARY KEY, address TEXT, page BLOB, article TEXT, why TEXT);
CREATE TABLE comments(
  n INTEGER PRIMARY KEY, source TEXT UNIQUE, thread TEXT, at INTEGER, parent TEXT, root INTEGER);
CREATE TABLE words(
  n INTEGER PRIMARY KEY, name TEXT, text TEXT, state TEXT, ups INTEGER, edited INTEGER, more BLOB);
"""
_FIRST_STEP = """
UPDATE comments SET root = COALESCE((
  SELECT above.n FROM comments above
  JOIN threads theirs ON theirs.key = above.thread JOIN threads own ON own.key = comments.thread
  WHERE above.source = comments.parent AND theirs.article = own.article), n)
"""
_NEXT_STEP = """
UPDATE comments SET root = (SELECT above.root FROM comments above WHERE above.n = comments.root)
WHERE root <> (SELECT above.root FROM comments above WHERE above.n = comments.root)
"""
_END_CIRCLES = """
UPDATE comments SET root = n
WHERE root <> (SELECT above.root FROM comments above WHERE above.n = comments.root)
"""
# Threads first, then answers, each oldest first: the same order in every run. The index holds
# numbers alone, where a sort would hold the texts.
_ORDER = "CREATE INDEX in_order ON comments(root <> n, at, n)"
_IN_ORDER = """
SELECT c.source, c.thread, c.at, w.name, w.text, c.parent, w.state, w.ups, w.edited, w.more,
  t.address, t.page, t.why, r.source, r.at, rw.more
FROM comments c INDEXED BY in_order JOIN words w ON w.n = c.n
LEFT JOIN threads t ON t.key = c.thread
LEFT JOIN comments r ON r.n = c.root AND c.root <> c.n LEFT JOIN words rw ON rw.n = r.n
ORDER BY c.root <> c.n, c.at, c.n
"""


@dataclass(frozen=True, slots=True)
class Root:
    """The thread an answer stands in."""

    source: str
    at_s: int
    more: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Staged:
    """A comment with its article and thread.

    :param why: why its article cannot be told, or "".
    :param root: None for one that answers nothing, or nothing that is there.
    """

    found: Found
    address: str
    page: dict[str, Any]
    why: str
    root: Root | None


class Staging:
    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.executescript(_TABLES)
        self._base.execute("BEGIN")  # and never ended: nothing of it is for keeping

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def fill(self, records: Records) -> Iterator[Skipped]:
        """Take everything in, and answer what cannot be.

        :raise BadFile: as the records do.
        """
        for record in records:
            if isinstance(record, Thread):
                self._base.execute(
                    "INSERT INTO threads(key, address, page) VALUES (?, ?, ?) ON CONFLICT(key) "
                    "DO UPDATE SET page = excluded.page WHERE page IS NULL",
                    (record.key, record.address, _packed(record.page)),
                )
            elif isinstance(record, Skipped):
                yield record
            elif not self._add(record):
                yield Skipped(record.source, TWICE)

    def _add(self, found: Found) -> bool:
        wordless = found.state in ("spam", "deleted")
        added = self._base.execute(
            "INSERT OR IGNORE INTO comments(source, thread, at, parent) VALUES (?, ?, ?, ?)",
            (found.source, found.thread, found.at_s, found.parent),
        )
        if not added.rowcount:
            return False
        self._base.execute(
            "INSERT INTO words VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                added.lastrowid,
                found.name,
                "" if wordless else found.text,
                found.state,
                found.ups,
                found.edited_s,
                _packed(found.more),
            ),
        )
        return True

    def settle(self, article_of: Callable[[str], tuple[str, str]]) -> None:
        """Find every comment's article and thread.

        :param article_of: of an address, its article's id and "", or "" and why it has none.
        """
        base, after = self._base, 0
        while True:
            batch = base.execute(
                "SELECT rowid, address FROM threads WHERE rowid > ? ORDER BY rowid LIMIT 1000",
                (after,),
            ).fetchall()
            if not batch:
                break
            base.executemany(
                "UPDATE threads SET article = NULLIF(?, ''), why = ? WHERE rowid = ?",
                ((*article_of(address), rowid) for rowid, address in batch),
            )
            after = batch[-1][0]
        base.execute(_FIRST_STEP)
        for _ in range(_MOST_ROUNDS):
            if not base.execute(_NEXT_STEP).rowcount:
                break
        else:
            base.execute(_END_CIRCLES)
        base.execute(_ORDER)

    def __len__(self) -> int:
        [[count]] = self._base.execute("SELECT count(*) FROM comments")
        return int(count)

    def __iter__(self) -> Iterator[Staged]:
        for row in self._base.execute(_IN_ORDER):
            source, thread, at, name, text, parent, state, ups, edited, more = row[:10]
            address, page, why, root, root_at, root_more = row[10:]
            found = Found(
                source, thread, at, name, text, parent, state, ups, edited, _unpacked(more)
            )
            if address is None:
                why = "its article is not in the file"
            yield Staged(
                found,
                address or "",
                _unpacked(page),
                why or "",
                Root(root, root_at, _unpacked(root_more)) if root else None,
            )


def _packed(values: dict[str, Any]) -> bytes | None:
    return msgspec.json.encode(values) if values else None


def _unpacked(raw: bytes | None) -> dict[str, Any]:
    return msgspec.json.decode(raw, type=dict[str, Any]) if raw else {}
