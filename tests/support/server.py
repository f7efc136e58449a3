"""The real server and its embedded store, on a free port and in its own folder.

READBACK_TEST_SERVER says which program reads the requests in all tests. script/test-hosts runs
tests/web on granian too.
"""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

from tests.support.commands import run
from widget.store.connect import Connection
from widget.store.embedded import socket_path

ROOT = Path(__file__).parents[2]
PROGRAM = os.environ.get("READBACK_TEST_SERVER", "gunicorn")


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["error"]["code"])


# Nearly all tests come from one address, so they do without the limits on what one network may do.
CROWDED = {
    "READBACK_WRITES": "0",
    "READBACK_NEW_STORIES": "0",
    "READBACK_NETWORK_VOTES": "0",
    "READBACK_NETWORK_COMMENTS": "0",
}
# The limits as they are shipped.
LIMITED = dict.fromkeys(CROWDED, "")
# Limits that no test meets.
UNLIMITED = {
    "READBACK_NEW_READERS": "100000",
    "READBACK_NEW_READERS_WIDE": "100000",
    "READBACK_READS": "0",
}


class Server:
    """One Readback. ``settings`` are environment variables."""

    program: tuple[str, ...] = (sys.executable, "-m", "widget.commands")
    command: tuple[str, ...] = (*program, "serve")
    folder = ROOT  # the working directory of its commands

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.port = free_port()
        self.data_dir = data_dir
        self.log_path = data_dir.with_suffix(".log")
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("READBACK_")}
        self.env = {
            **inherited,
            "READBACK_ENV_FILE": os.devnull,  # not a file of the checkout
            "PORT": str(self.port),
            "READBACK_DATA_DIR": str(data_dir),
            "READBACK_PROOF_COST": "20",
            "READBACK_REDIS_TIMEOUT_MS": "5000",  # a store on a busy machine is slow, not away
            **CROWDED,
            **({} if PROGRAM == "gunicorn" else {"READBACK_SERVER": PROGRAM}),
            **settings,
        }
        self.origin = f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        starts = self.output().count("Readback is at") if self.log_path.exists() else 0
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=self.env, stdout=self.log, stderr=self.log
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if self.output().count("Readback is at") > starts and self.get("/").status == 200:
                    return self
                time.sleep(0.05)
            except OSError:
                time.sleep(0.05)
            assert self.process.poll() is None, self.output()
        raise AssertionError(f"no answer in time: {self.output()}")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        self.log.close()

    def output(self) -> str:
        return self.log_path.read_text()

    def tail(self) -> str:
        """Return the end of the log, for the report of a failed test."""
        return self.output()[-4000:] if self.log_path.exists() else "no log"

    def workers(self) -> list[int]:
        """Return the process ids of the workers; the embedded store is a child too, but none."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", "gunicorn|granian"],
            capture_output=True,
            text=True,
        )
        return [int(pid) for pid in found.stdout.split()]

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.program, *arguments],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def store(self, *, timeout_ms: int = 5000) -> Connection:
        """Connect to its embedded store."""
        return Connection(f"unix://{socket_path(self.data_dir)}", timeout_ms=timeout_ms)

    def prepare(self, *arguments: str) -> str:
        """Run a command for what a test begins with; tests of the commands use :meth:`cli`."""
        printed = run(arguments, self.env)
        if arguments[:2] == ("site", "set"):
            time.sleep(1.1)  # a worker goes on with what it read for a second
        return printed

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.request("GET", path, None, **headers)

    def react(
        self, body: Any = None, *, origin: str | None = None, address: str = "", **fields: Any
    ) -> Answer:
        """Send a vote as a page does; ``body`` replaces all of it, fields only some.

        :param address: the address of the reader, as a proxy would report it.
        """
        vote = {"site": "home", "article": "a", "reaction": "love", "seq": 1, **fields}
        raw = body if isinstance(body, bytes) else json.dumps(vote).encode()
        headers = {"Content_Type": "text/plain;charset=UTF-8", "Origin": origin or self.origin}
        if address:
            headers["X_Forwarded_For"] = address
        return self.request("POST", "/v1/react", raw, **headers)

    def uncached(self, path: str) -> Answer:
        """Make a public read whose answer no cache has, as no reader has such a language.

        Its strings are English.

        :param path: with a query that has no ``lang``.
        """
        return self.get(f"{path}&lang=x{secrets.token_hex(4)}")

    def counts(self, article: str = "a") -> Any:
        answer = self.uncached(f"/v1/bar?site=home&article={article}")
        assert answer.status == 200, answer.body
        return answer.json


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command says on standard error after the line that names its store."""
    first, _, rest = done.stderr.partition("\n")
    return rest if first.startswith("Store: ") else done.stderr


S = TypeVar("S", bound=Server)


class Serve:
    """A starter of servers, which stops all of them when its fixture ends."""

    def __init__(self, new_folder: Callable[[str], Path]) -> None:
        self._new_folder = new_folder
        self.servers: list[Server] = []

    def __call__(self, **settings: str) -> Server:
        return self.start(Server(self.folder(), **settings))

    def folder(self) -> Path:
        return self._new_folder("s")  # short: a socket's path has 107 bytes at most

    def start(self, server: S) -> S:
        self.servers.append(server)
        return server.start()

    def close(self) -> None:
        for server in reversed(self.servers):
            server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], timeout_s: float = 15) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def once_back(ask: Callable[[], Answer], most_s: float = 20) -> Answer:
    """Return the first answer that is no 503.

    After a fault each worker finds out by itself that the store is back, and refuses until then.
    """
    deadline = time.monotonic() + most_s
    while (answer := ask()).status == 503:
        assert time.monotonic() < deadline, answer.body
        time.sleep(0.05)
    return answer


def nonce() -> str:
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


CACHED_S = 1.2  # a little longer than a worker caches a site, an address or a response


def settled(read: Callable[[], Any], expected: Any, most_s: float = 20) -> None:
    """Wait until the answer is as expected for longer than any worker caches an old one."""
    deadline = time.monotonic() + most_s
    since = None
    while since is None or time.monotonic() - since < CACHED_S:
        found = read()
        assert time.monotonic() < deadline, found
        if found != expected:
            since = None
        elif since is None:
            since = time.monotonic()
        time.sleep(0.05)
