"""The page on which an admin allows an origin whose votes and comments were refused."""

from dataclasses import replace

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.forms import described
from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.refused_origin import is_related, why_not_allowed
from widget.domain.forms.site import site_origins
from widget.domain.model import Site
from widget.store.sites import version_of
from widget.web.desk.settings.refused import refused_by
from widget.web.desk.signin.access import log, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint(
    "refused_origins", __name__, url_prefix="/desk/<site_key>/settings/refused-origins"
)


@blueprint.get("/")
def show(site_key: str) -> Response:
    """Show what it means to allow one of them."""
    site_for_role_or_404(site_key, Role.ADMIN)
    site = services().sites.fresh(site_key)
    return _page(site, _allowable(request.args.get("origin", "")))


@blueprint.post("/")
def allow(site_key: str) -> AnyResponse:
    site_for_role_or_404(site_key, Role.ADMIN)
    site = services().sites.fresh(site_key)
    origin = _allowable(request.form.get("origin", ""))
    try:
        origins = site_origins("\n".join((*site.origins, origin)))
    except InvalidForm as refusal:
        return _page(site, origin, problem=refusal.problems["origins"])
    # Adding an origin overwrites nothing that somebody else saved, so the form has no version.
    before, after = services().sites.change(
        site_key, version_of(site), lambda now: replace(now, origins=origins)
    )
    old, new = described.difference(before, after)
    if old != new:
        log(after, "settings changed", after.key, before=old, after=new)
    flash(f"{origin} may vote and comment from now on.")
    return redirect(url_for("site_settings.show", site_key=site_key), 303)


def _allowable(origin: str) -> str:
    """:raise BadField: no site can allow this origin."""
    problem = why_not_allowed(origin)
    if problem:
        raise BadField(problem)
    return origin


def _page(site: Site, origin: str, problem: str = "") -> Response:
    known = {one.origin: one for one in refused_by(site)}
    page = render_template(
        "desk/allow_origin.html",
        site=site,
        origin=origin,
        refused=known.get(origin),
        is_allowed=origin in site.origins,
        is_related=is_related(origin, site.origins),
        problem=problem,
    )
    return make_response(page, 422 if problem else 200)
