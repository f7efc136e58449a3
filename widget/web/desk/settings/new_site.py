"""A page to add a site."""

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

from widget.domain.errors import Stale
from widget.domain.forms import described
from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.site import new_site
from widget.domain.model import Site
from widget.store.desk.audit import ALL_SITES
from widget.web.desk.signin.access import admin_or_403, log
from widget.web.services import services

blueprint = Blueprint("sites_admin", __name__, url_prefix="/desk/sites")


@blueprint.get("/")
def new() -> Response:
    admin_or_403()
    return _page()


@blueprint.post("/")
def add() -> AnyResponse:
    admin_or_403()
    try:
        site = services().sites.add(new_site(request.form))
    except InvalidForm as refusal:
        return _page(refusal.problems, 422)
    except Stale as refusal:
        return _page({"key": str(refusal)}, 409)
    _, after = described.difference(Site(site.key, "", ()), site)
    log(ALL_SITES, "site added", site.key, after=after)
    log(site, "site added", site.key, after=after)
    flash(f"{site.name} was added. Paste its tag where the bar should appear.")
    return redirect(url_for("site_settings.show", site_key=site.key), 303)


def _page(problems: dict[str, str] | None = None, status: int = 200) -> Response:
    page = render_template("desk/new_site.html", problems=problems or {}, values=request.form)
    return make_response(page, status)
