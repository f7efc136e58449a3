"""Servers that are killed while readers vote, and started again at once."""

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

from tests.support.server import Server, nonce, wait_for


class Voters:
    """Readers who vote until told to stop. Each repeats a vote until it is acknowledged."""

    def __init__(self, server: Server, article: str) -> None:
        self._server = server
        self._article = article
        self._stop = threading.Event()
        self.acknowledged: list[str] = []

    @contextmanager
    def voting(self, readers: int) -> Iterator[None]:
        threads = [threading.Thread(target=self._vote) for _ in range(readers)]
        try:
            for thread in threads:
                thread.start()
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def wait_for(self, votes: int) -> None:
        """Wait until more votes than that have been acknowledged from now on."""
        count = len(self.acknowledged)
        wait_for(lambda: len(self.acknowledged) > count + votes)

    def _vote(self) -> None:
        while not self._stop.is_set():
            me = nonce()
            while not self._stop.is_set():
                try:
                    status = self._server.react(article=self._article, nonce=me).status
                except (OSError, HTTPException):  # no answer, or half of one
                    status = 0
                if status == 200:
                    self.acknowledged.append(me)
                    break
                time.sleep(0.02)


def kill_under_votes(server: Server, *, times: int, readers: int = 4) -> None:
    """Kill a server's master with its store, and start it again, under votes. None may be lost."""
    voters = Voters(server, "killed")
    with voters.voting(readers):
        for _ in range(times):
            voters.wait_for(20)
            workers = children(server.process.pid)
            server.process.kill()
            server.process.wait()
            wait_until_dead(workers)
            server.log.close()
            server.start()
    acknowledged, total = len(voters.acknowledged), server.counts("killed")["total"]
    assert acknowledged <= total <= acknowledged + readers  # one of each may be on its way
    for me in voters.acknowledged:
        assert server.react(article="killed", nonce=me).json["counts"]["love"] <= total
    assert server.counts("killed")["total"] == total
    assert server.cli("verify").returncode == 0


def children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(child) for child in found.stdout.split()]


def wait_until_dead(pids: list[int]) -> None:
    wait_for(lambda: not any(map(is_alive, pids)), 1)


def is_alive(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return bool(state.stdout.strip()) and not state.stdout.startswith("Z")
