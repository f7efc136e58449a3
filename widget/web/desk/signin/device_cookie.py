"""A cookie that gives a browser which has signed in before its own count of wrong passwords.

Without it, anybody who types five wrong passwords every 15 minutes could lock an editor out for
good. The cookie does not prove who the editor is. It only selects the count (OWASP: device
cookies).
"""

import secrets

from flask import request
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as AnyResponse

from widget.web.services import is_https
from widget.web.signing import signer

TTL_S = 180 * 86400
_SALT = "readback-known-browser"


def guess_key(name: str) -> str:
    """Return the key under which this browser's wrong passwords for ``name`` are counted."""
    device = _device(name)
    return f"{name}|{device}" if device else name


def remember_device(answer: AnyResponse, name: str) -> None:
    device = _device(name) or secrets.token_hex(8)
    answer.set_cookie(
        _cookie_name(),
        signer(_SALT).sign(f"{name}|{device}").decode(),
        max_age=TTL_S,
        httponly=True,
        samesite="Lax",
        secure=is_https(),
    )


def _device(name: str) -> str:
    """Return this browser's own count for an editor who has signed in with it, or ""."""
    try:
        value = (
            signer(_SALT).unsign(request.cookies.get(_cookie_name(), ""), max_age=TTL_S).decode()
        )
    except (BadSignature, UnicodeDecodeError):
        return ""
    device_name, _, device = value.rpartition("|")
    return device if device_name == name else ""


def _cookie_name() -> str:
    return "__Host-readback-known" if is_https() else "readback-known"
