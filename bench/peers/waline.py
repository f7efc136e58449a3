"""Waline's server, whose vote is the reaction to an article.

One process, as its own container starts it, with SQLite, the store that its documentation names for
one machine. It reads a counter, adds one and writes it back, so simultaneous votes are lost.
"""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Self

from bench import wrk
from bench.peers import install
from bench.peers.product import STORIES, Peer

REACTIONS = [f"reaction{number}" for number in range(9)]
# The table of counters, as its documentation has it made; reactions use no other.
COLUMNS = ["url TEXT", *(f"{name} INTEGER" for name in ("time", *REACTIONS))]
COLUMNS += ["createdAt DATETIME", "updatedAt DATETIME"]
TABLE = f"CREATE TABLE wl_Counter (id INTEGER PRIMARY KEY AUTOINCREMENT, {', '.join(COLUMNS)})"
# It asks a service of its maker for ways to sign in, at every request. Here that costs it nearly
# nothing and leaves no machine: the answer, that there are none, is in the address.
SIGN_IN = 'data:application/json,{"services":[]}'
LOOPBACK = "module.exports = {host: '127.0.0.1'}\n"


class Waline(Peer):
    name = "Waline"
    about = f"Waline {install.WALINE}: one process as in its container, SQLite"

    def __init__(self, folder: Path, package: Path) -> None:
        super().__init__(folder)
        self._package = package

    def start(self) -> Self:
        with closing(sqlite3.connect(self._store)) as store:
            store.execute(TABLE)
        # It reads settings from config.js. Without this one, it listens on every network.
        (self._package / "config.js").write_text(LOOPBACK)
        env = {
            **os.environ,
            "SQLITE_PATH": str(self.folder),
            "JWT_TOKEN": "bench",
            "OAUTH_URL": SIGN_IN,
        }
        command = [install.node(), str(self._package / "vanilla.js"), str(self.port)]
        self.run(command, env, self._read(1))
        for story in range(1, STORIES + 1):
            self.cast(story)
        return self

    def vote(self, seconds: int) -> wrk.Load:
        _, body, _ = self.ballot(0)
        return self.load_votes(seconds, "/api/article", body.decode().replace("-0", "-%d"))

    def read(self, seconds: int) -> wrk.Load:
        return self.load_reads(seconds, self._read(0).removesuffix("0"))

    def ballot(self, story: int) -> tuple[str, bytes, dict[str, str]]:
        body = {"path": f"/story-{story}", "type": REACTIONS[0], "action": "inc"}
        headers = {"Content-Type": "application/json"}
        return "/api/article?lang=en", json.dumps(body).encode(), headers

    def counted(self) -> int:
        with closing(sqlite3.connect(self._store, timeout=30)) as store:
            [votes] = store.execute(f"SELECT sum({REACTIONS[0]}) FROM wl_Counter").fetchone()
        return int(votes)

    def shown(self, story: int) -> int:
        [counters] = json.loads(self.get(self._read(story)))["data"]
        return int(counters[REACTIONS[0]])

    @property
    def _store(self) -> Path:
        return self.folder / "waline.sqlite"

    def _read(self, story: int) -> str:
        return f"/api/article?lang=en&type={','.join(REACTIONS)}&path=%2Fstory-{story}"
