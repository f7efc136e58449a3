"""/desk/<site>/: the overview of a site for a period."""

from flask import Blueprint, Response, render_template, request, url_for

from widget.domain.editors.editor import Role
from widget.web.desk.figures.drawings import scale_query
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.figures.regions import overview_regions
from widget.web.desk.figures.request import (
    choices_of,
    figures,
    live_answer,
    most_groups,
    period_links,
    requested_period,
)
from widget.web.desk.figures.tables import overview_tables
from widget.web.desk.signin.access import site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("overview", __name__, url_prefix="/desk/<site_key>")


@blueprint.get("/")
def show(site_key: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    period = requested_period(site)
    if request.args.get("format"):
        overview = figures().overviews.overview(site, period)
        tables = overview_tables(site, overview, most_groups=most_groups())
        return table_answer(site, period, tables, "overview", choices_of(site))
    return render_template(
        "desk/overview.html",
        period=period,
        regions=overview_regions(site, period),
        period_links=period_links(period, ".show", site_key=site.key),
        live=url_for(".live", site_key=site.key, **period.query, **scale_query()),
        room=services().room.fullness(),
    )


@blueprint.get("/live.json")
def live(site_key: str) -> Response:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    return live_answer(overview_regions(site, requested_period(site)))
