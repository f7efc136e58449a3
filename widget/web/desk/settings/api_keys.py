"""API keys of a site: making one, which is shown once, and revoking it."""

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

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import NotFound
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.web.desk.services import desk
from widget.web.desk.signin.access import log, signed_in, site_for_role_or_404

MAX_KEYS = 20
MAX_LABEL_CHARS = 60

blueprint = Blueprint("site_keys", __name__, url_prefix="/desk/<site_key>/settings/keys")


@blueprint.get("/")
def index(site_key: str) -> Response:
    return _page(site_for_role_or_404(site_key, Role.ADMIN))


@blueprint.post("/")
def make(site_key: str) -> Response:
    """Make a key. Only this answer shows it."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    label = clean_line(request.form.get("label", ""))
    if not 1 <= len(label) <= MAX_LABEL_CHARS:
        return _page(site, f"Say what will use the key, in 1 to {MAX_LABEL_CHARS} characters.", 422)
    if len(desk().api_keys.of(site.key)) >= MAX_KEYS:
        return _page(site, f"A site has at most {MAX_KEYS} keys. Revoke one first.", 422)
    who = signed_in().editor.name
    secret = desk().api_keys.make(site.key, label, who=who, now_s=int(clock.now()))
    log(site, "API key made", label)
    return _page(site, secret=secret, label=label)


@blueprint.post("/revoked")
def revoke(site_key: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.ADMIN)
    revoked = desk().api_keys.revoke(site.key, request.form.get("key", ""))
    if revoked is None:
        raise NotFound("That key has already been revoked.")
    log(site, "API key revoked", revoked.label)
    flash(f"The key “{revoked.label}” no longer works.")
    return redirect(url_for(".index", site_key=site.key), 303)


def _page(site: Site, problem: str = "", status: int = 200, **values: str) -> Response:
    page = render_template(
        "desk/keys.html",
        site=site,
        keys=desk().api_keys.of(site.key),
        problem=problem,
        typed=request.form.get("label", "") if problem else "",
        **values,
    )
    return make_response(page, status)
