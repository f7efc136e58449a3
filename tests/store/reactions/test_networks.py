"""Votes of one network on one story: those beyond its allowance are held."""

import random
from collections import Counter

import pytest

from tests.conftest import NOW_S
from widget.domain.article import ArticleRef
from widget.domain.model import Site, Tally
from widget.domain.readers.network import DAY_S, Allowance
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import Limits
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

HOUR_S = 3600
CHOICES = 7
ALLOWANCE = Allowance.of_day(120)


class Crowd:
    """Readers who vote on one story, from addresses and at times that a test chooses."""

    def __init__(self, connection: Connection, site: Site, article: ArticleRef) -> None:
        self._reactions = Reactions(connection)
        self._limits = Limits(connection)
        self._site = site
        self.article = article
        self._readers = 0

    def vote(
        self,
        address: str,
        now_s: int = NOW_S,
        *,
        reader: bytes = b"",
        seq: int = 1,
        choice: int = 1,
    ) -> Tally:
        self._readers += 1
        mark = reader or self._readers.to_bytes(8, "big")
        subject = f"{self._site.key}|{self.article.id}"
        cast = Cast(
            seq,
            choice,
            now_s,
            CHOICES,
            networks=self._limits.network_marks(address, subject, now_s=now_s),
            allowance=ALLOWANCE,
        )
        return self._reactions.cast(self._site, self.article, Voter(mark), cast)

    def counted(self, address: str, now_s: int, votes: int) -> int:
        """Cast votes of new readers, and return how many were counted."""
        return sum(not self.vote(address, now_s).is_held for _ in range(votes))


@pytest.fixture
def crowd(connection: Connection, site: Site, article: ArticleRef) -> Crowd:
    return Crowd(connection, site, article)


def test_the_51st_voter_of_a_network_is_held_and_others_are_not(crowd: Crowd) -> None:
    tallies = [crowd.vote("192.0.2.1") for _ in range(60)]
    assert [tally.is_held for tally in tallies] == [False] * 50 + [True] * 10
    assert tallies[-1].counts[0] == 50
    assert not crowd.vote("192.0.2.2").is_held


def test_no_hour_and_no_day_has_more_than_its_bound_wherever_it_begins(
    connection: Connection, crowd: Crowd
) -> None:
    began = NOW_S - NOW_S % DAY_S + 20 * HOUR_S  # the day changes in between
    times = []
    for minute in range(0, 52 * 60, 4):
        now_s = began + minute * 60
        times += [now_s] * crowd.counted("192.0.2.1", now_s, 3)
        if minute % DAY_S == 0:
            connection.client.delete(keys.salt(now_s // DAY_S - 2))
    most_of_hour = max(sum(t <= at < t + HOUR_S for at in times) for t in times)
    most_of_day = max(sum(t <= at < t + DAY_S for at in times) for t in times)
    assert 45 <= most_of_hour <= 60
    assert 110 <= most_of_day <= 120


def test_midnight_does_not_make_an_allowance_whole(crowd: Crowd) -> None:
    midnight = NOW_S - NOW_S % DAY_S + DAY_S
    assert crowd.counted("192.0.2.1", midnight - 60, 60) == 50
    assert crowd.counted("192.0.2.1", midnight + 60, 60) == 0
    assert crowd.counted("2001:db8::1", midnight - 60, 60) == 50
    assert crowd.counted("2001:db8::1", midnight + 60, 60) == 0


def test_a_48_has_four_times_the_allowance_of_a_network(crowd: Crowd) -> None:
    networks = [f"2001:db8:7:{number:x}::1" for number in range(500)]
    assert sum(not crowd.vote(address).is_held for address in networks) == 200
    assert not crowd.vote("2001:db8:8::1").is_held


def test_a_24_has_no_allowance_of_its_own(crowd: Crowd) -> None:
    assert sum(not crowd.vote(f"192.0.2.{host}").is_held for host in range(250)) == 250


def test_a_vote_taken_back_or_cast_empty_does_not_give_the_allowance_back(crowd: Crowd) -> None:
    for number in range(50):
        crowd.vote("192.0.2.1", reader=b"%8d" % number, choice=0)
    assert crowd.vote("192.0.2.1", reader=b"someone.").is_held
    # A mark of an empty vote is counted, so these 50 are all that the network may have.
    for number in range(50):
        assert not crowd.vote("192.0.2.1", reader=b"%8d" % number, seq=2).is_held
    held = crowd.vote("192.0.2.1", reader=b"someone.", seq=2, choice=2)
    assert held.is_held and held.counts[:2] == (50, 0)


def test_a_voter_who_is_counted_may_change_their_vote_in_a_full_network(crowd: Crowd) -> None:
    crowd.vote("192.0.2.1", reader=b"someone.")
    crowd.counted("192.0.2.1", NOW_S, 60)
    changed = crowd.vote("192.0.2.1", reader=b"someone.", seq=2, choice=2)
    assert not changed.is_held and changed.counts[:2] == (49, 1)


def test_thousands_of_networks_on_one_story_are_told_apart_and_forgotten(
    connection: Connection, crowd: Crowd, recount: Recount, site: Site
) -> None:
    chosen = random.Random(1)
    addresses = [f"10.{chosen.randrange(256)}.{n // 200}.{n % 200}" for n in range(3000)]
    counted: Counter[str] = Counter()
    for address in addresses:
        counted[address] += not crowd.vote(address).is_held
    assert set(counted.values()) == {1}
    for address in chosen.sample(addresses, 5):
        assert crowd.counted(address, NOW_S, 60) == 49
    tables = connection.client.keys(f"rb:{{{site.key}:{crowd.article.partition}}}:w:*")
    assert len(tables) > 20  # small hashes, in the compact encoding
    for table in tables:
        assert connection.client.object("encoding", table) == b"listpack"
        assert 0 < connection.client.ttl(table) <= 2 * DAY_S
    assert not list(recount.mismatches(site, now_s=NOW_S))
