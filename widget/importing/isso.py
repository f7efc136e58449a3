"""Reader of Isso's SQLite file, which may be hostile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from widget.domain.comments.brought import bounded
from widget.importing.html_text import decoded, markdown_text
from widget.importing.model import (
    MAX_SOURCE_CHARS,
    NO_TIME,
    BadFile,
    Found,
    Progress,
    Records,
    Skipped,
    Thread,
)

MAX_VALUE_BYTES = 2 * MAX_SOURCE_CHARS
_STATES = {1: "published", 2: "held", 4: "deleted"}
_COLUMNS = "id, tid, parent, created, modified, mode, author, text, likes, dislikes"


def read(path: Path, progress: Progress) -> Records:
    """Read the threads and comments of the file.

    :raise BadFile: not SQLite, not Isso's, or damaged.
    """
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            # Run no code from its schema, and read no value larger than a comment can be.
            base.execute("PRAGMA trusted_schema = OFF")
            base.execute("PRAGMA cell_size_check = ON")
            base.execute("PRAGMA mmap_size = 0")
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
            base.text_factory = lambda raw: raw.decode(errors="replace")
            _check(base)
            yield from _threads(base)
            yield from _comments(base, progress)
    except sqlite3.Error as problem:
        raise BadFile(f"is not a readable SQLite file: {problem}") from None


def rows(path: Path) -> int:
    """Count the comments in the file; return 0 if that fails."""
    try:
        address = f"file:{quote(str(path.resolve()))}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            _check(base)
            [[count]] = base.execute("SELECT count(*) FROM comments")
            return int(count)
    except (sqlite3.Error, BadFile):
        return 0


def _check(base: sqlite3.Connection) -> None:
    """Refuse a file without real tables of Isso."""
    # A view or a virtual table could compute forever. Neither has a root page.
    tables = base.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 "
        "AND name IN ('threads', 'comments')"
    ).fetchall()
    if len(tables) != 2:
        raise BadFile("is not an Isso database: it has no tables threads and comments")


def _threads(base: sqlite3.Connection) -> Iterator[Thread]:
    for key, uri, title in base.execute("SELECT id, uri, title FROM threads"):
        yield Thread(str(key), str(uri or ""), {"title": decoded(str(title or ""))})


def _comments(base: sqlite3.Connection, progress: Progress) -> Iterator[Found | Skipped]:
    rows_ = 0
    for row in base.execute(f"SELECT {_COLUMNS} FROM comments ORDER BY id"):
        progress(1)
        rows_ += 1
        yield _found(row)
    if not rows_:
        raise BadFile("is an Isso database without a comment: its table comments has no row")


def _found(row: tuple[Any, ...]) -> Found | Skipped:
    """Convert a row. SQLite enforces no types: a column may have text, a number, bytes or NULL."""
    key, thread, parent, created, modified, mode, author, text, likes, dislikes = row
    source = _source(key)
    at_s = _whole(created)
    if at_s <= 0:
        return Skipped(source, NO_TIME)
    return Found(
        source,
        str(thread),
        at_s,
        decoded(author) if isinstance(author, str) else "",
        markdown_text(text) if isinstance(text, str) else "",
        "" if parent is None else _source(parent),
        _STATES.get(_whole(mode), "held"),
        edited_s=max(0, _whole(modified)),
        brought=(bounded(likes), bounded(dislikes)),
    )


def _source(key: Any) -> str:
    return f"isso:{str(key)[:64]}"


def _whole(value: Any) -> int:
    try:
        return int(value) if abs(value) < 1 << 40 else 0
    except (TypeError, ValueError, OverflowError):
        return 0
