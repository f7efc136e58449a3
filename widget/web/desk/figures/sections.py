"""/desk/<site>/sections, authors and tags: the same figures by where, by whom and about what."""

from flask import Blueprint, Response, render_template, request

from widget.domain.editors.editor import Role
from widget.domain.errors import NotFound
from widget.domain.figures import chart
from widget.domain.figures.moods import Mix
from widget.services.figures.listing import Wanted
from widget.services.figures.overview import Section
from widget.store.figures import trends
from widget.web.desk.figures.request import asked_period, choices_of, figures, period_links
from widget.web.desk.figures.tables import (
    listing_table,
    sections_table,
    series_table,
    table_answer,
    usual_table,
)
from widget.web.desk.signin.access import site_for_role_or_404

blueprint = Blueprint("sections", __name__, url_prefix="/desk/<site_key>")


@blueprint.get("/sections")
def index(site_key: str) -> Response | str:
    site, period = site_for_role_or_404(site_key, Role.VIEWER), asked_period()
    sections = figures().overviews.sections(site, period)
    if request.args.get("format"):
        groups = [(section.name, section.mix, None) for section in sections]
        return table_answer(site, period, [sections_table(site, groups, "section")], "sections")
    return render_template(
        "desk/sections.html",
        period=period,
        sections=sections,
        choices=choices_of(site),
        period_links=period_links(period, ".index", site_key=site.key),
    )


@blueprint.get("/sections/<path:section>")
def show(site_key: str, section: str) -> Response | str:
    site, period = site_for_role_or_404(site_key, Role.VIEWER), asked_period()
    sections = figures().overviews.sections(site, period)
    known = next((one for one in sections if one.name == section), None)
    usual = figures().usual.by_section(site, period)
    if known is None and section not in usual:
        raise NotFound("No article of this section had a vote in these days or before them.")
    numbers = site.choice_keys("")
    found = known or Section(section, Mix.of([0] * len(numbers), numbers), usual[section])
    [series] = figures().trends.ask(
        site, trends.section_days(site, section, period.first_day, period.last_day + 1)
    )
    listing = figures().listings.articles(site, period, Wanted(section=section), limit=10)
    if request.args.get("format"):
        tables = [
            series_table(site, period, series),
            usual_table(site, found),
            listing_table(site, listing),
        ]
        return table_answer(site, period, tables, "section", section=section)
    return render_template(
        "desk/section.html",
        period=period,
        section=found,
        choices=choices_of(site),
        stack=chart.stack(series),
        listing=listing,
        period_links=period_links(period, ".show", site_key=site.key, section=section),
    )


@blueprint.get("/authors")
def authors(site_key: str) -> Response | str:
    return _grouped(site_key, "author")


@blueprint.get("/tags")
def tags(site_key: str) -> Response | str:
    return _grouped(site_key, "tag")


def _grouped(site_key: str, by: str) -> Response | str:
    site, period = site_for_role_or_404(site_key, Role.VIEWER), asked_period()
    groups = figures().listings.grouped(site, period, by)
    if request.args.get("format"):
        return table_answer(site, period, [sections_table(site, groups, by)], f"{by}s")
    return render_template(
        "desk/groups.html",
        period=period,
        groups=groups,
        by=by,
        choices=choices_of(site),
        period_links=period_links(period, f".{by}s", site_key=site.key),
    )
