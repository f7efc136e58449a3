"""The tables behind the desk's pages, and their answers as CSV, JSON or a page of their own."""

from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Response, make_response, render_template, request

from widget.domain.errors import BadField, NotFound
from widget.domain.figures.moods import Mix
from widget.domain.figures.period import Period, day_text
from widget.domain.figures.tables import Cell, Table, csv_text, mean_cells, moment, share_cells
from widget.domain.model import Site
from widget.services.figures.article import ArticleFigures
from widget.services.figures.listing import Listing
from widget.services.figures.overview import Overview, Section
from widget.store.figures.headlines import Headline

_INTERVAL = ("warm_share", "warm_low", "warm_high")
_TONE = ("comments", "tone_n", "tone_mean", "tone_low", "tone_high")
_LIST_TITLES = {
    "reacted": "Most reacted",
    "loved": "Most loved",
    "angry": "Most angry",
    "split": "Most split",
}


def overview_tables(site: Site, seen: Overview) -> list[Table]:
    numbers = site.choice_keys("")
    movers = [
        (
            m.id,
            seen.headlines[m.id].title,
            m.ratio.count,
            round(m.ratio.expected, 2),
            round(m.ratio.value, 2),
            round(m.ratio.low, 2),
        )
        for m in seen.recent_activity.movers
    ]
    return [
        Table(
            "mix",
            "Reactions",
            ("reaction", "votes", "n", "share", "low", "high"),
            [
                (key, seen.mix.counts[at], seen.mix.n, *share_cells(seen.mix.share(at)))
                for at, key in enumerate(numbers)
            ],
        ),
        trend_table(site, seen.period, seen.series),
        *(
            articles_table(
                site, name, _LIST_TITLES[name], [(row.id, row.mix) for row in rows], seen.headlines
            )
            for name, rows in seen.lists.items()
        ),
        Table(
            "movers",
            "Fastest movers",
            ("id", "title", "votes_3_hours", "expected", "times", "times_at_least"),
            movers,
        ),
        sections_table(site, [(s.name, s.mix, None) for s in seen.sections], "section"),
    ]


def trend_table(site: Site, period: Period, series: Sequence[Sequence[int]]) -> Table:
    if not period.is_hourly:
        return series_table(site, period, series)
    starts = [moment((period.first_hour + at) * 3600) for at in range(len(series))]
    return _trend(site.choice_keys(""), "hour", starts, series)


def series_table(site: Site, period: Period, series: Sequence[Sequence[int]]) -> Table:
    """Votes day by day."""
    starts = [day_text(period.first_day + at) for at in range(len(series))]
    return _trend(site.choice_keys(""), "day", starts, series)


def article_tables(site: Site, seen: ArticleFigures) -> list[Table]:
    line, mix, headline = seen.line, seen.detail.mix, seen.detail.headline
    question = headline.page.poll_key
    numbers = site.choice_keys(question)
    starts = [
        moment((line.first_hour + at * line.slot_hours) * 3600) for at in range(len(line.series))
    ]
    split = seen.early
    return [
        Table(
            "mix",
            "Reactions",
            (
                "reaction",
                "votes",
                "n",
                "share",
                "low",
                "high",
                "first_two_hours",
                "later",
                "difference_low",
                "difference_high",
            ),
            [
                (
                    key,
                    mix.counts[at],
                    mix.n,
                    *share_cells(mix.share(at)),
                    split.early.counts[at],
                    split.later.counts[at],
                    *(_rounded(split.differences[at])),
                )
                for at, key in enumerate(numbers)
            ],
        ),
        _trend(numbers, line.unit, starts, line.series),
        # A question's choices are no columns of the site's articles.
        *(
            []
            if question
            else [
                articles_table(
                    site, "article", "The article", [(headline.id, mix)], {headline.id: headline}
                )
            ]
        ),
        Table("origins", "Where readers came from", ("origin", "voters"), seen.detail.origins),
        Table(
            "notes",
            "Notes on the timeline",
            ("at_utc", "note", "who"),
            [(moment(note.at_s), note.text, note.who) for note, _ in seen.notes],
        ),
        Table(
            "tone",
            "Labels of comments",
            ("label", "comments"),
            [*sorted(seen.tone.labels.items()), ("not_scored", sum(seen.tone.not_scored.values()))],
        ),
    ]


def _trend(
    numbers: Sequence[str], unit: str, starts: Sequence[str], series: Sequence[Sequence[int]]
) -> Table:
    return Table(
        "trend",
        f"Reactions by {unit}",
        (f"{unit}_utc", *numbers, "votes"),
        [(start, *row, sum(row)) for start, row in zip(starts, series, strict=True)],
    )


def _rounded(interval: tuple[float, float] | None) -> tuple[Cell, Cell]:
    return (None, None) if interval is None else (round(interval[0], 4), round(interval[1], 4))


def articles_table(
    site: Site,
    name: str,
    title: str,
    rows: Sequence[tuple[str, Mix]],
    headlines: dict[str, Headline],
) -> Table:
    columns = (
        "id",
        "title",
        "section",
        "author",
        "tags",
        "url",
        "first_vote_utc",
        *site.choice_keys(""),
        "votes",
        *_INTERVAL,
        "split",
        *_TONE,
    )
    return Table(
        name,
        title,
        columns,
        [
            (
                article_id,
                *_page_cells(headlines[article_id]),
                *mix.counts,
                mix.n,
                *share_cells(mix.warm_share),
                _polarisation(mix),
                *_tone_cells(headlines[article_id]),
            )
            for article_id, mix in rows
        ],
    )


def listing_table(site: Site, listing: Listing) -> Table:
    rows = [(row.id, row.mix) for row in listing.rows]
    return articles_table(site, "articles", "Articles", rows, listing.headlines)


def sections_table(site: Site, groups: Sequence[tuple[str, Mix, int | None]], kind: str) -> Table:
    """:param kind: section, author or tag; ``None`` articles: not counted here."""
    counted = any(articles is not None for _, _, articles in groups)
    columns = (
        kind,
        *(("articles",) if counted else ()),
        *site.choice_keys(""),
        "votes",
        *_INTERVAL,
        "split",
    )
    return Table(
        f"{kind}s",
        f"{kind.capitalize()}s",
        columns,
        [
            (
                name,
                *((articles,) if counted else ()),
                *mix.counts,
                mix.n,
                *share_cells(mix.warm_share),
                _polarisation(mix),
            )
            for name, mix, articles in groups
        ],
    )


def usual_table(site: Site, section: Section) -> Table:
    return Table(
        "usual",
        "Against its own usual",
        (
            "reaction",
            "votes",
            "n",
            "share",
            "low",
            "high",
            "usual_votes",
            "usual_n",
            "usual_share",
            "usual_low",
            "usual_high",
            "beside_usual",
        ),
        [
            (
                key,
                section.mix.counts[at],
                section.mix.n,
                *share_cells(section.mix.share(at)),
                section.usual.counts[at],
                section.usual.n,
                *share_cells(section.usual.share(at)),
                section.against(at) or None,
            )
            for at, key in enumerate(site.choice_keys(""))
        ],
    )


def table_answer(
    site: Site, period: Period | None, tables: Sequence[Table], page: str, **more: Any
) -> Response:
    """What ``format`` asks for: ``csv`` or ``table`` of the one named, ``json`` of them all.

    :raise BadField: another format. :raise NotFound: no such table here.
    """
    asked = request.args.get("format")
    if asked == "json":
        return json_answer(site, period, tables, **more)
    if asked not in ("csv", "table"):
        raise BadField("format is csv, json or table.")
    name = request.args.get("table") or tables[0].name
    table = next((table for table in tables if table.name == name), None)
    if table is None:
        raise NotFound("This page has no table of that name.")
    if asked == "table":
        return make_response(
            render_template(
                "desk/table.html", table=table, period=period, numbers=table.number_columns
            )
        )
    dates = f"-{day_text(period.first_day)}-{day_text(period.last_day)}" if period else ""
    answer = Response(csv_text(table), mimetype="text/csv")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{site.key}-{page}-{table.name}{dates}.csv"'
    )
    return answer


def json_answer(
    site: Site, period: Period | None, tables: Sequence[Table], **more: Any
) -> Response:
    """Shape: ``{"site", "period", ..., "tables": {name: [{column: value}, ...]}}``."""
    body = {
        "site": site.key,
        "timezone": "UTC",
        **({"period": _period_fields(period)} if period else {}),
        **more,
        "tables": {table.name: table.records() for table in tables},
    }
    return Response(msgspec.json.encode(body), mimetype="application/json")


def _period_fields(period: Period) -> dict[str, str]:
    return {
        "from": day_text(period.first_day),
        "to": day_text(period.last_day),
        "until": moment(min(period.now_s, (period.last_day + 1) * 86400)),
    }


def _page_cells(headline: Headline) -> tuple[Cell, ...]:
    page = headline.page
    return (
        headline.title,
        page.section,
        page.author,
        ", ".join(page.tags),
        page.url,
        moment(headline.first_hour * 3600),
    )


def _tone_cells(headline: Headline) -> tuple[Cell, ...]:
    return headline.comments, headline.tone.n, *mean_cells(headline.tone)


def _polarisation(mix: Mix) -> Cell:
    return None if mix.warm_share.is_withheld else round(mix.polarisation, 4)
