"""Editors, sessions, guesses, keys and settings in the real store, with the clock pinned."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW_S
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.errors import (
    LastAdmin,
    NotFound,
    RateLimited,
    Stale,
    StoreUnavailable,
    UnknownSite,
)
from widget.domain.model import REACTIONS, Poll, Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.api_keys import ApiKeys
from widget.store.desk.editors import INVITATION_TTL_S, Editors, Invitation
from widget.store.desk.guesses import WINDOW_S, Guesses
from widget.store.desk.sessions import ABSOLUTE_S, IDLE_S, TOUCH_S, Sessions
from widget.store.desk.share_links import ShareLink, ShareLinks
from widget.store.limits import Limits
from widget.store.reactions.seen import seen_on
from widget.store.sites import Sites, version_of

HOME = Site("home", "Readback", ("http://127.0.0.1:8000",))
ADDRESS = "203.0.113.7"


@pytest.fixture
def editors(connection: Connection) -> Editors:
    return Editors(connection)


@pytest.fixture
def sessions(connection: Connection) -> Sessions:
    return Sessions(connection)


@pytest.fixture
def guesses(connection: Connection) -> Guesses:
    return Guesses(connection, Limits(connection))


@pytest.fixture
def sites(connection: Connection) -> Sites:
    return Sites(connection, HOME)


def everything_stored(connection: Connection) -> bytes:
    client = connection.client
    parts = []
    for key in client.scan_iter(count=1000):
        kind = client.type(key)
        parts.append(key)
        if kind == b"string":
            parts.append(client.get(key))
        elif kind == b"hash":
            parts += [part for pair in client.hgetall(key).items() for part in pair]
        elif kind == b"zset":
            parts += client.zrange(key, 0, -1)
    return b"\n".join(parts)


def test_an_editor_is_added_once_and_concurrent_changes_are_all_kept(editors: Editors) -> None:
    editors.add(Editor("alice", roles={"news": Role.EDITOR}, created_s=NOW_S))
    with pytest.raises(Stale):
        editors.add(Editor("alice", roles={EVERY_SITE: Role.ADMIN}))
    alice = editors.get("alice")
    assert alice is not None and alice.roles == {"news": Role.EDITOR}
    threads = [
        threading.Thread(
            target=lambda: editors.change("alice", lambda e: replace(e, epoch=e.epoch + 1))
        )
        for _ in range(100)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alice = editors.get("alice")
    assert alice is not None and alice.epoch == NOW_S + 100
    with pytest.raises(NotFound):
        editors.change("nobody", lambda e: e)


ADMIN = Editor("", "a hash", {EVERY_SITE: Role.ADMIN}, created_s=NOW_S)
DEMOTED = {"news": Role.EDITOR}


def test_the_last_admin_who_can_sign_in_cannot_be_removed_or_demoted(editors: Editors) -> None:
    editors.add(replace(ADMIN, name="alice"))
    editors.add(replace(ADMIN, name="bob", password_hash=""))  # has not used the link yet
    editors.add(replace(ADMIN, name="carol", roles=DEMOTED))
    for act in (editors.remove, lambda name: editors.change(name, demoted)):
        with pytest.raises(LastAdmin):
            act("alice")
    editors.change("alice", lambda e: replace(e, epoch=7))
    editors.remove("bob")
    editors.remove("carol")
    assert [editor.name for editor in editors.all()] == ["alice"]
    with pytest.raises(NotFound):
        editors.remove("bob")


@pytest.mark.parametrize("is_removed", [True, False])
def test_one_admin_remains_when_all_are_removed_or_demoted_at_once(
    editors: Editors, is_removed: bool
) -> None:
    names = [f"admin-{n}" for n in range(8)]
    for name in names:
        editors.add(replace(ADMIN, name=name))

    def end(name: str) -> str | None:
        try:
            editors.remove(name) if is_removed else editors.change(name, demoted)
        except LastAdmin:
            return name
        return None

    with ThreadPoolExecutor(8) as pool:
        [stayed] = [name for name in pool.map(end, names) if name]
    assert [editor.name for editor in editors.all() if editor.is_admin] == [stayed]


def demoted(editor: Editor) -> Editor:
    return replace(editor, roles=DEMOTED)


ALICE = Editor("alice", "her hash", {"news": Role.EDITOR, "blog": Role.VIEWER}, created_s=NOW_S)


def test_a_link_works_once_within_a_day_and_is_not_in_the_store(
    editors: Editors, connection: Connection
) -> None:
    editors.add(ALICE)
    token = editors.invite("alice", now_s=NOW_S)
    assert token.encode() not in everything_stored(connection)
    invitation = editors.invitation(token, now_s=NOW_S + INVITATION_TTL_S - 1)
    assert invitation is not None and invitation.name == "alice"
    assert editors.invitation(token, now_s=NOW_S + INVITATION_TTL_S) is None
    assert editors.invitation(token[:-1], now_s=NOW_S) is None
    assert users(editors, token) == ["alice"]
    assert editors.invitation(token, now_s=NOW_S) is None


def users(editors: Editors, token: str) -> list[str]:
    """Use a token 50 times at once, and return the names of the editors who got in."""
    with ThreadPoolExecutor(50) as pool:
        used = pool.map(lambda n: editors.use(token, "root", f"hash {n}", now_s=NOW_S), range(50))
    return [editor.name for editor in used if editor]


def test_the_first_admins_link_works_once_and_not_once_there_is_an_editor(
    editors: Editors, connection: Connection
) -> None:
    token = invited_first(editors)
    assert editors.invitation(token, now_s=NOW_S) is not None
    assert users(editors, token) == ["root"]
    assert [(e.name, e.roles) for e in editors.all()] == [("root", {EVERY_SITE: Role.ADMIN})]
    connection.client.delete(keys.first_admin())
    late = invited_first(editors)
    assert editors.invitation(late, now_s=NOW_S) is None
    assert editors.use(late, "eve", "a hash", now_s=NOW_S) is None


def invited_first(editors: Editors) -> str:
    token = editors.invite_first(now_s=NOW_S)
    assert token is not None
    return token


def test_the_first_admins_link_is_made_once_a_day(editors: Editors, connection: Connection) -> None:
    first = invited_first(editors)
    assert editors.invite_first(now_s=NOW_S + 3600) is None
    assert editors.invitation(first, now_s=NOW_S + 3600) is not None
    assert NOW_S - 5 <= editors.first_invited_s(now_s=NOW_S) <= NOW_S
    connection.client.delete(keys.first_admin())  # as when its day is over
    second = invited_first(editors)
    assert editors.invitation(first, now_s=NOW_S) is None
    assert editors.invitation(second, now_s=NOW_S) is not None


def test_a_link_ends_with_the_next_one(editors: Editors) -> None:
    editors.add(ALICE)
    first, second = (editors.invite("alice", now_s=NOW_S) for _ in range(2))
    assert editors.invitation(first, now_s=NOW_S) is None
    assert editors.use(first, "root", "a hash", now_s=NOW_S) is None
    assert editors.use(second, "root", "a hash", now_s=NOW_S) is not None


def test_a_link_is_the_next_ones_of_its_own_editor_only(editors: Editors) -> None:
    editors.add(ALICE)
    editors.add(replace(ALICE, name="bob"))
    token = editors.invite("alice", now_s=NOW_S)
    editors.invite("bob", now_s=NOW_S)
    editors.use(editors.invite("bob", now_s=NOW_S), "", "a hash", now_s=NOW_S)
    editors.remove("bob")
    assert editors.invitation(token, now_s=NOW_S) is not None


def replaced(editors: Editors) -> None:
    editors.remove("alice")
    editors.add(ALICE)


Change = Callable[[Editors], object]
ENDS: dict[str, Change] = {
    "a password": lambda e: e.change("alice", lambda a: a.with_password("new")),
    "fewer roles": lambda e: e.change("alice", lambda a: a.with_roles({"news": Role.EDITOR})),
    "no roles": lambda e: e.change("alice", lambda a: a.with_roles({})),
    "a lower role": lambda e: e.change(
        "alice", lambda a: a.with_roles({**a.roles, "news": Role.VIEWER})
    ),
    "a removal": lambda e: e.remove("alice"),
    "another of this name": replaced,
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
@pytest.mark.parametrize("was_invited", [True, False])
def test_a_link_ends_with(editors: Editors, end: Change, was_invited: bool) -> None:
    editors.add(replace(ALICE, password_hash="" if was_invited else "her hash"))
    token = editors.invite("alice", now_s=NOW_S)
    end(editors)
    before = editors.get("alice")
    assert editors.invitation(token, now_s=NOW_S) is None
    assert editors.use(token, "alice", "a thief's", now_s=NOW_S) is None
    assert editors.get("alice") == before


def test_a_link_outlives_more_roles_and_ended_sessions(editors: Editors) -> None:
    editors.add(ALICE)
    token = editors.invite("alice", now_s=NOW_S)
    editors.change("alice", lambda a: a.with_roles({**a.roles, "blog": Role.ADMIN}))
    editors.change("alice", lambda a: replace(a, epoch=a.epoch + 1))
    used = editors.use(token, "", "a hash", now_s=NOW_S)
    assert used is not None and used.password_hash == "a hash" and used.epoch == NOW_S + 2


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_link_that_ends_while_it_is_being_used_changes_nothing(
    connection: Connection, end: Change
) -> None:
    class Overtaken(Editors):
        def invitation(self, token: str, *, now_s: int) -> Invitation | None:
            found = super().invitation(token, now_s=now_s)
            end(Editors(connection))
            return found

    editors = Overtaken(connection)
    editors.add(ALICE)
    token = editors.invite("alice", now_s=NOW_S)
    assert editors.use(token, "", "a thief's", now_s=NOW_S) is None
    alice = editors.get("alice")
    assert alice is None or alice.password_hash != "a thief's"


def test_a_revoked_api_key_or_share_link_is_unknown_at_once(
    connection: Connection, site: Site
) -> None:
    api_keys, links = ApiKeys(connection), ShareLinks(connection)
    secrets = [api_keys.make(site.key, name, who="alice", now_s=NOW_S) for name in "ab"]
    [kept] = [key for key in api_keys.of(site.key) if key.label == "b"]
    [gone] = [key for key in api_keys.of(site.key) if key.label == "a"]
    assert api_keys.revoke(site.key, gone.digest) and not api_keys.revoke(site.key, gone.digest)
    found = [api_keys.find(site.key, secret, now_s=NOW_S) for secret in secrets]
    assert found == [None, kept]
    link = ShareLink("", "Board", "", "7d", "", "", "alice", NOW_S, NOW_S + 60)
    secrets = [links.make(site, link) for _ in range(2)]
    gone_link = links.find(site, secrets[0], now_s=NOW_S)
    assert gone_link and links.revoke(site, gone_link.digest)
    assert not links.revoke(site, gone_link.digest)
    assert links.find(site, secrets[0], now_s=NOW_S) is None
    assert links.find(site, secrets[1], now_s=NOW_S + 59) is not None
    assert links.find(site, secrets[1], now_s=NOW_S + 60) is None


def test_use_extends_a_session_but_not_for_ever(sessions: Sessions, connection: Connection) -> None:
    id_ = sessions.begin("alice", epoch=3, agent="Firefox/1", now_s=NOW_S)
    assert id_.encode() not in everything_stored(connection)
    assert sessions.get(id_, now_s=NOW_S + IDLE_S) is None
    now_s = NOW_S
    while now_s + IDLE_S - 1 < NOW_S + ABSOLUTE_S:
        now_s += IDLE_S - 1
        assert sessions.get(id_, now_s=now_s) is not None
    assert sessions.get(id_, now_s=NOW_S + ABSOLUTE_S) is None
    assert sessions.get("x" * 43, now_s=NOW_S) is None
    for key in connection.client.scan_iter():
        assert connection.client.ttl(key) > 0, key


def test_a_session_is_written_at_most_once_a_minute(sessions: Sessions) -> None:
    id_ = sessions.begin("alice", epoch=0, agent="", now_s=NOW_S)
    early = sessions.get(id_, now_s=NOW_S + TOUCH_S - 1)
    assert early is not None and early.seen_s == NOW_S
    later = sessions.get(id_, now_s=NOW_S + TOUCH_S)
    assert later is not None and later.seen_s == NOW_S + TOUCH_S


def test_an_editors_sessions_are_listed_and_stay_ended_once_ended(sessions: Sessions) -> None:
    first = sessions.begin("alice", epoch=1, agent="A", now_s=NOW_S)
    sessions.begin("alice", epoch=1, agent="B", now_s=NOW_S + 5)
    other = sessions.begin("bob", epoch=1, agent="C", now_s=NOW_S)
    listed = sessions.of("alice", epoch=1, now_s=NOW_S + 9)
    assert [session.agent for session in listed] == ["B", "A"]
    bobs = sessions.of("bob", epoch=1, now_s=NOW_S)[0].digest
    assert not sessions.end("alice", bobs)
    assert sessions.get(other, now_s=NOW_S)
    held = sessions.get(first, now_s=NOW_S)
    assert held is not None
    assert sessions.end("alice", held.digest)
    sessions.renew(held, epoch=2, now_s=NOW_S)
    assert sessions.get(first, now_s=NOW_S) is None
    assert sessions.of("alice", epoch=2, now_s=NOW_S) == []


def test_five_wrong_passwords_lock_an_account_for_the_rest_of_15_minutes(guesses: Guesses) -> None:
    for second in range(5):
        guesses.begin("alice", f"198.51.100.{second}", now_s=NOW_S + second)
    with pytest.raises(RateLimited) as refused:
        guesses.begin("alice", ADDRESS, now_s=NOW_S + 60)
    assert refused.value.retry_after_s == WINDOW_S - 60
    guesses.begin("bob", ADDRESS, now_s=NOW_S + 60)
    guesses.begin("alice|known browser", ADDRESS, now_s=NOW_S + 60)
    for second in range(30):  # further attempts do not keep it locked
        with pytest.raises(RateLimited):
            guesses.begin("alice", f"192.0.2.{second}", now_s=NOW_S + 100 + second)
    guesses.begin("alice", ADDRESS, now_s=NOW_S + WINDOW_S)


def test_right_passwords_do_not_count(guesses: Guesses) -> None:
    for second in range(60):
        guesses.take_back(guesses.begin("alice", ADDRESS, now_s=NOW_S + second))


def test_the_21st_wrong_password_from_a_network_is_refused_for_any_account(
    guesses: Guesses, connection: Connection
) -> None:
    for number in range(20):
        guesses.begin(f"name{number}", ADDRESS, now_s=NOW_S)
    for _ in range(6):
        with pytest.raises(RateLimited):
            guesses.begin("alice", ADDRESS, now_s=NOW_S)
    for number in range(5):  # a refused network locks no account
        guesses.begin("alice", f"198.51.100.{number}", now_s=NOW_S)
    stored = everything_stored(connection)
    assert b"alice" not in stored and ADDRESS.encode() not in stored


def test_of_a_hundred_guesses_at_once_five_are_tried(guesses: Guesses) -> None:
    outcomes = []

    def guess(number: int) -> Any:
        try:
            guesses.begin("alice", f"198.51.100.{number}", now_s=NOW_S)
            outcomes.append("taken")
        except RateLimited:
            outcomes.append("refused")

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("taken"), outcomes.count("refused")) == (5, 95)


def test_an_api_key_reads_one_site_until_it_is_revoked(connection: Connection) -> None:
    api_keys = ApiKeys(connection)
    secret = api_keys.make("news", "report", who="alice", now_s=NOW_S)
    assert secret.encode() not in everything_stored(connection)
    assert api_keys.find("other", secret, now_s=NOW_S) is None
    assert api_keys.find("news", secret + "x", now_s=NOW_S) is None
    assert api_keys.of("news")[0].used_s == 0
    found = api_keys.find("news", secret, now_s=NOW_S + 1)
    assert found is not None and found.label == "report"
    [key] = api_keys.of("news")
    assert key.used_s == NOW_S + 1
    assert api_keys.revoke("other", key.digest) is None
    revoked = api_keys.revoke("news", key.digest)
    assert revoked is not None and revoked.label == "report"
    assert api_keys.find("news", secret, now_s=NOW_S + 2) is None
    assert api_keys.of("news") == [] and api_keys.revoke("news", key.digest) is None


def test_an_unknown_origin_is_not_refused_while_the_store_is_away(tmp_path: Path) -> None:
    for url in ("unix://{}/gone.sock", "redis+cluster://127.0.0.1:1"):
        away = Connection(url.format(tmp_path), timeout_ms=200)
        sites = Sites(away, HOME)
        assert sites.is_registered(HOME.origins[0])
        for _ in range(2):  # the second time from the cache
            with pytest.raises(StoreUnavailable):
                sites.is_registered("https://news.example")


def test_only_one_of_many_saves_of_the_same_version_succeeds(sites: Sites) -> None:
    stored = sites.add(Site("news", "The News", ("https://news.example",)))
    outcomes = []

    def save(number: int) -> Any:
        try:
            sites.change("news", version_of(stored), lambda s: replace(s, open_days=number))
            outcomes.append(number)
        except Stale:
            pass

    threads = [threading.Thread(target=save, args=(number,)) for number in range(1, 101)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [sites.fresh("news").open_days]


def test_a_change_keeps_the_register_and_a_refused_change_alters_nothing(sites: Sites) -> None:
    sites.add(Site("news", "The News", ("https://news.example",)))
    version = version_of(sites.fresh("news"))
    fewer = Poll("Well?", REACTIONS.choices[3:])
    before, after = sites.change("news", version, lambda s: replace(s, reactions=fewer))
    assert before.reactions == REACTIONS and after.reactions == fewer
    assert after.register[""] == tuple(c.key for c in REACTIONS.choices)
    many = Poll("?", tuple(replace(fewer.choices[0], key=f"k{number}") for number in range(9)))
    with pytest.raises(ValueError, match="15"):
        sites.change("news", version_of(after), lambda s: replace(s, reactions=many))
    assert sites.fresh("news") == after
    with pytest.raises(UnknownSite):
        sites.change("nobody", version, lambda s: s)


def test_the_home_sites_own_origins_come_from_the_settings(
    sites: Sites, connection: Connection
) -> None:
    version = version_of(sites.fresh("home"))
    sites.change("home", version, lambda s: replace(s, name="Mine"))
    moved = Sites(connection, replace(HOME, origins=("https://mine.example",)))
    assert moved.fresh("home").origins == ("https://mine.example",)
    assert moved.fresh("home").name == "Mine"


def test_a_site_with_an_existing_key_is_not_added(sites: Sites) -> None:
    sites.add(Site("news", "The News", ("https://news.example",)))
    for key in ("news", "home"):
        with pytest.raises(Stale):
            sites.add(Site(key, "Other", ("https://other.example",)))
    assert sites.fresh("news").name == "The News" and sites.fresh("home").name == "Readback"


def test_origins_of_voters_are_read_from_every_partition(connection: Connection) -> None:
    client = connection.client
    for partition, at_s in ((0, NOW_S), (31, NOW_S + 9), (7, NOW_S + 3)):
        client.hset(f"rb:{{news:{partition}}}:seen", "https://news.example", at_s)
    client.hset("rb:{other:0}:seen", "https://other.example", NOW_S)
    assert seen_on(connection, "news") == {"https://news.example": NOW_S + 9}
