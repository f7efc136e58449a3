"""A temporary database of a whole imported file, which puts it in order before anything is stored.

In a file, parents may follow their answers, and articles their comments; or the file may end too
early. So an import reads it all first, into a private SQLite database. SQLite keeps that in an
unlinked file: memory use does not grow, and even a killed import leaves no file behind.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from widget.importing.model import Found, Records, Skipped, Thread

TWICE = "another comment in this file has the same id"
NOT_PUBLIC_WITHIN = "what its article belongs to is not public, or not in the file"
_CACHE_KIB = 8192
# Each round doubles the steps from an answer up to its thread: enough for a depth of 2^40.
_MOST_ROUNDS = 40

# Texts have their own table, because finding the threads reads the other one again and again.
_TABLES = """
CREATE TABLE threads(
  key TEXT PRIMARY KEY, address TEXT, page BLOB, article TEXT, why TEXT, name TEXT, within TEXT);
CREATE INDEX by_name ON threads(name) WHERE name <> '';
CREATE TABLE comments(
  n INTEGER PRIMARY KEY, source TEXT UNIQUE, thread TEXT, at INTEGER, parent TEXT, root INTEGER);
CREATE TABLE words(
  n INTEGER PRIMARY KEY, name TEXT, text TEXT, state TEXT, ups INTEGER, edited INTEGER, more BLOB);
"""
# Of two records of one thread, the first page counts, and any reason not to show its comments.
_THREAD = """
INSERT INTO threads(key, address, page, why, name, within) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT(key) DO UPDATE SET page = COALESCE(page, excluded.page),
  why = CASE why WHEN '' THEN excluded.why ELSE why END
WHERE page IS NULL OR (why = '' AND excluded.why <> '')
"""
_HIDE_WITHIN = """
UPDATE threads SET why = ? WHERE within <> '' AND why = '' AND COALESCE((
  SELECT max(above.why <> '' OR above.within <> '') FROM threads above
  WHERE above.name = threads.within AND above.name <> ''), 1)
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
# Threads first, then answers, each oldest first: the same order in every run. The index holds only
# numbers; a sort would hold the texts.
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
    """The first comment of the thread that an answer belongs to."""

    source: str
    at_s: int
    more: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Staged:
    """A comment with its article and thread.

    :param why: why its article is unknown, or "".
    :param root: None for a comment that answers none, or none in this file and article.
    """

    found: Found
    address: str
    page: dict[str, Any]
    why: str
    root: Root | None


class Staging:
    """The temporary database. Iterate over it to read the comments in their final order."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.executescript(_TABLES)
        self._base.execute("BEGIN")  # never committed, because the database is temporary

    def __enter__(self) -> "Staging":
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def fill(self, records: Records) -> Iterator[Skipped]:
        """Store all records, and yield the comments that must be skipped.

        :raise BadFile: as the records do.
        """
        for record in records:
            if isinstance(record, Thread):
                self._base.execute(
                    _THREAD,
                    (
                        record.key,
                        record.address,
                        _packed(record.page),
                        record.why,
                        record.name,
                        record.within,
                    ),
                )
            elif isinstance(record, Skipped):
                yield record
            elif not self._add(record):
                yield Skipped(record.source, TWICE)

    def _add(self, found: Found) -> bool:
        has_no_text = found.state in ("spam", "deleted")
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
                "" if has_no_text else found.text,
                found.state,
                found.ups,
                found.edited_s,
                _packed(found.more),
            ),
        )
        return True

    def settle(self, article_of: Callable[[str], tuple[str, str]]) -> None:
        """Find the article and the thread of every comment.

        :param article_of: address -> (article id, "") or ("", why it has none).
        """
        base, after = self._base, 0
        base.execute(_HIDE_WITHIN, (NOT_PUBLIC_WITHIN,))
        while True:
            batch = base.execute(
                "SELECT rowid, address FROM threads WHERE rowid > ? AND why = '' "
                "ORDER BY rowid LIMIT 1000",
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
