"""The embedded store is killed under votes."""

import os
import signal
import threading
import time
from functools import partial
from http.client import HTTPException

import pytest

from tests.support.programs import store_pids
from tests.support.server import Serve, nonce, once_back, wait_for


@pytest.mark.parametrize("fsync", ["everysec", "always"])
def test_a_killed_store_loses_no_acknowledged_vote_and_counts_none_twice(
    serve: Serve, fsync: str
) -> None:
    server = serve(
        READBACK_NEW_READERS="100000", READBACK_NEW_READERS_WIDE="100000", READBACK_FSYNC=fsync
    )
    acknowledged: list[tuple[float, str]] = []
    stop = threading.Event()

    def reader() -> None:
        while not stop.is_set():
            me = nonce()
            while not stop.is_set():  # repeat the vote until it is acknowledged
                try:
                    answer = server.react(article="crash", nonce=me)
                except (OSError, HTTPException):
                    continue
                if answer.status == 200:
                    acknowledged.append((time.monotonic(), me))
                    break
                time.sleep(0.05)

    def counted() -> int:
        answer = once_back(lambda: server.uncached("/v1/bar?site=home&article=crash"))
        return int(answer.json["total"])

    threads = [threading.Thread(target=reader) for _ in range(8)]
    try:
        for thread in threads:
            thread.start()
        # Long enough that some votes are older than the second that a crash may lose.
        wait_for(lambda: bool(acknowledged) and time.monotonic() - acknowledged[0][0] > 2)
        [pid] = store_pids(server.data_dir)
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        count = len(acknowledged)
        wait_for(lambda: len(acknowledged) > count + 50)
        stop.set()
        for thread in threads:
            thread.join()
        grace_s = 0 if fsync == "always" else 1
        safe = [me for when, me in acknowledged if not killed - grace_s < when <= killed]
        total = counted()
        assert 0 < len(safe) <= total
        # Send every acknowledged vote again: those in the store do not count twice.
        for _, me in acknowledged:
            assert once_back(partial(server.react, article="crash", nonce=me)).status == 200
        final = counted()
        assert len(acknowledged) <= final <= len(acknowledged) + len(threads)
        assert final - total <= len(acknowledged) - len(safe)
        assert server.cli("verify").returncode == 0
    finally:
        stop.set()
