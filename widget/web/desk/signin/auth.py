"""Signing in and out, one-time links, and an editor's own account."""

from collections.abc import Callable
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
from flask import session as form_session
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Editor, editor_name, typed_password
from widget.domain.errors import Busy, NotFound, RateLimited, ReadbackError
from widget.domain.forms.problems import InvalidForm
from widget.store.desk.audit import ALL_SITES
from widget.web.desk.services import desk
from widget.web.desk.signin.access import (
    cookie_name,
    current_session,
    has_csrf_token,
    log,
    set_cookie,
    signed_in,
    sites_of,
    without_session,
)
from widget.web.desk.signin.device_cookie import remember_device
from widget.web.desk.signin.passwords import chosen_password, editor_with
from widget.web.desk.signin.safe_next import safe_next
from widget.web.services import services
from widget.web.unsent import MAX_KEPT_BYTES, kept_fields, unsent_values

blueprint = Blueprint("auth", __name__, url_prefix="/desk")


@blueprint.url_value_preprocessor
def _allow_a_kept_form(endpoint: str | None, _: object) -> None:
    """Accept a sign-in that keeps another form, before anything reads it."""
    if endpoint == f"{blueprint.name}.{begin_session.__name__}":
        request.max_content_length = request.max_form_memory_size = MAX_KEPT_BYTES


WRONG = "That name and password do not match. Check both and try again."
EXPIRED = "This page was open for too long, or cookies are off. Please try again."


@blueprint.get("/login")
@without_session
def sign_in() -> AnyResponse:
    if current_session():
        return redirect(_next(request.args.get("next")), 303)
    return _sign_in_page()


@blueprint.post("/login")
@without_session
def begin_session() -> AnyResponse:
    if not has_csrf_token():
        return _sign_in_page(EXPIRED, status=400)
    name = request.form.get("name", "").strip().lower()
    try:
        editor = editor_with(name, typed_password(request.form.get("password", "")))
    except ValueError as problem:
        return _sign_in_page(str(problem), status=400)
    except RateLimited as refusal:
        return _sign_in_page(_wait_text(refusal), refusal)
    except Busy as refusal:
        return _sign_in_page(str(refusal), refusal)
    if editor is None:
        return _sign_in_page(WRONG, status=422)
    then = _next(request.form.get("next"))
    kept = kept_fields(request.form.get("kept", ""))
    answer = make_response() if kept else redirect(then, 303)
    _begin(answer, editor)
    if kept:  # rendered in the new session, whose token the form needs
        why = "You are signed in again."
        answer.set_data(render_template("desk/unsent.html", why=why, **unsent_values(kept, then)))
    return answer


@blueprint.post("/logout")
def end_session() -> AnyResponse:
    own = signed_in()
    desk().sessions.end(own.editor.name, own.session.digest)
    form_session.clear()
    answer = redirect(url_for(".sign_in"), 303)
    answer.delete_cookie(cookie_name(), httponly=True, samesite="Lax")
    return answer


@blueprint.get("/welcome/<token>")
@without_session
def welcome(token: str) -> AnyResponse:
    return _welcome_page(token)


@blueprint.post("/welcome/<token>")
@without_session
def choose_password(token: str) -> AnyResponse:
    """Use a one-time link: for the first admin's name and password, or an editor's password."""
    if not has_csrf_token():
        return _welcome_page(token, {"": EXPIRED}, status=400)
    invitation = desk().editors.invitation(token, now_s=int(clock.now()))
    if invitation is None:
        return _welcome_page(token)
    try:
        name = invitation.name or _typed_name()
        password_hash = desk().passwords.hash(chosen_password(name))
    except InvalidForm as refusal:
        return _welcome_page(token, refusal.problems, status=422)
    except Busy as busy:
        return _welcome_page(token, {"": str(busy)}, status=busy.status)
    now_s = int(clock.now())
    editor = desk().editors.use(token, name, password_hash, now_s=now_s)
    if editor is None:
        return _welcome_page(token)
    action = "password set" if invitation.name else "first admin added"
    desk().audit.append(ALL_SITES, editor.name, action, editor.name, at_s=now_s)
    answer = redirect(url_for("desk.chooser"), 303)
    _begin(answer, editor)
    return answer


@blueprint.get("/account")
def account() -> AnyResponse:
    return _account_page()


@blueprint.post("/account/password")
def change_password() -> AnyResponse:
    """Change the editor's own password, which ends all other sessions."""
    own = signed_in()
    try:
        password = chosen_password(own.editor.name)
        if not _is_password_of(own.editor, request.form.get("old_password", "")):
            raise InvalidForm({"old_password": "That is not your current password."})
        password_hash = desk().passwords.hash(password)
    except InvalidForm as refusal:
        return _account_page(refusal.problems, status=422)
    except (Busy, RateLimited) as refusal:
        return _account_page({"": str(refusal)}, status=refusal.status)
    _end_all_but(own.editor, lambda e: e.with_password(password_hash))
    log(ALL_SITES, "password changed", own.editor.name)
    flash("Your password was changed. All other sessions have ended.")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/ended-sessions")
def end_sessions() -> AnyResponse:
    """End the editor's own session in the form, or all others if the form has none."""
    own = signed_in()
    digest = request.form.get("session", "")
    if not digest:
        _end_all_but(own.editor, lambda e: replace(e, epoch=e.epoch + 1))
        flash("You are signed out everywhere else.")
    elif desk().sessions.end(own.editor.name, digest):
        flash("That session has ended.")
    else:
        raise NotFound("That session has already ended.")
    log(ALL_SITES, "sessions ended", own.editor.name)
    return redirect(url_for(".account"), 303)


def _begin(answer: AnyResponse, editor: Editor) -> None:
    """Sign this browser in under a new session id. Any id it sent is ended or ignored."""
    now_s = int(clock.now())
    former = current_session()
    if former:
        desk().sessions.end(former.editor.name, former.session.digest)
    form_session.clear()  # forms from before belong to another session
    agent = request.headers.get("User-Agent", "")
    session_id = desk().sessions.begin(editor.name, epoch=editor.epoch, agent=agent, now_s=now_s)
    set_cookie(answer, session_id)
    remember_device(answer, editor.name)
    desk().audit.append(ALL_SITES, editor.name, "signed in", editor.name, at_s=now_s)


def _end_all_but(editor: Editor, change: Callable[[Editor], Editor]) -> None:
    """Change the editor so that every session ends at once, and renew this one.

    :param change: raises the editor's epoch.
    """
    now_s = int(clock.now())
    changed = desk().editors.change(editor.name, change)
    desk().sessions.renew(signed_in().session, epoch=changed.epoch, now_s=now_s)


def _typed_name() -> str:
    """:raise InvalidForm: no editor can have this name."""
    try:
        return editor_name(request.form.get("name", ""))
    except ValueError as problem:
        raise InvalidForm({"name": str(problem)}) from None


def _is_password_of(editor: Editor, typed: str) -> bool:
    """:raise RateLimited: too many were wrong. :raise Busy: too many are being hashed."""
    try:
        return editor_with(editor.name, typed_password(typed)) is not None
    except ValueError:
        return False


def _next(address: str | None) -> str:
    return safe_next(address, services().settings.public_url)


def _wait_text(refusal: RateLimited) -> str:
    minutes = -(-(refusal.retry_after_s or 60) // 60)
    wait = "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"Too many attempts. Please wait {wait}, then try again."


def _sign_in_page(
    problem: str = "", refusal: ReadbackError | None = None, *, status: int = 200
) -> Response:
    name, back = request.values.get("name", ""), request.values.get("next", "")
    kept = request.form.get("kept", "")
    page = render_template("desk/login.html", problem=problem, name=name, next=back, kept=kept)
    answer = make_response(page, refusal.status if refusal else status)
    if refusal and refusal.retry_after_s:
        answer.headers["Retry-After"] = str(refusal.retry_after_s)
    return answer


def _welcome_page(
    token: str, problems: dict[str, str] | None = None, *, status: int = 200
) -> Response:
    invitation = desk().editors.invitation(token, now_s=int(clock.now()))
    page = render_template(
        "desk/welcome.html",
        invitation=invitation,
        problems=problems or {},
        token=token,
        name=request.form.get("name", ""),
    )
    return make_response(page, status if invitation else 404)


def _account_page(problems: dict[str, str] | None = None, *, status: int = 200) -> Response:
    own = signed_in()
    sessions = desk().sessions.of(own.editor.name, epoch=own.editor.epoch, now_s=int(clock.now()))
    page = render_template(
        "desk/account.html",
        sessions=sessions,
        own=own.session,
        site_names={site.key: site.name for site in sites_of(own.editor)},
        problems=problems or {},
    )
    return make_response(page, status)
