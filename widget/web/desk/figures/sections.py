"""/desk/<site>/sections, authors and tags: figures of groups of articles."""

from flask import Blueprint, Response, render_template, request

from widget.domain.editors.editor import Role
from widget.domain.errors import NotFound
from widget.domain.figures.groups import bounded, has_text
from widget.domain.figures.moods import Mix
from widget.domain.figures.period import Period
from widget.domain.figures.sections import Section
from widget.domain.model import Site
from widget.services.figures.listing import ArticleQuery
from widget.web.desk.figures.drawings import scale_links, section_drawing
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.figures.request import (
    choices_of,
    figures,
    most_groups,
    period_links,
    requested_period,
    requested_text,
)
from widget.web.desk.figures.tables import listing_table, period_table, sections_table, usual_table
from widget.web.desk.signin.access import site_for_role_or_404

MOST_STORIES = 10

blueprint = Blueprint("sections", __name__, url_prefix="/desk/<site_key>")


@blueprint.get("/sections")
def index(site_key: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    period = requested_period(site)
    text = requested_text()
    sections = [
        one for one in figures().overviews.sections(site, period) if has_text(one.name, text)
    ]
    if request.args.get("format"):
        groups = [(section.name, section.mix, None) for section in sections]
        table = sections_table(site, groups, "section", most=most_groups())
        return table_answer(site, period, [table], "sections", choices_of(site))
    return render_template(
        "desk/sections.html",
        period=period,
        groups=bounded(sections, lambda section: section.mix),
        text=text,
        by="section",
        aside=figures().overviews.aside(site, period),
        choices=choices_of(site),
        period_links=period_links(period, ".index", site_key=site.key),
    )


@blueprint.get("/sections/<path:section>")
def show(site_key: str, section: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    period = requested_period(site)
    found = _section_or_404(site, period, section)
    series = figures().overviews.section_series(site, period, section)
    listing = figures().listings.articles(
        site, period, ArticleQuery(section), limit=MOST_STORIES, whole=False
    )
    if request.args.get("format"):
        tables = [
            period_table(site, period, series),
            usual_table(site, found),
            listing_table(site, listing),
        ]
        return table_answer(site, period, tables, "section", choices_of(site), section=section)
    return render_template(
        "desk/section.html",
        period=period,
        section=found,
        choices=choices_of(site),
        drawing=section_drawing(site, period, series),
        scale=scale_links(".show", site_key=site.key, section=section, **period.query),
        listing=listing,
        period_links=period_links(period, ".show", site_key=site.key, section=section),
    )


@blueprint.get("/authors")
def authors(site_key: str) -> Response | str:
    return _grouped(site_key, "author")


@blueprint.get("/tags")
def tags(site_key: str) -> Response | str:
    return _grouped(site_key, "tag")


def _section_or_404(site: Site, period: Period, name: str) -> Section:
    """Return a section, also one that had votes only before the period.

    :raise NotFound: it had votes neither in the period nor before it.
    """
    sections = figures().overviews.sections(site, period)
    found = next((section for section in sections if section.name == name), None)
    if found is not None:
        return found
    baselines = figures().usual.by_section(site, period)
    if name not in baselines:
        raise NotFound("This section had no votes in this period or before it.")
    choice_keys = site.choice_keys("")
    return Section(name, Mix.of([0] * len(choice_keys), choice_keys), baselines[name])


def _grouped(site_key: str, by: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    period = requested_period(site)
    text = requested_text()
    found = [one for one in figures().listings.grouped(site, period, by) if has_text(one[0], text)]
    if request.args.get("format"):
        table = sections_table(site, found, by, most=most_groups())
        return table_answer(site, period, [table], f"{by}s", choices_of(site))
    return render_template(
        "desk/groups.html",
        period=period,
        groups=bounded(found, lambda group: group[1]),
        text=text,
        by=by,
        choices=choices_of(site),
        period_links=period_links(period, f".{by}s", site_key=site.key),
    )
