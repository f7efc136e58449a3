"""Signing in and out, one-time links, and an editor's own account."""

import time
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

from widget.domain.editors.editor import (
    EVERY_SITE,
    Editor,
    Role,
    editor_name,
    new_password,
    typed_password,
)
from widget.domain.errors import Busy, NotFound, RateLimited, ReadbackError
from widget.web.desk.services import ALL_SITES, desk
from widget.web.desk.signin.access import (
    cookie_name,
    current_session,
    has_csrf_token,
    log,
    set_cookie,
    signed_in,
    without_session,
)
from widget.web.desk.signin.device_cookie import account_tried, remember_browser
from widget.web.desk.signin.safe_next import safe_next
from widget.web.network import client_address
from widget.web.services import services

blueprint = Blueprint("auth", __name__, url_prefix="/desk")

WRONG = "That name and password do not go together. Check both and try again."
EXPIRED = "This page was open for too long, or cookies are off. Please try again."


@blueprint.get("/login")
@without_session
def sign_in() -> AnyResponse:
    if current_session():
        return redirect(safe_next(request.args.get("next")), 303)
    return _sign_in_page()


@blueprint.post("/login")
@without_session
def begin_session() -> AnyResponse:
    if not has_csrf_token():
        return _sign_in_page(EXPIRED, status=400)
    name = request.form.get("name", "").strip().lower()
    try:
        password = typed_password(request.form.get("password", ""))
    except ValueError as problem:
        return _sign_in_page(str(problem), status=400)
    try:
        editor = _editor_with(name, password)
    except RateLimited as refusal:
        minutes = -(-(refusal.retry_after_s or 60) // 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        return _sign_in_page(f"Too many tries. Please wait {wait}, then try again.", refusal)
    except Busy as refusal:
        return _sign_in_page(str(refusal), refusal)
    if editor is None:
        return _sign_in_page(WRONG, status=422)
    answer = redirect(safe_next(request.form.get("next")), 303)
    _begin(answer, editor)
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
    """A one-time link: the first admin's name and password, or an invited editor's password."""
    if not has_csrf_token():
        return _welcome_page(token, EXPIRED, status=400)
    invitation = desk().editors.invitation(token, now_s=int(time.time()))
    if invitation is None:
        return _welcome_page(token)
    try:
        name = invitation.name or editor_name(request.form.get("name", ""))
        password = _chosen_password(name)
        password_hash = desk().passwords.hash(password)
    except ValueError as problem:
        return _welcome_page(token, str(problem), status=422)
    except Busy as refusal:
        return _welcome_page(token, str(refusal), status=refusal.status)
    if not desk().editors.use_up(token):
        return _welcome_page(token)
    now_s = int(time.time())
    if invitation.name:
        editor = desk().editors.change(
            name, lambda e: replace(e, password_hash=password_hash, epoch=e.epoch + 1)
        )
        what = "password set"
    else:
        first = Editor(name, password_hash, {EVERY_SITE: Role.ADMIN}, created_s=now_s)
        editor = desk().editors.add(first)
        what = "first admin added"
    desk().audit.append(ALL_SITES, name, what, name, at_s=now_s)
    answer = redirect(url_for("desk.chooser"), 303)
    _begin(answer, editor)
    return answer


@blueprint.get("/account")
def account() -> AnyResponse:
    return _account_page()


@blueprint.post("/account/password")
def change_password() -> AnyResponse:
    """A changed password ends every other session."""
    own = signed_in()
    try:
        typed = typed_password(request.form.get("old_password", ""))
        password = _chosen_password(own.editor.name)
        if _editor_with(own.editor.name, typed) is None:
            return _account_page("Your present password is not that one.", status=422)
        password_hash = desk().passwords.hash(password)
    except ValueError as problem:
        return _account_page(str(problem), status=422)
    except (Busy, RateLimited) as refusal:
        return _account_page(str(refusal), status=refusal.status)
    _end_all_but(own.editor, password_hash=password_hash)
    log(ALL_SITES, "password changed", own.editor.name)
    flash("Your password is changed. Every other session has ended.")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/ended-sessions")
def end_sessions() -> AnyResponse:
    """End one of one's own sessions, or with none named every other one."""
    own = signed_in()
    named = request.form.get("session", "")
    if not named:
        _end_all_but(own.editor)
        flash("You are signed out everywhere else.")
    elif desk().sessions.end(own.editor.name, named):
        flash("That session has ended.")
    else:
        raise NotFound("That session has ended already.")
    log(ALL_SITES, "sessions ended", own.editor.name)
    return redirect(url_for(".account"), 303)


def _editor_with(name: str, password: str) -> Editor | None:
    """The editor of this name if the password is right.

    A name nobody has takes the same path and the same time.

    :raise RateLimited: too many wrong ones for this account or from this network.
    :raise Busy: as many passwords as allowed are being hashed.
    """
    now_s = int(time.time())
    address = client_address(request.environ, services().settings.trusted_proxy_hops)
    tried = desk().guesses.begin(account_tried(name), address, now_s=now_s)
    editor = desk().editors.get(name)
    try:
        is_right = desk().passwords.is_right(editor.password_hash if editor else "", password)
    except Busy:
        desk().guesses.take_back(tried)
        raise
    if editor is None or not is_right:
        return None
    desk().guesses.take_back(tried)
    return _with_todays_hash(editor, password)


def _with_todays_hash(editor: Editor, password: str) -> Editor:
    """Hash a right password again where the parameters have changed since."""
    old = editor.password_hash
    if not desk().passwords.is_outdated(old):
        return editor
    try:
        new = desk().passwords.hash(password)
    except Busy:
        return editor  # at the next sign-in
    return desk().editors.change(
        editor.name, lambda e: replace(e, password_hash=new) if e.password_hash == old else e
    )


def _begin(answer: AnyResponse, editor: Editor) -> None:
    """Sign this browser in under a new id. One it came with is dead, whoever gave it."""
    now_s = int(time.time())
    former = current_session()
    if former:
        desk().sessions.end(former.editor.name, former.session.digest)
    form_session.clear()  # forms of the time before are not this editor's
    agent = request.headers.get("User-Agent", "")
    session_id = desk().sessions.begin(editor.name, epoch=editor.epoch, agent=agent, now_s=now_s)
    set_cookie(answer, session_id)
    remember_browser(answer, editor.name)
    desk().audit.append(ALL_SITES, editor.name, "signed in", editor.name, at_s=now_s)


def _end_all_but(editor: Editor, *, password_hash: str = "") -> None:
    """The epoch ends every session at once; this one is taken along into the new one."""
    now_s = int(time.time())
    changed = desk().editors.change(
        editor.name,
        lambda e: replace(e, password_hash=password_hash or e.password_hash, epoch=e.epoch + 1),
    )
    desk().sessions.renew(signed_in().session, epoch=changed.epoch, now_s=now_s)


def _chosen_password(name: str) -> str:
    """:raise ValueError: too weak, or the two fields differ."""
    password = new_password(request.form.get("new_password", ""), name)
    if request.form.get("new_password") != request.form.get("repeated_password"):
        raise ValueError("The two passwords differ. Type the same one twice.")
    return password


def _sign_in_page(
    problem: str = "", refusal: ReadbackError | None = None, *, status: int = 200
) -> Response:
    name, back = request.values.get("name", ""), request.values.get("next", "")
    page = render_template("desk/login.html", problem=problem, name=name, next=back)
    answer = make_response(page, refusal.status if refusal else status)
    if refusal and refusal.retry_after_s:
        answer.headers["Retry-After"] = str(refusal.retry_after_s)
    return answer


def _welcome_page(token: str, problem: str = "", *, status: int = 200) -> Response:
    invitation = desk().editors.invitation(token, now_s=int(time.time()))
    page = render_template(
        "desk/welcome.html",
        invitation=invitation,
        problem=problem,
        token=token,
        name=request.form.get("name", ""),
    )
    return make_response(page, status if invitation else 404)


def _account_page(problem: str = "", *, status: int = 200) -> Response:
    own = signed_in()
    sessions = desk().sessions.of(own.editor.name, epoch=own.editor.epoch, now_s=int(time.time()))
    page = render_template("desk/account.html", sessions=sessions, own=own.session, problem=problem)
    return make_response(page, status)
