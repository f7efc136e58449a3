"""64 threads that vote while editors correct."""

import random
from concurrent.futures import ThreadPoolExecutor

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import CHOICES, by, kind_of, people
from widget.domain.article import ArticleRef
from widget.domain.errors import CannotCorrect, Closed, Moved
from widget.domain.model import Site, Tally
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections, Filter
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter


def test_64_threads_vote_while_editors_correct(
    corrections: Corrections,
    connection: Connection,
    site: Site,
    articles: dict[str, ArticleRef],
    reactions: Reactions,
    recount: Recount,
) -> None:
    """Look up addresses in each thread as a worker does, with a cache of a second."""
    readers = people(200)
    known = Aliases(connection)

    def cast(article: ArticleRef, reader: bytes, seq: int, choice: int, hold: bool) -> Tally | None:
        for _ in range(20):
            asked = known.follow(site.key, article)

            def mark(address: str) -> bytes:
                return bytes(a ^ b for a, b in zip(address.encode()[:8], reader, strict=True))

            try:
                return reactions.cast(
                    site,
                    asked,
                    Voter(
                        mark(asked.alias or asked.id),
                        [(other, mark(other)) for other in asked.others],
                    ),
                    Cast(seq, choice, NOW_S + seq * 60, CHOICES, hold=hold, kind=kind_of(reader)),
                )
            except Moved:
                known.forget_cached(site.key)
                corrections.moves.finish(site)
            except Closed:
                return None
        return None

    def votes(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(40):
            cast(
                chance.choice(list(articles.values())),
                chance.choice(readers),
                chance.randint(1, 90),
                chance.randint(0, CHOICES),
                chance.random() < 0.2,
            )

    def corrects(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(15):
            one, other = chance.sample(list(articles.values()), 2)
            act = chance.choice(
                ["void", "set_aside", "set_aside", "release", "reset", "merge", "undo", "undo"]
            )
            try:
                if act == "merge":
                    corrections.merge(site, one, other, by=by(NOW_S))
                elif act == "void":
                    which = Filter(choice=chance.randint(1, 7))
                    corrections.void(site, one.id, which, by=by(NOW_S))
                elif act == "set_aside":
                    which = Filter(choice=chance.randint(1, 7), kind=chance.choice(["", "new"]))
                    votes = chance.randint(0, 9)
                    corrections.set_aside(site, one.id, which, votes=votes, by=by(NOW_S))
                elif act == "undo":
                    for correction in corrections.records.of(site, one.id)[:3]:
                        if not correction.undone_by:
                            corrections.undo(site, correction.entry.id, by=by(NOW_S))
                else:
                    getattr(corrections, act)(site, one.id, by=by(NOW_S))
            except CannotCorrect:
                pass

    with ThreadPoolExecutor(68) as pool:
        running = [pool.submit(votes, seed) for seed in range(64)]
        running += [pool.submit(corrects, 1000 + seed) for seed in range(4)]
        for each in running:
            each.result()
    corrections.moves.finish(site)
    assert list(recount.mismatches(site, now_s=NOW_S)) == []
    marks = sum(corrections.records.part(site, article.id).voters for article in articles.values())
    tables = connection.client.scan_iter(match="*}:m:*")
    assert marks == sum(connection.client.hlen(bucket) for bucket in tables)
