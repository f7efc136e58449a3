"""What ten minutes of one machine's worst leave behind an hour later, in store and worker."""

import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from redis import Redis

from bench.attack.attacker import Attacker, Reply, new_nonce
from bench.figures import Figure, figure, sane, show
from bench.memory import own_bytes
from bench.processes import process_cpu_s, resident_bytes, workers
from tests.support.server import CROWDED, LIMITED, Server
from widget.store.embedded import EmbeddedStore

ATTACK_S = 600
UNLIMITED_S = 30
MOST_MB = 10.0
HOUR_S = 3600
WITHOUT_LIMITS = {
    **CROWDED,
    "READBACK_NEW_READERS": "1000000",
    "READBACK_NEW_READERS_WIDE": "1000000",
    "READBACK_COMMENTS": "0",
    "READBACK_CASTS": "0",
    "READBACK_READS": "0",
}
THREADS = 8
WARM_S = 1.0  # of processor time, of every worker before: what a new one allocates once


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        store, worker, sent = attack(Path(folder) / "limited", ATTACK_S, **LIMITED)
        open_store, _, _ = attack(Path(folder) / "open", UNLIMITED_S, **WITHOUT_LIMITS)
    return show(
        f"What {ATTACK_S // 60} minutes of one machine's worst leave, an hour later",
        lines(store, worker, open_store, sent),
    )


def lines(store: float, worker: float, open_store: float, sent: Counter[int]) -> list[Figure]:
    """Make the table.

    :param store: MB more in the store, ``worker``: in the worker that grew most.
    :param open_store: MB more in a store without limits, after UNLIMITED_S.
    :param sent: the requests by status.
    """
    megabytes = sane(-5, 10_000)
    return [
        figure("requests", "", [sent.total()], sane(1000, 100_000_000)),
        figure("  answered 200 to 202", "", [sum(sent[s] for s in (200, 201, 202))], sane(10, 1e8)),
        figure("  refused for their number", "", [sent[429]], sane(0, 1e8)),
        figure("  failed", "", [sum(sent[s] for s in sent if s >= 500)], sane(0, 1e8), most=0),
        figure("the store", "MB more", [store], megabytes, most=MOST_MB),
        figure("the worker that grew most", "MB more", [worker], megabytes, most=MOST_MB),
        figure(
            f"a store without limits, after {UNLIMITED_S} s",
            "MB more",
            [open_store],
            sane(0.5, 10_000),
        ),
    ]


def attack(folder: Path, seconds: int, **settings: str) -> tuple[float, float, Counter[int]]:
    """Attack a server by every act. Return the growth of store and worker in MB, and the statuses.

    :raise RuntimeError: the server's sums are wrong afterwards.
    """
    server = Server(folder, **settings).start()
    try:
        with Redis(unix_socket_path=str(EmbeddedStore(folder).socket)) as client:
            acts = Acts(server)
            warm(server, acts)
            before = store_bytes(client), workers_bytes(server)
            statuses = act_for(seconds, acts)
            expire(client, HOUR_S)
            store = store_bytes(client) - before[0]
            grown = [workers_bytes(server)[pid] - size for pid, size in before[1].items()]
        if server.cli("verify").returncode:
            raise RuntimeError("the sums are wrong after the attack")
        return store / 1e6, max(grown) / 1e6, statuses
    finally:
        server.stop()


def warm(server: Server, acts: "Acts") -> None:
    """Take acts until every worker has taken its share; one may get all connections of a time."""
    begun = {pid: process_cpu_s(pid) for pid in workers(server.process.pid)}
    while any(process_cpu_s(pid) - spent < WARM_S for pid, spent in begun.items()):
        act_for(1, acts)


def act_for(seconds: int, acts: "Acts") -> Counter[int]:
    """Take all acts in turn, over connections of its own for each thread. Return the statuses."""
    ends = time.monotonic() + seconds

    def act_until_then(first: int) -> Counter[int]:
        seen = Counter[int]()
        while time.monotonic() < ends:
            seen[acts.next(first + seen.total()).status] += 1
        return seen

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(act_until_then, range(THREADS)), Counter[int]())


class Acts:
    """Every act there is, each with ids that nobody has seen before."""

    def __init__(self, server: Server) -> None:
        self._attacker = Attacker(server)
        self._origin = server.origin
        self._tokens: list[str] = []
        self._comments: list[str] = []
        self._acts: list[Callable[[], Reply]] = [
            self._first_vote,
            self._held_vote,
            self._vote_on_new_story,
            self._vote_on_known_story,
            self._poll_or_heart,
            self._comment,
            self._up_vote,
            self._report,
            self._forget,
            self._form,
            self._read,
            self._read_comments,
            self._sign_in,
        ]

    def next(self, turn: int) -> Reply:
        return self._acts[turn % len(self._acts)]()

    def _story(self) -> str:
        return f"{self._origin}/{secrets.token_hex(40)}?x={secrets.token_hex(600)}"

    def _page(self) -> dict[str, object]:
        return {
            "title": secrets.token_hex(100),
            "section": secrets.token_hex(20),
            "author": secrets.token_hex(40),
            "tags": [secrets.token_hex(20) for _ in range(10)],
        }

    def _keep(self, answer: Reply) -> Reply:
        if answer.status in (200, 201, 202) and "token" in answer.json:
            self._tokens = [*self._tokens[-500:], answer.json["token"]]
        return answer

    def _who(self) -> dict[str, Any]:
        if self._tokens and secrets.randbelow(4):
            return {"token": secrets.choice(self._tokens)}
        return {"nonce": new_nonce(), "hold": True}

    def _first_vote(self) -> Reply:
        return self._keep(self._attacker.vote(self._story(), nonce=new_nonce(), page=self._page()))

    def _held_vote(self) -> Reply:
        return self._attacker.vote("harbour-bridge", nonce=new_nonce(), hold=True)

    def _vote_on_new_story(self) -> Reply:
        return self._keep(self._attacker.vote(self._story(), page=self._page(), **self._who()))

    def _vote_on_known_story(self) -> Reply:
        name = f"story-{secrets.randbelow(1000)}"
        return self._keep(self._attacker.vote(name, **self._who()))

    def _poll_or_heart(self) -> Reply:
        return self._attacker.heart(f"heart-{secrets.token_hex(30)}")

    def _comment(self) -> Reply:
        text = "".join(chr(0x1F600 + secrets.randbelow(60)) for _ in range(1900))
        fields = {
            "article": "harbour-bridge" if secrets.randbelow(2) else self._story(),
            "name": secrets.token_hex(20),
            "text": text,
            "draft": secrets.token_hex(16),
            "page": self._page(),
            **self._who(),
        }
        answer = self._keep(self._attacker.post("/v1/comments", fields))
        if "id" in answer.json:
            self._comments = [*self._comments[-500:], answer.json["id"]]
        return answer

    def _on_comment(self, act: str, **fields: object) -> Reply:
        comment = secrets.choice(self._comments) if self._comments else secrets.token_hex(8)
        return self._attacker.post(f"/v1/comments/{comment}/{act}", {**self._who(), **fields})

    def _up_vote(self) -> Reply:
        return self._on_comment("vote", up=True, seq=secrets.randbelow(1000) + 1)

    def _report(self) -> Reply:
        return self._on_comment("report")

    def _forget(self) -> Reply:
        articles = [secrets.token_hex(30) for _ in range(100)]
        return self._attacker.post("/v1/forget", {"articles": articles, **self._who()})

    def _form(self) -> Reply:
        path = f"/r/home/form-{secrets.token_hex(20)}"
        return self._attacker.form(path, {"reaction": "angry"})

    def _read(self) -> Reply:
        names = "&".join(f"article={secrets.token_hex(50)}" for _ in range(30))
        return self._attacker.send("GET", f"/v1/counts?site=home&{names}&x={secrets.token_hex(9)}")

    def _read_comments(self) -> Reply:
        query = f"site=home&article=harbour-bridge&limit=50&lang={secrets.token_hex(4)}"
        return self._attacker.send("GET", f"/v1/comments?{query}&x={secrets.token_hex(9)}")

    def _sign_in(self) -> Reply:
        fields = {"name": secrets.token_hex(10), "password": secrets.token_hex(20)}
        return self._attacker.form("/desk/login", fields)


def expire(client: Redis, seconds: int) -> None:
    """Delete what expires within so many seconds: the store as it is then."""
    for key in client.scan_iter(count=1000):
        if 0 <= client.ttl(key) <= seconds:
            client.delete(key)


def store_bytes(client: Redis) -> int:
    """Return the store's memory: the least of a few looks, as its workers stay connected."""
    sizes = []
    for _ in range(5):
        time.sleep(0.5)
        sizes.append(own_bytes(client))
    return min(sizes)


def workers_bytes(server: Server) -> dict[int, int]:
    """Return the resident memory of each worker process, by its id."""
    return {pid: resident_bytes(pid) for pid in workers(server.process.pid)}
