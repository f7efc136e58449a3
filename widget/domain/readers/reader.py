"""Reader tokens and marks: one vote for each reader, without knowing who. No Flask, no redis."""

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
# Nonce and work, time, signature. The signer alone would also accept a signature with padding or
# other stray characters, or with another last character that decodes to the same 32 bytes.
_TOKEN = re.compile(r"[\w-]{22}w?\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
MAX_AGE_S = 400 * 86400
MAX_CLOCK_SKEW_S = 3600


class Readers:
    """The signer and reader of tokens, which derives marks from them.

    :param token_keys: oldest first. The last one signs; all verify.
    :param vote_key: never rotated, because it determines a reader's mark on an article.
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
        """Sign a token for this reader on this site.

        :param worked: the reader's browser did a proof of work for it.
        """
        value = nonce_of(reader) + ("w" if worked else "")
        return self._signer(site_key).sign(value).decode()

    def reader(self, site_key: str, token: str) -> bytes:
        """Return the 16 bytes that a token carries.

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
        """Derive a reader's mark on one article: 8 bytes that reveal nothing about another one."""
        message = f"{site_key}|{article_id}|".encode() + reader
        return hmac.digest(self._vote_key, message, "sha256")[:MARK_BYTES]

    def mark_for(self, purpose: str, site_key: str, subject: str, reader: bytes) -> bytes:
        """Derive a mark for another purpose. It cannot be linked to the mark of a vote.

        :param subject: the object it is a mark on, such as a comment's id.
        """
        # No site's key begins with NUL, so the mark of a vote never comes from the same bytes.
        message = f"\0{purpose}|{site_key}|{subject}|".encode() + reader
        return hmac.digest(self._vote_key, message, "sha256")[:MARK_BYTES]


def reader_from_nonce(nonce: str) -> bytes:
    """Decode a nonce.

    :raise BadToken: not 16 bytes in base64url (22 characters, unpadded).
    """
    if len(nonce) != 22 or not nonce.isascii():
        raise BadToken
    return _decode(nonce)


def did_work(token: str) -> bool:
    """Say whether the reader of a verified token did a proof of work for it."""
    return token.partition(".")[0].endswith("w") and len(token.partition(".")[0]) > 22


def nonce_of(reader: bytes) -> str:
    """Encode the nonce that :func:`reader_from_nonce` decodes."""
    return base64.urlsafe_b64encode(reader).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken from None
    if len(raw) != NONCE_BYTES:
        raise BadToken
    return raw
