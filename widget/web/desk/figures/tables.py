"""The tables behind the desk's pages of figures."""

from collections.abc import Sequence

from widget.domain.comments.comment import LABELS
from widget.domain.figures.groups import MOST_EXPORTED, bounded, others_text
from widget.domain.figures.moods import Mix, Row
from widget.domain.figures.period import Period
from widget.domain.figures.sections import Section
from widget.domain.figures.tables import (
    LABEL_COLUMN,
    REACTION_COLUMN,
    Cell,
    Table,
    mean_cells,
    moment,
    share_cells,
)
from widget.domain.figures.tone import Direction, EarlierTones
from widget.domain.model import Site
from widget.domain.zones import Zone, day_text
from widget.services.figures.article import ArticleFigures
from widget.services.figures.listing import Listing
from widget.services.figures.moved import Moved
from widget.services.figures.overview import Overview
from widget.store.figures.headlines import Headline
from widget.store.figures.trends import RecentActivity

_SHARE = ("share", "low", "high")
_MIX = (REACTION_COLUMN, "votes", "n", *_SHARE)
_PAGE = ("id", "title", "section", "author", "tags", "url")
_INTERVAL = ("warm_share", "warm_low", "warm_high")
_TONE = ("comments", "tone_n", "tone_mean", "tone_low", "tone_high", "tone_beside_usual")
NOT_SHARES = (
    "The scorer gave these labels, apart from those that editors corrected. Use them to find "
    "comments to read. They do not say how many readers are negative: no scorer gets that right "
    "for a single story, so its share of negative comments is not shown."
)
_LIST_TITLES = {
    "reacted": "Most reactions",
    "loved": "Most loved",
    "angry": "Most angry",
    "split": "Most split",
}


def overview_tables(
    site: Site, overview: Overview, *, most_groups: int = MOST_EXPORTED
) -> list[Table]:
    """:param most_groups: so many sections have a row; the rest have one together."""
    lists = [
        _articles_table(
            site, name, _LIST_TITLES[name], rows, overview.headlines, overview.earlier_tones
        )
        for name, rows in overview.lists.items()
    ]
    mix = [(key, *_mix_cells(overview.mix, at)) for at, key in enumerate(site.choice_keys(""))]
    return [
        Table("mix", "Reactions", _MIX, mix),
        _status_table(overview.mix.n, overview.waiting.votes, overview.aside),
        period_table(site, overview.period, overview.series),
        _moved_table(overview.moved, overview.headlines),
        *lists,
        _movers_table(overview.recent_activity, overview.headlines),
        sections_table(
            site, [(s.name, s.mix, None) for s in overview.sections], "section", most=most_groups
        ),
    ]


def article_tables(site: Site, article: ArticleFigures) -> list[Table]:
    line, headline = article.line, article.detail.headline
    poll_key = headline.page.poll_key
    zone = site.zone
    if line.unit == "hour":
        starts = [moment(hour * 3600, zone) for hour in line.bounds[:-1]]
    else:
        starts = [day_text(zone.day_of_hour(hour)) for hour in line.bounds[:-1]]
    tables = [
        _early_table(site, article),
        _status_table(article.detail.mix.n, article.detail.held, headline.aside),
        _trend_table(zone, site.choice_keys(poll_key), line.unit, starts, line.series),
    ]
    if not poll_key:  # the columns of articles are reactions; a question has other choices
        row = Row(headline.id, article.detail.mix)
        cells = _article_cells(site, row, headline, article.direction)
        tables.append(Table("article", "The story", _article_columns(site), [cells]))
    notes = [(moment(note.at_s, zone), note.text, note.who) for note, _ in article.notes]
    labels = [(label, article.tone.labels.get(label, 0)) for label in LABELS]
    not_scored = ("not_scored", sum(article.tone.not_scored.values()))
    return [
        *tables,
        Table("origins", "Where readers came from", ("origin", "voters"), article.detail.origins),
        Table("notes", "Notes on the timeline", (f"at_{zone.slug}", "note", "who"), notes),
        Table(
            "tone",
            "Labels of comments",
            (LABEL_COLUMN, "comments"),
            [*labels, not_scored],
            note=NOT_SHARES,
        ),
    ]


def listing_table(site: Site, listing: Listing) -> Table:
    return _articles_table(
        site, "articles", "Stories", listing.rows, listing.headlines, listing.earlier_tones
    )


def period_table(site: Site, period: Period, series: Sequence[Sequence[int]]) -> Table:
    """Return the votes of each hour or day of a period."""
    zone, choice_keys = period.zone, site.choice_keys("")
    if period.is_hourly:
        starts = [moment((period.first_hour + at) * 3600, zone) for at in range(len(series))]
        return _trend_table(zone, choice_keys, "hour", starts, series)
    starts = [day_text(period.first_day + at) for at in range(len(series))]
    return _trend_table(zone, choice_keys, "day", starts, series)


def sections_table(
    site: Site,
    groups: Sequence[tuple[str, Mix, int | None]],
    kind: str,
    *,
    most: int = MOST_EXPORTED,
) -> Table:
    """Return the mix of each group of articles.

    :param groups: name, mix, and number of articles, or None where they are not counted.
    :param kind: section, author or tag.
    :param most: so many groups have a row; the rest have one together.
    """
    is_counted = any(articles is not None for _, _, articles in groups)
    counted = ("articles",) if is_counted else ()
    columns = (kind, *counted, *site.choice_keys(""), "votes", *_INTERVAL, "split")
    found = bounded(groups, lambda group: group[1], most)
    listed = list(found.shown)
    if found.rest:
        articles = sum(articles or 0 for _, _, articles in groups[most:])
        listed.append((others_text(found.others), found.rest, articles))
    rows = [
        (name, *((articles,) if is_counted else ()), *_votes_cells(mix))
        for name, mix, articles in listed
    ]
    return Table(f"{kind}s", f"{kind.capitalize()}s", columns, rows)


def usual_table(site: Site, section: Section) -> Table:
    """Return a section's reactions beside their baselines."""
    baseline = tuple(f"usual_{name}" for name in ("votes", "n", *_SHARE))
    rows = [
        (
            key,
            *_mix_cells(section.mix, at),
            *_mix_cells(section.usual, at),
            section.against(at) or None,
        )
        for at, key in enumerate(site.choice_keys(""))
    ]
    return Table("usual", "Compared with usual", (*_MIX, *baseline, "beside_usual"), rows)


def _status_table(counted: int, held: int, aside: int) -> Table:
    """Return how many votes the other tables have, and how many they leave out."""
    rows = (("counted", counted), ("held", held), ("set_aside", aside))
    return Table("status", "Counted, held and set aside", ("status", "votes"), rows)


def _trend_table(
    zone: Zone,
    choice_keys: Sequence[str],
    unit: str,
    starts: Sequence[str],
    series: Sequence[Sequence[int]],
) -> Table:
    return Table(
        "trend",
        f"Reactions by {unit}",
        (f"{unit}_{zone.slug}", *choice_keys, "votes"),
        [(start, *row, sum(row)) for start, row in zip(starts, series, strict=True)],
    )


def _articles_table(
    site: Site,
    name: str,
    title: str,
    rows: Sequence[Row],
    headlines: dict[str, Headline],
    earlier: EarlierTones,
) -> Table:
    cells = []
    for row in rows:
        headline = headlines[row.id]
        direction = earlier.of(headline.page.section).direction(headline.tone)
        cells.append(_article_cells(site, row, headline, direction))
    return Table(name, title, _article_columns(site), cells)


def _article_columns(site: Site) -> tuple[str, ...]:
    first_vote = f"first_vote_{site.zone.slug}"
    return (
        *_PAGE,
        first_vote,
        *site.choice_keys(""),
        "votes",
        *_INTERVAL,
        "split",
        *_TONE,
        "set_aside",
    )


def _article_cells(
    site: Site, row: Row, headline: Headline, direction: Direction
) -> tuple[Cell, ...]:
    return (
        row.id,
        *_page_cells(headline, site.zone),
        *_votes_cells(row.mix),
        headline.comments,
        headline.tone.n,
        *mean_cells(headline.tone),
        direction or None,
        headline.aside,
    )


def _early_table(site: Site, article: ArticleFigures) -> Table:
    """Return an article's reactions, and how they differ between early and late votes."""
    mix, split = article.detail.mix, article.early
    zone = site.zone
    columns = (
        *_MIX,
        "early",
        "late",
        f"late_from_{zone.slug}",
        "difference_low",
        "difference_high",
    )
    rows = [
        (
            key,
            *_mix_cells(mix, at),
            split.early.counts[at],
            split.later.counts[at],
            moment(split.divides * 3600, zone),
            *_rounded(split.differences[at]),
        )
        for at, key in enumerate(site.choice_keys(article.detail.headline.page.poll_key))
    ]
    return Table("mix", "Reactions", columns, rows)


def _moved_table(moved: Sequence[Moved], headlines: dict[str, Headline]) -> Table:
    columns = (
        "id",
        "title",
        "section",
        "votes",
        "expected",
        "above_expected",
        "earlier_stories",
        "of_section",
    )
    rows = [
        (
            one.row.id,
            headlines[one.row.id].title,
            headlines[one.row.id].page.section,
            one.row.mix.n,
            *_expected_cells(one),
        )
        for one in moved
    ]
    return Table("moved", "What moved readers", columns, rows)


def _expected_cells(one: Moved) -> tuple[Cell, ...]:
    if one.expected is None:
        return (None,) * 4
    return round(one.expected.votes, 1), one.above, one.expected.like, one.expected.section


def _movers_table(activity: RecentActivity, headlines: dict[str, Headline]) -> Table:
    columns = ("id", "title", "votes_3_hours", "expected", "times", "times_at_least")
    rows = [
        (
            mover.id,
            headlines[mover.id].title,
            mover.ratio.count,
            round(mover.ratio.expected, 2),
            round(mover.ratio.value, 2),
            round(mover.ratio.low, 2),
        )
        for mover in activity.movers
    ]
    return Table("movers", "Fastest movers", columns, rows)


def _mix_cells(mix: Mix, at: int) -> tuple[Cell, ...]:
    return mix.counts[at], mix.n, *share_cells(mix.share(at))


def _votes_cells(mix: Mix) -> tuple[Cell, ...]:
    divided = None if mix.warm_share.is_withheld else round(mix.polarisation, 4)
    return *mix.counts, mix.n, *share_cells(mix.warm_share), divided


def _page_cells(headline: Headline, zone: Zone) -> tuple[Cell, ...]:
    page = headline.page
    return (
        headline.title,
        page.section,
        page.author,
        ", ".join(page.tags),
        page.url,
        moment(headline.first_hour * 3600, zone),
    )


def _rounded(interval: tuple[float, float] | None) -> tuple[Cell, Cell]:
    return (None, None) if interval is None else (round(interval[0], 4), round(interval[1], 4))
