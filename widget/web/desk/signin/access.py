"""Access to the desk: the one place that decides who may do what.

It guards every address under /desk, whichever blueprint serves it, and also where none does. Every
view of a site calls ``site_for_role_or_404`` with the least role that it needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar, cast

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse
from wtforms import ValidationError

from widget.domain import clock
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.errors import BadField, Forbidden, NotFound, SignInRequired, UnknownSite
from widget.domain.model import Site
from widget.store.desk.audit import ALL_SITES
from widget.store.desk.sessions import ABSOLUTE_S, Session
from widget.web.audience import in_desk, wants_json
from widget.web.desk.addresses import this_address
from widget.web.desk.navigation import pages_for
from widget.web.desk.services import desk
from widget.web.form_origin import SAFE_METHODS
from widget.web.page_limit import count_page
from widget.web.services import is_https, services
from widget.web.unsent import kept_text, typed_fields, unsent_values

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class SignedIn:
    editor: Editor
    session: Session


def register(app: Flask) -> None:
    app.before_request(_guard)
    app.after_request(_keep_private)
    app.context_processor(_values_of_every_page)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.jinja_env.globals["Role"] = Role


def without_session(view: View) -> View:
    """Mark a view of the desk that needs no session."""
    view.needs_no_session = True  # type: ignore[attr-defined]  # the guard reads it there
    return view


def signed_in() -> SignedIn:
    """Return the signed-in editor. Not for views outside /desk or marked ``without_session``."""
    return cast(SignedIn, g.signed_in)


def site_for_role_or_404(site_key: str, role: Role) -> Site:
    """Return the site of an address, for an editor who has at least ``role`` on it.

    Refusals are logged as denied.

    :raise NotFound: the site does not exist, or the editor has no role on it. Both look the same.
    :raise Forbidden: the editor's role is too low.
    """
    held = signed_in().editor.role_on(site_key)
    try:
        site = services().sites.get(site_key)
    except UnknownSite:
        _deny(ALL_SITES, NotFound())
    if held is None:
        _deny(site, NotFound())
    if held < role:
        _deny(site, Forbidden())
    return site


def admin_or_403() -> Editor:
    """:raise Forbidden: the editor is not an admin of every site. Logged as denied."""
    editor = signed_in().editor
    if not editor.is_admin:
        _deny(ALL_SITES, Forbidden())
    return editor


def sites_of(editor: Editor) -> list[Site]:
    """Return the sites on which an editor has a role, by their keys."""
    if EVERY_SITE in editor.roles:
        return services().sites.all()
    return services().sites.some(sorted(editor.roles))


def log(site: Site, action: str, subject: str, *, before: str = "", after: str = "") -> None:
    """Write an action of the signed-in editor to a site's audit log."""
    desk().audit.append(
        site,
        signed_in().editor.name,
        action,
        subject,
        change=(before, after),
        at_s=int(clock.now()),
    )


def cookie_name() -> str:
    return "__Host-readback-desk" if is_https() else "readback-desk"


def set_cookie(answer: AnyResponse, session_id: str) -> None:
    answer.set_cookie(
        cookie_name(),
        session_id,
        max_age=ABSOLUTE_S,
        httponly=True,
        samesite="Lax",
        secure=is_https(),
    )


def current_session() -> SignedIn | None:
    """Return the editor of the session cookie, if the session and the editor still exist."""
    session_id = request.cookies.get(cookie_name(), "")
    if not session_id:
        return None
    session = desk().sessions.get(session_id, now_s=int(clock.now()))
    editor = desk().editors.get(session.editor) if session else None
    if session is None or editor is None or session.epoch != editor.epoch:
        return None
    return SignedIn(editor, session)


def _guard() -> AnyResponse | None:
    if not in_desk() or isinstance(request.routing_exception, MethodNotAllowed):
        return None
    changes = request.method not in SAFE_METHODS
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "needs_no_session", False):
        count_page()
        return None
    found = current_session()
    if found is None:
        count_page()
        return _to_sign_in()
    g.signed_in = found
    site_key = (request.view_args or {}).get("site_key")
    if site_key is not None:
        g.site = site_for_role_or_404(site_key, Role.VIEWER)
    if changes and request.routing_exception is None and not has_csrf_token():
        return _stale_form()
    return None


def has_csrf_token() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _to_sign_in() -> AnyResponse:
    if wants_json():
        raise SignInRequired
    if request.method in SAFE_METHODS:
        return redirect(url_for("auth.sign_in", next=this_address()), 303)
    kept = kept_text([] if request.routing_exception else typed_fields())
    if not kept:
        return redirect(url_for("auth.sign_in"), 303)
    page = render_template("desk/login.html", next=this_address(), kept=kept)
    return make_response(page, SignInRequired.status)


def _stale_form() -> Response:
    """Show what was typed in a form that was open too long, with a button to send it again.

    A script gets the error instead.
    """
    if wants_json():
        raise BadField("This page was open for too long. Reload it, then try again.")
    values = unsent_values(typed_fields())
    why = "This form was open for too long, or cookies are off."
    return make_response(render_template("desk/unsent.html", why=why, **values), 400)


def _keep_private(answer: Response) -> Response:
    if in_desk():
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Vary"] = "Cookie"
    return answer


def _values_of_every_page() -> dict[str, Any]:
    if "signed_in" not in g:
        return {}
    editor = signed_in().editor
    site = g.get("site")
    return {
        "editor": editor,
        "site": site,
        "site_pages": pages_for(site, editor) if site else [],
        "sites": lambda: sites_of(editor),  # lazy: only pages that show them read the store
    }


def _deny(site: Site, refusal: Exception) -> NoReturn:
    log(site, "denied", f"{request.method} {request.path}"[:300])
    raise refusal
