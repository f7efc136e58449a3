"""Readers who vote and comment at a steady rate, and remember everything that was acknowledged.

Each does what the embed does: after a 503 or a broken connection it sends the same again.
"""

import http.client
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

from tests.support.server import UNLIMITED, nonce

# The limits are none of these tests' subject.
NO_LIMITS = {**UNLIMITED, "READBACK_CASTS": "0", "READBACK_COMMENTS": "0"}
CHOICES = ("like", "dislike", "love", "funny", "angry", "sad", "wow", None)
STORED = (200, 201, 202)
AGAIN_S = 0.25
READERS_A_THREAD = 200
NO_ANSWER = 0


@dataclass(frozen=True)
class Choice:
    """What a reader sent: the choice key, None to take it back, under its sequence number."""

    seq: int
    key: str | None


@dataclass(frozen=True)
class Attempt:
    """One request.

    :param at_s: when it was sent, since the load began.
    :param status: NO_ANSWER if the connection broke or the time was over.
    :param kind: ``vote``, ``comment`` or ``read``.
    """

    at_s: float
    took_s: float
    status: int
    kind: str
    article: str

    @property
    def is_stored(self) -> bool:
        return self.status in STORED


class Place(Protocol):
    """Where readers send their requests: a server, or a proxy in front of it."""

    @property
    def port(self) -> int: ...

    @property
    def origin(self) -> str:
        """The origin of the readers' page, by which they also address the service."""


Ballot = tuple[str, str]  # article, the reader's nonce


@dataclass
class Memory:
    """What the readers know. Each ballot belongs to one thread, so no two write the same entry.

    :param votes: the last acknowledged choice of each ballot.
    :param acknowledged_s: when that was, since the load began.
    :param sent: the choices that were sent after it, acknowledged or not.
    :param comments: the text of each acknowledged comment, by id.
    :param sent_comments: texts of comments that were sent.
    :param odd: answers that no fault explains.
    """

    votes: dict[Ballot, Choice] = field(default_factory=dict)
    acknowledged_s: dict[Ballot, float] = field(default_factory=dict)
    sent: dict[Ballot, list[Choice]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    sent_comments: set[str] = field(default_factory=set)
    odd: list[str] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)


class Load:
    """Readers of some articles at one or more servers.

    :param a_second: requests a second of all readers together, while they are answered.
    :param comments: the share of comments among all writes; ``reads``: of reads among all requests.
    :param is_patient: a refused request is sent again until it is accepted, or the load stops.
    :param votes_once: each vote is of a new reader, so that none replaces another.
    """

    def __init__(
        self,
        places: Sequence[Place],
        *,
        a_second: float = 60,
        threads: int = 12,
        articles: int = 40,
        comments: float = 0.05,
        reads: float = 0.0,
        is_patient: bool = True,
        votes_once: bool = False,
        site: str = "home",
        timeout_s: float = 30,
    ) -> None:
        self.site, self.timeout_s = site, timeout_s
        self.memory = Memory()
        prefix = secrets.token_hex(3)
        self.articles = [f"{prefix}-{number}" for number in range(articles)]
        self._places = list(places)
        self._interval_s = threads / a_second
        self._threads_count = threads
        self._comments, self._reads = comments, reads
        self.is_patient, self._votes_once = is_patient, votes_once
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._began = 0.0

    def start(self) -> Self:
        self._began = time.monotonic()
        for number in range(self._threads_count):
            browser = _Browser(self, self._places[number % len(self._places)])
            self._threads.append(threading.Thread(target=self._run, args=(browser, number)))
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> Self:
        """Let each reader finish what it has begun."""
        self._ended.set()
        for thread in self._threads:
            thread.join(self.timeout_s + 30)
            assert not thread.is_alive(), "a reader waits for ever"
        return self

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def now_s(self) -> float:
        """Seconds since the load began."""
        return time.monotonic() - self._began

    @property
    def has_ended(self) -> bool:
        return self._ended.is_set()

    def between(self, begin_s: float, end_s: float = float("inf")) -> list[Attempt]:
        """Return the requests that were sent in a time."""
        return [a for a in list(self.memory.attempts) if begin_s <= a.at_s < end_s]

    def votes_stored(self, since_s: float = 0.0) -> int:
        return sum(a.is_stored and a.kind == "vote" for a in self.between(since_s))

    def rest(self, seconds: float) -> None:
        """Wait before sending the same again."""
        if self._ended.is_set():
            time.sleep(seconds)
        else:
            self._ended.wait(seconds)

    def _run(self, browser: "_Browser", number: int) -> None:
        random_source = random.Random(number * 7919 + 13)
        due = self._began + number * self._interval_s / self._threads_count
        while not self._ended.wait(max(0.0, due - time.monotonic())):
            # After an outage the load goes on at its rate; it does not catch up.
            due = max(due, time.monotonic() - self._interval_s) + self._interval_s
            kind = random_source.random()
            if kind < self._reads:
                browser.read(random_source)
            elif kind < self._reads + (1 - self._reads) * self._comments:
                browser.comment(random_source)
            else:
                browser.vote(random_source, is_new=self._votes_once)
        browser.close()


class _Browser:
    """The readers of one thread, at one place."""

    def __init__(self, load: Load, place: Place) -> None:
        self._load, self._place = load, place
        self._nonces = [nonce() for _ in range(READERS_A_THREAD)]
        self._tokens: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def vote(self, source: random.Random, *, is_new: bool) -> None:
        memory = self._load.memory
        reader = nonce() if is_new else source.choice(self._nonces)
        article = source.choice(self._load.articles)
        ballot = (article, reader)
        last = memory.votes.get(ballot, Choice(0, None))
        seq = max([last.seq, *(sent.seq for sent in memory.sent.get(ballot, []))]) + 1
        choice = Choice(seq, source.choice(CHOICES if not is_new else CHOICES[:-1]))
        memory.sent.setdefault(ballot, []).append(choice)
        body = {"article": article, "reaction": choice.key, "seq": seq, **self._who(reader)}
        answer = self._until_stored("vote", "/v1/react", article, body)
        if answer is None:
            return
        memory.acknowledged_s[ballot] = self._load.now_s
        memory.votes[ballot] = choice
        memory.sent[ballot] = []
        self._keep_token(reader, answer)
        if (answer["seq"], answer["choice"]) != (seq, choice.key):
            memory.odd.append(f"{choice} was answered {answer}")

    def comment(self, source: random.Random) -> None:
        memory = self._load.memory
        reader, article = source.choice(self._nonces), source.choice(self._load.articles)
        text = f"I like this a lot: {secrets.token_hex(10)}"
        memory.sent_comments.add(text)
        body = {
            "article": article,
            "name": "Ana",
            "text": text,
            "spent_ms": 60_000,
            "draft": secrets.token_hex(12),
            **self._who(reader),
        }
        answer = self._until_stored("comment", "/v1/comments", article, body)
        if answer is not None:
            memory.comments[answer["id"]] = text
            self._keep_token(reader, answer)

    def read(self, source: random.Random) -> None:
        article = source.choice(self._load.articles)
        path = f"/v1/bar?site={self._load.site}&article={article}"
        self._send("read", "GET", path, article, None)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _who(self, reader: str) -> dict[str, str]:
        token = self._tokens.get(reader)
        return {"token": token} if token else {"nonce": reader}

    def _keep_token(self, reader: str, answer: dict[str, Any]) -> None:
        if "token" in answer:
            self._tokens[reader] = answer["token"]

    def _until_stored(
        self, kind: str, path: str, article: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Send it until it is accepted. Return the answer, None if it never was."""
        sent = json.dumps({"site": self._load.site, **body}).encode()
        while True:
            status, answer = self._send(kind, "POST", path, article, sent)
            if status in STORED:
                return dict(answer)
            if status not in (503, NO_ANSWER):
                self._load.memory.odd.append(f"{kind}: {status} {answer}")
                return None
            if not self._load.is_patient or self._load.has_ended:
                return None
            self._load.rest(AGAIN_S)

    def _send(
        self, kind: str, method: str, path: str, article: str, body: bytes | None
    ) -> tuple[int, Any]:
        began, at_s = time.monotonic(), self._load.now_s
        status, answer = self._exchange(method, path, body)
        took_s = time.monotonic() - began
        self._load.memory.attempts.append(Attempt(at_s, took_s, status, kind, article))
        return status, answer

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self._place.port, timeout=self._load.timeout_s
            )
        origin = self._place.origin
        headers = {
            "Host": urlsplit(origin).netloc,
            "Origin": origin,
            "Content-Type": "text/plain;charset=UTF-8",
        }
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            return NO_ANSWER, repr(problem)
        return answer.status, _decoded(raw)


def _decoded(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw[:200]


def statuses(attempts: Sequence[Attempt]) -> Counter[int]:
    return Counter(attempt.status for attempt in attempts)


def outage_s(attempts: Sequence[Attempt]) -> float:
    """Return the longest time for which the readers of one article were refused, in seconds."""
    longest = 0.0
    since: dict[str, float] = {}
    for attempt in sorted(attempts, key=lambda one: one.at_s + one.took_s):
        began = since.get(attempt.article)
        if attempt.is_stored:
            since.pop(attempt.article, None)
        elif began is None:
            began = since[attempt.article] = attempt.at_s
        if began is not None:
            longest = max(longest, attempt.at_s + attempt.took_s - began)
    return longest


def slowest_s(attempts: Sequence[Attempt]) -> float:
    return max((attempt.took_s for attempt in attempts), default=0.0)


def wait_for_votes(load: Load, number: int, timeout_s: float = 30) -> None:
    """Wait until readers have stored so many more votes: the service works again."""
    since = load.now_s
    deadline = time.monotonic() + timeout_s
    while load.votes_stored(since) < number:
        assert time.monotonic() < deadline, f"not {number} votes in {timeout_s:.0f} s"
        time.sleep(0.1)
