"""Votes as the bytes that the store receives, with the keys and arguments of Reactions.cast."""

import random
import secrets
import socket
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from threading import Thread
from typing import Any

import hiredis
from redis import Redis

from widget.domain.article import PARTITIONS, resolve_for
from widget.domain.integrity.evidence import Kind as ReaderKind
from widget.domain.model import Site
from widget.domain.readers.network import Allowance
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.catch_up import CatchUp
from widget.store.reactions.votes import CAST_SCRIPT, Cast, Reactions, Voter, cast_call
from widget.store.scripts import script_text

SITE = Site("news", "The News", ("https://news.example",))
CHOICES = len(SITE.choice_keys(""))
ALLOWANCE = Allowance.of_day(120)
_CAST = (0, 6, 7, 8)  # the codes of lua/reactions/cast.lua that write


class Casts:
    """Commands that cast votes on a number of articles, each first vote from another network.

    :param networks: look at the network of each voter, as the service does.
    :param evidence: tell the script what kind of reader votes, as the service does.
    :param text: a script to call with the same keys and arguments in place of the vote's own.
    :ivar counted: the votes that stand once all commands made so far have run.
    """

    def __init__(
        self,
        client: Redis,
        *,
        articles: int,
        networks: bool = True,
        evidence: bool = True,
        text: str | None = None,
    ) -> None:
        self._articles = [
            resolve_for(SITE, f"https://news.example/story-{number}") for number in range(articles)
        ]
        self._networks, self._evidence = networks, evidence
        self._now_s = int(time.time())
        self.counted = 0
        self._digest = str(client.script_load(text or script_text(*CAST_SCRIPT)))

    def command(self, mark: bytes, seq: int, choice: int, article: int = 0) -> bytes:
        """Pack one vote as it travels to the store."""
        cast = Cast(
            seq,
            choice,
            self._now_s,
            CHOICES,
            networks=mark[::-1] * 2 if self._networks else b"",
            allowance=ALLOWANCE,
            kind=ReaderKind(1 + mark[0] % 2) if self._evidence else ReaderKind.NONE,
        )
        keys, arguments = cast_call(SITE, self._articles[article], Voter(mark), cast)
        packed: bytes = hiredis.pack_command(
            ("EVALSHA", self._digest, len(keys), *keys, *arguments)
        )
        return packed

    def mixed(self, votes: int) -> Iterator[bytes]:
        """Mix votes as vote.lua does: of 100, 70 first votes, 25 changes, 5 taken back."""
        cast: list[tuple[bytes, int, int]] = []
        for seq in range(1, votes + 1):
            roll, choice = random.random(), random.randint(1, CHOICES)
            if roll < 0.7 or not cast:
                voter = (secrets.token_bytes(8), choice, random.randrange(len(self._articles)))
                cast.append(voter)
                self.counted += 1
                yield self.command(voter[0], seq, choice, voter[2])
            else:
                at = random.randrange(len(cast))
                mark, before, article = cast[at]
                after = 0 if roll >= 0.95 else before % CHOICES + 1
                cast[at] = (mark, after, article)
                self.counted += bool(after) - bool(before)
                yield self.command(mark, seq, after, article)

    def first_votes(self, voters: int) -> Iterator[bytes]:
        """Make one vote for each of ``voters`` readers, on the articles in turn."""
        for number in range(voters):
            choice = number % CHOICES + 1
            self.counted += 1
            yield self.command(secrets.token_bytes(8), 1, choice, number % len(self._articles))

    def in_store(self, store: EmbeddedStore) -> int:
        """Return the votes that the store counts on these articles."""
        connection = Connection(store.url, timeout_ms=60_000)
        reactions, total = Reactions(connection), 0
        for at in range(0, len(self._articles), 1000):
            asked = [(article, CHOICES) for article in self._articles[at : at + 1000]]
            tallies = reactions.tallies(SITE, asked, now_s=self._now_s)
            total += sum(sum(tally.counts) for tally in tallies)
        connection.client.connection_pool.disconnect()
        return total

    def file_everywhere(self, store: EmbeddedStore) -> None:
        """File what follows votes later, as a look at the desk does."""
        connection = Connection(store.url, timeout_ms=60_000)
        CatchUp(connection).run(SITE, range(PARTITIONS))
        connection.client.connection_pool.disconnect()


def empty(client: Redis) -> None:
    """Delete every key. Unlike a plain FLUSHALL, this returns only when the memory is free."""
    client.config_set("lazyfree-lazy-user-flush", "no")
    client.flushall()


def pipeline(path: Path, commands: Iterable[bytes], *, a_send: int = 500) -> tuple[int, float]:
    """Send votes without waiting for replies, which are read as they arrive.

    :return: the number of votes cast, and the seconds it took.
    :raise RuntimeError: the store refused a vote.
    """
    answers = hiredis.Reader()
    with socket.socket(socket.AF_UNIX) as peer:
        peer.settimeout(60)
        peer.connect(str(path))

        def send() -> None:
            source = iter(commands)
            while part := tuple(islice(source, a_send)):
                peer.sendall(b"".join(part))
            peer.sendall(b"PING\r\n")  # its reply is the last one

        sender = Thread(target=send)
        begun = time.perf_counter()
        sender.start()
        answered = 0
        while (reply := _next(answers, peer)) != b"PONG":
            if isinstance(reply, Exception) or reply[0] not in _CAST:
                raise RuntimeError(f"the store refused a vote: {reply!r}")
            answered += 1
        seconds = time.perf_counter() - begun
        sender.join()
    return answered, seconds


def _next(answers: hiredis.Reader, peer: socket.socket) -> Any:
    """Return the next reply.

    :raise RuntimeError: the store hung up.
    """
    while (reply := answers.gets()) is False:
        received = peer.recv(1 << 20)
        if not received:
            raise RuntimeError("the store hung up")
        answers.feed(received)
    return reply
