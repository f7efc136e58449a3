"""A copy that is made while readers vote and stories merge is exact, partition by partition."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event
from typing import Any

from tests.conftest import NOW_S
from tests.store.backup.test_copying import content, copied, other, store
from widget.domain.article import resolve_for
from widget.domain.errors import CannotCorrect, Moved
from widget.domain.model import Site
from widget.store.backup.selection import is_backed_up
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, NewStory, Reactions, Voter

__all__ = ["other"]  # a fixture
CHOICES = 7


@contextmanager
def busy(*acts: Callable[[], Any]) -> Iterator[None]:
    """Repeat each act in its own thread until the block ends."""
    ended = Event()

    def repeat(act: Callable[[], Any]) -> int:
        done = 0
        while not ended.is_set():
            act()
            done += 1
        return done

    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(repeat, act) for act in acts]
        try:
            yield
        finally:
            ended.set()
    assert all(each.result() > 0 for each in running)


def test_partitions_are_exact_though_votes_changes_and_merges_go_on(
    connection: Connection, other: Connection, site: Site
) -> None:
    names = [f"story-{n}" for n in range(40)]
    reactions = Reactions(connection)
    aliases = Aliases(connection)
    corrections = Corrections(connection, aliases)

    def vote(random: random.Random) -> None:
        name = random.choice((names[0], names[0], random.choice(names)))
        mark = (
            random.randbytes(8)
            if random.random() < 0.6
            else bytes([0] * 7 + [random.randrange(99)])
        )
        article = aliases.follow(site.key, resolve_for(site, name))
        cast = Cast(random.randrange(1, 10**9), random.randrange(8), NOW_S, CHOICES)
        requested = article.alias or article.id
        others = tuple((one, mark) for one in article.addresses if one != requested)
        try:
            reactions.cast(site, article, Voter(mark, others), cast)
        except (Moved, NewStory):
            pass

    dice = random.Random(5)
    for _ in range(500):
        vote(dice)

    merges = Queue[None]()

    def merge() -> None:
        try:
            merges.get(timeout=0.1)
        except Empty:
            return
        one, another = (resolve_for(site, name) for name in dice.sample(names[1:], 2))
        by = Actor("ed", NOW_S, "")
        try:
            done = corrections.merge(site, one, another, by=by)
            corrections.undo(site, done.audit_id, by=by)
        except CannotCorrect:
            pass

    voters = [lambda seed=seed: vote(seed) for seed in map(random.Random, range(2))]
    with busy(*voters, merge):
        for _ in range(3):
            for _ in range(5):
                merges.put(None)
            parts = copied(connection)
            other.client.flushdb()
            store(parts, other.client)
            assert list(Recount(other).mismatches(site, now_s=NOW_S)) == []
    parts = copied(connection)
    other.client.flushdb()
    store(parts, other.client)
    kept = {key: one for key, one in content(connection.client).items() if is_backed_up(key)}
    assert content(other.client) == kept
