"""Reader tokens and voter marks: who may vote once, without knowing who. No Flask, no redis."""

import base64
import binascii
import hashlib
import hmac
import re
import time
from functools import cache

from itsdangerous import BadSignature, TimestampSigner

from widget.domain.errors import BadToken

NONCE_BYTES = 16
MARK_BYTES = 8
MAX_TOKEN_CHARS = 200
# Nonce and work, time, signature. The signer alone would also take a signature with padding or
# strange characters in it, or with another last one that decodes to the same 32 bytes.
_TOKEN = re.compile(r"[\w-]{22}w?\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
MAX_AGE_S = 400 * 86400
MAX_CLOCK_SKEW_S = 3600


class Readers:
    """Signs and reads tokens, and derives marks.

    :param token_keys: oldest first; the last signs, all verify.
    :param vote_key: never rotated: it decides which mark a reader has on an article.
    """

    def __init__(self, token_keys: tuple[str, ...], vote_key: bytes) -> None:
        self._vote_key = vote_key

        @cache  # one signer for each registered site
        def signer(site_key: str) -> TimestampSigner:
            return TimestampSigner(
                list(token_keys), salt=f"readback.reader.{site_key}", digest_method=hashlib.sha256
            )

        self._signer = signer

    def token(self, site_key: str, reader: bytes, *, worked: bool = False) -> str:
        """A token for this reader on this site; ``worked``: a proof of work was paid for it."""
        value = nonce_of(reader) + ("w" if worked else "")
        return self._signer(site_key).sign(value).decode()

    def reader(self, site_key: str, token: str) -> bytes:
        """The 16 bytes behind a token.

        :raise BadToken: not ours, of another site, by a removed key, too old, or from the future.
        """
        if len(token) > MAX_TOKEN_CHARS or not _TOKEN.fullmatch(token):
            raise BadToken
        try:
            value, signed_at = self._signer(site_key).unsign(token, return_timestamp=True)
        except BadSignature:
            raise BadToken from None
        age_s = time.time() - signed_at.timestamp()
        if not -MAX_CLOCK_SKEW_S <= age_s <= MAX_AGE_S:
            raise BadToken
        return _decode(value[:22].decode())

    def mark(self, site_key: str, article_id: str, reader: bytes) -> bytes:
        """The reader on one article: 8 bytes that say nothing about any other article."""
        message = f"{site_key}|{article_id}|".encode() + reader
        return hmac.digest(self._vote_key, message, "sha256")[:MARK_BYTES]

    def mark_for(self, purpose: str, site_key: str, subject: str, reader: bytes) -> bytes:
        """As :meth:`mark`, for another purpose: it cannot be joined with a vote's, nor with others.

        :param subject: what it is about, such as a comment's id.
        """
        # No site's key begins with NUL, so no vote's mark is ever made of the same bytes.
        message = f"\0{purpose}|{site_key}|{subject}|".encode() + reader
        return hmac.digest(self._vote_key, message, "sha256")[:MARK_BYTES]


def reader_from_nonce(nonce: str) -> bytes:
    """:raise BadToken: not 16 bytes in base64url (22 characters, unpadded)."""
    if len(nonce) != 22 or not nonce.isascii():
        raise BadToken
    return _decode(nonce)


def nonce_of(reader: bytes) -> str:
    """The nonce that :func:`reader_from_nonce` reads."""
    return base64.urlsafe_b64encode(reader).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken from None
    if len(raw) != NONCE_BYTES:
        raise BadToken
    return raw
