"""Corrections, compared with a model in plain Python, under 64 threads and after interruptions."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from tests.store.reactions.model_of_corrections import ASIDE, COUNTED, HELD, Mark, Model, Refused
from tests.support.up_to_date import bring_up_to_date
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import CannotCorrect, Closed, Moved, NotFound
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site, Tally
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.aside_votes import AsideVotes
from widget.store.reactions.corrections import Actor, Corrections, Filter
from widget.store.reactions.moves import Moves
from widget.store.reactions.packed_votes import PackedVote
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

CHOICES = 7
HOUR = NOW_S // 3600
NAMES = ("visa", "rent", "story-3")  # "visa" and "story-3" share a partition, "rent" has another


def by(now_s: int) -> Actor:
    return Actor("ed", now_s, "a bot")


@pytest.fixture
def aliases(connection: Connection) -> Aliases:
    return Aliases(connection, clock=iter(range(0, 10**9, 10)).__next__)  # caches nothing


@pytest.fixture(params=["at once", "in steps"])
def corrections(
    connection: Connection, aliases: Aliases, request: pytest.FixtureRequest
) -> Corrections:
    return Corrections(connection, aliases, Moves(connection, in_steps=request.param == "in steps"))


@pytest.fixture
def articles(site: Site) -> dict[str, ArticleRef]:
    found = {name: resolve_for(site, name) for name in NAMES}
    partitions = [article.partition for article in found.values()]
    assert partitions[0] == partitions[2] != partitions[1]
    return found


@pytest.fixture
def visa(articles: dict[str, ArticleRef]) -> ArticleRef:
    return articles["visa"]


@pytest.fixture
def rent(articles: dict[str, ArticleRef]) -> ArticleRef:
    return articles["rent"]


@pytest.fixture
def cast(reactions: Reactions, aliases: Aliases, site: Site) -> Callable[..., Tally]:
    def cast(
        article: ArticleRef,
        reader: bytes,
        seq: int,
        choice: int,
        now_s: int = NOW_S,
        hold: bool = False,
        kind: Kind | None = None,
    ) -> Tally:
        asked = aliases.follow(site.key, article)

        def mark(address: str) -> bytes:
            return bytes(a ^ b for a, b in zip(address.encode()[:8], reader, strict=True))

        others = [(other, mark(other)) for other in asked.others]
        return reactions.cast(
            site,
            asked,
            Voter(mark(asked.alias or asked.id), others),
            Cast(
                seq,
                choice,
                now_s,
                CHOICES,
                hold=hold,
                page=Page(title="A story", section="City"),
                kind=kind_of(reader) if kind is None else kind,
            ),
        )

    return cast


@pytest.fixture
def counts(reactions: Reactions, site: Site) -> Callable[[ArticleRef], tuple[int, ...]]:
    def counts(article: ArticleRef) -> tuple[int, ...]:
        [tally] = reactions.tallies(site, [(article, CHOICES)], now_s=NOW_S)
        return tally.counts

    return counts


@pytest.fixture
def verified(recount: Recount, site: Site) -> Callable[..., bool]:
    def verified(now_s: int = NOW_S) -> bool:
        return list(recount.mismatches(site, now_s=now_s)) == []

    return verified


def kind_of(reader: bytes) -> Kind:
    """Return one of the three kinds, always the same for a reader."""
    return Kind(reader[0] % 3)


def people(count: int, seed: int = 1) -> list[bytes]:
    chance = random.Random(seed)
    return [chance.randbytes(8) for _ in range(count)]


def everything(connection: Connection, *but: bytes) -> dict[bytes, Any]:
    """Return all keys and values of the store, without the traces of a correction and its undo."""
    bring_up_to_date(connection)
    left = (b"audit", b"}:act:", b"alias", b"}:past", *but)
    found = {}
    for key in connection.client.scan_iter():
        if not any(word in key for word in left):
            kind = connection.client.type(key)
            if kind == b"hash":
                found[key] = {
                    name: value
                    for name, value in connection.client.hgetall(key).items()
                    if name != b"acts" and name[:5] != b"done:" and name not in (b"f:", b"x:")
                }
            elif kind == b"zset":
                found[key] = connection.client.zrange(key, 0, -1, withscores=True)
            else:
                found[key] = connection.client.dump(key)
    return found


# Votes void by a filter


def test_a_void_matches_its_preview_and_a_second_one_changes_nothing(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    for number, reader in enumerate(people(300)):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60, hold=number % 10 == 0)
    which = Filter(choice=5, from_hour=HOUR + 1, to_hour=HOUR + 3, status="counted")
    before = counts(visa)
    preview = corrections.preview(site, visa.id, "void", which, now_s=NOW_S)
    assert 0 < preview.votes < 43 and preview.audit_id == ""
    assert counts(visa) == before
    done = corrections.void(site, visa.id, which, by=by(NOW_S), expected=preview.votes)
    assert done.votes == preview.votes == done.by_choice[4]
    assert counts(visa) == (*before[:4], before[4] - done.votes, *before[5:])
    assert verified()
    again = corrections.void(site, visa.id, which, by=by(NOW_S))
    assert (again.votes, again.audit_id) == (0, "")
    entry = Audit(connection).get(site, done.audit_id)
    assert entry is not None
    assert (entry.who, entry.action, entry.object, entry.reason, entry.at_s) == (
        "ed",
        "void",
        visa.id,
        "a bot",
        NOW_S,
    )
    assert f"angry {before[4]}" in entry.before and f"angry {counts(visa)[4]}" in entry.after


def test_undoing_a_void_restores_everything(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
    verified: Callable[..., bool],
) -> None:
    for number, reader in enumerate(people(300)):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60, hold=number % 3 == 0)
    before = everything(connection)
    done = corrections.void(site, visa.id, Filter(), by=by(NOW_S))
    assert done.votes == 300 and everything(connection) != before
    undone = corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert undone.votes == 300
    assert everything(connection) == before and verified()
    entry = Audit(connection).get(site, undone.audit_id)
    assert entry is not None and entry.undoes == done.audit_id
    with pytest.raises(CannotCorrect):
        corrections.undo(site, done.audit_id, by=by(NOW_S))
    with pytest.raises(NotFound):
        corrections.undo(site, undone.audit_id, by=by(NOW_S))


def test_a_void_does_nothing_if_the_number_of_votes_changed_since_the_preview(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    site: Site,
    visa: ArticleRef,
) -> None:
    [first, second] = people(2)
    cast(visa, first, 1, 5)
    preview = corrections.preview(site, visa.id, "void", Filter(choice=5), now_s=NOW_S)
    cast(visa, second, 1, 5)
    outcome = corrections.void(
        site, visa.id, Filter(choice=5), by=by(NOW_S), expected=preview.votes
    )
    assert (outcome.is_stale, outcome.votes, outcome.audit_id) == (True, 2, "")
    assert counts(visa)[4] == 2


def test_a_voided_reader_who_votes_again_sees_the_choice_but_is_not_counted(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 5)
    corrections.void(site, visa.id, Filter(), by=by(NOW_S))
    tally = cast(visa, reader, 2, 3)
    assert (tally.choice, tally.counts, tally.is_held) == (3, (0,) * 7, False)
    assert counts(visa) == (0,) * 7 and verified()


# Votes set aside


def test_votes_set_aside_are_drawn_from_those_that_fit_and_their_undo_restores_them(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    for number, reader in enumerate(people(300)):
        kind = Kind.NEW if number % 3 else Kind.KNOWN
        cast(visa, reader, 1, 5 if number % 2 else 3, NOW_S + number * 60, kind=kind)
    before = everything(connection)
    which = Filter(choice=5, from_hour=HOUR + 1, to_hour=HOUR + 3, kind="new")
    fitting = corrections.preview(site, visa.id, "set_aside", which, now_s=NOW_S).votes
    assert fitting == 40
    done = corrections.set_aside(site, visa.id, which, votes=25, by=by(NOW_S))
    assert done.votes == done.by_choice[4] == 25 and verified()
    [tally] = reactions.tallies(site, [(visa, CHOICES)], now_s=NOW_S)
    assert (tally.counts[4], tally.aside, tally.aside_hour) == (125, 25, HOUR + 1)
    assert AsideVotes(connection).most(site, limit=9) == [(visa.id, 25)]
    entry = Audit(connection).get(site, done.audit_id)
    assert entry is not None and entry.action == "set_aside" and "25 set aside" in entry.after
    rest = corrections.set_aside(site, visa.id, which, votes=99, by=by(NOW_S))
    assert rest.votes == 15 and verified()
    assert corrections.set_aside(site, visa.id, which, votes=9, by=by(NOW_S)).audit_id == ""
    for one in (done, rest):
        corrections.undo(site, one.audit_id, by=by(NOW_S))
        assert verified()
    assert everything(connection) == before


def test_votes_set_aside_of_several_windows_have_no_hour_in_common(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    visa: ArticleRef,
) -> None:
    for number, reader in enumerate(people(40)):
        cast(visa, reader, 1, 5, NOW_S + number % 2 * 86400, kind=Kind.NEW)

    def aside_hour() -> int:
        return reactions.tallies(site, [(visa, CHOICES)], now_s=NOW_S)[0].aside_hour

    def set_aside(hour: int) -> str:
        which = Filter(choice=5, from_hour=hour, to_hour=hour + 1)
        return corrections.set_aside(site, visa.id, which, votes=4, by=by(NOW_S)).audit_id

    first, again, other = set_aside(HOUR), set_aside(HOUR), set_aside(HOUR + 24)
    assert aside_hour() == 0
    corrections.undo(site, other, by=by(NOW_S))
    assert aside_hour() == HOUR
    assert cast(visa, people(41)[40], 1, 5).aside_hour == HOUR
    for one in (first, again):
        corrections.undo(site, one, by=by(NOW_S))
    set_aside(HOUR + 24)
    assert aside_hour() == HOUR + 24


def test_the_draw_takes_every_vote_as_often_as_any_other(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    for reader in people(12):
        cast(visa, reader, 1, 5, kind=Kind.NEW)
    key, drawn = keys.bucket(site.key, visa.partition, visa.id, 0), dict[bytes, int]()
    for _ in range(300):
        done = corrections.set_aside(site, visa.id, Filter(kind="new"), votes=3, by=by(NOW_S))
        for mark, packed in connection.client.hgetall(key).items():
            drawn[mark] = drawn.get(mark, 0) + (PackedVote.of(int(packed)).status == ASIDE)
        corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert sum(drawn.values()) == 900
    assert all(35 <= times <= 120 for times in drawn.values()), drawn  # 75 +- 5.3 deviations


def test_a_vote_set_aside_stays_aside_whatever_its_reader_changes(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    [reader, other] = people(2)
    cast(visa, reader, 1, 5)
    cast(visa, other, 1, 1)
    done = corrections.set_aside(site, visa.id, Filter(choice=5), votes=1, by=by(NOW_S))
    assert (cast(visa, reader, 2, 3).choice, counts(visa)) == (3, (1, 0, 0, 0, 0, 0, 0))
    assert verified()
    merged = corrections.merge(site, visa, rent, by=by(NOW_S))
    assert cast(rent, reader, 2, 4).counts == (1, 0, 0, 0, 0, 0, 0) and verified()
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert verified()


@pytest.mark.parametrize("other", ["rent", "story-3"])
def test_votes_set_aside_stay_so_when_their_voters_are_forgotten(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    reactions: Reactions,
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
    other: str,
) -> None:
    visa, target = articles["visa"], articles[other]

    def aside(article: ArticleRef) -> int:
        return reactions.tallies(site, [(article, CHOICES)], now_s=NOW_S)[0].aside

    for reader in people(30):
        cast(visa, reader, 1, 5, kind=Kind.NEW)
    done = corrections.set_aside(site, visa.id, Filter(choice=5), votes=20, by=by(NOW_S))
    later = NOW_S + 31 * 86400
    corrections.reopen(site, visa.id, by=by(later))
    assert (counts(visa)[4], aside(visa)) == (10, 20) and verified(later)
    with pytest.raises(CannotCorrect):
        corrections.undo(site, done.audit_id, by=by(later))
    cast(visa, b"a-new-1.", 1, 5, later)
    cast(target, b"a-new-2.", 1, 5, later)
    merged = corrections.merge(site, visa, target, by=by(later))
    assert (counts(target)[4], aside(target)) == (12, 20) and verified(later)
    corrections.undo(site, merged.audit_id, by=by(later))
    assert (aside(visa), aside(target)) == (20, 0) and verified(later)
    reset = corrections.reset(site, visa.id, by=by(later))
    assert (sum(counts(visa)), aside(visa)) == (0, 0) and verified(later)
    corrections.undo(site, reset.audit_id, by=by(later))
    assert (counts(visa)[4], aside(visa)) == (11, 20) and verified(later)


# Held votes


def test_released_votes_count_in_the_hour_in_which_they_were_cast(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    [held, open_] = people(2)
    cast(visa, held, 1, 5, NOW_S, hold=True)
    cast(visa, open_, 1, 5, NOW_S + 7200)
    done = corrections.release(site, visa.id, by=by(NOW_S + 7200))
    assert (done.votes, counts(visa)[4]) == (1, 2) and verified()
    hours = connection.client.hgetall(keys.hours(site.key, visa.partition, NOW_S // 86400))
    assert hours == {b"%d" % (8 * 16 + 5): b"1", b"%d" % (10 * 16 + 5): b"1"}
    assert cast(visa, held, 2, 1).counts[0] == 1  # and count from then on
    corrections.undo(site, done.audit_id, by=by(NOW_S + 7200))
    assert counts(visa) == (0, 0, 0, 0, 1, 0, 0) and verified()


# Reset


def test_a_reset_takes_back_every_vote_and_its_undo_restores_them(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    readers = people(300)
    for number, reader in enumerate(readers):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60, hold=number % 10 == 0)
    before = everything(connection)
    done = corrections.reset(site, visa.id, by=by(NOW_S))
    assert (done.votes, counts(visa)) == (300, (0,) * 7) and verified()
    assert cast(visa, readers[1], 1, 2).choice == 0  # a repeat of the old vote counts nothing
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert everything(connection) == before and verified()


def test_a_vote_cast_after_a_reset_survives_its_undo(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
) -> None:
    [first, second] = people(2)
    cast(visa, first, 1, 5)
    cast(visa, second, 1, 5)
    done = corrections.reset(site, visa.id, by=by(NOW_S))
    assert cast(visa, first, 2, 3).counts == (0, 0, 1, 0, 0, 0, 0)
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert counts(visa) == (0, 0, 1, 0, 1, 0, 0) and verified()


# Closing, opening again, and the note


def test_a_closed_article_refuses_votes_until_it_is_opened(
    corrections: Corrections, cast: Callable[..., Tally], site: Site, visa: ArticleRef
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 3)
    done = corrections.close(site, visa.id, by=by(NOW_S))
    assert corrections.close(site, visa.id, by=by(NOW_S)).audit_id == ""
    with pytest.raises(Closed):
        cast(visa, reader, 2, 1)
    corrections.undo(site, done.audit_id, by=by(NOW_S))
    assert cast(visa, reader, 2, 1).counts[0] == 1


def test_an_article_reopened_without_its_voters_keeps_its_counts_and_says_so(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    connection: Connection,
) -> None:
    readers = people(300)
    for reader in readers:
        cast(visa, reader, 1, 3)
    cast(visa, b"a-held..", 1, 3, hold=True)
    later = NOW_S + 31 * 86400
    outcome = corrections.reopen(site, visa.id, by=by(later))
    assert outcome.forgotten and counts(visa)[2] == 300 and verified(later)
    assert cast(visa, readers[0], 1, 3, later).counts[2] == 301 and verified(later)
    fields = connection.client.hgetall(keys.article(site.key, visa.partition, visa.id))
    assert b"h3" not in fields
    with pytest.raises(CannotCorrect, match="forgotten"):
        corrections.void(site, visa.id, Filter(), by=by(later + 31 * 86400))
    done = corrections.reset(site, visa.id, by=by(later))
    assert (done.votes, counts(visa)) == (301, (0,) * 7) and verified(later)
    corrections.undo(site, done.audit_id, by=by(later))
    assert counts(visa)[2] == 301 and verified(later)


def test_a_note_appears_with_the_counts_and_its_undo_restores_the_one_before(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    visa: ArticleRef,
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 3)

    def note() -> Any:
        return reactions.tallies(site, [(visa, CHOICES)], now_s=NOW_S)[0].note

    first = corrections.note(site, visa.id, "200 votes of a bot were taken out.", by=by(1))
    second = corrections.note(site, visa.id, "201 votes.", by=by(1))
    assert note() == "201 votes."
    with pytest.raises(CannotCorrect):
        corrections.undo(site, first.audit_id, by=by(1))
    corrections.undo(site, second.audit_id, by=by(1))
    assert note() == "200 votes of a bot were taken out."
    corrections.undo(site, first.audit_id, by=by(1))
    assert note() == ""


def test_an_article_without_votes_cannot_be_corrected(
    corrections: Corrections, site: Site, visa: ArticleRef, connection: Connection
) -> None:
    for act in (corrections.close, corrections.release, corrections.reset):
        with pytest.raises(CannotCorrect, match="Nobody"):
            act(site, visa.id, by=by(NOW_S))
    assert connection.client.dbsize() == 0


# Merging


def both_voted(
    cast: Callable[..., Tally], visa: ArticleRef, rent: ArticleRef, count: int = 300
) -> list[bytes]:
    readers = people(count)
    for number, reader in enumerate(readers[: count * 2 // 3]):
        cast(visa, reader, 1, 1 + number % 7, NOW_S + number * 60)
    for number, reader in enumerate(readers[count // 3 :]):
        cast(rent, reader, 5, 3, NOW_S - 90_000 + number * 60, hold=number % 10 == 0)
    return readers


@pytest.mark.parametrize("other", ["rent", "story-3"])
def test_a_merge_adds_the_totals_and_its_undo_separates_them(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
    connection: Connection,
    other: str,
) -> None:
    visa, rent = articles["visa"], articles[other]
    both_voted(cast, visa, rent)
    before, sums = everything(connection), (counts(visa), counts(rent))
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    assert counts(visa) == tuple(map(sum, zip(*sums, strict=True))) and verified()
    assert connection.client.zscore(keys.articles(site.key, rent.partition), rent.id) is None
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    assert (counts(visa), counts(rent)) == sums and verified()
    assert everything(connection) == before


def test_a_reader_who_voted_on_both_counts_once_after_reacting_again(
    corrections: Corrections,
    cast: Callable[..., Tally],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    [reader] = people(1)
    cast(visa, reader, 1, 3)
    cast(rent, reader, 7, 5)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    tally = cast(visa, reader, 2, 1)
    assert (tally.counts, tally.choice) == ((1, 0, 0, 0, 0, 0, 0), 1) and verified()
    assert cast(rent, reader, 7, 5).choice == 1  # a repeat of the old vote at the other address
    tally = cast(rent, reader, 8, 6)
    assert (tally.counts, tally.choice) == ((0, 0, 0, 0, 0, 1, 0), 6) and verified()
    assert cast(visa, reader, 3, 0).counts == (0,) * 7 and verified()
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    assert verified()


def test_votes_cast_at_the_merged_address_move_back_with_it(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    both_voted(cast, visa, rent, 30)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    before = counts(visa)
    for reader in people(200, seed=2):
        cast(rent, reader, 1, 7)
    assert counts(visa)[6] == before[6] + 200
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    assert counts(rent)[6] == 200 and counts(visa)[6] == before[6] and verified()


def test_a_voided_reader_stays_void_under_another_address(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    [reader, other] = people(2)
    cast(rent, reader, 1, 5)
    cast(visa, other, 1, 1)
    corrections.void(site, rent.id, Filter(), by=by(NOW_S))
    corrections.merge(site, rent, visa, by=by(NOW_S))
    assert cast(visa, reader, 1, 3).choice == 3
    assert counts(visa) == (1, 0, 0, 0, 0, 0, 0) and verified()


def test_an_article_whose_voters_were_forgotten_can_be_merged_and_split(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    both_voted(cast, visa, rent, 30)
    later = NOW_S + 31 * 86400
    cast(resolve_for(site, "new"), b"8bytes..", 1, 1, later)
    new = resolve_for(site, "new")
    sums = counts(rent)
    merged = corrections.merge(site, rent, new, by=by(later))
    assert counts(new) == (sums[0] + 1, *sums[1:]) and verified(later)
    corrections.undo(site, merged.audit_id, by=by(later))
    assert counts(rent) == sums and counts(new)[0] == 1 and verified(later)


def test_a_merge_cannot_be_undone_once_its_voters_are_forgotten(
    corrections: Corrections,
    cast: Callable[..., Tally],
    verified: Callable[..., bool],
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    both_voted(cast, visa, rent, 30)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    later = NOW_S + 32 * 86400
    with pytest.raises(CannotCorrect, match="forgotten"):
        corrections.undo(site, merged.audit_id, by=by(later))
    assert verified(later)


# Moved addresses


def test_a_moved_address_resolves_to_the_article_before_and_after_its_first_vote(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    aliases: Aliases,
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
) -> None:
    moved = corrections.merge(site, rent, visa, by=by(NOW_S))
    [reader] = people(1)
    assert cast(rent, reader, 1, 3).counts[2] == 1
    assert cast(visa, reader, 1, 5).counts == (0, 0, 0, 0, 1, 0, 0)
    assert counts(rent) == (0,) * 7 and verified()
    assert aliases.all(site.key)[rent.id].named == "rent"
    corrections.undo(site, moved.audit_id, by=by(NOW_S))
    assert cast(rent, reader, 2, 3).counts[2] == 1 and counts(visa)[4] == 1 and verified()


def test_chains_and_loops_of_addresses_are_refused(
    corrections: Corrections,
    cast: Callable[..., Tally],
    verified: Callable[..., bool],
    site: Site,
    articles: dict[str, ArticleRef],
) -> None:
    visa, rent, third = articles.values()
    both_voted(cast, visa, rent, 30)
    corrections.merge(site, rent, visa, by=by(NOW_S))
    for source, target in ((visa, rent), (third, rent), (visa, third), (visa, visa), (rent, third)):
        with pytest.raises(CannotCorrect):
            corrections.merge(site, source, target, by=by(NOW_S))
    corrections.merge(site, third, visa, by=by(NOW_S))
    assert verified()


def test_a_vote_with_an_outdated_address_is_refused_as_moved(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    visa: ArticleRef,
    rent: ArticleRef,
    counts: Callable[[ArticleRef], tuple[int, ...]],
) -> None:
    both_voted(cast, visa, rent, 30)
    merged = corrections.merge(site, rent, visa, by=by(NOW_S))
    before = counts(visa)
    with pytest.raises(Moved):
        reactions.cast(site, rent, Voter(b"8bytes.."), Cast(1, 1, NOW_S, CHOICES))
    followed = Aliases(corrections._connection).follow(site.key, rent)
    corrections.undo(site, merged.audit_id, by=by(NOW_S))
    with pytest.raises(Moved):
        reactions.cast(
            site, followed, Voter(b"8bytes..", [(visa.id, b"8bytes.,")]), Cast(1, 1, NOW_S, CHOICES)
        )
    assert sum(counts(visa)) + sum(counts(rent)) == sum(before)


def test_a_vote_that_knows_too_few_addresses_is_refused_as_moved_and_counts_nobody_twice(
    corrections: Corrections,
    cast: Callable[..., Tally],
    reactions: Reactions,
    site: Site,
    articles: dict[str, ArticleRef],
    verified: Callable[..., bool],
) -> None:
    target, one, two = articles.values()
    [reader] = people(1)
    for number, article in enumerate((one, two)):
        cast(article, reader, 1, number + 1)
    corrections.merge(site, one, target, by=by(NOW_S))
    knows_one = Aliases(corrections._connection).follow(site.key, target)
    second = corrections.merge(site, two, target, by=by(NOW_S))
    vote = Cast(1, 3, NOW_S, CHOICES)
    for outdated in (target, knows_one):  # as a worker remembers them while a shard is away
        others = [(i, b"8bytes.,") for i in outdated.others]
        with pytest.raises(Moved):
            reactions.cast(site, outdated, Voter(b"8bytes..", others), vote)
    assert cast(target, reader, 1, 3).counts == (0, 0, 1, 0, 0, 0, 0) and verified()
    corrections.undo(site, second.audit_id, by=by(NOW_S))
    cast(target, reader, 2, 4)
    assert verified()


# Everything at once, against the model

MARK_FILTER = st.tuples(
    st.one_of(st.none(), st.integers(1, 3)),
    st.tuples(st.integers(0, 4), st.integers(1, 6)),
    st.sampled_from([None, COUNTED, HELD]),
)
VOTES = st.tuples(
    st.just("vote"),
    st.sampled_from(NAMES),
    st.integers(0, 4),
    st.integers(1, 6),
    st.integers(0, 3),
    st.integers(0, 1),
    st.booleans(),
)
ACTS = st.one_of(
    st.tuples(st.just("void"), st.sampled_from(NAMES), MARK_FILTER),
    st.tuples(st.sampled_from(["release", "reset", "close", "reopen"]), st.sampled_from(NAMES)),
    st.tuples(st.just("merge"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("undo"), st.integers(0, 30)),
    st.tuples(
        st.just("set_aside"),
        st.sampled_from(NAMES),
        MARK_FILTER,
        st.sampled_from([None, Kind.NEW, Kind.KNOWN]),
        st.integers(0, 4),
    ),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.one_of(VOTES, VOTES, VOTES, ACTS), max_size=60))
def test_the_store_and_the_model_agree(
    corrections: Corrections,
    cast: Callable[..., Tally],
    counts: Callable[[ArticleRef], tuple[int, ...]],
    verified: Callable[..., bool],
    aliases: Aliases,
    site: Site,
    articles: dict[str, ArticleRef],
    connection: Connection,
    operations: list[tuple[Any, ...]],
) -> None:
    connection.client.flushall()
    aliases.forget_cached(site.key)
    model, hour, asides = Model(NAMES), 0, AsideVotes(connection)
    done: dict[int, str] = {}
    for operation in operations:
        if operation[0] == "vote":  # the fifth is whether time passes
            hour += operation[5]
            operation = (*operation[:5], hour, operation[6])
        if operation[0] == "set_aside":  # which votes, only the store knows
            found = outcome(partial(on_store, corrections, cast, site, articles, done, *operation))
            drawn = set_aside_now(connection, site, articles, model)
            expected = outcome(partial(on_model, model, *operation, drawn))
        else:
            expected = outcome(partial(on_model, model, *operation))
            found = outcome(partial(on_store, corrections, cast, site, articles, done, *operation))
        assert found == expected, operation
        for act in model.acts[len(done) :]:
            done[len(done)] = corrections.records.of(site, articles[act.article].id)[0].entry.id
        for name, article in articles.items():
            if name not in model.leads:
                assert counts(article) == model.counts(name, CHOICES), operation
                assert corrections.records.part(site, article.id).held == model.held(name), (
                    operation
                )
                assert asides.of(site, article.id) == model.aside(name), operation
    assert verified()


def set_aside_now(
    connection: Connection, site: Site, articles: dict[str, ArticleRef], model: Model
) -> set[tuple[str, int]]:
    """Return by address and reader the marks that are set aside, and are not in the model."""
    found = set()
    for name, article in articles.items():
        home = articles[model.where(name)]
        key = keys.bucket(site.key, home.partition, article.id, 0)
        votes = connection.client.hgetall(key)
        for number, reader in enumerate(people(5)):
            mark = bytes(a ^ b for a, b in zip(article.id.encode()[:8], reader, strict=True))
            is_aside = PackedVote.of(int(votes.get(mark, 0))).status == ASIDE
            if is_aside and model.tables[name][number].status != ASIDE:
                found.add((name, number))
    return found


def outcome(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (Refused, CannotCorrect, Closed):
        return "refused"


def on_model(model: Model, kind: str, *more: Any) -> Any:
    if kind == "vote":
        name, reader, seq, choice, hour, hold = more
        kind_of_reader = kind_of(people(5)[reader])
        return model.vote(name, reader, seq, choice, HOUR + hour, hold, kind_of_reader)
    if kind == "void":
        name, (choice, hours, status) = more
        return model.void(name, choice, [HOUR + h for h in hours], status)
    if kind == "set_aside":
        name, (choice, hours, _), of_kind, votes, drawn = more

        def fits(mark: Mark) -> bool:
            is_within = HOUR + hours[0] <= mark.hour < HOUR + hours[1]
            return is_within and choice in (None, mark.choice) and of_kind in (None, mark.kind)

        return model.set_aside(name, fits, votes, drawn)
    if kind == "undo":
        if more[0] < len(model.acts):
            model.undo(model.acts[more[0]])
        return None
    if kind in ("close", "reopen"):
        return model.close(more[0], kind == "close")
    return getattr(model, kind)(*more)


STATUSES: dict[int | None, Literal["", "counted", "held"]] = {
    None: "",
    COUNTED: "counted",
    HELD: "held",
}


KINDS: dict[Kind | None, Literal["", "new", "known"]] = {
    None: "",
    Kind.NEW: "new",
    Kind.KNOWN: "known",
}


def on_store(
    corrections: Corrections,
    cast: Callable[..., Tally],
    site: Site,
    articles: dict[str, ArticleRef],
    done: dict[int, str],
    kind: str,
    *more: Any,
) -> Any:
    if kind == "vote":
        name, reader, seq, choice, hour, hold = more
        cast(articles[name], people(5)[reader], seq, choice, NOW_S + hour * 3600, hold=hold)
        return None
    if kind == "void":
        name, (choice, hours, status) = more
        which = Filter(choice, HOUR + hours[0], HOUR + hours[1], STATUSES[status])
        return corrections.void(site, articles[name].id, which, by=by(NOW_S)).votes
    if kind == "set_aside":
        name, (choice, hours, _), of_kind, votes = more
        which = Filter(choice, HOUR + hours[0], HOUR + hours[1], kind=KINDS[of_kind])
        return corrections.set_aside(
            site, articles[name].id, which, votes=votes, by=by(NOW_S)
        ).votes
    if kind == "undo":
        if more[0] in done:
            corrections.undo(site, done[more[0]], by=by(NOW_S))
        return None
    if kind == "merge":
        corrections.merge(site, articles[more[0]], articles[more[1]], by=by(NOW_S))
        return None
    found = getattr(corrections, kind)(site, articles[more[0]].id, by=by(NOW_S))
    return found.votes if kind in ("release", "reset") else None


# Many threads


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


# Interruptions


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
