"""The audit logs: one for each site, and one for everything that belongs to no single site."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, make_response, render_template, request, url_for

from widget.domain.editors.deeds import GROUPS
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.services.log_reading import Line, LogPage
from widget.store.desk.audit import ALL_SITES, COMMAND_LINE, split_id
from widget.web.audience import wants_json
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.log_filter import requested_filter
from widget.web.desk.log_rows import Row, by_day, log_table, rows_of_all, rows_of_site
from widget.web.desk.services import desk
from widget.web.desk.signin.access import admin_or_403, signed_in, site_for_role_or_404
from widget.web.services import services

PAGE = 50
MOST_EXPORTED = 10_000
MOST_READ_FOR_EXPORT = 20_000
_TOO_MANY = (
    f"This is more than one file can have: {MOST_EXPORTED:,} entries, found among "
    f"{MOST_READ_FOR_EXPORT:,}. Choose fewer days, and export the others after them."
)

blueprint = Blueprint("audit_log", __name__, url_prefix="/desk")


@blueprint.get("/<site_key>/audit")
def of_site(site_key: str) -> Response:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    return _answer(site, "desk/audit.html", partial(rows_of_site, site))


@blueprint.get("/audit")
def of_all() -> Response:
    admin_or_403()
    names = [editor.name for editor in desk().editors.all()]
    editors = {name: url_for("editors_admin.show", name=name) for name in names}
    sites = {site.key: site.name for site in services().sites.all()}
    rows = partial(rows_of_all, editors=editors, sites=sites)
    return _answer(ALL_SITES, "desk/audit_all.html", rows)


def _answer(
    site: Site, template: str, rows_of: Callable[[tuple[Line, ...]], list[Row]]
) -> Response:
    """Answer as a page, or as the file of ``format``; ``older`` in JSON begins the next one.

    A page for people says at the form what is wrong with the request. See :func:`_found`.
    """
    problem = ""
    try:
        found = _found(site)
    except BadField as refusal:
        if wants_json():
            raise
        found, problem = LogPage(()), str(refusal)
    rows = rows_of(found.lines)
    if request.args.get("format") and not problem:
        named = replace(site, key="all-sites") if site is ALL_SITES else site
        return table_answer(named, None, [log_table(rows, site.zone)], "log", older=found.older)
    names = {signed_in().editor.name, *(row.entry.who for row in rows), COMMAND_LINE}
    page = render_template(
        template,
        found=found,
        days=by_day(rows),
        before=request.args.get("before", ""),
        filter=requested_filter(),
        groups=GROUPS,
        names=sorted(names),
        problem=problem,
    )
    return make_response(page, BadField.status if problem else 200)


def _found(site: Site) -> LogPage:
    """
    :raise BadField: a field of the filter is wrong, or there is more than a file other than JSON
        can say.
    """
    before = request.args.get("before", "")
    if before and split_id(before) is None:
        raise BadField("before is not an entry of the log.")
    sought = requested_filter().sought(site.zone)
    reading = desk().log_reading
    if not request.args.get("format"):
        return reading.page(site, sought, before=before, limit=PAGE)
    found = reading.page(
        site, sought, before=before, limit=MOST_EXPORTED, most_read=MOST_READ_FOR_EXPORT
    )
    if found.older and request.args["format"] != "json":
        raise BadField(_TOO_MANY)
    return found
