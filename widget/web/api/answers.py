"""Answers of public reads, as a worker keeps them: for a second, and within so many bytes.

Whoever looks at what has changed (look.py) makes an answer last longer.
"""

import hashlib
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from widget.domain.clock import steady
from widget.store.reactions.tallies import Reply, Wanted
from widget.web.api.query import Query

FRESH_S = 1.0
GRACE_S = 1.0  # after FRESH_S, an answer serves while somebody looks whether it has changed
ENTRY_BYTES = 1000  # of an entry, besides its body, its replies and the values of its query
REPLY_BYTES = 1100  # of a question with its key and the votes of 15 choices
MOST_TEXTS = 8  # spellings of one query that are known without reading them again
# Half as many questions may be asked for an answer that nobody reads any longer: about what it
# costs to make one anew twice, and sixteen seconds, so bars that poll find it ready.
CREDIT = 40
# The same for one that was read once, as a crawler reads an archive or a lone reader's bar polls:
# three seconds, and less than it costs to make one anew.
ONCE = 8

CORS = ("Access-Control-Allow-Origin", "*")
TYPE = ("Content-Type", "application/json")
SHARED = ("Cache-Control", "public, max-age=5, stale-while-revalidate=30")

Key = tuple[str, Query]  # path and query of a read


@dataclass(frozen=True, slots=True)
class Basis:
    """What an answer was made of. It stays right for as long as nothing of this changes.

    :param settings: what the site has settled that can change an answer; compared as a whole.
    :param replies: of the store.
    :param until_s: when the next of its articles closes by itself, in seconds since the epoch.
    """

    settings: object
    replies: dict[Wanted, Reply]
    until_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A serialised answer.

    :param parts: what it is made up of; the last is often one that others share.
    :param kept_bytes: the memory that it takes in a cache, with its query.
    :param basis: None if nobody can tell whether it has changed.
    """

    etag: str
    parts: tuple[bytes, ...]
    headers: list[tuple[str, str]]
    kept_bytes: int
    basis: Basis | None

    @classmethod
    def of(
        cls, value: dict[str, Any], query: Query, end: bytes = b"", basis: Basis | None = None
    ) -> "Answer":
        """Return the answer to a query.

        :param end: the end of the JSON object, of :func:`end_of`, which other answers have, too.
        """
        own = msgspec.json.encode(value)
        parts = (own[:-1], end) if end else (own,)
        body = b"".join(parts)
        etag = f'"{hashlib.blake2b(body, digest_size=9).hexdigest()}"'
        headers = [TYPE, ("Content-Length", str(len(body))), ("ETag", etag), CORS, SHARED]
        asked = sum(sys.getsizeof(value) + 120 for _, value in query)
        replies = REPLY_BYTES * len(basis.replies) if basis else 0
        return cls(etag, parts, headers, ENTRY_BYTES + len(own) + asked + replies, basis)

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


def end_of(fields: dict[str, Any]) -> bytes:
    """Return JSON that adds these fields to an object that has others already."""
    return b"," + msgspec.json.encode(fields)[1:]


@dataclass(slots=True, eq=False)
class Kept:
    """An answer that is kept.

    :param asked_s: when its figures were read, or just before that.
    :param until_s: until when it serves.
    :param credit: what looking at it may still cost, until it is read again.
    :param texts: spellings of its query.
    """

    key: Key
    answer: Answer
    asked_s: float
    until_s: float
    credit: int = ONCE
    texts: list[str] = field(default_factory=list)

    @property
    def kept_bytes(self) -> int:
        return self.answer.kept_bytes + sum(sys.getsizeof(text) + 150 for text in self.texts)


class Answers:
    """The answers of some reads. The one that was not read for longest goes first.

    :param most_bytes: what all of them may take.
    :param clock: counts while the machine sleeps, too.
    """

    def __init__(self, most_bytes: int, clock: Callable[[], float] = steady) -> None:
        self._most_bytes = most_bytes
        self._clock = clock
        self._by_text: dict[tuple[str, str], Kept] = {}
        self._by_key: dict[Key, Kept] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, path: str, text: str) -> Answer | None:
        """Return the answer to a query in this spelling; None if there is none that serves."""
        return self._served(self._by_text.get((path, text)))

    def of(self, key: Key) -> Answer | None:
        """Return the answer to a query, however it was spelled; None as :meth:`get`."""
        return self._served(self._by_key.get(key))

    def learn(self, key: Key, text: str) -> None:
        """Know the answer to a query by this spelling too: somebody has read it so."""
        with self._lock:
            kept = self._by_key.get(key)
            if kept is None:
                return
            kept.credit = max(kept.credit, ONCE)
            if len(kept.texts) < MOST_TEXTS and text not in kept.texts:
                self._drop(kept)
                kept.texts.append(text)
                self._add(kept)

    def put(self, key: Key, answer: Answer, asked_s: float) -> None:
        """Keep an answer, unless a later one is kept already.

        :param asked_s: when its figures were read, or just before that.
        """
        with self._lock:
            before = self._by_key.get(key)
            if before is not None and before.asked_s > asked_s:
                return
            credit, texts = ONCE, []
            if before is not None:
                credit, texts = before.credit, before.texts
                self._drop(before)
            self._add(Kept(key, answer, asked_s, asked_s + FRESH_S, credit, texts))

    def to_look_at(self) -> list[tuple[Kept, Basis]]:
        """Return the answers that are read often enough; each now serves for longer meanwhile.

        Others are dropped when they serve no longer.
        """
        now_s = self._clock()
        found = []
        with self._lock:
            for kept in list(self._by_key.values()):
                if kept.credit == CREDIT:  # read since the last look
                    self._by_key[kept.key] = self._by_key.pop(kept.key)
                if kept.credit > 0 and kept.answer.basis is not None:
                    kept.until_s = kept.asked_s + FRESH_S + GRACE_S
                    found.append((kept, kept.answer.basis))
                elif kept.until_s <= now_s:
                    self._drop(kept)
        return found

    def unchanged(self, kept: Kept, asked_s: float) -> None:
        """Have an answer serve on, because it was the same when somebody looked."""
        with self._lock:
            if kept.asked_s < asked_s:
                kept.asked_s, kept.until_s = asked_s, asked_s + FRESH_S

    def drop(self, kept: Kept) -> None:
        with self._lock:
            self._drop(kept)

    def _served(self, kept: Kept | None) -> Answer | None:
        if kept is None or self._clock() >= kept.until_s:
            return None
        kept.credit = CREDIT
        return kept.answer

    def _add(self, kept: Kept) -> None:
        self._by_key[kept.key] = kept
        for text in kept.texts:
            self._by_text[kept.key[0], text] = kept
        self._bytes += kept.kept_bytes
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._by_key.values())))

    def _drop(self, kept: Kept) -> None:
        if self._by_key.get(kept.key) is not kept:
            return
        del self._by_key[kept.key]
        for text in kept.texts:
            del self._by_text[kept.key[0], text]
        self._bytes -= kept.kept_bytes
