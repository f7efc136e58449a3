"""A browser somebody signed in with before has its own count of wrong passwords.

Else anybody who types five wrong passwords every 15 minutes would keep an editor out for good. The
cookie is no proof of who is asking: it only names the count (OWASP: device cookies).
"""

import secrets

from flask import request
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as AnyResponse

from widget.web.services import is_https
from widget.web.signing import signer

TTL_S = 180 * 86400
_SALT = "readback-known-browser"


def account_tried(name: str) -> str:
    """What wrong passwords for ``name`` are counted under, for this browser."""
    known = _known(name)
    return f"{name}|{known}" if known else name


def remember_browser(answer: AnyResponse, name: str) -> None:
    known = _known(name) or secrets.token_hex(8)
    answer.set_cookie(
        _cookie_name(),
        signer(_SALT).sign(f"{name}|{known}").decode(),
        max_age=TTL_S,
        httponly=True,
        samesite="Lax",
        secure=is_https(),
    )


def _known(name: str) -> str:
    """This browser's count for an editor who signed in with it, or nothing."""
    try:
        value = (
            signer(_SALT).unsign(request.cookies.get(_cookie_name(), ""), max_age=TTL_S).decode()
        )
    except (BadSignature, UnicodeDecodeError):
        return ""
    known_name, _, known = value.rpartition("|")
    return known if known_name == name else ""


def _cookie_name() -> str:
    return "__Host-readback-known" if is_https() else "readback-known"
