"""The watch in a real store: what it looks at, raises, holds and tells, and what stops it."""

import os
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from tests.conftest import NOW_S
from tests.support.findings import finding
from widget.alerts import event
from widget.alerts.receivers import Receivers
from widget.domain.article import resolve_for
from widget.domain.errors import CannotCorrect, StoreUnavailable
from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.model import Site
from widget.domain.page import Page
from widget.metrics.series import FLAGS
from widget.services.integrity import watch as watch_module
from widget.services.integrity.held import HeldReleases
from widget.services.integrity.notices import LATE_S, FlagNotices
from widget.services.integrity.resting import RestingFlags
from widget.services.integrity.stories import lively
from widget.services.integrity.usual import SiteUsual
from widget.services.integrity.watch import HOLD_S, IntegrityWatch
from widget.store import keys
from widget.store.alerts.outbox import Outbox
from widget.store.alerts.receivers import ReceiverBook
from widget.store.connect import Connection
from widget.store.erasing import Erasing
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.held_votes import HeldVotes
from widget.store.reactions.votes import Cast, Voter
from widget.store.sites import Sites

HOUR = NOW_S // 3600
ANGRY = 5
HOSTILE = "\u202e<script>alert(1)</script> \U0001f600 " + "x" * 400
ANA = Actor("Ana", NOW_S)
TO_ALL = Receivers(webhook="https://hooks.example/x", mails=("ed@news.example",), salt="ab")


class Seen(Evidence):
    """Evidence of stories that is said, instead of their votes."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.hours: dict[str, list[HourEvidence]] = {}
        self.is_away = False

    def of_many(self, site: Site, article_ids: Sequence[str]) -> dict[str, list[HourEvidence]]:
        if self.is_away:
            raise StoreUnavailable
        return {one: self.hours.get(one, []) for one in article_ids}


@dataclass
class Watched:
    site: Site
    connection: Connection
    seen: Seen
    flags: Flags
    outbox: Outbox
    watch: IntegrityWatch
    now_s: int = NOW_S

    def story(
        self, name: str, hours: list[HourEvidence], *, votes: int = 6, title: str = "A story"
    ) -> str:
        """Make a story with votes in this hour, and with this evidence."""
        article = resolve_for(self.site, name)
        with BulkCasts(self.connection) as casts:
            for number in range(votes):
                page = Page(title, url=f"https://news.example/{name}")
                voter = Voter(f"{name:.4}{number:04}".encode())
                casts.cast(self.site, article, voter, Cast(1, 1, self.now_s, 7, page=page))
        self.seen.hours[article.id] = hours
        return article.id

    def look(self, receivers: Receivers = TO_ALL) -> None:
        self.watch.look(self.site, receivers)


@pytest.fixture
def watched(connection: Connection, site: Site) -> Watched:
    return watching(connection, site, Seen(connection))


def watching(connection: Connection, site: Site, seen: Seen) -> Watched:
    trends, flags, outbox = Trends(connection), Flags(connection), Outbox(connection)
    notices = FlagNotices(flags, Pages(connection), outbox, public_url="https://desk.example")
    corrections = Corrections(connection, Aliases(connection))
    held = HeldReleases(HeldVotes(connection), corrections, flags)
    watch = IntegrityWatch(
        Sites(connection, site),
        trends,
        seen,
        flags,
        SiteUsual(trends),
        ReceiverBook(connection),
        notices,
        held,
        RestingFlags(flags, seen, corrections.records),
        every_s=300,
        clock=lambda: made.now_s,
    )
    made = Watched(site, connection, seen, flags, outbox, watch)
    return made


def ordinary(hours: int = 14, to: int = HOUR + 1) -> list[HourEvidence]:
    """Return hours in which new and known readers chose alike."""
    mix = {1: 12, 2: 4, 3: 8, ANGRY: 6}
    votes = {choice: ChoiceEvidence(k * 2 // 3, k, k // 6) for choice, k in mix.items()}
    return [HourEvidence(hour, votes) for hour in range(to - hours, to)]


def stuffed(votes: int = 300, hours: int = 6, to: int = HOUR + 1) -> list[HourEvidence]:
    """Return ordinary hours, with votes of new readers for Angry in the last of them."""
    found = ordinary(to=to)
    for place in range(-hours, 0):
        one = found[place].choices[ANGRY]
        more = ChoiceEvidence(one.new + votes // hours, one.known, one.again)
        choices = {**found[place].choices, ANGRY: more}
        found[place] = HourEvidence(found[place].hour, choices)
    return found


def test_stuffed_votes_are_flagged_once_and_told_once(watched: Watched) -> None:
    story = watched.story("stuffed", stuffed(), title=HOSTILE)
    watched.story("other", ordinary())
    before = dict(FLAGS.totals())
    for later_s in (0, 300, 600):
        watched.now_s = NOW_S + later_s
        watched.look()
    [flag] = watched.flags.listed(watched.site, limit=9)
    assert (flag.article_id, flag.finding.choice, flag.found_s) == (story, ANGRY, NOW_S)
    assert 200 < flag.finding.excess <= 320
    assert dict(FLAGS.totals())[("odds",)] - before[("odds",)] == 1
    told = [(one.channel, one.message.kind) for one in watched.outbox.latest(watched.site.key)]
    assert sorted(told) == [("mail", event.FLAGGED), ("webhook", event.FLAGGED)]


def test_the_alert_says_what_was_seen_and_keeps_hostile_titles_on_their_line(
    watched: Watched,
) -> None:
    story = watched.story("stuffed", stuffed(), title=HOSTILE)
    watched.look()
    message = watched.outbox.latest(watched.site.key)[0].message
    [flag] = watched.flags.of_article(watched.site, story)
    assert len(message.subject) <= 160 and "\n" not in message.subject
    assert message.text.splitlines()[1] == "https://news.example/stuffed"
    assert f"About {flag.finding.excess} votes for Angry do not look organic." in message.text
    assert f"{flag.finding.new_chosen} of " in message.text
    assert "Votes of new readers for Angry are held until 10:00." in message.text
    assert f"https://desk.example/desk/news/integrity/{flag.id}" in message.text
    said: dict[str, Any] = msgspec.json.decode(message.event)
    assert said["type"] == "article.flagged"
    assert said["data"]["article"]["id"] == story
    assert said["data"]["flag"]["choice"] == "angry"
    assert said["data"]["flag"]["votes"] == flag.finding.excess


def test_nobody_is_told_where_nobody_listens_or_of_what_is_old(watched: Watched) -> None:
    watched.story("stuffed", stuffed())
    watched.look(Receivers())
    assert watched.outbox.latest(watched.site.key) == []
    watched.now_s = NOW_S + LATE_S
    watched.look()
    assert watched.outbox.latest(watched.site.key) == []
    assert watched.flags.waiting(watched.site) == 1


def test_new_readers_votes_are_held_while_an_attack_of_the_clear_kind_goes_on(
    watched: Watched,
) -> None:
    story = watched.story("stuffed", stuffed(400))
    article = resolve_for(watched.site, "stuffed")
    watched.look()
    key = keys.article(watched.site.key, article.partition, story)
    until_s = NOW_S + HOLD_S
    assert watched.connection.client.hget(key, "y") == f"{ANGRY} {until_s}".encode()
    [flag] = watched.flags.of_article(watched.site, story)
    assert flag.held_until_s == until_s
    watched.now_s = until_s + 60
    watched.look()
    assert watched.connection.client.hget(key, "y") == f"{ANGRY} {until_s}".encode()


def test_an_attack_that_is_over_holds_nobodys_votes(watched: Watched) -> None:
    story = watched.story("stuffed", [*stuffed(to=HOUR - 5), *ordinary(hours=6)])
    article = resolve_for(watched.site, "stuffed")
    watched.look()
    [flag] = watched.flags.of_article(watched.site, story)
    assert flag.finding.to_hour < HOUR and flag.held_until_s == 0
    key = keys.article(watched.site.key, article.partition, story)
    assert not watched.connection.client.hexists(key, "y")


def test_what_an_editor_explained_is_not_raised_or_held_again(watched: Watched) -> None:
    watched.story("stuffed", stuffed())
    watched.look()
    [flag] = watched.flags.listed(watched.site, limit=9)
    watched.flags.explain(watched.site, flag.id, "Linked by a forum", by=ANA)
    watched.now_s = NOW_S + 300
    watched.look()
    [rests] = watched.flags.listed(watched.site, limit=9)
    assert rests.state == "explained" and watched.flags.waiting(watched.site) == 0


def test_quiet_stories_are_not_looked_at(watched: Watched) -> None:
    watched.story("quiet", stuffed(), votes=4)
    busy = watched.story("busy", ordinary(), votes=9)
    busier = watched.story("busier", ordinary(), votes=12)
    trends = Trends(watched.connection)
    assert lively(trends, watched.site, now_s=NOW_S) == [busier, busy]
    assert lively(trends, watched.site, now_s=NOW_S + 3600) == [busier, busy]
    assert lively(trends, watched.site, now_s=NOW_S + 7200) == []
    watched.look()
    assert watched.flags.waiting(watched.site) == 0


def test_a_story_that_is_forgotten_while_flagged_leaves_nothing(watched: Watched) -> None:
    story = watched.story("stuffed", stuffed())
    watched.look()
    Erasing(watched.connection).remove_article(watched.site, story, now_s=NOW_S)
    watched.look()
    assert watched.flags.listed(watched.site, limit=9) == []
    with pytest.raises(CannotCorrect):  # a round that had read its evidence before
        watched.flags.put(watched.site, story, finding(), now_s=NOW_S)


def test_a_round_goes_on_after_a_story_that_was_merged_away(watched: Watched) -> None:
    gone = watched.story("gone", stuffed(), votes=30)
    stays = watched.story("stays", stuffed(), votes=6)
    corrections = Corrections(watched.connection, Aliases(watched.connection))
    target = watched.story("target", ordinary())
    corrections.merge(
        watched.site, resolve_for(watched.site, "gone"), resolve_for(watched.site, "target"), by=ANA
    )
    watched.look()
    flagged = {flag.article_id for flag in watched.flags.listed(watched.site, limit=9)}
    assert flagged == {stays} and gone not in flagged and target not in flagged


def test_of_processes_that_look_at_once_one_raises_and_tells(watched: Watched) -> None:
    story = watched.story("stuffed", stuffed())
    others = [watching(watched.connection, watched.site, watched.seen) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(Watched.look, others))
    assert len(watched.flags.of_article(watched.site, story)) == 1
    assert len(watched.outbox.latest(watched.site.key)) == 2


def test_one_process_has_the_lease(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(IntegrityWatch, "look", lambda self, site, _: looked.append(site.key))
    for _ in range(3):
        watched.watch.run_once()
    assert looked == [watched.site.key]
    watched.connection.client.delete(keys.integrity_watch())
    watched.watch.run_once()
    assert len(looked) == 2


def test_a_site_whose_shard_is_away_does_not_keep_the_others_waiting(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    sites = Sites(watched.connection, watched.site)
    for number in range(4):
        sites.add(Site(f"s{number}", "S", (f"https://s{number}.example",)))
    looked: list[str] = []

    def look(self: IntegrityWatch, site: Site, receivers: Receivers) -> None:
        looked.append(site.key)
        if site.key in ("news", "s0"):
            raise StoreUnavailable

    monkeypatch.setattr(IntegrityWatch, "look", look)
    watched.watch.run_once()
    assert sorted(looked) == ["news", "s0", "s1", "s2", "s3"]


def test_the_watch_ends_its_round_while_the_store_is_away(watched: Watched) -> None:
    watched.story("stuffed", stuffed())
    watched.seen.is_away = True
    with pytest.raises(StoreUnavailable):
        watched.look()
    watched.seen.is_away = False
    watched.look()
    assert watched.flags.waiting(watched.site) == 1
    nowhere = Connection("redis://127.0.0.1:1", timeout_ms=50)
    away = watching(nowhere, watched.site, Seen(nowhere))
    with pytest.raises(StoreUnavailable):
        away.watch.run_once()


@pytest.mark.parametrize(("every_s", "looks"), [(0.01, True), (0, False)])
def test_a_thread_looks_unless_it_is_switched_off(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, every_s: float, looks: bool
) -> None:
    looked = threading.Event()
    monkeypatch.setattr(os, "register_at_fork", lambda **_: None)
    monkeypatch.setattr(watch_module.IntegrityWatch, "run_once", lambda _: looked.set())
    monkeypatch.setattr(watched.watch, "_every_s", every_s)
    watched.watch.start()
    assert looked.wait(5 if looks else 0.1) == looks


def test_what_is_usual_comes_from_28_days_and_the_median_story(watched: Watched) -> None:
    watched.now_s = NOW_S - 86400
    article = resolve_for(watched.site, "yesterday")
    with BulkCasts(watched.connection) as casts:
        for number in range(300):
            cast = Cast(1, 1 + number % 3, watched.now_s, 7)
            casts.cast(watched.site, article, Voter(number.to_bytes(8, "big")), cast)
    clock = iter((0.0, 0.0, 10.0, 10.0, 4000.0, 4000.0, 4000.0)).__next__
    usual = SiteUsual(Trends(watched.connection), clock)
    stories = [ordinary(), ordinary(), stuffed(3000)]
    found = usual.of(watched.site, stories, now_s=NOW_S)
    assert [round(share, 2) for share in found.shares] == [0.26] * 3 + [0.06] * 4
    assert found.votes == 300 and 0.6 < found.new_per_known < 0.7
    assert usual.of(watched.site, [], now_s=NOW_S) is found
