"""Keys and signatures as text: base64url without padding. Pure, and without the cryptography.

What anybody may know of a key is 43 characters, as is what nobody may: only the names tell them
apart.
"""

import base64
import binascii
import secrets

KEY_BYTES = 32
SIGNATURE_BYTES = 64


def new_seed() -> str:
    """Return a new private key."""
    return as_text(secrets.token_bytes(KEY_BYTES))


def is_key(text: str) -> bool:
    """Return whether a text has the form of a key, a public or a private one."""
    try:
        return bool(as_bytes(text, KEY_BYTES))
    except ValueError:
        return False


def as_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def as_bytes(text: str, length: int) -> bytes:
    """Read bytes in the one form in which :func:`as_text` writes them.

    :raise ValueError: the text is in another form, or of another length.
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as problem:
        raise ValueError("not base64url") from problem
    if len(raw) != length or as_text(raw) != text:
        raise ValueError(f"not {length} bytes in base64url")
    return raw
