"""Pages about editors, their roles and one-time links, for admins of every site."""

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

from widget.domain import clock
from widget.domain.editors.editor import (
    EVERY_SITE,
    Editor,
    Role,
    editor_name,
    role_named,
    roles_text,
)
from widget.domain.errors import BadField, LastAdmin, NotFound, Stale
from widget.store.desk.audit import ALL_SITES
from widget.web.desk.services import desk
from widget.web.desk.signin.access import admin_or_403, log
from widget.web.services import services

blueprint = Blueprint("editors_admin", __name__, url_prefix="/desk/editors")


@blueprint.get("/")
def index() -> Response:
    admin_or_403()
    return _index_page()


@blueprint.post("/")
def add() -> Response:
    """Add an editor, and show the link where they choose their password."""
    admin_or_403()
    try:
        name = editor_name(request.form.get("name", ""))
        invited = Editor(name, roles=_typed_roles(), created_s=int(clock.now()))
        added = desk().editors.add(invited)
    except Stale as refusal:
        return _index_page(str(refusal), status=409)
    except ValueError as problem:
        return _index_page(str(problem), status=422)
    log(ALL_SITES, "editor added", name, after=roles_text(added.roles))
    return _editor_page(added, link=_link(name))


@blueprint.get("/<name>")
def show(name: str) -> Response:
    admin_or_403()
    return _editor_page(_editor_or_404(name))


@blueprint.post("/<name>/roles")
def set_roles(name: str) -> AnyResponse:
    admin_or_403()
    editor = _editor_or_404(name)
    roles = _typed_roles()
    try:
        desk().editors.change(name, lambda e: e.with_roles(roles))
    except LastAdmin as refusal:
        typed = replace(editor, roles=roles)
        return _editor_page(typed, problem=str(refusal), status=refusal.status)
    log(ALL_SITES, "roles changed", name, before=roles_text(editor.roles), after=roles_text(roles))
    flash("Saved.")
    return redirect(url_for(".show", name=name), 303)


@blueprint.post("/<name>/link")
def make_link(name: str) -> Response:
    """Make a one-time link to a new password. Only this answer shows it."""
    admin_or_403()
    editor = _editor_or_404(name)
    log(ALL_SITES, "one-time link made", name)
    return _editor_page(editor, link=_link(name))


@blueprint.post("/<name>/removed")
def remove(name: str) -> AnyResponse:
    admin_or_403()
    editor = _editor_or_404(name)
    try:
        desk().editors.remove(name)
    except LastAdmin as refusal:
        return _editor_page(editor, problem=str(refusal), status=refusal.status)
    desk().sessions.end_all(name)
    log(ALL_SITES, "editor removed", name, before=roles_text(editor.roles))
    flash(f"{name} is no longer an editor. All their sessions have ended.")
    return redirect(url_for(".index"), 303)


def _editor_or_404(name: str) -> Editor:
    editor = desk().editors.get(name)
    if editor is None:
        raise NotFound(f"There is no editor named {name[:64]}.")
    return editor


def _typed_roles() -> dict[str, Role]:
    """Return the roles in the fields ``role:<site key>``. An empty field is no role.

    :raise BadField: a role or a site does not exist.
    """
    known = {EVERY_SITE, *(site.key for site in services().sites.all())}
    roles = {}
    for field, value in request.form.items():
        prefix, _, site_key = field.partition(":")
        if prefix == "role" and value:
            if site_key not in known:
                raise BadField("One of these sites no longer exists. Open the page again.")
            try:
                roles[site_key] = role_named(value)
            except ValueError as problem:
                raise BadField(str(problem)) from None
    return roles


def _link(name: str) -> str:
    token = desk().editors.invite(name, now_s=int(clock.now()))
    return services().settings.public_url + url_for("auth.welcome", token=token)


def _index_page(problem: str = "", *, status: int = 200) -> Response:
    page = render_template(
        "desk/editors.html",
        editors=desk().editors.all(),
        problem=problem,
        places=_places(),
        typed=request.form,
    )
    return make_response(page, status)


def _editor_page(
    person: Editor, *, link: str = "", problem: str = "", status: int = 200
) -> Response:
    page = render_template(
        "desk/editor.html", person=person, link=link, problem=problem, places=_places()
    )
    return make_response(page, status)


def _places() -> list[tuple[str, str]]:
    """Return the sites that a role can be on: ``[(key, name), ...]``, every site first."""
    return [(EVERY_SITE, "Every site"), *((s.key, s.name) for s in services().sites.all())]
