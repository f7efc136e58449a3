"""What somebody typed into a form that was not saved, so that they can send it again."""

from typing import Any
from urllib.parse import quote_plus

import msgspec
from flask import request
from werkzeug.exceptions import HTTPException

from widget.web.body import MAX_BODY_BYTES
from widget.web.form_origin import is_own_form

Fields = list[tuple[str, str]]

# Fields that a person has not typed, so that a page need not list them.
UNSEEN = frozenset(
    "act article back comment draft drawn entry expected from key language link one origin parent "
    "period question seen session step to todo up version website".split()
)
MAX_KEPT_BYTES = 4 * MAX_BODY_BYTES  # JSON in a form is longer than the form that it keeps


def typed_fields() -> Fields:
    """Return the fields of the request's form; none if they must not be offered again.

    A form that says it is from a page of ours is offered, so that no other page can prepare one. A
    form with a password is not, as no page repeats a password.
    """
    if request.method != "POST" or not is_own_form():
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:  # longer than we read
        return []
    if any("password" in name for name, _ in fields):
        return []
    return [(name, value) for name, value in fields if name != "csrf_token"]


def kept_text(fields: Fields) -> str:
    """Return the fields as the value of one hidden field; "" if there are none, or too many."""
    text = msgspec.json.encode(fields).decode() if fields else ""
    return text if len(quote_plus(text)) <= MAX_KEPT_BYTES - MAX_BODY_BYTES else ""


def kept_fields(text: str) -> Fields:
    """Return what :func:`kept_text` kept; nothing if somebody wrote the text by hand."""
    try:
        return [*msgspec.json.decode(text, type=list[tuple[str, str]])]
    except msgspec.MsgspecError:
        return []


def unsent_values(fields: Fields, action: str = "") -> dict[str, Any]:
    """Return what the template ``_unsent.html`` needs.

    :param action: where the form is sent; "" for the address of the request.
    """
    is_file = request.mimetype == "multipart/form-data"
    seen = [(name, value) for name, value in fields if _is_seen(name)]
    return {"unsent": fields, "unsent_seen": seen, "action": action, "is_file": is_file}


def _is_seen(name: str) -> bool:
    return name not in UNSEEN and not name.startswith("key-")
