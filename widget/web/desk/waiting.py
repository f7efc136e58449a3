"""What waits for the editors of a site: they tick it off or snooze it, for everyone on the site.

Both end by themselves, and can be undone.
"""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound
from widget.domain.model import Site
from widget.domain.todos import Hidden, ToDo, done, next_morning_s
from widget.web.desk.services import desk
from widget.web.desk.signin.access import log, signed_in, site_for_role_or_404
from widget.web.desk.todo_words import title_of
from widget.web.services import services

blueprint = Blueprint("waiting", __name__, url_prefix="/desk/<site_key>/waiting")


@blueprint.post("/done")
def tick_off(site_key: str) -> AnyResponse:
    site, todo = _requested(site_key)
    now_s = int(clock.now())
    hidden = done(todo, signed_in().editor.name, now_s)
    desk().site_desk.hide(site.key, todo.key, hidden, now_s=now_s)
    log(site, "to-do done", title_of(todo))
    flash(f"Done: {title_of(todo)}. You can bring it back below the list.")
    return _back(site)


@blueprint.post("/snoozed")
def snooze(site_key: str) -> AnyResponse:
    site, todo = _requested(site_key)
    now_s = int(clock.now())
    hidden = Hidden(next_morning_s(now_s, site.zone), signed_in().editor.name, is_done=False)
    desk().site_desk.hide(site.key, todo.key, hidden, now_s=now_s)
    log(site, "to-do snoozed", title_of(todo))
    flash(f"Snoozed until tomorrow morning: {title_of(todo)}.")
    return _back(site)


@blueprint.post("/shown")
def bring_back(site_key: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    key = request.form.get("todo", "")
    if desk().site_desk.show(site.key, key):
        todo = next((todo for todo in services().figures.todos.of(site) if todo.key == key), None)
        log(site, "to-do brought back", title_of(todo) if todo else "")
        flash("It is waiting for you again." if todo else "There is nothing left to do about that.")
    return _back(site)


@blueprint.post("/start")
def change_start(site_key: str) -> AnyResponse:
    """Put the first-run checklist away, or tick the one step that no store can see."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    step = request.form.get("step", "")
    if step not in ("away", "comments"):
        raise BadField("step must be away or comments.")
    desk().site_desk.tick_start(site.key, step)
    return _back(site)


def _requested(site_key: str) -> tuple[Site, ToDo]:
    """Return the to-do that a form names.

    :raise NotFound: nothing of that name waits.
    """
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    key = request.form.get("todo", "")
    for todo in services().figures.todos.of(site):
        if todo.key == key:
            return site, todo
    raise NotFound("This is no longer waiting: someone has dealt with it, or it is over.")


def _back(site: Site) -> AnyResponse:
    query = {
        name: request.form[name] for name in ("period", "from", "to") if request.form.get(name)
    }
    path = url_for("overview.show", site_key=site.key)
    return redirect(f"{path}{'?' if query else ''}{urlencode(query)}#waiting", 303)
