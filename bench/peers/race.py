"""Votes at the same instant: 64 readers press at once, ten times, each time on another story."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from threading import Barrier, BrokenBarrierError, Thread

from bench.peers.product import Product

READERS = 64
STORIES = 10
TIMEOUT_S = 60


@dataclass(frozen=True)
class Race:
    """:param accepted: votes that were answered with 2xx."""

    sent: int
    accepted: int
    counted: int


def race(product: Product) -> Race:
    """Let readers vote on the first stories.

    :raise RuntimeError: not all of them could send their vote at once.
    """
    before = product.settled()
    accepted = sum(wave(product, story) for story in range(1, STORIES + 1))
    return Race(READERS * STORIES, accepted, product.settled() - before)


def wave(product: Product, story: int) -> int:
    """Send all votes on one story once every reader is connected. Return how many got a 2xx."""
    together = Barrier(READERS, timeout=TIMEOUT_S)
    heads: list[bytes] = []
    threads = [
        Thread(target=_press, args=(product.port, product.packed(story), together, heads))
        for _ in range(READERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if together.broken:
        raise RuntimeError(f"{product.name}: not every reader could connect")
    return sum(head.startswith(b"HTTP/1.1 2") for head in heads)


def _press(port: int, request: bytes, together: Barrier, heads: list[bytes]) -> None:
    try:
        line = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
    except OSError:
        together.abort()
        return
    with line, suppress(OSError, BrokenBarrierError):  # reset or timed out: no answer
        together.wait()
        line.sendall(request)
        heads.append(line.recv(4096))
