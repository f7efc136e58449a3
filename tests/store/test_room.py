"""A store that is nearly full, and one that is full: nothing is half done, and reads go on."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import GLAD
from widget.domain.article import resolve_for
from widget.domain.comments.comment import Draft, new_id
from widget.domain.errors import CannotCorrect, StoreFull, StoreUnavailable
from widget.domain.model import Site
from widget.store.comments.comments import CommentReport, Comments, CommentVote, Edit, Posting
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.desk.sessions import Sessions
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.moves import Moves
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.room import HOUR_S, MIB, Fullness, Hourly, NearlyFull, Room, fullness

BALLAST_MB = 100


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "v", memory_mb=1000)
    store.start()
    yield store
    store.stop()


@pytest.fixture
def bounded(store: EmbeddedStore) -> Connection:
    """Return a connection as the service opens it, to the embedded store."""
    return Connection(store.url, timeout_ms=5000, is_embedded=True)


@pytest.fixture
def unasked(store: EmbeddedStore) -> Connection:
    """Return a connection as to a store of one's own, which only refuses by itself."""
    return Connection(store.url, timeout_ms=5000)


def fill(connection: Connection, percent: float) -> None:
    """Move the bound, so that the store uses this part of it."""
    client = connection.client
    client.setrange("ballast", BALLAST_MB * MIB, "x")  # so large that nothing else shows
    client.config_set("maxmemory", int(fullness(client).used_bytes * 100 / percent))
    connection.room = Room(lambda: client)  # it has looked at nothing yet


class Reader:
    """A reader of one site, who tries what readers can do."""

    def __init__(self, connection: Connection, site: Site) -> None:
        self.connection, self.site = connection, site
        self.reactions, self.comments = Reactions(connection), Comments(connection)
        self.article = resolve_for(site, "visa")

    def vote(self, mark: bytes = b"8bytes..", on: str = "visa") -> None:
        self.reactions.cast(
            self.site, resolve_for(self.site, on), Voter(mark), Cast(1, 3, NOW_S, 7)
        )

    def comment(self, text: str = "Good.", mark: bytes = b"8bytes..") -> str:
        comment_id = new_id(NOW_S * 1000, self.article.partition)
        draft = Draft(comment_id, "", "Ana", text, mark, GLAD, ())
        self.comments.create(self.site, self.article, draft, Posting(NOW_S))
        return comment_id

    def acts_on(self, comment_id: str) -> dict[str, Callable[[], Any]]:
        comments, site = self.comments, self.site
        vote = CommentVote(b"a reader", b"an other", 1, True, NOW_S)
        report = CommentReport(b"a reader", b"an other", NOW_S)
        return {
            "vote": lambda: self.vote(b"another.", "rent"),
            "comment": lambda: self.comment("Another."),
            "edit": lambda: comments.edit(
                site, comment_id, b"8bytes..", Edit("Bad." * 99, GLAD), now_s=NOW_S
            ),
            "up-vote": lambda: comments.vote(site, comment_id, vote),
            "report": lambda: comments.report(site, comment_id, report),
        }

    def is_exact(self) -> bool:
        votes = Recount(self.connection).mismatches(self.site, now_s=NOW_S)
        return not [*votes, *CommentRecount(self.connection).mismatches(self.site)]


def everything(connection: Connection) -> dict[bytes, bytes]:
    client = connection.client
    return {key: client.dump(key) for key in client.scan_iter("rb:*")}


@pytest.mark.parametrize("at", ["95 %", "100 %"])
def test_each_write_of_a_reader_is_refused_and_writes_nothing(
    bounded: Connection, unasked: Connection, site: Site, at: str
) -> None:
    connection = bounded if at == "95 %" else unasked
    reader = Reader(connection, site)
    reader.vote()
    one = reader.comment()
    before = everything(connection)
    fill(connection, 95.5)
    if at == "100 %":
        connection.room = Room()
        connection.client.config_set("maxmemory", 1)
    acts = reader.acts_on(one)
    if at == "100 %":
        # It may begin by removing a field; a full store then lets the rest of the script through.
        del acts["edit"]
    for name, act in acts.items():
        with pytest.raises(StoreFull):
            act()
        assert everything(connection) == before, name
    assert reader.is_exact()
    assert reader.reactions.tallies(site, [(reader.article, 7)], now_s=NOW_S)[0].counts[2] == 1
    connection.client.config_set("maxmemory", 0)
    fill(connection, 50)
    for act in reader.acts_on(one).values():
        act()
    assert reader.is_exact()


def test_below_the_readers_part_nothing_is_refused(bounded: Connection, site: Site) -> None:
    fill(bounded, 94)
    reader = Reader(bounded, site)
    for act in reader.acts_on(reader.comment()).values():
        act()
    assert bounded.room.fullness().is_near


def test_the_last_part_is_the_desks(bounded: Connection, site: Site) -> None:
    reader = Reader(bounded, site)
    reader.vote()
    fill(bounded, 96)
    with pytest.raises(StoreFull):
        reader.vote(b"another.")
    sessions = Sessions(bounded)
    assert sessions.get(sessions.begin("robin", epoch=1, agent="", now_s=NOW_S), now_s=NOW_S)
    corrections = Corrections(bounded, Aliases(bounded), Moves(bounded))
    corrections.close(site, reader.article.id, by=Actor("robin", NOW_S, "A test"))


def test_a_reader_can_take_a_vote_back_whatever_is_left(bounded: Connection, site: Site) -> None:
    reader = Reader(bounded, site)
    reader.vote()
    fill(bounded, 96)
    voter = Voter(b"8bytes..")
    assert reader.reactions.take_back(site, reader.article, voter, choices=7, now_s=NOW_S)


def test_a_signed_in_editor_can_read_when_the_store_is_full(unasked: Connection) -> None:
    sessions = Sessions(unasked)
    session_id = sessions.begin("robin", epoch=1, agent="", now_s=NOW_S)
    unasked.client.config_set("maxmemory", 1)
    found = sessions.get(session_id, now_s=NOW_S + 3600)
    assert found is not None and found.seen_s == NOW_S


def test_at_every_byte_before_the_bound_an_act_is_done_or_not(
    unasked: Connection, site: Site
) -> None:
    """Move the bound past the memory that each act needs, so that it is met inside scripts too."""
    reader, done, refused = Reader(unasked, site), 0, 0
    corrections = Corrections(unasked, Aliases(unasked), Moves(unasked))
    client = unasked.client
    for number in range(120):
        mark, name = number.to_bytes(8, "big"), f"rent{number}"
        rent, by = resolve_for(site, name), Actor("ed", NOW_S, "a copy")
        for act in (
            partial(reader.vote, mark),
            partial(reader.vote, mark, name),
            partial(reader.comment, f"Comment {number}", mark),
            partial(corrections.merge, site, rent, reader.article, by=by),
        ):
            client.config_set("maxmemory", fullness(client).used_bytes + number * 8 - 200)
            try:
                act()
                done += 1
            except StoreFull:
                refused += 1
            except CannotCorrect:
                pass  # the vote that it would merge was refused
            client.config_set("maxmemory", 0)
    assert done > 20 and refused > 20
    assert reader.is_exact()


def test_the_near_bound_is_said_once_an_hour(
    bounded: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    warning = NearlyFull()
    for percent, now_s, lines in (
        (80, 1, 0),
        (91, 2, 1),
        (92, 3, 1),
        (92, HOUR_S + 1, 1),
        (92, HOUR_S + 2, 2),
    ):
        fill(bounded, percent)
        warning.look(bounded.client, now_s=now_s)
        assert len(caplog.records) == lines, (percent, now_s)
    assert "READBACK_STORE_MB" in caplog.text and "91 % of " in caplog.text


def test_a_full_store_is_said_in_the_log_with_the_remedy(
    unasked: Connection,
    site: Site,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("widget.store.room._full", Hourly())
    unasked.client.config_set("maxmemory", 1)
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match="Nothing was saved"):
            Reader(unasked, site).vote()
    [line] = caplog.records
    assert line.levelno == logging.WARNING and "READBACK_STORE_MB" in line.getMessage()


def test_a_store_without_a_bound_is_never_full(tmp_path: Path, site: Site) -> None:
    store = EmbeddedStore(tmp_path / "v")
    store.start()
    connection = Connection(store.url, timeout_ms=5000, is_embedded=True)
    Reader(connection, site).vote()
    found = connection.room.fullness()
    assert found.bound_bytes == 0 < found.used_bytes and not found.is_near
    store.stop()
    assert connection.room.fullness() == found  # the latest known, though the store is away


def test_a_store_of_ones_own_is_not_asked(unasked: Connection) -> None:
    assert unasked.room.fullness() == Fullness()
