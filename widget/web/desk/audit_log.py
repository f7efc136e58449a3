"""The audit logs: one for each site, and one for everything that belongs to no single site."""

from flask import Blueprint, Response, make_response, render_template, request, url_for

from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.services.log_reading import LogPage, Sought
from widget.store.desk.audit import ALL_SITES, split_id
from widget.web.desk.log_rows import Row, by_day, rows_of_all, rows_of_site
from widget.web.desk.services import desk
from widget.web.desk.signin.access import admin_or_403, site_for_role_or_404
from widget.web.services import services

PAGE = 50

blueprint = Blueprint("audit_log", __name__, url_prefix="/desk")


@blueprint.get("/<site_key>/audit")
def of_site(site_key: str) -> Response:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    found = _found(site)
    return _answer("desk/audit.html", found, rows_of_site(site, found.lines))


@blueprint.get("/audit")
def of_all() -> Response:
    admin_or_403()
    found = _found(ALL_SITES)
    names = [editor.name for editor in desk().editors.all()]
    editors = {name: url_for("editors_admin.show", name=name) for name in names}
    sites = {site.key: site.name for site in services().sites.all()}
    return _answer("desk/audit_all.html", found, rows_of_all(found.lines, editors, sites))


def _found(site: Site) -> LogPage:
    before = request.args.get("before", "")
    if before and split_id(before) is None:
        raise BadField("before is not an entry of the log.")
    return desk().log_reading.page(site, Sought(), before=before, limit=PAGE)


def _answer(template: str, found: LogPage, rows: list[Row]) -> Response:
    before = request.args.get("before", "")
    return make_response(render_template(template, found=found, days=by_day(rows), before=before))
