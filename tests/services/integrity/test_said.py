"""From votes to what the desk says of them: real votes, evidence, watch, acts and figures."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import NOW_S
from widget.alerts.receivers import Receivers
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.figures.period import period_from
from widget.domain.figures.tables import Table
from widget.domain.integrity.evidence import Kind
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.domain.page import Page
from widget.services.figures.listing import ArticleQuery
from widget.services.figures.morning import morning_figures
from widget.services.figures.wiring import Figures, open_figures
from widget.services.integrity.acts import FlagActs
from widget.services.integrity.held import HeldReleases
from widget.services.integrity.notices import FlagNotices
from widget.services.integrity.resting import CLOSED, NO_VOTES, RestingFlags
from widget.services.integrity.usual import SiteUsual
from widget.services.integrity.watch import IntegrityWatch
from widget.services.tone import SiteTone
from widget.store.alerts.outbox import Outbox
from widget.store.alerts.receivers import ReceiverBook
from widget.store.connect import Connection
from widget.store.desk.audit import BY_ITSELF
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.held_votes import HeldVotes
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites
from widget.web.desk.figures.tables import article_tables, listing_table, overview_tables

ANGRY, STUFFED = 5, 240
HOSTILE = "\u202e=cmd|' /C calc'!A0 <script>alert(1)</script>"
ANA = Actor("Ana", NOW_S)


@dataclass
class Desk:
    site: Site
    figures: Figures
    flags: Flags
    acts: FlagActs
    watch: IntegrityWatch
    article: ArticleRef

    def flag(self) -> Flag:
        [flag] = self.flags.listed(self.site, limit=9)
        return flag

    def overview(self) -> Any:
        period = period_from("7d", "", "", now_s=NOW_S, zone=self.site.zone)
        return self.figures.overviews.overview(self.site, period)


class Clock:
    now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(connection: Connection, site: Site, clock: Clock) -> Desk:
    """Return a desk after a morning with 240 stuffed votes on one of its stories."""
    figures, flags = open_figures(connection, SiteTone(connection)), Flags(connection)
    corrections = Corrections(connection, Aliases(connection))
    watch = IntegrityWatch(
        Sites(connection, site),
        figures.trends,
        Evidence(connection),
        flags,
        SiteUsual(figures.trends),
        ReceiverBook(connection),
        FlagNotices(flags, figures.pages, Outbox(connection), public_url="https://d.example"),
        HeldReleases(HeldVotes(connection), corrections, flags),
        RestingFlags(flags, Evidence(connection), corrections.records),
        every_s=300,
        clock=clock,
    )
    article = resolve_for(site, "story")
    votes = [(kind, choice) for kind in (Kind.NEW, Kind.KNOWN) for choice in (1, 1, 2, 3, 3)] * 18
    votes += [(Kind.KNOWN, ANGRY)] * 20 + [(Kind.NEW, ANGRY)] * (20 + STUFFED)
    with BulkCasts(connection) as casts:
        for number, (kind, choice) in enumerate(votes):
            page = Page(HOSTILE, "City", url="https://news.example/story")
            cast = Cast(1, choice, NOW_S - number % 4 * 3600, 7, page=page, kind=kind)
            casts.cast(site, article, Voter(number.to_bytes(8, "big")), cast)
    watch.look(site, Receivers())
    return Desk(site, figures, flags, FlagActs(flags, corrections), watch, article)


def test_stuffed_votes_are_found_in_the_evidence_that_they_left(desk: Desk) -> None:
    found = desk.flag().finding
    assert (found.choice, found.kind, found.signal) == (ANGRY, "new", "odds")
    assert abs(found.excess - STUFFED) < 40 and found.new_chosen == STUFFED + 20


def test_from_then_on_new_readers_votes_for_it_are_held_and_no_others(
    desk: Desk, reactions: Reactions
) -> None:
    assert desk.flag().held_until_s == NOW_S + 7200

    def is_held(reader: int, choice: int, kind: Kind, now_s: int) -> bool:
        voter, cast = Voter(reader.to_bytes(8, "little")), Cast(1, choice, now_s, 7, kind=kind)
        return reactions.cast(desk.site, desk.article, voter, cast).is_held

    assert is_held(1, ANGRY, Kind.NEW, NOW_S + 60)
    assert not is_held(2, ANGRY, Kind.KNOWN, NOW_S + 60)
    assert not is_held(3, 1, Kind.NEW, NOW_S + 60)
    assert not is_held(4, ANGRY, Kind.NEW, NOW_S + 7200)


def test_the_flag_is_a_todo_and_a_clause_of_the_morning_sentence(desk: Desk) -> None:
    overview = desk.overview()
    todo = desk.figures.todos.beside(desk.site, overview)[0]
    assert (todo.kind, todo.n, todo.reaction) == ("flag", desk.flag().finding.excess, "Angry")
    assert todo == desk.figures.todos.of(desk.site)[0]
    assert todo.about.endswith("<script>alert(1)</script>")
    told = morning_figures(desk.site, overview, [todo], "en")
    assert (told.flags, told.aside) == (1, 0)


def test_every_table_says_how_many_votes_were_set_aside(desk: Desk) -> None:
    before = desk.overview()
    flag = desk.acts.set_aside(desk.site, desk.flag().id, by=ANA)
    after = desk.overview()
    assert after.aside == flag.votes_aside == before.mix.n - after.mix.n
    assert after.waiting.flags == 0
    assert status(overview_tables(desk.site, after)) == [
        ("counted", after.mix.n),
        ("held", 0),
        ("set_aside", flag.votes_aside),
    ]
    article = desk.figures.articles.figures(desk.site, desk.article.id)
    assert status(article_tables(desk.site, article))[2] == ("set_aside", flag.votes_aside)
    listing = desk.figures.listings.articles(desk.site, after.period, ArticleQuery())
    [row] = listing_table(desk.site, listing).records()
    assert (row["votes"], row["set_aside"]) == (after.mix.n, flag.votes_aside)
    told = morning_figures(desk.site, after, [], "en")
    assert (told.flags, told.aside) == (0, flag.votes_aside)


def test_a_restored_window_is_as_before(desk: Desk, recount: Recount) -> None:
    before, waits = desk.overview(), desk.flag()
    desk.acts.set_aside(desk.site, waits.id, by=ANA)
    desk.watch.look(desk.site, Receivers())
    assert desk.flag().state == "set_aside"
    assert desk.acts.restore(desk.site, waits.id, by=ANA).finding == waits.finding
    after = desk.overview()
    assert (after.mix, after.aside, after.waiting) == (before.mix, 0, before.waiting)
    assert list(recount.mismatches(desk.site, now_s=NOW_S)) == []


def test_a_flag_without_votes_rests_by_itself(
    desk: Desk, connection: Connection, recount: Recount
) -> None:
    corrections = Corrections(connection, Aliases(connection))
    corrections.reset(desk.site, desk.article.id, by=ANA)
    desk.watch.look(desk.site, Receivers())
    rests = desk.flag()
    assert (rests.state, rests.by, rests.note) == ("explained", BY_ITSELF, NO_VOTES)
    assert list(recount.mismatches(desk.site, now_s=NOW_S)) == []


def test_a_flag_of_a_story_that_closed_rests_by_itself(desk: Desk, clock: Clock) -> None:
    clock.now_s = NOW_S + (desk.site.open_days + 1) * 86400
    desk.watch.look(desk.site, Receivers())
    assert desk.flag().note == CLOSED


def status(tables: list[Table]) -> list[tuple[Any, ...]]:
    [found] = [table for table in tables if table.name == "status"]
    return [tuple(row) for row in found.rows]
