"""The charts of the desk's pages, with what is written beside them."""

from collections.abc import Sequence
from typing import Any

from flask import request, url_for

from widget.domain.figures import chart
from widget.domain.figures.axis import axis, slot_place
from widget.domain.figures.chart import Drawing, Label, Span
from widget.domain.figures.order import warm_to_cold
from widget.domain.figures.period import Period
from widget.domain.figures.timeline import Timeline
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.services.figures.article import ArticleFigures
from widget.services.figures.marks import Peak, StoryNote
from widget.services.figures.overview import Overview
from widget.store.desk.notes import Note
from widget.web.desk.figures.request import figures
from widget.web.desk.integrity.wording import window as window_text

MOST_FLAG_CHARS = 22
MOST_NOTE_CHARS = 44
MOST_SPANS = 3
_LEAST_SPAN = 0.75  # per cent
SHARE = "share"
WITH, WITHOUT = "with", "without"  # the votes in doubt


def is_share() -> bool:
    """Return whether the address asks for shares in place of counts."""
    return request.args.get("scale") == SHARE


def is_with_doubt() -> bool:
    """Return whether the address asks for figures with the votes in doubt."""
    return request.args.get("doubt") == WITH


def scale_links(endpoint: str, **place: Any) -> list[tuple[str, str, bool]]:
    """Return links to the same page with a chart of counts, and of shares."""
    place.pop("scale", None)
    return [
        ("Count", url_for(endpoint, **place), not is_share()),
        ("Share", url_for(endpoint, **place, scale=SHARE), is_share()),
    ]


def scale_query() -> dict[str, Any]:
    return {"scale": SHARE} if is_share() else {}


def doubt_query() -> dict[str, Any]:
    return {"doubt": WITH} if is_with_doubt() else {}


def overview_drawing(site: Site, overview: Overview) -> Drawing:
    """Draw a site's trend, with the stories of its highest tops and editors' notes.

    :raise StoreUnavailable: the store timed out or refused.
    """
    period, series = overview.period, overview.series
    bounds, unit = _bounds(period)
    totals = [sum(row) for row in series]
    peaks = figures().marks.peaks(site, bounds, chart.peaks(totals, unit))
    noted = dict.fromkeys((*overview.headlines, *(peak.article_id for peak in peaks)))
    noted |= dict.fromkeys(overview.busiest)
    notes = figures().marks.notes(site, noted, period.first_hour, period.end_hour)
    return _drawing(site, period, series, peaks, notes)


def section_drawing(site: Site, period: Period, series: Sequence[Sequence[int]]) -> Drawing:
    """Draw a section's trend."""
    return _drawing(site, period, series, (), ())


def article_drawing(site: Site, article: ArticleFigures) -> Drawing:
    """Draw an article's life, with its notes and with the windows of votes in doubt."""
    line, doubt = article.line, article.doubt
    of_flags = [] if doubt is None else [one for one in doubt.flags if one.state != "explained"]
    on_top = {} if doubt is None or is_with_doubt() else doubt.hours
    return story_drawing(
        site,
        article.detail.headline.page.poll_key,
        line,
        article.notes,
        doubted=line.of_hours(on_top),
        is_aside=all(one.state == "set_aside" for one in of_flags),
        spans=[span for one in of_flags if (span := span_of(site, line, one))],
    )


def span_of(site: Site, line: Timeline, flag: Flag) -> Span | None:
    """Return where a flagged window is on an axis; None if the axis does not have it."""
    drawn = axis(line.bounds, line.unit, site.zone)
    finding = flag.finding
    first, end = max(finding.from_hour, line.first_hour), min(finding.to_hour, line.end_hour)
    start, last = drawn.place(first * 3600), drawn.place(end * 3600)
    if start is None or first >= end:
        return None
    votes = flag.votes_aside if flag.state == "set_aside" else finding.excess
    what = "set aside" if flag.state == "set_aside" else "in doubt"
    short = f"{votes:,} {what}"
    width = round((100.0 if last is None else last) - start, 2)
    return Span(start, max(width, _LEAST_SPAN), f"{short}, {window_text(finding)}", short)


def story_drawing(
    site: Site,
    poll_key: str,
    line: Timeline,
    noted: Sequence[tuple[Note, float | None]],
    *,
    doubted: Sequence[int],
    is_aside: bool,
    spans: Sequence[Span],
) -> Drawing:
    """Draw a story's life.

    :param doubted: votes of each slot that the line does not have.
    :param is_aside: all of these were set aside.
    """
    drawn = axis(line.bounds, line.unit, site.zone)
    notes = [
        Label(
            drawn.place(note.at_s) or 0.0,
            slot_place(drawn.bounds, note.at_s) or 0.0,
            _short(note.text, MOST_NOTE_CHARS),
            note.text,
        )
        for note, place in noted
        if place is not None
    ]
    order = warm_to_cold(site.choice_keys(poll_key))
    return chart.draw(
        line.series,
        drawn,
        order,
        is_share=is_share(),
        notes=notes,
        doubted=doubted,
        doubt_name="Set aside" if is_aside else "In doubt",
        spans=spans[:MOST_SPANS],
    )


def _drawing(
    site: Site,
    period: Period,
    series: Sequence[Sequence[int]],
    peaks: Sequence[Peak],
    notes: Sequence[StoryNote],
) -> Drawing:
    bounds, unit = _bounds(period)
    drawn = axis(bounds, unit, site.zone, until=period.last_end_hour)
    totals = [sum(row) for row in series]
    top = chart.nice_top(max(totals, default=0))
    flags = [
        Label(
            drawn.middle(peak.slot),
            peak.slot + 0.5,
            _short(peak.title, MOST_FLAG_CHARS),
            f"{peak.title}: {peak.votes:,} of {totals[peak.slot]:,} reactions, "
            f"{drawn.labels[peak.slot]}",
            peak.article_id,
            0 if is_share() else top - totals[peak.slot],
            said=f"{peak.votes:,} of them on \u2068{peak.title}\u2069",
        )
        for peak in peaks
    ]
    marks = [
        Label(
            drawn.place(one.note.at_s) or 0.0,
            slot_place(drawn.bounds, one.note.at_s) or 0.0,
            _short(one.note.text, MOST_NOTE_CHARS),
            f"{one.note.text}: {one.title}",
            one.article_id,
        )
        for one in notes
    ]
    order = warm_to_cold(site.choice_keys(""))
    return chart.draw(series, drawn, order, is_share=is_share(), flags=flags, notes=marks)


def _bounds(period: Period) -> tuple[list[int], str]:
    if period.is_hourly:
        return list(range(period.first_hour, period.end_hour + 1)), "hour"
    return period.day_bounds, "day"


def _short(text: str, most: int) -> str:
    """Return the beginning of a long text, to the end of a word if one ends in its second half."""
    if len(text) <= most:
        return text
    begun = text[:most].rpartition(" ")[0]
    return f"{begun if len(begun) * 2 > most else text[: most - 1].rstrip()}…"
