"""Figures of the desk, compared with the recount of verify and with the votes themselves."""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.conftest import NOW_S
from tests.support.kept_store import KeptStore
from widget.domain.article import resolve_for
from widget.domain.errors import BadField, NotFound, StoreUnavailable
from widget.domain.figures.moods import Mix, most_reacted
from widget.domain.figures.period import Period, period_from
from widget.domain.figures.statistics import MIN_RANKED_N
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.domain.page import Page, PageEdits
from widget.services.figures.article import ArticleReadings
from widget.services.figures.baseline import BASELINE_DAYS, Baseline
from widget.services.figures.baseline import CACHE_S as BASELINE_CACHE_S
from widget.services.figures.listing import ArticleQuery, Listings
from widget.services.figures.lives import EarlierLives
from widget.services.figures.overview import Overviews
from widget.services.figures.past import CACHE_S, Past
from widget.services.figures.stories import SORTS
from widget.services.figures.tone_baseline import ToneBaseline
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.simulation.direct import Plan, load_comments, load_votes, shared_out
from widget.simulation.story import ORIGIN, SimulatedStory
from widget.store import keys
from widget.store.comments.tone_totals import ToneReadings
from widget.store.connect import Connection
from widget.store.desk.notes import Notes
from widget.store.embedded import EmbeddedStore
from widget.store.figures import portions, trends
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.scripts import pipelined

HOUR, DAY = NOW_S // 3600, NOW_S // 86400
PLAN = Plan(articles=60, votes=4000, comments=300, days=20, now_s=NOW_S)


@pytest.fixture(scope="module")
def site() -> Site:
    return Site("daily", "The Daily Paper", (ORIGIN,))


@pytest.fixture
def reading(connection: Connection) -> Trends:
    return Trends(connection)


@pytest.fixture
def pages(connection: Connection) -> Pages:
    return Pages(connection)


@pytest.fixture
def past(reading: Trends) -> Past:
    return Past(reading)


@pytest.fixture
def overviews(past: Past, reading: Trends, pages: Pages, connection: Connection) -> Overviews:
    usual = Baseline(reading), EarlierLives(reading), ToneBaseline(reading)
    return Overviews(past, pages, *usual, Flags(connection))


@pytest.fixture
def listings(past: Past, pages: Pages, reading: Trends) -> Listings:
    return Listings(past, pages, ToneBaseline(reading))


@pytest.fixture
def articles(connection: Connection) -> ArticleReadings:
    return open_figures(connection, SiteTone(connection)).articles


@pytest.fixture(scope="module")
def filled(redis_server: EmbeddedStore, site: Site) -> tuple[list[SimulatedStory], KeptStore]:
    """Fill the store once: it takes seconds."""
    connection = Connection(redis_server.url, timeout_ms=5000)
    connection.client.flushall()
    told = load_votes(connection, site, PLAN, lambda _: None)
    load_comments(connection, site, told, PLAN, lambda _: None)
    return told, KeptStore.of(connection.client)


@pytest.fixture
def newsroom(
    filled: tuple[list[SimulatedStory], KeptStore], connection: Connection
) -> list[SimulatedStory]:
    told, kept = filled
    kept.put_back(connection.client)
    return list(told)


@pytest.fixture
def cast(reactions: Reactions, site: Site) -> Callable[..., str]:
    voters = iter(range(1, 10_000))

    def one(
        article: str, choice: int, now_s: int = NOW_S, *, reader: int = 0, seq: int = 1, **page: Any
    ) -> str:
        mark = (reader or 100_000 + next(voters)).to_bytes(8, "big")
        ref = resolve_for(site, article)
        vote = Cast(seq, choice, now_s, 7, page=Page(**page), kind=Kind.KNOWN)
        reactions.cast(site, ref, Voter(mark), vote)
        return ref.id

    return one


def period(name: str = "", first: str = "", last: str = "", now_s: int = NOW_S) -> Period:
    return period_from(name, first, last, now_s=now_s)


def total(connection: Connection, site: Site) -> tuple[int, ...]:
    """Return the sum against which verify checks every other total."""
    sums: Counter[int] = Counter()
    for partition in range(32):
        for field, votes in connection.client.hgetall(keys.days(site.key, partition)).items():
            sums[int(field) % 16] += int(votes)
    return tuple(sums[choice] for choice in range(1, 8))


def test_every_sum_on_the_desk_agrees_with_verify(
    newsroom: list[SimulatedStory],
    site: Site,
    connection: Connection,
    recount: Recount,
    overviews: Overviews,
    listings: Listings,
    reading: Trends,
    articles: ArticleReadings,
) -> None:
    assert list(recount.mismatches(site, now_s=NOW_S)) == []
    expected = total(connection, site)
    assert sum(expected) == PLAN.votes
    for asked in (period("30d"), period("90d")):
        seen = overviews.overview(site, asked)
        assert seen.mix.counts == expected
        assert tuple(map(sum, zip(*seen.series, strict=True))) == expected
        assert sum_of(section.mix for section in seen.sections) == expected
        listed = listings.articles(site, asked, ArticleQuery(), limit=1000)
        assert sum_of(row.mix for row in listed.rows) == expected
        assert listed.total == seen.active == PLAN.articles
        authors = listings.grouped(site, asked, "author")
        assert sum_of(mix for _, mix, _ in authors) == expected
    every = [articles.figures(site, row.id) for row in listed.rows]
    assert sum_of(one.detail.mix for one in every) == expected
    assert sum(map(sum, (row for one in every for row in one.line.series))) == PLAN.votes
    early = sum_of(one.early.early for one in every)
    later = sum_of(one.early.later for one in every)
    assert tuple(a + b for a, b in zip(early, later, strict=True)) == expected
    tone = ToneReadings(connection).for_site(site)
    assert (seen.tone.comments, seen.tone.mean.n) == (tone.comments, tone.n)
    assert seen.tone.mean.value == pytest.approx(tone.mean)
    assert sum(one.tone.comments for one in every) == tone.comments
    assert seen.waiting.comments + tone.comments == PLAN.comments


def sum_of(mixes: Iterable[Mix]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*(mix.counts for mix in mixes), strict=True)))


def test_hours_days_and_spans_agree(
    newsroom: list[SimulatedStory], site: Site, reading: Trends
) -> None:
    first, last = DAY - 6, DAY
    hours, days, span, odd, parts = reading.ask(
        site,
        trends.hours(site, first * 24, HOUR + 1),
        trends.days(site, first, last + 1),
        trends.span(site, first * 24, (last + 1) * 24),
        trends.span(site, first * 24 + 5, HOUR - 30),
        trends.hours(site, first * 24 + 5, HOUR - 30),
    )
    assert tuple(map(sum, zip(*hours, strict=True))) == tuple(span)
    assert tuple(map(sum, zip(*days, strict=True))) == tuple(span)
    assert tuple(map(sum, zip(*parts, strict=True))) == tuple(odd)
    assert 0 < sum(odd) < sum(span)


def test_a_long_history_of_days_is_read_field_by_field_with_the_same_result(
    cast: Callable[..., str], site: Site, reading: Trends
) -> None:
    for day in range(0, 1500, 2):
        cast(f"old-{day}", 1 + day % 7, day * 86400)
    questions = [trends.days(site, day, day + 1) for day in range(1200, 1206)]
    assert [sum(answer[0]) for answer in reading.ask(site, *questions)] == [1, 0, 1, 0, 1, 0]
    [whole] = reading.ask(site, trends.days(site, 1200, 1206))
    assert [sum(row) for row in whole] == [1, 0, 1, 0, 1, 0]


def test_lists_are_exact_after_merging_the_partitions(
    newsroom: list[SimulatedStory], site: Site, overviews: Overviews, listings: Listings
) -> None:
    seen = overviews.overview(site, period("30d"))
    every = listings.articles(site, period("30d"), ArticleQuery(), limit=1000).rows
    assert seen.lists["reacted"] == most_reacted(every, 6)
    ranked = [row for row in every if row.mix.n >= MIN_RANKED_N]
    assert seen.reached == len(ranked)
    assert seen.splits == sum(row.mix.is_split for row in ranked)
    loved = [row for row in ranked if row.mix.counts[2] >= row.mix.n / 5]
    best = sorted(loved, key=lambda row: -row.mix.share(2).low)[:6]
    assert {row.id for row in seen.lists["loved"]} == {row.id for row in best}
    assert [seen.headlines[row.id].title for row in seen.lists["angry"]]


def test_a_period_begins_and_ends_with_its_days_and_is_compared_to_the_hour(
    cast: Callable[..., str], site: Site, overviews: Overviews
) -> None:
    start_s = (DAY - 6) * 86400
    cast("a", 1, start_s - 1)  # the last second before the seven days
    cast("a", 3, start_s)
    for _ in range(5):
        cast("b", 3, NOW_S - 7 * 86400 - 3600)  # within the compared hours of a week before
        cast("b", 3, NOW_S - 7 * 86400 + 60)  # after the compared hours
        cast("a", 5, NOW_S)  # the present hour
        cast("a", 5, NOW_S - 1)
    seen = overviews.overview(site, period("7d"))
    assert seen.mix.counts == (0, 0, 1, 0, 10, 0, 0)
    assert seen.compared == (6, 5)
    assert seen.change == pytest.approx(0.2)
    one_day = period(first="2025-11-06", last="2025-11-06")
    assert overviews.overview(site, one_day).mix.counts == (0, 0, 1, 0, 0, 0, 0)


def test_a_site_without_votes_has_an_overview(
    site: Site, overviews: Overviews, listings: Listings
) -> None:
    seen = overviews.overview(site, period())
    assert (seen.mix.n, seen.change, seen.active, seen.splits) == (0, None, 0, 0)
    assert not any(seen.lists.values()) and not seen.sections and not seen.recent_activity.movers
    assert listings.articles(site, period(), ArticleQuery()).rows == []


def test_a_vote_taken_back_is_in_no_figure(
    cast: Callable[..., str], site: Site, overviews: Overviews, articles: ArticleReadings
) -> None:
    article = cast("a", 3, reader=1, section="City")
    cast("a", 0, reader=1, seq=2)
    seen = overviews.overview(site, period())
    assert (seen.mix.n, seen.active, seen.sections) == (0, 0, [])
    assert articles.figures(site, article).detail.mix.n == 0


def test_an_article_that_takes_off_is_a_mover_and_a_steady_one_is_not(
    cast: Callable[..., str], site: Site, overviews: Overviews
) -> None:
    for _ in range(40):
        cast("steady", 1, NOW_S - 5 * 3600)
        cast("steady", 1, NOW_S)
        cast("calm", 1, NOW_S - 5 * 3600)
        cast("calm", 1, NOW_S)
    assert overviews.overview(site, period()).recent_activity.movers == []
    for _ in range(60):
        cast("hot", 5, NOW_S)
    [mover] = overviews.overview(site, period()).recent_activity.movers
    assert (mover.id, mover.ratio.count) == (resolve_for(site, "hot").id, 60)
    assert 1 < mover.ratio.low < mover.ratio.value


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_a_list_hold_each_article_once_in_order(
    newsroom: list[SimulatedStory], site: Site, listings: Listings, sort: str
) -> None:
    whole = listings.articles(site, period("30d"), ArticleQuery(sort=sort), limit=1000)
    found, after = [], ""
    while True:
        page = listings.articles(site, period("30d"), ArticleQuery(sort=sort), after=after, limit=7)
        found += page.rows
        after = page.after
        if not after:
            break
    assert found == whole.rows
    assert len({row.id for row in found}) == whole.total == len(found)


def test_filters_find_by_section_author_tag_and_part_of_the_title(
    newsroom: list[SimulatedStory], site: Site, listings: Listings
) -> None:
    def titles(**wanted: Any) -> set[str]:
        found = listings.articles(site, period("30d"), ArticleQuery(**wanted), limit=1000)
        return {found.headlines[row.id].title for row in found.rows}

    library = "Council votes to close the riverside library"
    assert library in titles(section="City") & titles(author="Mira Lindqvist") & titles(tag="books")
    assert titles(text="RIVERSIDE") == {library}
    assert titles(section="City", author="Tomas Okafor", text="riverside") == set()


@pytest.mark.parametrize("after", ["x", "x~y", "~", "1e~"])
def test_an_invalid_cursor_is_refused(
    newsroom: list[SimulatedStory], site: Site, listings: Listings, after: str
) -> None:
    with pytest.raises(BadField):
        listings.articles(site, period(), ArticleQuery(), after=after)


def test_a_section_is_compared_with_the_days_before(
    cast: Callable[..., str], site: Site, overviews: Overviews
) -> None:
    first_s = (DAY - 6) * 86400
    for _ in range(50):
        cast("old", 1, first_s - 86400, section="City")
        cast("new", 5, first_s, section="City")
        cast("too-old", 2, first_s - (BASELINE_DAYS + 1) * 86400, section="City")
    [city] = overviews.overview(site, period()).sections
    assert (city.mix.counts[4], city.usual.counts[0], city.usual.n) == (50, 50, 50)
    assert dict(city.unusual) == {0: "below", 4: "above"}


def test_a_section_that_had_such_a_week_before_is_as_usual(
    cast: Callable[..., str], site: Site, overviews: Overviews
) -> None:
    first_s = (DAY - 6) * 86400
    for week, angry in enumerate((60, 10, 10, 10), start=1):
        for reader in range(100):
            choice = 7 if reader < angry else 1
            cast(f"old-{week}", choice, first_s - week * 7 * 86400, section="City")
    for reader in range(100):
        cast("new", 7 if reader < 50 else 1, first_s, section="City")
    [city] = overviews.overview(site, period()).sections
    assert city.usual.n == 400 and city.band(6) == (0.1, 0.6)
    assert city.against(6) == "usual"


def test_what_moved_is_ranked_by_votes_above_those_of_earlier_stories(
    connection: Connection, site: Site, overviews: Overviews
) -> None:
    first_s = (DAY - 6) * 86400

    def voted(name: str, section: str, votes: int, began_s: int) -> str:
        article = resolve_for(site, name)
        with BulkCasts(connection) as casts:
            for number in range(votes):
                page = Page(name, section)
                vote = Cast(1, 1, began_s + number % 3 * 3600, 7, page=page)
                casts.cast(site, article, Voter(number.to_bytes(8, "big")), vote)
        return article.id

    for number in range(12):
        voted(f"city-{number}", "City", 90, first_s - (number + 1) * 86400)
        voted(f"life-{number}", "Life", 10, first_s - (number + 1) * 86400)
    city, life = voted("city", "City", 100, first_s), voted("life", "Life", 80, first_s)
    young = voted("young", "City", 70, NOW_S // 3600 * 3600 - 2 * 3600)
    seen = overviews.overview(site, period())
    found = [(one.row.id, one.above, one.expected and one.expected.votes) for one in seen.moved]
    assert found == [(life, 70, 10), (city, 10, 90)]
    assert seen.sparks[life].startswith("M0 28L")
    # Earlier stories of City had all their 90 votes in three hours, so 70 are less than usual.
    [today] = overviews.overview(site, period("today")).moved
    assert (today.row.id, today.above) == (young, -20)


def test_a_reading_that_ended_early_goes_on_where_it_was(
    newsroom: list[SimulatedStory], site: Site, reading: Trends, monkeypatch: pytest.MonkeyPatch
) -> None:
    past, asked = Past(reading), period("30d")
    trips, send, most = [0], pipelined, [0]

    def limited(*args: Any) -> list[Any]:
        trips[0] += 1
        if most[0] and trips[0] > most[0]:
            raise StoreUnavailable(retry_after_s=1)
        return send(*args)

    monkeypatch.setattr(portions, "pipelined", limited)
    whole = Past(reading).span(site, asked)[0]
    most[0] = trips[0] // 2
    found, visits = None, 0
    while found is None and visits < 9:
        trips[0], visits = 0, visits + 1
        with suppress(StoreUnavailable):
            found = past.span(site, asked)[0]
    assert found is not None and visits > 1
    assert (found.series, found.sections) == (whole.series, whole.sections)
    assert found.stories.ranking() == whole.stories.ranking()


def test_a_visit_without_news_reads_few_times_and_a_vote_only_its_partition(
    newsroom: list[SimulatedStory],
    cast: Callable[..., str],
    site: Site,
    overviews: Overviews,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scripts_run: list[int] = []
    send = pipelined

    def counted(connection: Connection, calls: Any) -> list[Any]:
        scripts_run.append(len(calls))
        return send(connection, calls)

    monkeypatch.setattr(portions, "pipelined", counted)

    def visit() -> tuple[int, int]:
        scripts_run.clear()
        overviews.overview(site, period())
        return len(scripts_run), sum(scripts_run)

    visit()
    trips, scripts = visit()
    assert scripts == 96 and trips <= 5  # what can change at any time, once in each partition
    cast("news", 1, NOW_S)
    after, scripts = visit()
    assert 96 < scripts <= 96 + 8 and after <= trips + 4


def test_notes_appear_on_the_timeline_and_can_be_removed(
    cast: Callable[..., str], site: Site, connection: Connection, articles: ArticleReadings
) -> None:
    article = cast("a", 3, NOW_S - 7200)
    cast("a", 3, NOW_S)
    notes = Notes(connection)
    note = notes.add(site, article, "headline changed", "ed", NOW_S - 3600)
    seen = articles.figures(site, article)
    [(shown, place)] = seen.notes
    assert (shown, place, len(seen.line.series)) == (note, 1.0, 3)
    notes.remove(site, article, note.id)
    assert articles.figures(site, article).notes == []
    with pytest.raises(NotFound):
        notes.remove(site, article, note.id)


def test_comments_are_quoted_with_the_strongest_tone_first(
    newsroom: list[SimulatedStory], site: Site, articles: ArticleReadings
) -> None:
    library = resolve_for(site, newsroom[0].id)
    seen = articles.figures(site, library.id)
    scores = [comment.score for comment in seen.worst]
    tones = [score.lean_e4 for score in scores if score and score.lean_e4 is not None]
    assert len(tones) == len(scores)
    assert tones == sorted(tones) and tones[0] < -5000
    assert all(comment.state == "published" for comment in (*seen.best, *seen.worst))


def test_an_article_without_votes_is_not_found(site: Site, articles: ArticleReadings) -> None:
    with pytest.raises(NotFound):
        articles.figures(site, resolve_for(site, "nothing").id)


@pytest.mark.parametrize(("total", "least"), [(10_000, 1), (60, 1), (7, 0)])
def test_a_simulation_shares_out_exactly_the_requested_votes(
    newsroom: list[SimulatedStory], total: int, least: int
) -> None:
    parts = shared_out(total, newsroom)
    assert sum(parts) == total and min(parts) >= least


def test_scripts_the_server_has_lost_are_sent_again(
    newsroom: list[SimulatedStory], site: Site, connection: Connection, reading: Trends
) -> None:
    before = reading.ask(site, trends.days(site, DAY - 5, DAY))
    connection.client.script_flush()
    assert reading.ask(site, trends.days(site, DAY - 5, DAY)) == before


def test_past_days_are_cached_until_their_totals_change(
    cast: Callable[..., str], site: Site, reading: Trends, pages: Pages, connection: Connection
) -> None:
    now = [0.0]
    usual = Baseline(reading), EarlierLives(reading), ToneBaseline(reading)
    overviews = Overviews(Past(reading, lambda: now[0]), pages, *usual, Flags(connection))
    yesterday_s = NOW_S - 86400
    cast("a", 3, yesterday_s, reader=1, section="City")
    cast("b", 5, yesterday_s, section="City")
    assert overviews.overview(site, period()).mix.counts == (0, 0, 1, 0, 1, 0, 0)
    cast("a", 6, NOW_S, reader=1, seq=2)  # moves from yesterday to today
    seen = overviews.overview(site, period())
    assert seen.mix.counts == (0, 0, 0, 0, 1, 1, 0)
    assert sum_of(row.mix for row in seen.lists["reacted"]) == seen.mix.counts
    assert seen.sections[0].mix.counts == seen.mix.counts
    cast("c", 1, NOW_S, section="Life")  # today is read every time
    assert overviews.overview(site, period()).mix.n == 3


def test_votes_of_today_that_move_to_another_section_show_at_once(
    cast: Callable[..., str], site: Site, overviews: Overviews, connection: Connection
) -> None:
    article = cast("a", 3, NOW_S, section="City")
    assert [one.name for one in overviews.overview(site, period()).sections] == ["City"]
    by = Actor("ana", NOW_S, "A test")
    Corrections(connection, Aliases(connection)).name(
        site, article, PageEdits(section="Life"), by=by
    )
    [life] = overviews.overview(site, period()).sections
    assert (life.name, life.mix.n) == ("Life", 1)


def test_a_correction_of_a_past_day_shows_at_once(
    cast: Callable[..., str], site: Site, overviews: Overviews, connection: Connection
) -> None:
    article_id = cast("a", 3, NOW_S - 86400)
    assert overviews.overview(site, period()).mix.n == 1
    corrections = Corrections(connection, Aliases(connection))
    corrections.reset(site, article_id, by=Actor("ana", NOW_S, "A test"))
    seen = overviews.overview(site, period())
    assert seen.mix.n == 0 and seen.lists["reacted"] == [] and seen.sections == []


def test_a_new_choice_appears_in_the_figures_at_once(
    cast: Callable[..., str], site: Site, overviews: Overviews
) -> None:
    for n in range(40):  # enough to compare a section with its baseline
        cast("ab"[n % 2], 3, NOW_S - (n % 2) * 10 * 86400, section="City")
    assert overviews.overview(site, period("7d")).sections[0].mix.counts == (0, 0, 20, 0, 0, 0, 0)
    more = replace(site, register={"": (*site.choice_keys(""), "hope")})
    seen = overviews.overview(more, period("7d"))
    assert seen.sections[0].mix.counts == seen.mix.counts == (0, 0, 20, 0, 0, 0, 0, 0)
    assert seen.sections[0].usual.counts == (0, 0, 20, 0, 0, 0, 0, 0)


def test_nothing_is_cached_for_more_than_ten_minutes(
    cast: Callable[..., str], site: Site, reading: Trends, pages: Pages, connection: Connection
) -> None:
    now = [0.0]
    usual = Baseline(reading), EarlierLives(reading), ToneBaseline(reading)
    overviews = Overviews(Past(reading, lambda: now[0]), pages, *usual, Flags(connection))
    article = resolve_for(site, "a")
    for _ in range(MIN_RANKED_N):  # so many that its votes by choice are kept
        cast("a", 3, NOW_S - 86400)
    assert overviews.overview(site, period()).lists["reacted"][0].mix.n == MIN_RANKED_N
    # A change that the day's totals do not show.
    connection.client.zincrby(keys.top(site.key, article.partition, DAY - 1), 1, article.id)
    mixes = keys.mixes(site.key, article.partition, DAY - 1)
    connection.client.hset(mixes, article.id, msgspec.msgpack.encode([0, 0, MIN_RANKED_N + 1]))
    line = keys.timeline(site.key, article.partition, article.id)
    connection.client.hincrby(line, 3, 1)
    now[0] = CACHE_S - 1
    assert overviews.overview(site, period()).lists["reacted"][0].mix.n == MIN_RANKED_N
    now[0] = CACHE_S
    assert overviews.overview(site, period()).lists["reacted"][0].mix.n == MIN_RANKED_N + 1


def test_a_baseline_is_cached_for_ten_minutes(
    cast: Callable[..., str], site: Site, reading: Trends
) -> None:
    now = [0.0]
    baseline = Baseline(reading, lambda: now[0])
    last_month_s = NOW_S - 20 * 86400
    for at_s, votes in ((0.0, 1), (BASELINE_CACHE_S - 1.0, 1), (BASELINE_CACHE_S, 3)):
        cast("a", 3, last_month_s, section="City")
        now[0] = at_s
        assert baseline.by_section(site, period("7d"))["City"].n == votes
