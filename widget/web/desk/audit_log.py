"""The audit logs: one for each site, and one for everything that belongs to no single site."""

from flask import Blueprint, render_template, request

from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.desk.audit import ALL_SITES, split_id
from widget.web.desk.services import desk
from widget.web.desk.signin.access import admin_or_403, site_for_role_or_404

PAGE = 50

blueprint = Blueprint("audit_log", __name__, url_prefix="/desk")


@blueprint.get("/<site_key>/audit")
def of_site(site_key: str) -> str:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    return _page(site, "desk/audit.html")


@blueprint.get("/audit")
def of_all() -> str:
    admin_or_403()
    return _page(ALL_SITES, "desk/audit_all.html")


def _page(site: Site, template: str) -> str:
    before = request.args.get("before", "")
    if before and split_id(before) is None:
        raise BadField("before is not an entry of the log.")
    entries = desk().audit.page(site, before=before, limit=PAGE + 1)
    older = entries[PAGE - 1].id if len(entries) > PAGE else ""
    return render_template(template, entries=entries[:PAGE], older=older, before=before)
