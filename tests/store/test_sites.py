"""Sites in slots of their own, the hash that older releases know, and the index of origins."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from widget.domain.errors import Stale, StoreUnavailable, UnknownSite
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore
from widget.store.site_copies import FIELD, SiteCopies
from widget.store.sites import Sites, version_of

HOME = Site("home", "Readback", ("http://127.0.0.1:8000",))
NEWS = Site("news", "The News", ("https://news.example", "https://www.news.example"))
ORIGIN, OTHER = NEWS.origins


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s

    def later(self) -> None:
        self.now_s += 1.1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def new_worker(connection: Connection, clock: Clock) -> Callable[[], Sites]:
    return lambda: Sites(connection, HOME, clock)


@pytest.fixture
def sites(new_worker: Callable[[], Sites]) -> Sites:
    return new_worker()


def as_an_older_release(connection: Connection, site: Site) -> None:
    """Store a site as v0.3.0 does: in the hash of all sites, and nowhere else."""
    connection.client.hset(keys.sites(), site.key, msgspec.json.encode(site))


def with_origins(*origins: str) -> Callable[[Site], Site]:
    return lambda site: replace(site, origins=origins)


def test_a_vote_reads_a_site_and_its_origin_without_the_hash_of_all_sites(
    sites: Sites, new_worker: Callable[[], Sites], connection: Connection
) -> None:
    stored = sites.add(NEWS)
    connection.client.rename(keys.sites(), "elsewhere")
    assert new_worker().get("news") == stored and new_worker().is_registered(ORIGIN)
    assert not new_worker().is_registered("https://other.example")


def test_what_an_older_release_adds_is_known_at_once_and_its_origins_soon(
    sites: Sites, connection: Connection, clock: Clock
) -> None:
    as_an_older_release(connection, NEWS)
    assert not sites.is_registered(OTHER)
    assert sites.get("news").name == "The News" and sites.is_registered(OTHER)
    another = Sites(connection, HOME, clock)
    assert not another.is_registered(OTHER)
    sites.copies.copy_all()
    clock.later()
    assert another.is_registered(OTHER)


def test_what_an_older_release_changes_is_copied(
    sites: Sites, connection: Connection, clock: Clock
) -> None:
    stored = sites.add(NEWS)
    as_an_older_release(connection, replace(stored, name="Newer", origins=(OTHER, "https://c.de")))
    clock.later()
    assert sites.copies.copy_all() == 2  # the home site is the other
    assert sites.get("news").name == "Newer"
    assert [sites.is_registered(o) for o in (ORIGIN, OTHER, "https://c.de")] == [False, True, True]
    assert sites.copies.copy_all() == 0


def test_an_older_release_reads_what_this_one_changes(sites: Sites, connection: Connection) -> None:
    stored = sites.add(NEWS)
    _, changed = sites.change("news", version_of(stored), with_origins("https://c.de"))
    raw = connection.client.hget(keys.sites(), "news")
    assert msgspec.json.decode(raw, type=Site) == changed
    as_an_older_release(connection, replace(changed, name="Newer"))
    with pytest.raises(Stale):
        sites.change("news", version_of(changed), with_origins(ORIGIN))
    assert sites.fresh("news").name == "Newer"


def test_an_upgrade_copies_every_site_of_an_older_store(
    sites: Sites, connection: Connection
) -> None:
    for number in range(300):
        site = Site(f"site-{number}", "One", (f"https://{number}.example",))
        as_an_older_release(connection, site)
    sites.copies.copy_all()
    connection.client.delete(keys.sites())
    assert sites.get("site-299").origins == ("https://299.example",)
    assert all(sites.is_registered(f"https://{n}.example") for n in range(300))
    assert sites.get("home") == HOME


@pytest.mark.parametrize("broken", ["copy", "index"])
def test_what_a_shard_has_lost_is_copied_again(
    sites: Sites, new_worker: Callable[[], Sites], connection: Connection, broken: str
) -> None:
    stored = sites.add(NEWS)
    if broken == "copy":
        older = replace(stored, name="Older", origins=("https://older.example",))
        connection.client.hset(keys.site("news"), FIELD, msgspec.json.encode(older))
    else:
        connection.client.delete(keys.sites_of(ORIGIN), keys.sites_of(OTHER))
    assert not new_worker().is_registered(ORIGIN)
    new_worker().copies.copy_all()
    worker = new_worker()
    assert worker.is_registered(ORIGIN) and worker.get("news") == stored


class CrashingClient:
    """A client that does so many commands, and then no more."""

    def __init__(self, client: Any, commands: int) -> None:
        self._client = client
        self._left = commands

    def __getattr__(self, name: str) -> Any:
        if name in ("hget", "sadd", "srem", "evalsha", "hdel", "smembers"):
            self._left -= 1
            if self._left < 0:
                raise ConnectionError
        return getattr(self._client, name)


class Crashing(Connection):
    """A connection of a process that crashes after so many commands."""

    def __init__(self, url: str, commands: int) -> None:
        super().__init__(url, timeout_ms=5000)
        self._crashing = CrashingClient(super().client, commands)

    @property
    def client(self) -> Any:
        return self._crashing


# A change of the origins takes 11 commands.
@pytest.mark.parametrize("commands", range(13))
def test_a_crash_at_any_point_of_a_change_does_no_harm(
    sites: Sites, redis_server: EmbeddedStore, new_worker: Callable[[], Sites], commands: int
) -> None:
    stored = sites.add(NEWS)
    after = (OTHER, "https://c.de")
    crashing = Sites(Crashing(redis_server.url, commands), HOME)
    is_done = True
    try:
        crashing.change("news", version_of(stored), with_origins(*after))
    except StoreUnavailable:
        is_done = False
    original = sites.fresh("news").origins
    assert original == after if is_done else original in (NEWS.origins, after)
    worker = new_worker()
    copied = worker.get("news").origins  # the old ones or the new ones, never a mixture
    assert copied in (NEWS.origins, after)
    assert {o for o in {*NEWS.origins, *after} if new_worker().is_registered(o)} == set(copied)
    sites.copies.copy_all()
    assert new_worker().get("news").origins == original
    assert {o for o in {*NEWS.origins, *after} if new_worker().is_registered(o)} == set(original)


def test_of_64_threads_that_save_the_same_version_one_succeeds_and_its_site_is_copied(
    sites: Sites, new_worker: Callable[[], Sites]
) -> None:
    stored, saved = sites.add(NEWS), []

    def save(number: int) -> None:
        origins = (f"https://{number}.example", f"https://{number // 2}.example")
        try:
            sites.change("news", version_of(stored), with_origins(*origins))
            saved.append(origins)
        except Stale:
            pass

    in_threads(save)
    assert saved == [new_worker().get("news").origins] == [sites.fresh("news").origins]


def test_64_threads_that_change_the_origins_leave_the_copy_and_the_index_exact(
    sites: Sites, new_worker: Callable[[], Sites]
) -> None:
    sites.add(NEWS)
    origins = [f"https://{number}.example" for number in range(6)]

    def save(number: int) -> None:
        chosen = (origins[number % 6], origins[(number // 6) % 6])
        while True:
            try:
                sites.change("news", version_of(sites.fresh("news")), with_origins(*chosen))
                return
            except Stale:
                pass

    in_threads(save)
    last = sites.fresh("news").origins
    assert new_worker().get("news").origins == last
    assert {o for o in origins if new_worker().is_registered(o)} == set(last)


def in_threads(act: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=act, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_first_change_of_the_home_site_keeps_the_numbers_of_its_choices(sites: Sites) -> None:
    """Readers may have voted on its stories before anybody stored it."""
    before = sites.fresh("home")
    fewer = replace(before.reactions, choices=before.reactions.choices[3:])
    _, after = sites.change("home", version_of(before), lambda site: replace(site, reactions=fewer))
    assert after.choice_keys("") == before.choice_keys("")


def test_a_site_that_is_removed_is_gone_with_its_origins_and_can_be_added_again(
    sites: Sites, new_worker: Callable[[], Sites], connection: Connection, clock: Clock
) -> None:
    stored = sites.add(NEWS)
    another = new_worker()
    assert another.get("news") == stored and another.is_registered(ORIGIN)
    sites.remove("news")
    assert connection.client.keys("*") == []
    clock.later()
    for worker in (sites, another, new_worker()):
        assert not worker.is_registered(ORIGIN)
        with pytest.raises(UnknownSite):
            worker.get("news")
    assert sites.add(NEWS) == stored and another.is_registered(ORIGIN)


def test_an_origin_of_two_sites_stays_registered_until_both_give_it_up(sites: Sites) -> None:
    sites.add(NEWS)
    second = sites.add(replace(NEWS, key="second"))
    sites.remove("news")
    assert sites.is_registered(ORIGIN)
    sites.change("second", version_of(second), with_origins("https://c.de"))
    assert not sites.is_registered(ORIGIN) and sites.is_registered("https://c.de")


@pytest.mark.parametrize("origin", ["", "null", "https://" + "x" * 5000, "https://{x}", "\x00"])
def test_what_no_site_can_have_is_not_registered(sites: Sites, origin: str) -> None:
    sites.add(NEWS)
    assert not sites.is_registered(origin)


def commands(connection: Connection) -> int:
    calls: int = connection.client.info("stats")["total_commands_processed"]
    return calls


def test_a_thousand_sites_cost_a_worker_as_many_commands_as_one(
    sites: Sites, connection: Connection, clock: Clock
) -> None:
    sites.add(NEWS)

    def of_five_seconds() -> int:
        before = commands(connection)
        for _ in range(5):
            clock.later()
            assert all(sites.is_registered(ORIGIN) for _ in range(100))
            assert all(sites.get("news").key == "news" for _ in range(100))
        return commands(connection) - before

    with_one = of_five_seconds()
    for number in range(1000):
        site = Site(f"site-{number}", "One", (f"https://{number}.example",))
        as_an_older_release(connection, site)
    sites.copies.copy_all()
    assert of_five_seconds() == with_one <= 6


def test_the_copies_are_compared_by_one_process_at_a_time(connection: Connection) -> None:
    one, other = SiteCopies(connection, "home"), SiteCopies(connection, "home")
    assert [one.may_copy(), other.may_copy(), one.may_copy()] == [True, False, False]
    assert 0 < connection.client.pttl(keys.copying()) <= 4500
