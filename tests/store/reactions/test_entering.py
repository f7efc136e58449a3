"""A new reader is let in by the script that counts their vote, exactly as without a vote."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import NOW_S
from tests.faults.support.node import Node
from tests.support.server import free_port
from widget.domain.article import resolve_for
from widget.domain.errors import Moved
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import Entrance, Entry, Limits, Newcomers
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, NewStory, NotLetIn, Reactions, Voter

FEW = Newcomers(free=20, free_wide=50, worked=100, held=10)
ADDRESSES = ("203.0.113.9", "2001:db8:1:2::3")
VOTE = Cast(1, 3, NOW_S, 7)


@pytest.fixture
def limits(connection: Connection) -> Limits:
    return Limits(connection)


def reader(number: int) -> bytes:
    return b"%16d" % number


def entrance(limits: Limits, number: int, address: str = ADDRESSES[0]) -> Entrance:
    found = limits.entrance(reader(number), address, FEW, now_s=NOW_S)
    assert found is not None
    return found


def enters(
    reactions: Reactions, limits: Limits, site: Site, number: int, address: str = ADDRESSES[0]
) -> bool:
    """Let a new reader in with a vote; return False if they are not, and none was counted."""
    voter = Voter(reader(number)[-8:])
    try:
        reactions.cast(
            site, resolve_for(site, "story"), voter, VOTE, entrance(limits, number, address)
        )
    except NotLetIn:
        return False
    return True


def admissions(connection: Connection) -> dict[bytes, object]:
    """Return all that the store has about networks."""
    client = connection.client
    return {
        key: client.smembers(key) if client.type(key) == b"set" else client.get(key)
        for key in client.keys("rb:net:*")
    }


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_crowd_is_let_in_as_by_admission_alone(
    connection: Connection, reactions: Reactions, limits: Limits, site: Site, address: str
) -> None:
    """Retries are among them: each third reader comes twice."""
    crowd = [number for number in range(30) for _ in range(1 + (number % 3 == 0))]
    alone = [
        limits.admit(reader(number), address, FEW, now_s=NOW_S)[0] is Entry.FREE for number in crowd
    ]
    after = admissions(connection)
    assert sum(alone) == 20 + 7, "twenty, and the retries of every third of them"
    salts = {key: connection.client.get(key) for key in connection.client.keys("rb:salt:*")}
    connection.client.flushall()
    for key, salt in salts.items():
        connection.client.set(key, salt)
    assert [enters(reactions, limits, site, number, address) for number in crowd] == alone
    assert admissions(connection) == after
    [tally] = reactions.tallies(site, [(resolve_for(site, "story"), 7)], now_s=NOW_S)
    assert sum(tally.counts) == 20


def test_a_reader_who_is_not_let_in_writes_nothing(
    connection: Connection, reactions: Reactions, limits: Limits, site: Site
) -> None:
    for number in range(20):
        assert enters(reactions, limits, site, number)
    before = {key: connection.client.dump(key) for key in connection.client.keys("*")}
    assert not enters(reactions, limits, site, 99)
    assert {key: connection.client.dump(key) for key in connection.client.keys("*")} == before


def test_a_story_that_may_not_begin_yet_counts_its_reader_once(
    connection: Connection, reactions: Reactions, limits: Limits, site: Site
) -> None:
    article, voter = resolve_for(site, "story"), Voter(b"12345678")
    refused = Cast(1, 3, NOW_S, 7, may_begin=False)
    with pytest.raises(NewStory):
        reactions.cast(site, article, voter, refused, entrance(limits, 1))
    before = admissions(connection)
    assert before
    assert sum(reactions.cast(site, article, voter, VOTE, entrance(limits, 1)).counts) == 1
    assert admissions(connection) == before


def test_the_other_addresses_of_a_story_are_told_from_the_entrance(
    connection: Connection, reactions: Reactions, limits: Limits, site: Site
) -> None:
    """The script counts its arguments to know the addresses, and the entrance is behind them."""
    article = resolve_for(site, "story")
    reactions.cast(site, article, Voter(b"12345678"), VOTE)
    other = resolve_for(site, "its-other-address").id
    key = keys.article(site.key, article.partition, article.id)
    connection.client.hset(key, mapping={f"b:{other}": 1, "x:": 1})
    with pytest.raises(Moved):
        reactions.cast(site, article, Voter(b"aaaaaaaa"), VOTE, entrance(limits, 1))
    found = replace(article, others=(other,))
    voter = Voter(b"aaaaaaaa", [(other, b"bbbbbbbb")])
    assert sum(reactions.cast(site, found, voter, VOTE, entrance(limits, 1)).counts) == 2


def test_64_threads_of_one_network_let_in_as_many_as_are_free(
    connection: Connection, limits: Limits, site: Site
) -> None:
    reactions = Reactions(connection)
    with ThreadPoolExecutor(64) as pool:
        let_in = list(pool.map(lambda n: enters(reactions, limits, site, n % 64), range(256)))
    assert len({number % 64 for number, is_in in enumerate(let_in) if is_in}) == 20
    [tally] = reactions.tallies(site, [(resolve_for(site, "story"), 7)], now_s=NOW_S)
    assert sum(tally.counts) == 20
    assert list(Recount(connection).mismatches(site, now_s=NOW_S)) == []


@pytest.fixture
def in_slots(tmp_path: Path) -> Iterator[Connection]:
    """Start a server that takes no keys of two slots, under the address of a single one."""
    node = Node(
        tmp_path / "n", "--cluster-enabled", "yes", "--cluster-port", str(free_port())
    ).start()
    connection = Connection(f"redis://127.0.0.1:{node.port}", timeout_ms=5000)
    connection.client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    while b"cluster_state:ok" not in connection.client.execute_command("CLUSTER", "INFO"):
        pass
    yield connection
    node.end()


def test_where_keys_need_one_slot_nobody_is_let_in_together_with_a_vote(
    in_slots: Connection, site: Site
) -> None:
    reactions, limits = Reactions(in_slots), Limits(in_slots)
    for number in range(2):
        assert not enters(reactions, limits, site, number)
    assert admissions(in_slots) == {}
    assert limits.admit(reader(1), ADDRESSES[0], FEW, now_s=NOW_S)[0] is Entry.FREE
    assert sum(reactions.cast(site, resolve_for(site, "story"), Voter(b"x" * 8), VOTE).counts) == 1
