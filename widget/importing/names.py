"""Names from another part of a file than the comments that need them."""

import sqlite3

_CACHE_KIB = 8192


class Names:
    """A temporary database of names by key, so that memory use does not grow."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("CREATE TABLE names(key TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID")
        self._base.execute("BEGIN")

    def __enter__(self) -> "Names":
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def put(self, key: str, name: str) -> None:
        """Keep the first name of a key."""
        self._base.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (key, name))

    def get(self, key: str) -> str:
        """Return the name of a key, or ""."""
        found = self._base.execute("SELECT name FROM names WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""
