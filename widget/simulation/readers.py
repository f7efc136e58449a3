"""readback simulate: many readers over the real HTTP API, then a check of every sum.

The readers are honest ones. Where their network is crowded they are asked for a proof of work, as
any reader is, and solve it as a browser does; nothing is switched off for them. They vote on
articles of their own, named after the run, so no story's counts are touched.
"""

import http.client
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import altcha
import click
from rich.progress import track

THREADS = 16
TRIES = 5
MOST_ARTICLES_ASKED = 50
MOST_OF_A_READER = 3  # articles; their votes stay under the limit of one reader's minute


class SimulationFailed(click.ClickException):
    """The service answered what it should not have; ends the command with exit code 1."""


@dataclass(frozen=True)
class Step:
    """One request of a reader, and what the service has to answer."""

    article: str
    reaction: str | None
    seq: int
    stands: str | None
    stands_seq: int


@dataclass
class Acknowledged:
    """What was acknowledged: for each article, the readers whose last choice stands."""

    requests: int = 0
    proofs: int = 0
    choices: dict[str, Counter[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, requests: int, proofs: int, last: dict[str, str | None]) -> None:
        with self.lock:
            self.requests += requests
            self.proofs += proofs
            for article, choice in last.items():
                self.choices.setdefault(article, Counter())[choice or ""] += 1


class Service:
    """The API at one address, over one kept connection for each thread."""

    def __init__(self, url: str, site: str, origin: str) -> None:
        self._parts = urlsplit(url)
        self._url = url
        self._site = site
        self._headers = {"Origin": origin, "Content-Type": "text/plain;charset=UTF-8"}
        self._local = threading.local()
        self._peers: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        for peer in self._peers:
            peer.close()

    def vote(self, fields: dict[str, Any]) -> tuple[int, Any]:
        """Status and answer. A lost or refused connection is answered by sending it again."""
        body = json.dumps({"site": self._site, **fields}).encode()
        return self._send("POST", "/v1/react", body, self._headers)

    def choices(self) -> list[str]:
        query = urlencode({"site": self._site, "article": "simulated"})
        return [choice["key"] for choice in self._read(f"/v1/bar?{query}")["choices"]]

    def counts(self, articles: list[str]) -> dict[str, dict[str, int]]:
        """Fresh counts: a parameter nobody used makes a question that no cache holds."""
        counts = {}
        for at in range(0, len(articles), MOST_ARTICLES_ASKED):
            asked = [("article", article) for article in articles[at : at + MOST_ARTICLES_ASKED]]
            query = urlencode([("site", self._site), ("fresh", secrets.token_hex(8)), *asked])
            for name, figures in self._read(f"/v1/counts?{query}")["articles"].items():
                counts[name] = figures["counts"]
        return counts

    def _read(self, path: str) -> Any:
        status, answer = self._send("GET", path, None, {})
        if status != 200:
            raise SimulationFailed(f"GET {path} was answered {status}: {answer}")
        return answer

    def _send(self, method: str, path: str, body: bytes | None, headers: Any) -> tuple[int, Any]:
        for tried in range(1, TRIES + 1):
            try:
                peer = self._connection()
                peer.request(method, path, body, headers)
                response = peer.getresponse()
                answer = json.loads(response.read())
                if response.status not in (429, 503) or tried == TRIES:
                    return response.status, answer
                time.sleep(float(response.headers.get("Retry-After", 1)))
            except (OSError, http.client.HTTPException) as problem:
                self._local.peer = None
                if tried == TRIES:
                    raise SimulationFailed(f"{self._url} does not answer: {problem}") from None
                time.sleep(0.1 * tried)
        raise AssertionError("the last try returns or raises")

    def _connection(self) -> http.client.HTTPConnection:
        peer: http.client.HTTPConnection | None = getattr(self._local, "peer", None)
        if peer is None:
            https = self._parts.scheme == "https"
            kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
            peer = self._local.peer = kind(self._parts.netloc, timeout=30)
            self._peers.append(peer)
        return peer


def steps(rng: random.Random, articles: list[str], choices: list[str]) -> Iterator[Step]:
    """What one reader does: first votes, changes, take-backs, duplicates and late arrivals."""
    for article in rng.sample(articles, min(len(articles), rng.randint(1, MOST_OF_A_READER))):
        stands: str | None = rng.choice(choices)
        seq = rng.randint(1, 5)
        yield Step(article, stands, seq, stands, seq)
        for _ in range(rng.randint(0, 4)):
            act = rng.choice(("change", "take back", "duplicate", "late"))
            if act == "duplicate":
                yield Step(article, stands, seq, stands, seq)
            elif act == "late":
                yield Step(article, rng.choice(choices), rng.randint(1, seq), stands, seq)
            else:
                stands = rng.choice(choices) if act == "change" else None
                seq += rng.randint(1, 3)
                yield Step(article, stands, seq, stands, seq)


def read_along(service: Service, acts: Iterator[Step], acknowledged: Acknowledged) -> None:
    """One reader from the first vote to the last.

    :raise SimulationFailed: an answer was not what the votes so far make it.
    """
    identity: dict[str, Any] = {"nonce": secrets.token_urlsafe(16)}
    requests = proofs = 0
    last: dict[str, str | None] = {}
    for step in acts:
        vote = {"article": step.article, "reaction": step.reaction, "seq": step.seq}
        status, answer = service.vote({**vote, **identity})
        requests += 1
        while status == 428:
            identity["pow"] = solve(answer["challenge"])
            proofs += 1
            status, answer = service.vote({**vote, **identity})
            requests += 1
        if status != 200 or (answer["choice"], answer["seq"]) != (step.stands, step.stands_seq):
            raise SimulationFailed(f"{step} was answered {status}: {answer}")
        if "token" in answer:
            identity = {"token": answer["token"]}
        last[step.article] = step.stands
    acknowledged.add(requests, proofs, last)


def solve(challenge: dict[str, Any]) -> str:
    """A proof of work, as the reader's browser would compute it."""
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    if solution is None:
        raise SimulationFailed("the challenge could not be solved")
    return altcha.Payload(parsed, solution).to_base64()


def differences(service: Service, acknowledged: Acknowledged) -> list[str]:
    """Articles whose counts are not what was acknowledged, one line each."""
    counts = service.counts(list(acknowledged.choices))
    lines = []
    for article, choices in acknowledged.choices.items():
        expected = {choice: n for choice, n in choices.items() if choice}
        found = {choice: n for choice, n in counts[article].items() if n}
        if expected != found:
            lines.append(f"{article}: acknowledged {expected}, counted {found}")
    return lines


def run(service: Service, readers: int, articles: int, seed: int) -> None:
    """All readers, then the check of every sum. :raise SimulationFailed: one is not right."""
    rng = random.Random(seed)
    name = secrets.token_hex(4)
    names = [f"simulated-{name}-{number}" for number in range(articles)]
    choices = service.choices()
    plans = [list(steps(rng, names, choices)) for _ in range(readers)]
    acknowledged = Acknowledged()
    begun = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        done = pool.map(lambda plan: read_along(service, iter(plan), acknowledged), plans)
        try:
            for _ in track(done, description="Readers", total=readers):
                pass
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    click.echo(
        f"{readers} readers, {acknowledged.requests} requests and "
        f"{acknowledged.proofs} proofs of work in {time.monotonic() - begun:.1f} s (--seed {seed})"
    )
    wrong = differences(service, acknowledged)
    for line in wrong:
        click.echo(line)
    if wrong:
        raise SimulationFailed(f"{len(wrong)} articles do not have the votes acknowledged")
    click.echo(f"All {len(acknowledged.choices)} articles have exactly the votes acknowledged.")
