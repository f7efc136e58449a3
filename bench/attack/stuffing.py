"""How many votes of one machine are counted on one story, whatever it mixes."""

import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count
from pathlib import Path

from bench.attack.attacker import Attacker, new_nonce, solve
from bench.figures import Figure, figure, sane, show
from tests.support.server import LIMITED, Server
from widget.domain.article import resolve_for
from widget.domain.model import Site
from widget.domain.readers.network import Allowance
from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.limits import Limits
from widget.store.reactions.votes import Cast, Reactions, Voter

ATTACK_S = 60
OPEN_S = 20
EVERY_S = 10
HOUR_S, DAY_S = 3600, 86400
MOST_OF_HOUR, MOST_OF_DAY, WIDE = 60, 120, 4
STORY = "harbour-bridge"


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    with tempfile.TemporaryDirectory(prefix="readback-bench-") as folder:
        counted, cast = minute_of_everything(Path(folder) / "minute")
        unlimited, _ = minute_of_everything(
            Path(folder) / "open", seconds=OPEN_S, READBACK_NETWORK_VOTES="0"
        )
        near = two_days(Path(folder) / "near", lambda number: "192.0.2.1")
        wide = two_days(Path(folder) / "wide", lambda number: f"2001:db8:1:{number % 65536:x}::1")
    return show(
        "Votes of one machine on one story, settings as shipped",
        lines(counted, cast, unlimited, near, wide),
    )


def lines(
    counted: int, cast: int, unlimited: int, near: list[int], wide: list[int]
) -> list[Figure]:
    """Make the table.

    :param near: times in s of the counted votes of one address that never stops, over two days.
    :param wide: the same of an IPv6 /48 with a new /64 for each vote.
    """
    votes = sane(1, 1_000_000)
    return [
        figure(f"votes sent in {ATTACK_S} s", "votes", [cast], sane(100, 1_000_000)),
        figure("  of them counted", "votes", [counted], sane(20, 1_000_000), most=MOST_OF_HOUR),
        figure(
            f"  counted in {OPEN_S} s without the bound", "votes", [unlimited], sane(60, 1_000_000)
        ),
        figure(
            "one IPv4 address, worst hour", "votes", [most(near, HOUR_S)], votes, most=MOST_OF_HOUR
        ),
        figure(
            "one IPv4 address, worst day", "votes", [most(near, DAY_S)], votes, most=MOST_OF_DAY
        ),
        figure(
            "one IPv6 /48, worst hour",
            "votes",
            [most(wide, HOUR_S)],
            votes,
            most=WIDE * MOST_OF_HOUR,
        ),
        figure(
            "one IPv6 /48, worst day", "votes", [most(wide, DAY_S)], votes, most=WIDE * MOST_OF_DAY
        ),
    ]


def most(times: list[int], window_s: int) -> int:
    """Return the most of these times within any window."""
    return max(sum(begin <= at < begin + window_s for at in times) for begin in set(times))


def minute_of_everything(
    folder: Path, *, seconds: int = ATTACK_S, **settings: str
) -> tuple[int, int]:
    """Attack one story by every way to vote, and return the votes counted and sent.

    :raise RuntimeError: the server's sums are wrong afterwards.
    """
    server = Server(folder, **{**LIMITED, "READBACK_PROOF_COST": "", **settings}).start()
    try:
        attacker, sent = Attacker(server), count()
        # Tokens collected on another story, before the attack.
        first = [attacker.vote("elsewhere", nonce=new_nonce()).json for _ in range(20)]
        stock = [answer["token"] for answer in first if "token" in answer]
        ends = time.monotonic() + seconds
        with ProcessPoolExecutor(2) as cores, ThreadPoolExecutor(8) as pool:

            def work() -> None:
                nonce, proof = new_nonce(), None
                answer = attacker.vote(STORY, nonce=nonce)
                while answer.status == 428 and time.monotonic() < ends:
                    proof, _ = cores.submit(solve, answer.json["challenge"]).result()
                    answer = attacker.vote(STORY, nonce=nonce, pow=proof)

            def be_held() -> None:
                attacker.vote(STORY, nonce=new_nonce(), hold=True)

            def use_the_stock() -> None:
                if stock:
                    attacker.vote(STORY, token=stock.pop())

            def heart() -> None:
                attacker.heart(STORY)

            def fill_the_form() -> None:
                attacker.form(f"/r/home/{STORY}", {"reaction": "angry"})

            ways: list[Callable[[], None]] = [work, be_held, use_the_stock, heart, fill_the_form]

            def attack(worker: int) -> None:
                for turn in count(worker):
                    if time.monotonic() > ends:
                        return
                    ways[turn % len(ways)]()
                    next(sent)

            list(pool.map(attack, range(8)))
        counts = server.get(f"/v1/bar?site=home&article={STORY}&lang=de").json
        if server.cli("verify").returncode:
            raise RuntimeError("the sums are wrong after the attack")
        return int(counts["total"]), next(sent)
    finally:
        server.stop()


def two_days(folder: Path, address_of: Callable[[int], str]) -> list[int]:
    """Let a new reader vote every 10 s, with the clock moved. Return when votes were counted, s."""
    store = EmbeddedStore(folder)
    store.start()
    try:
        connection = Connection(store.url, timeout_ms=5000)
        reactions, limits = Reactions(connection), Limits(connection)
        site = Site("news", "The News", ("https://news.example",))
        article = resolve_for(site, STORY)
        allowance = Allowance.of_day(Settings.from_env({}).network_votes)
        begun = int(time.time()) // DAY_S * DAY_S + 20 * HOUR_S  # the day changes early on
        counted = []
        for number in range(2 * DAY_S // EVERY_S):
            now_s = begun + number * EVERY_S
            networks = limits.network_marks(address_of(number), "news", now_s=now_s)
            cast = Cast(1, 1, now_s, 7, networks=networks, allowance=allowance)
            voter = Voter(number.to_bytes(8, "big"))
            if not reactions.cast(site, article, voter, cast).is_held:
                counted.append(now_s)
        return counted
    finally:
        store.stop()
