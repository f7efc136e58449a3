"""Checking and changing an editor's password."""

from dataclasses import replace

from flask import request

from widget.domain import clock
from widget.domain.editors.editor import Editor, new_password
from widget.domain.errors import Busy
from widget.domain.forms.problems import InvalidForm
from widget.web.desk.services import desk
from widget.web.desk.signin.device_cookie import guess_key
from widget.web.services import request_address


def editor_with(name: str, password: str) -> Editor | None:
    """Return the editor of this name if the password is right.

    A name that nobody has takes the same path and the same time.

    :raise RateLimited: too many wrong passwords for this account or from this network.
    :raise Busy: as many passwords are being hashed as is allowed.
    """
    now_s = int(clock.now())
    guess = desk().guesses.begin(guess_key(name), request_address(), now_s=now_s)
    editor = desk().editors.get(name)
    try:
        is_right = desk().passwords.is_right(editor.password_hash if editor else "", password)
    except Busy:
        desk().guesses.take_back(guess)
        raise
    if editor is None or not is_right:
        return None
    desk().guesses.take_back(guess)
    return _with_current_hash(editor, password)


def chosen_password(name: str) -> str:
    """Return the new password in the form.

    :raise InvalidForm: it is too weak, or the two fields differ.
    """
    try:
        password = new_password(request.form.get("new_password", ""), name)
    except ValueError as problem:
        raise InvalidForm({"new_password": str(problem)}) from None
    if request.form.get("new_password") != request.form.get("repeated_password"):
        why = "The two passwords differ. Type the same one twice."
        raise InvalidForm({"repeated_password": why})
    return password


def _with_current_hash(editor: Editor, password: str) -> Editor:
    """Hash a right password again if the parameters have changed since it was hashed."""
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
