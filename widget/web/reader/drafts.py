"""The name of a comment form's draft, signed with the time when the form was opened."""

import secrets
import time

from itsdangerous import BadSignature

from widget.web.signing import signer

_SALT = "readback.comment-form"


def open_draft() -> str:
    """Return a new draft's name for a hidden field of the form."""
    return signer(_SALT).sign(secrets.token_urlsafe(16)).decode()


def opened(signed: str) -> tuple[str, int | None]:
    """Return the draft's name, and for how many ms its form was open.

    A name that we did not sign counts as sent at once.
    """
    try:
        draft, opened_at = signer(_SALT).unsign(signed, return_timestamp=True)
    except BadSignature:
        return "", 0
    return draft.decode(), int((time.time() - opened_at.timestamp()) * 1000)
