"""GET /v1/desk/<site>/...: the desk's figures for programs, with an API key of the site."""

from flask import Blueprint, Response, request

from widget.domain import clock
from widget.domain.errors import BadField, BadKey, UnknownSite
from widget.domain.model import Site
from widget.services.figures.listing import MOST_EXPORTED
from widget.web.desk.figures.exports import json_answer
from widget.web.desk.figures.request import figures, requested_filter, requested_period
from widget.web.desk.figures.tables import (
    article_tables,
    listing_table,
    overview_tables,
    sections_table,
)
from widget.web.desk.services import desk
from widget.web.services import services

blueprint = Blueprint("figures_api", __name__, url_prefix="/v1/desk/<site_key>")

DEFAULT_LIMIT = 100


@blueprint.before_request
def refuse_doubled_parameter() -> None:
    """:raise BadField: a parameter is given twice, so one of the two would mean nothing."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise BadField(f"{name[:40]} is given twice.")


@blueprint.get("/overview")
def overview(site_key: str) -> Response:
    site = _site_of_key(site_key)
    period = requested_period(site)
    overview = figures().overviews.overview(site, period)
    tables = overview_tables(site, overview)
    return json_answer(site, period, tables, votes=overview.mix.n, set_aside=overview.aside)


@blueprint.get("/articles")
def articles(site_key: str) -> Response:
    site = _site_of_key(site_key)
    period = requested_period(site)
    limit = min(request.args.get("limit", DEFAULT_LIMIT, int), MOST_EXPORTED)
    after = request.args.get("after", "")
    listing = figures().listings.articles(
        site, period, requested_filter(), after=after, limit=max(1, limit)
    )
    tables = [listing_table(site, listing)]
    return json_answer(site, period, tables, total=listing.total, after=listing.after)


@blueprint.get("/articles/<article_id>")
def article(site_key: str, article_id: str) -> Response:
    site = _site_of_key(site_key)
    tables = article_tables(site, figures().articles.figures(site, article_id))
    return json_answer(site, None, tables)


@blueprint.get("/sections")
def sections(site_key: str) -> Response:
    site = _site_of_key(site_key)
    period = requested_period(site)
    groups = [(one.name, one.mix, None) for one in figures().overviews.sections(site, period)]
    aside = figures().overviews.aside(site, period)
    return json_answer(site, period, [sections_table(site, groups, "section")], set_aside=aside)


def _site_of_key(site_key: str) -> Site:
    """Return the site of the address, for a client that sends one of its API keys.

    :raise BadKey: no key, a revoked one, another site's, or no such site. All look the same.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(secret) <= 100:
        raise BadKey
    try:
        site = services().sites.get(site_key)
    except UnknownSite:
        raise BadKey from None
    if desk().api_keys.find(site.key, secret.strip(), now_s=int(clock.now())) is None:
        raise BadKey
    return site
