"""Signed values in cookies and forms."""

from flask import current_app
from itsdangerous import TimestampSigner


def signer(salt: str) -> TimestampSigner:
    """Return a signer whose newest session key signs, and whose older keys still verify.

    A key rotation must not invalidate a form that a reader has open.
    """
    newest, older = current_app.secret_key, current_app.config["SECRET_KEY_FALLBACKS"]
    return TimestampSigner([*older, newest], salt=salt)
