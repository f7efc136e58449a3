"""The audit logs: one for each site, and one for everything that belongs to no single site."""

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request, url_for

from widget.domain.editors.deeds import GROUPS
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.services.log_reading import LogPage
from widget.store.desk.audit import ALL_SITES, COMMAND_LINE, split_id
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.log_filter import requested_filter
from widget.web.desk.log_rows import Row, by_day, log_table, rows_of_all, rows_of_site
from widget.web.desk.services import desk
from widget.web.desk.signin.access import admin_or_403, signed_in, site_for_role_or_404
from widget.web.services import services

PAGE = 50
MOST_EXPORTED = 1000
_ALL = replace(ALL_SITES, key="all-sites")  # as the name of a file has it

blueprint = Blueprint("audit_log", __name__, url_prefix="/desk")


@blueprint.get("/<site_key>/audit")
def of_site(site_key: str) -> Response:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    found = _found(site)
    return _answer(site, "desk/audit.html", found, rows_of_site(site, found.lines))


@blueprint.get("/audit")
def of_all() -> Response:
    admin_or_403()
    found = _found(ALL_SITES)
    names = [editor.name for editor in desk().editors.all()]
    editors = {name: url_for("editors_admin.show", name=name) for name in names}
    sites = {site.key: site.name for site in services().sites.all()}
    rows = rows_of_all(found.lines, editors, sites)
    return _answer(_ALL, "desk/audit_all.html", found, rows)


def _found(site: Site) -> LogPage:
    before = request.args.get("before", "")
    if before and split_id(before) is None:
        raise BadField("before is not an entry of the log.")
    sought = requested_filter().sought(site.zone)
    limit = MOST_EXPORTED if request.args.get("format") else PAGE
    return desk().log_reading.page(site, sought, before=before, limit=limit)


def _answer(site: Site, template: str, found: LogPage, rows: list[Row]) -> Response:
    """Answer as a page, or as the CSV or JSON of ``format``; then ``older`` begins the next one."""
    if request.args.get("format"):
        return table_answer(site, None, [log_table(rows, site.zone)], "log", older=found.older)
    names = {signed_in().editor.name, *(row.entry.who for row in rows), COMMAND_LINE}
    page = render_template(
        template,
        found=found,
        days=by_day(rows),
        before=request.args.get("before", ""),
        filter=requested_filter(),
        groups=GROUPS,
        names=sorted(names),
    )
    return make_response(page)
