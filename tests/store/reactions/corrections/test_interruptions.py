"""Moves that are interrupted, killed or overtaken."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import both_voted, by
from widget.domain.article import ArticleRef
from widget.domain.errors import CannotCorrect, Moved
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections, Filter
from widget.store.reactions.moves import Moves
from widget.store.reactions.recount import Recount


@pytest.mark.parametrize("undoing", [False, True], ids=["merge", "undo"])
@pytest.mark.parametrize("steps", range(6))
def test_a_move_interrupted_after_any_step_is_finished_by_the_next_run(
    connection: Connection,
    aliases: Aliases,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
    recount: Recount,
    steps: int,
    undoing: bool,
) -> None:
    corrections = Corrections(connection, aliases, Moves(connection, in_steps=True))
    both_voted(cast, visa, rent)
    sums = counts(visa), counts(rent)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S)) if undoing else None

    class Killed(BaseException):
        pass

    class CutShort(Moves):
        def steps(self, site: Site, act: dict[str, Any], data: Any) -> Iterator[Any]:
            for number, answer in enumerate(super().steps(site, act, data)):
                if number == steps:
                    raise Killed
                yield answer
            raise Killed

    cut = Corrections(connection, aliases, CutShort(connection, in_steps=True))
    with pytest.raises(Killed):
        if merged:
            cut.undo(site, merged.audit_id, by=by(NOW_S))
        else:
            cut.merge(site, rent, visa, by=by(NOW_S))
    assert verified()  # at every step, within each partition
    corrections.moves.finish(site)
    corrections.moves.finish(site)
    assert recount.unfinished_moves(site) == 0 and verified()
    if undoing:
        assert (counts(visa), counts(rent)) == sums
    else:
        assert counts(visa) == tuple(map(sum, zip(*sums, strict=True)))
        [merge] = [c for c in corrections.records.of(site, visa.id) if c.entry.action == "merge"]
        corrections.undo(site, merge.entry.id, by=by(NOW_S))
        assert (counts(visa), counts(rent)) == sums and verified()


def test_a_move_whose_process_was_killed_is_finished_later(
    redis_server: EmbeddedStore,
    connection: Connection,
    aliases: Aliases,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
    recount: Recount,
) -> None:
    both_voted(cast, visa, rent)
    sums = counts(visa), counts(rent)
    program = f"""
import os, signal
from widget.domain.article import resolve_for
from widget.domain.model import Site
from widget.store.reactions.aliases import Aliases
from widget.store.connect import Connection
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.moves import Moves
connection = Connection({redis_server.url!r}, timeout_ms=5000)
class Dies(Moves):
    def _point(self, *given):
        os.kill(os.getpid(), signal.SIGKILL)
site = Site("news", "The News", ("https://news.example",))
Corrections(connection, Aliases(connection), Dies(connection, in_steps=True)).merge(
    site, resolve_for(site, "rent"), resolve_for(site, "visa"),
    by=Actor("ed", {NOW_S}, "a bot"))
"""
    killed = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": "."})
    assert killed.returncode == -signal.SIGKILL
    assert recount.unfinished_moves(site) == 1 and verified()
    with pytest.raises(Moved):
        cast(rent, b"8bytes..", 1, 1)
    Moves(connection).finish(site)
    assert cast(rent, b"8bytes..", 1, 1).counts[0] == sums[0][0] + sums[1][0] + 1
    assert recount.unfinished_moves(site) == 0 and verified()


def test_a_merge_into_an_article_that_was_itself_merged_meanwhile_is_taken_back(
    connection: Connection,
    aliases: Aliases,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
    recount: Recount,
) -> None:
    visa, rent, third = articles.values()
    both_voted(cast, visa, rent, 30)
    cast(third, b"8bytes..", 1, 1)
    sums = {name: counts(article) for name, article in articles.items()}

    class FinishesNothing(Moves):  # it began before the other was stored
        def finish(self, site: Site) -> None:
            pass

    class Overtaken(Moves):
        def steps(self, site: Site, act: dict[str, Any], data: Any) -> Iterator[Any]:
            if act["table"] == rent.id:
                first = Corrections(connection, aliases, FinishesNothing(connection))
                first.merge(site, visa, third, by=by(NOW_S))
            yield from super().steps(site, act, data)

    with pytest.raises(CannotCorrect, match="third"):
        Corrections(connection, aliases, Overtaken(connection)).merge(
            site, rent, visa, by=by(NOW_S)
        )
    assert counts(rent) == sums["rent"] and recount.unfinished_moves(site) == 0 and verified()
    assert cast(rent, b"8bytes..", 9, 1).counts[0] == sums["rent"][0] + 1


def test_a_correction_finishes_an_unfinished_split(
    connection: Connection,
    aliases: Aliases,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
    recount: Recount,
) -> None:
    corrections = Corrections(connection, aliases, Moves(connection, in_steps=True))
    both_voted(cast, visa, rent, 30)
    sums = counts(visa), counts(rent)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))

    class Killed(BaseException):
        pass

    class DiesAtOnce(Moves):
        def steps(self, site: Site, act: dict[str, Any], data: Any) -> Iterator[Any]:
            raise Killed

    with pytest.raises(Killed):
        Corrections(connection, aliases, DiesAtOnce(connection)).undo(
            site, merged.audit_id, by=by(NOW_S)
        )
    assert recount.unfinished_moves(site) == 1 and verified()
    done = corrections.void(site, visa.id, Filter(), by=by(NOW_S))
    assert done.votes == sum(sums[0])
    assert (counts(visa), counts(rent)) == ((0,) * 7, sums[1])
    assert recount.unfinished_moves(site) == 0 and verified()


@pytest.mark.parametrize("other", ["rent", "story-3"])
def test_the_voters_of_a_split_address_are_forgotten_when_it_closes_automatically(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    articles: dict[str, ArticleRef],
    connection: Connection,
    other: str,
) -> None:
    visa, moved = articles["visa"], articles[other]
    cast(moved, b"8bytes..", 1, 1, NOW_S)
    cast(visa, b"8bytes..", 1, 1, NOW_S + 20 * 86400)
    later = NOW_S + 21 * 86400
    merged = corrections.merge(site, moved, visa, by=by(later))
    bucket = keys.bucket(site.key, visa.partition, moved.id, 0)
    assert 28 * 86400 < connection.client.ttl(bucket) <= 29 * 86400
    corrections.undo(site, merged.audit_id, by=by(later))
    bucket = keys.bucket(site.key, moved.partition, moved.id, 0)
    assert 8 * 86400 < connection.client.ttl(bucket) <= 9 * 86400
    ttls = [connection.client.ttl(key) for key in connection.client.scan_iter(match="*}:m:*")]
    assert all(ttl > 0 for ttl in ttls)
