"""Isso, whose vote is a like of a comment. It takes 142 likes and dislikes of one at most.

Two workers of gunicorn, as its documentation starts it; SQLite, in which each like is a transaction
of its own. Every story has one comment, with the story's number as its id.
"""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Self

from bench import wrk
from bench.peers import install
from bench.peers.product import STORIES, Peer, address

WORKERS = 2
# The guard limits comments, of which all stories get theirs at once here; likes it leaves alone.
SETTINGS = """[general]
dbpath = {folder}/comments.db
host = http://127.0.0.1:{port}
[server]
trusted-proxies = 127.0.0.1
[guard]
enabled = false
"""


class Isso(Peer):
    name = "Isso"
    about = f"Isso {install.ISSO}: {WORKERS} workers of gunicorn {install.GUNICORN}, SQLite"

    def __init__(self, folder: Path, python: Path) -> None:
        super().__init__(folder)
        self._python = python
        self._random = Random()

    def start(self) -> Self:
        settings = self.folder / "isso.cfg"
        settings.write_text(SETTINGS.format(folder=self.folder, port=self.port))
        bound = ["-b", f"127.0.0.1:{self.port}", "-w", str(WORKERS)]
        command = [str(self._python), "-m", "gunicorn", *bound, "--preload", "isso.run"]
        env = {**os.environ, "ISSO_SETTINGS": str(settings)}
        env.pop("PYTHONPATH", None)  # its environment is its own
        self.run(command, env, "/config")
        for story in range(1, STORIES + 1):
            comment = json.dumps({"text": "A comment to like.", "title": f"Story {story}"}).encode()
            headers = {"Content-Type": "application/json"}
            said = self.request("POST", f"/new?uri=%2Fstory-{story}", comment, headers)
            if json.loads(said)["id"] != story:
                raise RuntimeError(f"Isso: the comment of story {story} has another id: {said!r}")
        return self

    def vote(self, seconds: int) -> wrk.Load:
        return self.load_votes(seconds, "/id/%d/like")

    def read(self, seconds: int) -> wrk.Load:
        return self.load_reads(seconds, "/?uri=%2Fstory-")

    def ballot(self, story: int) -> tuple[str, bytes, dict[str, str]]:
        return f"/id/{story}/like", b"", {"X-Forwarded-For": address(self._random)}

    def counted(self) -> int:
        with closing(sqlite3.connect(self.folder / "comments.db", timeout=30)) as store:
            [votes] = store.execute("SELECT sum(likes) FROM comments").fetchone()
        return int(votes)

    def shown(self, story: int) -> int:
        [comment] = json.loads(self.get(f"/?uri=%2Fstory-{story}"))["replies"]
        return int(comment["likes"])
