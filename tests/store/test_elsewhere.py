"""Second places, at another shard of a cluster, for salts and allowances."""

from typing import Any

import pytest
from redis.crc import key_slot

from tests.conftest import NOW_S
from widget.domain.errors import StoreFull, StoreUnavailable
from widget.domain.readers.network import Allowance
from widget.store import elsewhere, keys
from widget.store.connect import Connection
from widget.store.elsewhere import first_reachable, places, second
from widget.store.limits import Entry, Limits, Newcomers

FEW = Newcomers(free=2, free_wide=100, worked=100, held=0)
SHARDS = (2, 3, 4, 5, 6, 12)


@pytest.mark.parametrize("shards", SHARDS)
def test_a_second_place_is_at_another_shard(shards: int) -> None:
    def shard_of(tag: str) -> int:
        return key_slot(tag.encode()) * shards // 16384

    tags = [f"tag-{number}" for number in range(2000)]
    at_the_same = sum(shard_of(tag) == shard_of(second(tag)) for tag in tags)
    assert at_the_same == 0 or (shards == 2 and at_the_same < 400)
    assert [second(tag) for tag in tags] == [second(tag) for tag in tags]


def test_the_copy_of_whose_store_it_is_has_the_second_place() -> None:
    assert keys.store_copy() == second(keys.store())


def test_the_first_place_that_answers_is_used_and_a_full_one_is_an_answer() -> None:
    def act(place: str) -> str:
        if place.startswith("away"):
            raise StoreUnavailable
        if place == "full":
            raise StoreFull
        return place

    assert first_reachable(("here", "there"), act) == "here"
    assert first_reachable(("away", "there"), act) == "there"
    with pytest.raises(StoreUnavailable):
        first_reachable(("away", "away2"), act)
    with pytest.raises(StoreFull):
        first_reachable(("full", "there"), act)


def test_a_store_that_is_no_cluster_has_one_place(connection: Connection) -> None:
    assert places(connection, "tag") == ("tag",)
    Limits(connection).network_id("192.0.2.1", now_s=int(connection.client.time()[0]))
    assert len(connection.client.keys("rb:salt:*")) == 2


class PartlyAway:
    """A client of a store of which the keys in some slots are away."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.away: set[int] = set()

    def _call(self, name: str, key: str, *args: Any, **options: Any) -> Any:
        if key_slot(key.encode()) in self.away:
            raise ConnectionError
        return getattr(self._client, name)(key, *args, **options)

    def get(self, key: str) -> Any:
        return self._call("get", key)

    def set(self, key: str, *args: Any, **options: Any) -> Any:
        return self._call("set", key, *args, **options)

    def evalsha(self, digest: str, number: int, *rest: Any) -> Any:
        if key_slot(rest[0].encode()) in self.away:
            raise ConnectionError
        return self._client.evalsha(digest, number, *rest)

    def script_load(self, text: str) -> Any:
        return self._client.script_load(text)

    def execute_command(self, *command: Any) -> Any:
        return self._client.execute_command(*command)


class Parts(Connection):
    def __init__(self, connection: Connection) -> None:
        self.room = connection.room
        self.partly = PartlyAway(connection.client)

    @property
    def client(self) -> Any:
        return self.partly


@pytest.fixture
def parts(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setattr(elsewhere, "is_cluster", lambda _: True)
    return Parts(connection)


def lose(parts: Parts, *tags: str) -> None:
    parts.partly.away = {key_slot(tag.encode()) for tag in tags}


def test_a_new_worker_reads_the_salt_although_a_shard_is_away(parts: Parts) -> None:
    today_s = int(parts.partly._client.time()[0])
    known = Limits(parts).network_id("192.0.2.1", now_s=today_s)
    days = [keys.salt(today_s // 86400 - before) for before in (0, 1)]
    for lost in (days, [second(day) for day in days]):
        lose(parts, *lost)
        assert Limits(parts).network_id("192.0.2.1", now_s=today_s) == known
    lose(parts, *days, *map(second, days))
    with pytest.raises(StoreUnavailable):
        Limits(parts).network_id("192.0.2.1", now_s=today_s)


def test_workers_agree_on_a_salt_that_was_made_while_a_shard_was_away(parts: Parts) -> None:
    today_s = int(parts.partly._client.time()[0])
    lose(parts, *(keys.salt(today_s // 86400 - before) for before in (0, 1)))
    during = [Limits(parts).network_id("192.0.2.1", now_s=today_s) for _ in range(2)]
    lose(parts)
    after = [Limits(parts).network_id("192.0.2.1", now_s=today_s) for _ in range(2)]
    assert len({*during, *after}) == 1


def test_a_network_has_twice_its_allowances_at_most_while_a_shard_is_away(parts: Parts) -> None:
    limits = Limits(parts)
    wide = limits._hash("192.0.2.0/24", NOW_S)

    def bring() -> int:
        hows = [limits.admit(b"%16d" % n, "192.0.2.1", FEW, now_s=NOW_S)[0] for n in range(9)]
        return hows.count(Entry.FREE)

    def begin() -> int:
        few = {"": Allowance(3, 60)}
        return [limits.allow("news", "stories", few, now_s=NOW_S) for _ in range(9)].count(0)

    assert (bring(), begin()) == (2, 3)
    lose(parts, wide, "news:stories")
    assert (bring(), begin()) == (2, 3)
    assert (bring(), begin()) == (2, 0)  # the same readers come again
    lose(parts, wide, second(wide), "news:stories", second("news:stories"))
    for act in (bring, begin):
        with pytest.raises(StoreUnavailable):
            act()


def test_a_proof_is_spent_once_at_each_place(parts: Parts) -> None:
    limits = Limits(parts)

    def spend() -> list[bool]:
        return [limits.spend("proof", ttl_s=60) for _ in range(3)]

    assert spend() == [True, False, False]
    lose(parts, keys.spent_proof("proof"))
    assert spend() == [True, False, False]
