"""A store belongs to one voter key and has a schema, and is not used when either differs."""

import threading

import pytest
from msgspec.structs import replace

from tests.conftest import NOW_S
from tests.support.server import free_port
from widget.domain.article import ArticleRef
from widget.domain.errors import WrongStore
from widget.domain.integrity.evidence import ChoiceEvidence, Kind
from widget.domain.model import Site
from widget.settings import SettingError
from widget.store import keys
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.identity import SCHEMA, Identity, adopt, has_counted, upgrade
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter


@pytest.fixture
def of_key(redis_server: EmbeddedStore, connection: Connection) -> "Opened":
    """Open the empty store with a voter key's fingerprint: ``of_key("aa")``."""
    return Opened(redis_server.url)


class Opened:
    def __init__(self, url: str) -> None:
        self._url = url

    def __call__(self, voters: str) -> Connection:
        return Connection(self._url, timeout_ms=5000, identity=Identity(voters))


def test_an_empty_store_takes_the_first_key_and_refuses_another(
    connection: Connection, of_key: Opened
) -> None:
    of_key("aa").check_at_start()
    assert connection.client.hgetall(keys.store()) == {
        b"voters": b"aa",
        b"schema": str(SCHEMA).encode(),
    }
    of_key("aa").check_at_start()
    with pytest.raises(SettingError, match="adopt-key"):
        of_key("bb").check_at_start()
    with pytest.raises(WrongStore):
        of_key("bb").client.hset("rb:x", "a", 1)
    assert not connection.client.exists("rb:x")
    assert has_counted(connection.client, "aa") and not has_counted(connection.client, "bb")


def test_a_command_that_counts_no_voter_works_with_any_key_and_writes_none(
    connection: Connection, of_key: Opened
) -> None:
    of_key("").check_at_start()
    assert not connection.client.exists(keys.store())
    of_key("aa").check_at_start()
    of_key("").check_at_start()


@pytest.mark.parametrize("schema", [str(SCHEMA + 1), "99", "new", ""])
@pytest.mark.parametrize("voters", ["aa", ""])
def test_a_schema_of_another_release_is_refused_whoever_asks(
    connection: Connection, of_key: Opened, schema: str, voters: str
) -> None:
    connection.client.hset(keys.store(), mapping={"voters": "aa", "schema": schema})
    with pytest.raises(SettingError, match="Install"):
        of_key(voters).check_at_start()
    assert connection.client.hget(keys.store(), "schema").decode() == schema


def test_a_store_with_votes_of_an_earlier_release_keeps_its_schema_until_it_is_upgraded(
    connection: Connection, of_key: Opened, reactions: Reactions, site: Site, article: ArticleRef
) -> None:
    vote = Cast(1, 5, NOW_S, 7, kind=Kind.KNOWN)
    reactions.cast(site, article, Voter(b"1234567."), replace(vote, kind=None))  # as it did
    running = of_key("aa")
    running.check_at_start()
    assert connection.client.hget(keys.store(), "schema") == b"1" and not running.keeps_kinds
    Reactions(running).cast(site, article, Voter(b"8bytes.."), vote)
    bucket = keys.bucket(site.key, article.partition, article.id, 0)
    assert all(int(packed) < 2**51 for packed in connection.client.hvals(bucket))
    assert Evidence(connection).of(site, article.id) == []
    assert upgrade(connection.client) and not upgrade(connection.client)
    running.check_again()
    assert running.keeps_kinds
    Reactions(running).cast(site, article, Voter(b"8bytes.,"), vote)
    # A vote of before has no kind, and takes none when it changes.
    Reactions(running).cast(site, article, Voter(b"8bytes.."), replace(vote, seq=2, choice=6))
    [hour] = Evidence(connection).of(site, article.id)
    assert hour.choices == {5: ChoiceEvidence(known=1)}
    assert Reactions(running).own_vote(site, article, Voter(b"8bytes.,")).seq == 1
    assert list(Recount(connection).mismatches(site, now_s=NOW_S)) == []


def test_of_twenty_that_start_at_once_those_of_one_key_go_on(
    connection: Connection, of_key: Opened
) -> None:
    for _ in range(10):
        connection.client.delete(keys.store())
        gate = threading.Barrier(20)
        refused: list[str] = []

        def start(
            voters: str, gate: threading.Barrier = gate, refused: list[str] = refused
        ) -> None:
            gate.wait()
            try:
                of_key(voters).check_at_start()
            except SettingError:
                refused.append(voters)

        threads = [threading.Thread(target=start, args=("ab"[n % 2],)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winner = connection.client.hget(keys.store(), "voters").decode()
        assert refused == ["ab".replace(winner, "")] * 10


def test_a_store_that_is_away_at_the_start_is_checked_before_its_first_use(
    connection: Connection, of_key: Opened, redis_server: EmbeddedStore
) -> None:
    away = Identity("bb")
    Connection(f"redis://127.0.0.1:{free_port()}", timeout_ms=500, identity=away).check_at_start()
    of_key("aa").check_at_start()
    assert not away.is_ours
    with pytest.raises(WrongStore):
        _ = Connection(redis_server.url, timeout_ms=5000, identity=away).client


def test_a_key_adopted_beside_a_server_ends_its_use_of_the_store(
    connection: Connection, of_key: Opened
) -> None:
    running = of_key("aa")
    running.client.ping()
    adopt(connection.client, "bb")
    with pytest.raises(WrongStore):
        running.check_again()
    with pytest.raises(WrongStore):
        running.client.ping()
    of_key("bb").client.ping()
    adopt(connection.client, "aa")
    running.client.ping()  # the right key was put back
