"""The ledger of a real store: what it says of each hour, whatever happens to its writers."""

import json
import random
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.conftest import NOW_S
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import StoreUnavailable
from widget.domain.ledger.checking import BadLedger, Entry, check
from widget.domain.ledger.signing import Signer
from widget.domain.ledger.texts import new_seed
from widget.domain.model import Site
from widget.services.ledger import writer as writing
from widget.services.ledger.writer import LedgerWriter
from widget.store import keys
from widget.store.connect import Connection
from widget.store.ledger.chain import Chain, ChainHead
from widget.store.ledger.comparison import LedgerComparison
from widget.store.ledger.moved import MovedStories
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections, Filter
from widget.store.reactions.unconfirmed import Unconfirmed
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites

HOUR_S = 3600
HOUR = NOW_S // HOUR_S
SEED = new_seed()
CHOICES = 7
CHANCE = random.Random(1)

Write = Callable[[int], None]
Read = Callable[[], list[Entry]]


@pytest.fixture
def chain(connection: Connection) -> Chain:
    return Chain(connection, days=400)


def writer(
    connection: Connection, site: Site, *seeds: str, chain: Chain | None = None
) -> LedgerWriter:
    return LedgerWriter(
        Sites(connection, site),
        chain or Chain(connection, days=400),
        MovedStories(connection),
        seeds or (SEED,),
    )


@pytest.fixture
def write(connection: Connection, site: Site) -> Write:
    """Write an hour, some seconds after it is over."""
    return lambda hour: writer(connection, site).write(site, now_s=(hour + 1) * HOUR_S + 20)


def files(chain: Chain, site: Site) -> dict[str, bytes]:
    return {str(day): b"".join(chain.text(site, day)) for day in chain.days(site, now_s=NOW_S)}


@pytest.fixture
def read(chain: Chain, site: Site) -> Iterator[Read]:
    """Return every line of the ledger, checked; check it once more at the end."""

    def read() -> list[Entry]:
        found: list[Entry] = []
        texts = files(chain, site)
        if texts:
            check(texts, key=Signer(SEED).public)
        hour = ""
        for line in map(json.loads, b"".join(texts[day] for day in sorted(texts)).splitlines()):
            hour = line.get("hour", hour)
            if "story" in line:
                found.append(Entry(hour, line["story"], line))
        return sorted(found, key=lambda entry: (entry.hour, entry.story))

    yield read
    lines = [(entry.hour, entry.story) for entry in read()]
    assert len(lines) == len(set(lines)), "one line of a story in an hour"


def said(entries: list[Entry]) -> list[dict[str, object]]:
    return [dict(entry.line) for entry in entries]


def vote(
    reactions: Reactions,
    site: Site,
    ref: ArticleRef,
    choice: int,
    *,
    at_s: int = NOW_S,
    voter: Voter | None = None,
    seq: int = 1,
    hold: bool = False,
) -> Voter:
    voter = voter or Voter(CHANCE.randbytes(8))
    reactions.cast(site, ref, voter, Cast(seq, choice, at_s, CHOICES, hold=hold))
    return voter


def story(site: Site, name: str = "one") -> ArticleRef:
    return resolve_for(site, f"https://news.example/{name}")


def test_a_line_says_counts_held_and_entries(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    ref = story(site)
    for choice in (1, 1, 3):
        vote(reactions, site, ref, choice)
    vote(reactions, site, ref, 2, hold=True)
    corrections = Corrections(connection, Aliases(connection))
    corrections.close(site, ref.id, by=Actor("ed", NOW_S))
    write(HOUR)
    first, _, third, *_ = site.choice_keys("")
    [line] = said(read())
    assert line["story"] == ref.id
    assert line["counts"] == {first: 2, third: 1}
    assert line["held"] == {site.choice_keys("")[1]: 1}
    assert line["entries"] == 1


def test_votes_set_aside_and_their_undo_are_said_with_the_entries_about_them(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    ref, by = story(site), Actor("ed", NOW_S)
    for choice in (1, 7, 7, 7):
        vote(reactions, site, ref, choice)
    corrections = Corrections(connection, Aliases(connection))
    done = corrections.set_aside(site, ref.id, Filter(choice=7), votes=2, by=by)
    write(HOUR)
    corrections.undo(site, done.audit_id, by=by)
    write(HOUR + 1)
    like, *_, angry = site.choice_keys("")
    first, second = said(read())
    assert (first["counts"], first["aside"], first["entries"]) == (
        {like: 1, angry: 1},
        {angry: 2},
        1,
    )
    assert (second["counts"], second.get("aside"), second["entries"]) == (
        {like: 1, angry: 3},
        None,
        2,
    )


def test_only_what_moved_gets_a_line_also_where_votes_cancel_out(
    reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    changed, quiet = story(site, "changed"), story(site, "quiet")
    voter = vote(reactions, site, changed, 1)
    vote(reactions, site, quiet, 1)
    write(HOUR)
    # The changed vote leaves the sum of the hour's votes as it was, in both hours.
    vote(reactions, site, changed, 4, at_s=NOW_S + HOUR_S, voter=voter, seq=2)
    vote(reactions, site, changed, 4, at_s=NOW_S + HOUR_S + 1, voter=voter, seq=3)
    write(HOUR + 1)
    write(HOUR + 1)
    write(HOUR + 2)
    assert [entry.story for entry in read()][2:] == [changed.id]
    assert said(read())[-1]["counts"] == {site.choice_keys("")[3]: 1}


def test_a_correction_of_a_past_hour_is_said_in_the_hour_of_the_correction(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    ref = story(site)
    vote(reactions, site, ref, 1)
    write(HOUR)
    Corrections(connection, Aliases(connection)).reset(
        site, ref.id, expected=1, by=Actor("ed", NOW_S + 5 * HOUR_S)
    )
    write(HOUR + 5)
    _, last = read()
    assert last.hour == "2025-11-12T13:00Z"
    assert last.line["counts"] == {} and last.line["entries"] == 1


def test_a_late_block_says_how_many_hours_it_covers(
    reactions: Reactions, chain: Chain, site: Site, write: Write, read: Read
) -> None:
    vote(reactions, site, story(site), 1)
    write(HOUR)
    vote(reactions, site, story(site), 2, at_s=NOW_S + 2 * HOUR_S)
    write(HOUR + 6)
    text = b"".join(chain.text(site, HOUR // 24))
    assert text.count(b'"hours":0') == 1 and text.count(b'"hours":6') == 1
    assert len(read()) == 2


def test_a_story_that_goes_gets_a_last_line_and_one_that_comes_back_another(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    one, other = story(site, "one"), story(site, "other")
    vote(reactions, site, one, 1)
    vote(reactions, site, other, 1)
    write(HOUR)
    corrections = Corrections(connection, Aliases(connection))
    merged = corrections.merge(site, one, other, by=Actor("ed", NOW_S + HOUR_S))
    write(HOUR + 1)
    write(HOUR + 2)
    gone, kept = sorted(read()[2:], key=lambda entry: entry.story != one.id)
    assert gone.line["gone"] == other.id and gone.line["counts"] == {}
    assert kept.line["counts"] == {site.choice_keys("")[0]: 2}
    corrections.undo(site, merged.audit_id, by=Actor("ed", NOW_S + 3 * HOUR_S))
    write(HOUR + 3)
    assert [entry.line["counts"] for entry in read()[4:]] == [{site.choice_keys("")[0]: 1}] * 2


def test_a_new_ledger_says_what_there_is_in_blocks_and_the_chain_goes_on_over_midnight(
    reactions: Reactions, chain: Chain, site: Site, write: Write, read: Read
) -> None:
    for number in range(620):
        vote(reactions, site, story(site, str(number)), 1 + number % 7)
    write(HOUR)
    vote(reactions, site, story(site, "7"), 1, at_s=NOW_S + 20 * HOUR_S)
    write(HOUR + 20)
    assert len(read()) == 621
    assert chain.days(site, now_s=NOW_S) == {HOUR // 24 + 1: 1, HOUR // 24: 620}
    parts = files(chain, site)
    assert parts[str(HOUR // 24)].count(b'{"ledger"') == 2
    without = parts[str(HOUR // 24)]
    cut = without[: without.index(b'{"ledger"', 9)]
    check({"a": cut})  # nobody can see that the end is missing ..
    with pytest.raises(BadLedger, match="does not follow"):  # .. without the next file
        check({"a": cut, "b": parts[str(HOUR // 24 + 1)]})


class Stopped(Exception):
    pass


@pytest.mark.parametrize("at", range(1, 9))
def test_a_writer_that_dies_at_any_step_leaves_no_gap_and_no_line_twice(
    connection: Connection, reactions: Reactions, site: Site, read: Read, at: int
) -> None:
    for number in range(3):
        vote(reactions, site, story(site, str(number)), 1)
    steps = iter(range(1, 10**6))

    def dies(step: Callable[..., object]) -> Callable[..., object]:
        def run(self: object, *args: object, **named: object) -> object:
            if next(steps) == at:
                raise Stopped
            done = step(self, *args, **named)
            if next(steps) == at:
                raise Stopped
            return done

        return run

    with pytest.MonkeyPatch.context() as patch:
        for owner, step in ((Chain, "append"), (Chain, "settle"), (MovedStories, "mark")):
            patch.setattr(owner, step, dies(getattr(owner, step)))
        with pytest.raises(Stopped):
            writer(connection, site).write(site, now_s=NOW_S + HOUR_S + 10)
    # Another process finds it so, in the same hour, in which a count has changed again.
    for number in (0, 1):
        vote(reactions, site, story(site, str(number)), 1, at_s=NOW_S + HOUR_S + 20)
    writer(connection, site).write(site, now_s=NOW_S + HOUR_S + 60)
    assert len(read()) == 3
    writer(connection, site).write(site, now_s=NOW_S + 2 * HOUR_S + 10)
    last = {entry.story: sum(entry.line["counts"].values()) for entry in read()}
    assert sorted(last.values()) == [1, 2, 2]


def test_of_two_writers_of_one_hour_one_is_heard(
    connection: Connection, reactions: Reactions, site: Site, read: Read
) -> None:
    class Overtaken(Chain):
        """A chain to which another process adds between the reading and the writing."""

        def append(self, *args: Any, **named: Any) -> ChainHead | None:
            writer(connection, site).write(site, now_s=NOW_S + HOUR_S + 11)
            return super().append(*args, **named)

    for number in range(3):
        vote(reactions, site, story(site, str(number)), 1)
    slow = writer(connection, site, chain=Overtaken(connection, days=400))
    slow.write(site, now_s=NOW_S + HOUR_S + 10)
    assert len(read()) == 3
    # What the slow one would mark now is older than what is marked.
    MovedStories(connection).mark(site, 1, {1: ["x" * 22, "1 ;;;;0"]})
    writer(connection, site).write(site, now_s=NOW_S + 2 * HOUR_S + 10)
    assert len(read()) == 3


def test_nothing_is_written_while_the_clock_is_behind_the_last_line(
    reactions: Reactions, site: Site, write: Write, read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    vote(reactions, site, story(site), 1)
    write(HOUR + 10)
    vote(reactions, site, story(site), 2, at_s=NOW_S + 60)
    write(HOUR + 9)
    assert not caplog.messages, "an hour is within what clocks of two servers differ by"
    write(HOUR)
    assert "the clock was set back" in caplog.text
    assert len(read()) == 1
    write(HOUR + 11)
    assert len(read()) == 2


def test_a_store_that_goes_away_leaves_the_rest_for_the_next_minute(
    connection: Connection, reactions: Reactions, site: Site, read: Read
) -> None:
    vote(reactions, site, story(site), 1)
    mine = writer(connection, site)
    with pytest.MonkeyPatch.context() as patch:

        def away(*_: object) -> None:
            raise StoreUnavailable

        patch.setattr(MovedStories, "mark", away)
        with pytest.raises(StoreUnavailable):
            mine.write(site, now_s=NOW_S + HOUR_S + 10)
    mine.write(site, now_s=NOW_S + HOUR_S + 60)
    assert len(read()) == 1


def test_a_restored_store_says_of_each_story_what_was_restored(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    vote(reactions, site, story(site), 1)
    write(HOUR)
    for partition in range(32):  # as a back-up leaves them out
        connection.client.delete(keys.ledger_marks(site.key, partition))
    write(HOUR + 1)
    first, again = said(read())
    assert first == again


def test_a_block_that_a_failover_lost_is_said_again(
    connection: Connection, reactions: Reactions, chain: Chain, site: Site, write: Write, read: Read
) -> None:
    vote(reactions, site, story(site), 1)
    write(HOUR)
    head = keys.ledger_head(site.key)
    before = connection.client.hgetall(head)
    vote(reactions, site, story(site), 1, at_s=NOW_S + HOUR_S)
    write(HOUR + 1)
    connection.client.hset(head, mapping=before)  # and of the marks, which are elsewhere, nothing
    connection.client.hdel(keys.ledger_day(site.key, HOUR // 24), "2")
    write(HOUR + 1)
    like = site.choice_keys("")[0]
    assert [line["counts"] for line in said(read())] == [{like: 1}, {like: 2}]
    assert misfits(connection, site) == []


def test_a_new_key_is_announced_by_the_old_one(
    connection: Connection, reactions: Reactions, chain: Chain, site: Site, write: Write
) -> None:
    vote(reactions, site, story(site), 1)
    write(HOUR)
    new = new_seed()
    vote(reactions, site, story(site), 1, at_s=NOW_S + HOUR_S)
    writer(connection, site, SEED, new).write(site, now_s=NOW_S + 2 * HOUR_S + 10)
    vote(reactions, site, story(site), 1, at_s=NOW_S + 2 * HOUR_S)
    writer(connection, site, SEED, new).write(site, now_s=NOW_S + 3 * HOUR_S + 10)
    found = check(files(chain, site), key=Signer(SEED).public)
    assert found.keys == [Signer(SEED).public, Signer(new).public]
    assert found.lines == 3


def test_a_server_with_another_key_writes_nothing_and_says_so(
    connection: Connection,
    reactions: Reactions,
    chain: Chain,
    site: Site,
    write: Write,
    caplog: pytest.LogCaptureFixture,
) -> None:
    vote(reactions, site, story(site), 1)
    write(HOUR)
    vote(reactions, site, story(site), 1)
    other = writer(connection, site, new_seed())
    for _ in range(2):
        other.write(site, now_s=NOW_S + 2 * HOUR_S + 10)
    assert check(files(chain, site)).lines == 1
    [message] = caplog.messages
    assert Signer(SEED).public in message and SEED not in message


@pytest.mark.parametrize("seeds", [(SEED,), ()])
def test_every_process_begins_to_write_if_there_is_a_key(
    connection: Connection,
    reactions: Reactions,
    chain: Chain,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    seeds: tuple[str, ...],
) -> None:
    vote(reactions, site, story(site), 1)
    begun: list[Callable[[], None]] = []
    monkeypatch.setattr(writing, "repeat", lambda step, **_: begun.append(step))
    LedgerWriter(Sites(connection, site), chain, MovedStories(connection), seeds).start()
    assert len(begun) == len(seeds)
    for step in begun * 2:  # another process has the lease the second time
        step()
    assert chain.head(site).blocks == len(seeds)


def test_one_process_at_a_time_writes(chain: Chain) -> None:
    assert chain.may_write()
    assert not chain.may_write()


def test_an_own_question_and_a_story_nobody_confirmed_are_in_it(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    question = resolve_for(site, "https://news.example/one", "quiz")
    reactions.cast(site, question, Voter(b"8bytes.."), Cast(1, 2, NOW_S, 3, goes_after_s=1000))
    write(HOUR)
    [line] = said(read())
    assert line["story"] == question.id and line["counts"] == {"2": 1}


def misfits(connection: Connection, site: Site) -> list[str]:
    return LedgerComparison(connection, days=400).misfits(site, now_s=NOW_S)


def test_a_ledger_fits_while_votes_come_and_editors_correct(
    connection: Connection, reactions: Reactions, site: Site, write: Write, read: Read
) -> None:
    assert misfits(connection, site) == []
    one, other, gone = (story(site, name) for name in ("one", "other", "gone"))
    voter = vote(reactions, site, one, 1)
    for ref in (one, other, other):
        vote(reactions, site, ref, 2)
    reactions.cast(site, gone, Voter(b"8bytes.."), Cast(1, 2, NOW_S, 7, goes_after_s=1000))
    write(HOUR)
    assert misfits(connection, site) == []
    later_s = NOW_S + HOUR_S + 100
    vote(reactions, site, one, 3, at_s=later_s, voter=voter, seq=2)  # changed,
    vote(reactions, site, one, 0, at_s=later_s + 1, voter=voter, seq=3)  # taken back,
    vote(reactions, site, other, 4, at_s=later_s)  # new,
    Unconfirmed(connection).drop(site, gone.id, now_s=NOW_S + 2000)  # removed
    assert misfits(connection, site) == []
    by = Actor("ed", later_s)
    Corrections(connection, Aliases(connection)).merge(site, one, other, by=by)
    assert misfits(connection, site) == []
    write(HOUR + 1)
    assert misfits(connection, site) == []
    assert read()


def test_counts_and_blocks_that_were_rewritten_in_the_store_are_named(
    connection: Connection, reactions: Reactions, site: Site, write: Write
) -> None:
    client, ref = connection.client, story(site)
    vote(reactions, site, ref, 1)
    write(HOUR)
    article = keys.article(site.key, ref.partition, ref.id)
    client.hincrby(article, "1", 5)
    vote(reactions, site, ref, 1, at_s=NOW_S + 2 * HOUR_S)
    [found] = misfits(connection, site)
    assert ref.id in found and "by {'like': 6}" in found
    client.hincrby(article, "1", -5)
    assert misfits(connection, site) == []
    client.hset(article, "x", 5)  # closed long ago: nobody can vote there any more
    [found] = misfits(connection, site)
    assert "by {'like': 1}" in found
    client.hset(article, "x", NOW_S * 2)
    marks = keys.ledger_marks(site.key, ref.partition)
    mark = client.hget(marks, ref.id)
    client.hset(marks, ref.id, mark.replace(b"1=1", b"1=2"))
    assert len(misfits(connection, site)) == 2
    client.hset(marks, ref.id, mark)
    day = keys.ledger_day(site.key, HOUR // 24)
    block = client.hget(day, 1)
    other = zlib.decompress(block).replace(b'"like":1', b'"like":2')
    client.hset(day, "1", zlib.compress(other))
    [found] = misfits(connection, site)
    assert "changed since it was signed" in found
    client.hset(day, "1", block)
    client.hset(day, "2", block)
    [found] = misfits(connection, site)
    assert "does not follow" in found
    client.delete(day)
    assert misfits(connection, site) == [], "its days are over"
