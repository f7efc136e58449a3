"""Readback as an operator starts it, and the routes that do nothing on the same gunicorn."""

import json
import secrets
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Self

from bench import wrk
from bench.http import SETTINGS, BareServer, ConstantServer
from bench.peers.product import CONNECTIONS, STORIES, Product, address
from bench.processes import tree
from tests.support.server import Server, nonce
from widget import settings
from widget.domain.readers.reader import NONCE_BYTES, Readers
from widget.secrets import load_secrets

WORKERS = 2
STORIES_A_READ = 50
READERS_A_LOAD = 12_000


class Readback(Product):
    """:param given: settings beside those of the bench."""

    def __init__(self, folder: Path, name: str, **given: str) -> None:
        self.name = name
        self._folder = folder
        given = {"READBACK_WORKERS": str(WORKERS), "READBACK_TRUSTED_PROXY_HOPS": "1", **given}
        self._server = Server(folder, **{**SETTINGS, **given})
        self.port = self._server.port
        self._random = Random()

    def start(self) -> Self:
        self._server.start()
        self.pid = self._server.process.pid
        if not any("valkey" in _command(pid) for pid in tree(self.pid)):
            raise RuntimeError(f"{self.name}: its store is not among its processes")
        for story in range(1, STORIES + 1):
            self.cast(story)
        return self

    def stop(self) -> None:
        stop(self._server)

    def vote(self, seconds: int) -> wrk.Load:
        return self._votes(seconds, "nonce")

    def mixed(self, seconds: int) -> wrk.Load:
        """Let readers vote as they do: one in ten is new, some change their minds."""
        return self._votes(seconds, "mixed")

    def read(self, seconds: int) -> wrk.Load:
        arguments = (self._read(0).removesuffix("0"), str(STORIES))
        return self._load(seconds, "read.lua", arguments)

    def ballot(self, story: int) -> tuple[str, bytes, dict[str, str]]:
        body = {
            "site": "home",
            "article": f"{self.origin}/story-{story}",
            "reaction": "love",
            "seq": 1,
            "nonce": nonce(),
        }
        headers = {
            "Content-Type": "text/plain;charset=UTF-8",
            "Origin": self.origin,
            "Sec-Fetch-Mode": "cors",
            "X-Forwarded-For": address(self._random),
        }
        return "/v1/react", json.dumps(body).encode(), headers

    def counted(self) -> int:
        total = 0
        for first in range(1, STORIES + 1, STORIES_A_READ):
            articles = "&".join(
                f"article={self.origin}/story-{story}"
                for story in range(first, first + STORIES_A_READ)
            )
            answer = self._server.uncached(f"/v1/counts?site=home&{articles}").json
            total += sum(article["total"] for article in answer["articles"].values())
        return total

    def shown(self, story: int) -> int:
        return int(json.loads(self.get(self._read(story)))["total"])

    def verify(self) -> None:
        """:raise RuntimeError: a sum is wrong."""
        done = self._server.cli("verify")
        if done.returncode:
            raise RuntimeError(f"{self.name}: {done.stdout}")

    def _votes(self, seconds: int, kind: str) -> wrk.Load:
        own = load_secrets(self._server.data_dir / "secrets.json")
        readers = Readers(own.token_keys, own.vote_key.encode())
        tokens = self._folder.with_suffix(".tokens")
        tokens.write_text(
            "".join(
                readers.token("home", secrets.token_bytes(NONCE_BYTES)) + "\n"
                for _ in range(READERS_A_LOAD if kind == "mixed" else 1)
            )
        )
        first_seq = str(secrets.randbelow(1_000_000))
        arguments = (str(tokens), "home", self.origin, str(STORIES), first_seq, kind, "spread")
        return self._load(seconds, "vote.lua", arguments)

    def _read(self, story: int) -> str:
        return f"/v1/bar?site=home&article={self.origin}/story-{story}"


class Route:
    """A route that does nothing, as the least that a read on this gunicorn costs."""

    def __init__(self, name: str, server: Server) -> None:
        self.name, self._server = name, server

    def start(self) -> Self:
        self._server.start()
        self.pid = self._server.process.pid
        return self

    def stop(self) -> None:
        stop(self._server)

    def read(self, seconds: int) -> wrk.Load:
        return wrk.run(self._server.origin + "/", seconds=seconds, connections=CONNECTIONS)


def routes(folder: Path) -> list[Route]:
    given = {"READBACK_WORKERS": str(WORKERS)}
    return [
        Route("raw WSGI route", ConstantServer(folder / "constant", **given)),
        Route("Flask route", BareServer(folder / "bare", **given)),
    ]


def stop(server: Server) -> None:
    """Stop a server that may not have been started."""
    if hasattr(server, "process"):
        server.stop()


def has_granian() -> bool:
    """Return whether ``READBACK_SERVER=granian`` can be served here."""
    named = {setting.name for setting in settings.SETTINGS}
    return "READBACK_SERVER" in named and find_spec("granian") is not None


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
