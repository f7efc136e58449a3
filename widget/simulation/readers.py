"""Many readers over the real HTTP API, then a check of every sum.

The readers are honest. If their network is crowded, they must do a proof of work like every reader,
and solve it as a browser does; no limit is turned off for them. So of the votes on one article, all
beyond the network's allowance are held. They vote on articles of their own,
named after the run, so they change no story's counts.
"""

import http.client
import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import altcha
import click
from rich.progress import track

THREADS = 16
TRIES = 5
LONGEST_WAIT_S = 60
MOST_IN_A_REQUEST = 49  # and one more, so that no cache has the answer
MOST_OF_A_READER = 3  # articles; so their votes stay under one reader's limit in a minute


class SimulationFailed(click.ClickException):
    """A wrong response of the service. It ends the command with exit code 1."""


@dataclass(frozen=True)
class Step:
    """One request of a reader, and the choice and seq that the service must respond with."""

    article: str
    reaction: str | None
    seq: int
    expected: str | None
    expected_seq: int


@dataclass
class Acknowledged:
    """The acknowledged votes: for each article, how many readers have each choice counted."""

    requests: int = 0
    proofs: int = 0
    held: int = 0
    choices: dict[str, Counter[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(
        self, requests: int, proofs: int, last: dict[str, str | None], held: Collection[str] = ()
    ) -> None:
        with self.lock:
            self.requests += requests
            self.proofs += proofs
            self.held += len(held)
            for article, choice in last.items():
                counted = "" if article in held else choice or ""
                self.choices.setdefault(article, Counter())[counted] += 1


class Service:
    """The API at one address, over one persistent connection for each thread."""

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
        """Send a vote, again if the connection is lost or refused. Return status and body."""
        body = json.dumps({"site": self._site, **fields}).encode()
        return self._send("POST", "/v1/react", body, self._headers)

    def choices(self) -> list[str]:
        query = urlencode({"site": self._site, "article": "simulated"})
        return [choice["key"] for choice in self._read(f"/v1/bar?{query}")["choices"]]

    def counts(self, articles: list[str]) -> dict[str, dict[str, int]]:
        """Return present counts: each request has another article too, so no cache has it."""
        counts: dict[str, dict[str, int]] = {}
        for at in range(0, len(articles), MOST_IN_A_REQUEST):
            some = articles[at : at + MOST_IN_A_REQUEST]
            names = [("article", name) for name in (*some, f"simulated-{secrets.token_hex(8)}")]
            found = self._read(f"/v1/counts?{urlencode([('site', self._site), *names])}")
            counts |= {name: found["articles"][name]["counts"] for name in some}
        return counts

    def _read(self, path: str) -> Any:
        status, answer = self._send("GET", path, None, {})
        if status != 200:
            raise SimulationFailed(f"GET {path} returned {status}: {answer}")
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
                wait_s = float(response.headers.get("Retry-After", 1))
                if wait_s > LONGEST_WAIT_S:
                    raise SimulationFailed(
                        f"{path} is refused for {wait_s:.0f} s: {answer['error']['message']} "
                        "A simulation comes from one network: raise its limits (docs/settings.md)."
                    )
                time.sleep(wait_s)
            except (OSError, http.client.HTTPException) as problem:
                self._local.peer = None
                if tried == TRIES:
                    why = getattr(problem, "strerror", None) or type(problem).__name__
                    raise SimulationFailed(
                        f"{self._url} does not answer: {why.lower()}. Start the server with "
                        "`readback serve`, or name its address with --url."
                    ) from None
                time.sleep(0.1 * tried)
        raise AssertionError("the last attempt returns or raises")

    def _connection(self) -> http.client.HTTPConnection:
        peer: http.client.HTTPConnection | None = getattr(self._local, "peer", None)
        if peer is None:
            https = self._parts.scheme == "https"
            kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
            peer = self._local.peer = kind(self._parts.netloc, timeout=30)
            self._peers.append(peer)
        return peer


def steps(rng: random.Random, articles: list[str], choices: list[str]) -> Iterator[Step]:
    """Make one reader's requests: first votes, changes, take-backs, duplicates, late arrivals."""
    for article in rng.sample(articles, min(len(articles), rng.randint(1, MOST_OF_A_READER))):
        choice: str | None = rng.choice(choices)
        seq = rng.randint(1, 5)
        yield Step(article, choice, seq, choice, seq)
        for _ in range(rng.randint(0, 4)):
            act = rng.choice(("change", "take back", "duplicate", "late"))
            if act == "duplicate":
                yield Step(article, choice, seq, choice, seq)
            elif act == "late":
                yield Step(article, rng.choice(choices), rng.randint(1, seq), choice, seq)
            else:
                choice = rng.choice(choices) if act == "change" else None
                seq += rng.randint(1, 3)
                yield Step(article, choice, seq, choice, seq)


def run_reader(service: Service, acts: Iterator[Step], acknowledged: Acknowledged) -> None:
    """Send one reader's requests and check each response.

    :raise SimulationFailed: a response does not follow from the votes so far.
    """
    identity: dict[str, Any] = {"nonce": secrets.token_urlsafe(16)}
    requests = proofs = 0
    last: dict[str, str | None] = {}
    held = set()
    for step in acts:
        vote = {"article": step.article, "reaction": step.reaction, "seq": step.seq}
        status, answer = service.vote({**vote, **identity})
        requests += 1
        while status == 428:
            identity["pow"] = solve(answer["challenge"])
            proofs += 1
            status, answer = service.vote({**vote, **identity})
            requests += 1
        if status != 200 or (answer["choice"], answer["seq"]) != (step.expected, step.expected_seq):
            raise SimulationFailed(f"{step} returned {status}: {answer}")
        if "token" in answer:
            identity = {"token": answer["token"]}
        last[step.article] = step.expected
        if answer.get("held"):
            held.add(step.article)
    acknowledged.add(requests, proofs, last, held)


def solve(challenge: dict[str, Any]) -> str:
    """Solve a challenge as the reader's browser would."""
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    if solution is None:
        raise SimulationFailed("the challenge could not be solved")
    return altcha.Payload(parsed, solution).to_base64()


def differences(service: Service, acknowledged: Acknowledged) -> list[str]:
    """Return a line for each article whose counts differ from the acknowledged votes."""
    counts = service.counts(list(acknowledged.choices))
    lines = []
    for article, choices in acknowledged.choices.items():
        expected = {choice: n for choice, n in choices.items() if choice}
        found = {choice: n for choice, n in counts[article].items() if n}
        if expected != found:
            lines.append(f"{article}: acknowledged {expected}, counted {found}")
    return lines


def run(service: Service, readers: int, articles: int, seed: int) -> None:
    """Send every reader's votes, then check every sum.

    :raise SimulationFailed: a response or a sum is wrong.
    """
    rng = random.Random(seed)
    name = secrets.token_hex(4)
    names = [f"simulated-{name}-{number}" for number in range(articles)]
    choices = service.choices()
    plans = [list(steps(rng, names, choices)) for _ in range(readers)]
    acknowledged = Acknowledged()
    begun = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        done = pool.map(lambda plan: run_reader(service, iter(plan), acknowledged), plans)
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
    if acknowledged.held:
        click.echo(
            f"{acknowledged.held} votes are held for an editor, as one network brought more than "
            "READBACK_NETWORK_VOTES lets count at once."
        )
    wrong = differences(service, acknowledged)
    for line in wrong:
        click.echo(line)
    if wrong:
        raise SimulationFailed(f"{len(wrong)} articles do not have the votes acknowledged")
    click.echo(f"All {len(acknowledged.choices)} articles have exactly the votes acknowledged.")
