"""The first page of the desk, where an editor chooses a site."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from widget.web.desk.navigation import first_page
from widget.web.desk.signin.access import signed_in, sites_of
from widget.web.desk.todos import counts_of

blueprint = Blueprint("desk", __name__, url_prefix="/desk")


@blueprint.get("/")
def chooser() -> AnyResponse | str:
    """List the editor's sites, or go to the only one."""
    editor = signed_in().editor
    sites = sites_of(editor)
    if len(sites) == 1 and not editor.is_admin:
        return redirect(first_page(sites[0], editor), 303)
    entries = [(site, first_page(site, editor), editor.role_on(site.key)) for site in sites]
    return render_template("desk/sites.html", entries=entries, waiting=counts_of(sites))
