"""Figures read in portions, partition by partition, compared with a plain recount of the votes."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import NOW_S
from tests.support.server import ROOT
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.figures import moods
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period, period_from
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.zones import Zone
from widget.services.figures import listing, past, stories
from widget.services.figures.listing import ArticleQuery, Listings
from widget.services.figures.past import Past
from widget.services.figures.surges import surges
from widget.services.figures.tone_baseline import ToneBaseline
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.store import scripts
from widget.store.connect import Connection
from widget.store.figures import portions, trends
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter

CHOICES = 7
SECTIONS = ("City", "World", "Life")
RANKED_FROM = 3
MANY = 2300  # more than two portions
WEEK: dict[str, str] = {"name": "7d"}
TODAY: dict[str, str] = {"name": "today"}
PERIODS = (WEEK, TODAY, {"name": "30d"}, {"first": "2025-11-12"})
# It is 08:00 in UTC: the local day began in this day of UTC, or in the one before.
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati")


@pytest.fixture
def portions_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every script stop after three of what it counts."""
    monkeypatch.setattr(
        scripts,
        "script_text",
        lambda *names: re.sub(r"PORTION = \d+", "PORTION = 3", _text(*names)),
    )


@pytest.fixture
def ranked_from_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let articles with few votes be ranked by mood."""
    for module in (moods, past, stories):
        monkeypatch.setattr(module, "MIN_RANKED_N", RANKED_FROM)


_text = scripts.script_text


@dataclass
class Model:
    """Every reader's vote as a plain dict: (article, reader) -> choice, hour."""

    votes: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    first_hours: dict[int, int] = field(default_factory=dict)

    def cast(self, article: int, reader: int, choice: int, now_s: int) -> None:
        hour = now_s // 3600
        if self.votes.get((article, reader), (0, 0))[0] != choice:
            self.votes[article, reader] = choice, hour
        self.first_hours.setdefault(article, hour)

    def counts(self, asked: Period) -> dict[int, list[int]]:
        """Return each article's votes by choice in a period."""
        found: dict[int, list[int]] = {}
        for (article, _), (choice, hour) in self.votes.items():
            if choice and asked.first_day <= asked.zone.day_of_hour(hour) <= asked.last_day:
                found.setdefault(article, [0] * CHOICES)[choice - 1] += 1
        return found

    def series(self, asked: Period) -> list[list[int]]:
        """Return the votes by choice of each hour or day of a period."""
        hours = range(asked.first_hour, asked.end_hour)
        days = range(asked.first_day, asked.last_day + 1)
        found = {at: [0] * CHOICES for at in (hours if asked.is_hourly else days)}
        for choice, hour in self.votes.values():
            at = hour if asked.is_hourly else asked.zone.day_of_hour(hour)
            if choice and at in found:
                found[at][choice - 1] += 1
        return list(found.values())


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.one_of(
            st.tuples(
                st.integers(0, 4),
                st.integers(0, 3),
                st.integers(0, CHOICES),
                st.sampled_from((0, 0, 1, 20)),
            ),
            st.just(WEEK),
        ),
        min_size=5,
        max_size=20,
    ),
    st.sampled_from(ZONES),
    st.sampled_from((0, 8, 100)),
)
# A vote of today, one of yesterday, and their changes, each between two visits.
@example(
    [(0, 1, 3, 0), WEEK, (0, 1, 5, 1), WEEK, (1, 1, 5, 20), WEEK, (0, 1, 2, 0), WEEK], "UTC", 4
)
# Readers of two articles swap their choices: every total stays.
@example([(0, 1, 3, 0), (1, 2, 5, 0), WEEK, (0, 1, 5, 0), (1, 2, 3, 0), WEEK], "UTC", 0)
@example(
    [*[(0, reader, 3, 0) for reader in range(4)], (1, 1, 1, 20), WEEK, (0, 1, 3, 0), WEEK], "UTC", 5
)
# A choice changed and changed back within a day of UTC moves a vote over a local midnight.
@example(
    [(0, 1, 3, 0), (1, 1, 3, 20), TODAY, (0, 2, 1, 0), TODAY, (0, 2, 5, 1), (0, 2, 1, 1), TODAY],
    "America/New_York",
    3,
)
def test_what_a_worker_keeps_and_reads_again_is_what_a_plain_recount_gives(
    connection: Connection,
    reactions: Reactions,
    site: Site,
    portions_of_three: None,
    ranked_from_three: None,
    steps: list[Any],
    zone: str,
    upgraded: int,
) -> None:
    """The store is of schema 1 before the step ``upgraded``."""
    connection.client.flushall()
    articles = [resolve_for(site, f"story-{number}") for number in range(5)]
    trends_, pages = Trends(connection), Pages(connection)
    reading, model, now_s = Past(trends_), Model(), NOW_S
    listings = Listings(reading, pages, ToneBaseline(trends_))
    for seq, step in enumerate([*steps, *PERIODS], 1):
        if isinstance(step, dict):
            asked = period_from(
                step.get("name", ""),
                step.get("first", ""),
                step.get("first", ""),
                now_s=now_s,
                zone=Zone(zone),
            )
            agrees(reading, listings, model, site, articles, asked)
            continue
        number, reader, choice, hours = step
        now_s += hours * 3600
        page = Page(section=SECTIONS[number % 3])
        kind = Kind.KNOWN if seq > upgraded else None
        cast = Cast(seq, choice, now_s, CHOICES, page=page, kind=kind)
        reactions.cast(site, articles[number], Voter(reader.to_bytes(8, "big")), cast)
        model.cast(number, reader, choice, now_s)


def agrees(
    reading: Past,
    listings: Listings,
    model: Model,
    site: Site,
    articles: list[ArticleRef],
    asked: Period,
) -> None:
    """Compare everything that a period's pages are made of with the model."""
    choice_keys = site.choice_keys("")
    expected = {articles[at].id: counts for at, counts in model.counts(asked).items()}
    rows = {one: Row(one, Mix.of(counts, choice_keys)) for one, counts in expected.items()}
    span, _ = reading.span(site, asked)
    assert {row.id: row for row in reading.rows(site, asked, span, rows)} == rows
    totals = [sum(column) for column in zip(*expected.values(), strict=True)] or [0] * CHOICES
    assert [sum(column) for column in zip(*span.series, strict=True)] == totals
    assert span.series == model.series(asked)
    assert (span.over, sum(span.before)) == tuple(
        sum(bool(choice) and first <= hour < end for choice, hour in model.votes.values())
        for first, end in ((asked.first_hour, asked.over_hour), asked.before_hours)
    )
    ranked = [row for row in rows.values() if row.mix.n >= RANKED_FROM]
    assert (span.stories.active, span.stories.reached) == (len(rows), len(ranked))
    assert span.stories.ranking() == stories.ranking(ranked, choice_keys)
    sections: Counter[str] = Counter()
    for at, counts in model.counts(asked).items():
        sections[SECTIONS[at % 3]] += sum(counts)
    assert {name: mix.n for name, mix in span.sections.items()} == dict(sections)
    first_hours = {articles[at].id: hour for at, hour in model.first_hours.items()}
    orders: dict[str, Callable[[Row], float]] = {
        "votes": lambda row: -row.mix.n,
        "newest": lambda row: -first_hours[row.id],
        "split": lambda row: -row.mix.smaller_side.low,
    }
    for sort, place in orders.items():
        of_list = ranked if sort in stories.RANKED else rows.values()
        plain = sorted(of_list, key=lambda row: (place(row), row.id))
        assert listings.articles(site, asked, ArticleQuery(sort=sort)).rows == plain, sort


def in_one_partition(site: Site) -> Iterator[ArticleRef]:
    """Yield articles of partition 7."""
    number = 0
    while True:
        article = resolve_for(site, f"story-{number}")
        if article.partition == 7:
            yield article
        number += 1


@pytest.fixture
def many(connection: Connection, site: Site) -> list[ArticleRef]:
    """Fill one partition: each article has a vote of today and one of the day before."""
    found = [one for one, _ in zip(in_one_partition(site), range(MANY), strict=False)]
    with BulkCasts(connection) as casts:
        for number, article in enumerate(found):
            for reader, at_s in enumerate((NOW_S - 86400, NOW_S)):
                page = Page(f"Story {number}", f"Section {number}")
                cast = Cast(1, 1 + number % CHOICES, at_s, CHOICES, page=page)
                casts.cast(site, article, Voter(reader.to_bytes(8, "big")), cast)
                held = Cast(1, 1, at_s, CHOICES, hold=True)
                casts.cast(site, article, Voter((9 + reader).to_bytes(8, "big")), held)
    return found


def test_no_script_reads_more_than_a_portion_of_many_articles(
    many: list[ArticleRef],
    connection: Connection,
    site: Site,
    recount: Recount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    longest: Counter[str] = Counter()
    send = scripts.pipelined

    def counted(store: Connection, calls: Any) -> list[Any]:
        replies = send(store, calls)
        for call, raw in zip(calls, replies, strict=True):
            reply = msgspec.msgpack.decode(raw) if raw is not None else []
            longest[call.script.digest] = max(longest[call.script.digest], len(reply))
        return replies

    monkeypatch.setattr(portions, "pipelined", counted)
    asked = period_from("30d", "", "", now_s=NOW_S)
    trends_ = Trends(connection)
    reading, pages = Past(trends_), Pages(connection)
    span, [activity, waiting, _] = reading.span(
        site,
        asked,
        trends.recent_activity(NOW_S // 3600, 5),
        trends.waiting(),
        surges(site, NOW_S // 3600 - 1, NOW_S // 3600),
    )
    assert span.stories.active == MANY and len(span.sections) == MANY
    assert sum(mix.n for mix in span.sections.values()) == 2 * MANY
    assert (waiting.articles, waiting.votes) == (MANY, 2 * MANY)
    assert activity.recent == activity.before == MANY
    listings = Listings(reading, pages, ToneBaseline(trends_))
    newest = listings.articles(site, asked, ArticleQuery(sort="newest"))
    assert [row.mix.n for row in newest.rows] == [2] * 30 and newest.total == MANY
    assert sum(row.mix.n for row in reading.rows(site, asked, span, [a.id for a in many])) == (
        2 * MANY
    )
    # A portion of the sections has three items for each of its thousand fields.
    assert len(longest) >= 8 and max(longest.values()) <= 3100
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_a_page_of_a_search_looks_at_some_articles_and_its_cursor_leads_to_the_others(
    connection: Connection, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST_SEARCHED", 20)
    with BulkCasts(connection) as casts:
        for number in range(90):
            page = Page(f"Story {number}, {'odd' if number % 2 else 'even'}", "City")
            for reader in range(1 + number % 4):
                cast = Cast(1, 1, NOW_S, CHOICES, page=page)
                voter = Voter(reader.to_bytes(8, "big"))
                casts.cast(site, resolve_for(site, f"s-{number}"), voter, cast)
    listings = open_figures(connection, SiteTone(connection)).listings
    asked = period_from("7d", "", "", now_s=NOW_S)
    for text in ("odd", "Story 1", "nothing"):
        query = ArticleQuery(text=text)
        whole = listings.articles(site, asked, query, limit=1000)
        found, after, pages = list[Row](), "", 0
        while after or not pages:
            part = listings.articles(site, asked, query, after=after, limit=6, whole=False)
            assert part.total is None and part.searched <= 20 and part.active == 90
            found, after, pages = found + part.rows, part.after, pages + 1
        assert found == whole.rows and len(found) == whole.total
        assert pages >= 90 / 20


def test_the_scripts_that_read_what_follows_votes_later_are_those_that_say_so() -> None:
    scripts_ = (ROOT / "widget" / "store" / "lua" / "figures").glob("*.lua")
    say_so = {f"figures/{one.name}" for one in scripts_ if "up_to_date.lua" in one.read_text()}
    assert say_so == portions._LATE
