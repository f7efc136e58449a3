"""What every product is asked to do here: start, take a reader's vote, show it, and count."""

import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from typing import Self

from bench import wrk
from tests.support.server import free_port

STORIES = 1000
CONNECTIONS = 32
START_S, END_S = 60, 20


class Product(ABC):
    """One counter of reactions, started with its own store in its own folder."""

    name: str
    port: int
    pid: int  # of the process above all others of it, the store's included

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _load(self, seconds: int, script: str, arguments: tuple[str, ...]) -> wrk.Load:
        return wrk.run(
            self.origin + "/",
            seconds=seconds,
            script=script,
            arguments=arguments,
            connections=CONNECTIONS,
        )

    @abstractmethod
    def start(self) -> Self:
        """Start it and give every story what a first vote needs.

        :raise RuntimeError: it does not start.
        """

    @abstractmethod
    def stop(self) -> None:
        """End it with all its processes, if it has been started."""

    @abstractmethod
    def vote(self, seconds: int) -> wrk.Load:
        """Let new readers vote, each from another network, on stories by chance."""

    @abstractmethod
    def read(self, seconds: int) -> wrk.Load:
        """Let readers open stories by chance: the request with the figures, not the widget."""

    @abstractmethod
    def ballot(self, story: int) -> tuple[str, bytes, dict[str, str]]:
        """Return path, body and headers of a new reader's vote on a story."""

    @abstractmethod
    def counted(self) -> int:
        """Return the votes on all stories together, as its store has them now."""

    @abstractmethod
    def shown(self, story: int) -> int:
        """Return the votes on a story that the measured read shows."""

    def settled(self) -> int:
        """Return :meth:`counted` once it no longer changes: a load ends with votes under way."""
        deadline = time.monotonic() + START_S
        before = self.counted()
        while time.monotonic() < deadline:
            time.sleep(0.2)
            now = self.counted()
            if now == before:
                return now
            before = now
        raise RuntimeError(f"{self.name}: votes do not settle")

    def cast(self, story: int) -> None:
        """Cast one new reader's vote.

        :raise RuntimeError: it is refused.
        """
        self.request("POST", *self.ballot(story))

    def packed(self, story: int) -> bytes:
        """Return a new reader's vote as the bytes of its request."""
        path, body, headers = self.ballot(story)
        host = f"127.0.0.1:{self.port}"
        named = {"Host": host, "Content-Length": str(len(body)), **headers}
        lines = [f"{name}: {value}" for name, value in named.items()]
        return "\r\n".join([f"POST {path} HTTP/1.1", *lines, "", ""]).encode() + body

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
        """Return the body of the answer.

        :raise RuntimeError: it is refused.
        """
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{self.name}: {method} {path}: {answer.status} {said[:200]!r}")
        return said

    def get(self, path: str) -> bytes:
        return self.request("GET", path, b"", {})


class Peer(Product):
    """A product of another maker, started by its own command."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, command: list[str], env: dict[str, str], ready: str) -> None:
        """Start its process, and wait until it answers on a path."""
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, env=env, stdout=log, stderr=log
            )
        self.pid = self.process.pid
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                self.get(ready)
                return
            except (OSError, HTTPException, RuntimeError):
                time.sleep(0.1)
        said = (self.folder / "log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} did not start:\n{said}")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(END_S)

    def load_votes(self, seconds: int, path: str, body: str = "") -> wrk.Load:
        """Let wrk send votes. ``%d`` in path or body is the story's number."""
        arguments = (path, body, str(STORIES), str(Random().randrange(1_000_000)))
        return self._load(seconds, "peer.lua", arguments)

    def load_reads(self, seconds: int, path: str) -> wrk.Load:
        """Let wrk read stories, whose number comes after a path."""
        return self._load(seconds, "read.lua", (path, str(STORIES)))


def address(random: Random) -> str:
    """Return a public address by chance."""
    return f"{random.randrange(11, 100)}.{random.randrange(256)}.{random.randrange(256)}.9"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
