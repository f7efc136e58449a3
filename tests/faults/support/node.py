"""One real server of Valkey or Redis, which a test kills, pauses and starts again."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.support.programs import installed
from tests.support.server import free_port
from widget.store.valkey_server import valkey_server

HOST = "127.0.0.1"


def valkey() -> str:
    """Return the server of the embedded store."""
    return str(valkey_server())


def redis_7() -> str:
    """Return Debian's Redis. Without it, skip the test; fail in CI."""
    return installed("redis-server")


class Node:
    """A server on loopback with an append-only file. Its port and folder outlive its process.

    :param options: those of the server's command line, such as ``"--requirepass", "secret"``.
    :param configuration: the content of its configuration file, such as a sentinel's.
    """

    def __init__(
        self,
        folder: Path,
        *options: str,
        program: str | None = None,
        configuration: str | None = None,
        password: str = "",
    ) -> None:
        self.folder, self.port = folder, free_port()
        self.program = program or valkey()
        self._password = password
        folder.mkdir(parents=True)
        own = ["--port", str(self.port), "--bind", HOST, "--dir", str(folder)]
        if configuration is None:
            stored = ["--save", "", "--appendonly", "yes", "--maxmemory-policy", "noeviction"]
            self._arguments = [*own, *stored, *options]
        else:
            (folder / "node.conf").write_text(configuration)
            self._arguments = [str(folder / "node.conf"), *own, *options]
        self._client: redis.Redis | None = None

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> Self:
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [self.program, *self._arguments], stdout=log, stderr=log
            )
        until(self._answers, f"a server on {self.address}: {self.log[-2000:]}")
        return self

    def __call__(self, *command: str | int | bytes, timeout_s: float = 5) -> Any:
        """Run a command, and return its answer with text for bytes.

        :raise redis.RedisError: the server refused it, or did not answer in time.
        """
        with redis.Redis(
            host=HOST,
            port=self.port,
            password=self._password or None,
            socket_timeout=timeout_s,
            decode_responses=True,
            single_connection_client=True,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            return client.execute_command(*command)

    def info(self, section: str) -> dict[str, str]:
        """Return a section of INFO."""
        found = self("INFO", section)
        return {str(name): str(value) for name, value in found.items()}

    @property
    def is_primary(self) -> bool:
        return self.info("replication")["role"] == "master"

    def wait_until_primary(self) -> None:
        until(lambda: self.is_primary, "the replica has taken over")

    @property
    def has_its_primary(self) -> bool:
        """Whether it is a replica with a working link."""
        return self.info("replication").get("master_link_status") == "up"

    def kill(self) -> None:
        """End it as a crash does. Its files remain."""
        self.process.kill()
        self.process.wait(20)

    def pause(self) -> None:
        """Let it hang: connections stay open, and nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it as an operator does."""
        if self.is_running:
            self.resume()
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def forget(self) -> None:
        """Remove its files, as of a machine that is gone."""
        shutil.rmtree(self.folder)
        os.mkdir(self.folder)

    def _answers(self) -> bool:
        assert self.is_running, self.log[-2000:]
        return bool(self("PING"))


def until(condition: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
    """Wait for a condition. A server that does not answer yet does not meet it."""
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            if condition():
                return
        except redis.RedisError:
            pass
        assert time.monotonic() < deadline, f"not in {timeout_s:.0f} s: {what}"
        time.sleep(0.05)
