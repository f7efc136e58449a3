"""Reader tokens and marks: one vote for each reader, without knowing who. No Flask, no redis."""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import datetime
from functools import cache
from typing import NamedTuple

from itsdangerous import BadSignature, TimestampSigner

from widget.domain import clock
from widget.domain.errors import BadToken
from widget.domain.integrity.evidence import Kind

NONCE_BYTES = 16
MARK_BYTES = 8
MAX_TOKEN_CHARS = 200
# Nonce and work, time, signature. The signer alone would also accept a signature with padding or
# other stray characters, or with another last character that decodes to the same 32 bytes.
_TOKEN = re.compile(r"[\w-]{22}w?\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]", re.ASCII)
MAX_AGE_S = 400 * 86400
RENEWED_AFTER_S = 300 * 86400
NEW_S = 86400  # a reader is new for a day
MAX_CLOCK_SKEW_S = 3600


class KnownReader(NamedTuple):
    """The 16 bytes that a token carries.

    :param renewed: a fresh token instead of one that an older key signed, or that nears its end;
        None for any other.
    :param is_new: the reader came less than a day ago.
    """

    id: bytes
    renewed: str | None = None
    is_new: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of the reader's votes."""
        return Kind.NEW if self.is_new else Kind.KNOWN


class Readers:
    """The signer and reader of tokens, which derives marks from them.

    :param token_keys: oldest first. The last one signs; all verify.
    :param vote_key: never rotated, because it determines a reader's mark on an article.
    """

    def __init__(self, token_keys: tuple[str, ...], vote_key: bytes) -> None:
        self._vote_key = vote_key

        newest, older = token_keys[-1:], token_keys[:-1]

        @cache  # for each registered site: the signer with the newest key, and that with the others
        def signers(site_key: str) -> tuple[TimestampSigner, TimestampSigner]:
            return _signer(newest, site_key), _signer(older, site_key)

        self._signers = signers
        self._newest = newest

    def token(self, site_key: str, reader: bytes, *, worked: bool = False, age_s: float = 0) -> str:
        """Sign a token for this reader on this site.

        :param worked: the reader's browser did a proof of work for it.
        :param age_s: date it back by so many seconds, at most a day: a reader who came earlier than
            the token does not become new again.
        """
        value = nonce_of(reader) + ("w" if worked else "")
        newest, _ = self._signers(site_key)
        signer = newest if age_s <= 0 else _signer(self._newest, site_key, min(age_s, NEW_S))
        return signer.sign(value).decode()

    def reader(self, site_key: str, token: str) -> bytes:
        """Return the 16 bytes that a token carries.

        :raise BadToken: as :meth:`known`.
        """
        return self.known(site_key, token).id

    def known(self, site_key: str, token: str) -> KnownReader:
        """Return the reader of a token, and a fresh token if it should be replaced.

        Readers who come back thus lose nothing when an older key is removed or the token runs out.

        :raise BadToken: not ours, of another site, by a removed key, too old, or from the future.
        """
        if len(token) > MAX_TOKEN_CHARS or not _TOKEN.fullmatch(token):
            raise BadToken
        newest, older = self._signers(site_key)
        is_by_newest = True
        try:
            value, signed_at = newest.unsign(token, return_timestamp=True)
        except BadSignature:
            is_by_newest = False
            value, signed_at = _unsigned(older, token)
        age_s = clock.now() - signed_at.timestamp()
        if not -MAX_CLOCK_SKEW_S <= age_s <= MAX_AGE_S:
            raise BadToken
        reader, is_new = _decode(value[:22].decode()), age_s < NEW_S
        if is_by_newest and age_s < RENEWED_AFTER_S:
            return KnownReader(reader, is_new=is_new)
        renewed = self.token(site_key, reader, worked=len(value) > 22, age_s=age_s)
        return KnownReader(reader, renewed, is_new)

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


def voters_fingerprint(vote_key: str) -> str:
    """Return what tells a voter key from another, and nothing about it or any mark."""
    # No site's key or purpose is empty, so no mark ever comes from the same bytes.
    return hmac.digest(vote_key.encode(), b"\0", "sha256")[:16].hex()


def _unsigned(signer: TimestampSigner, token: str) -> tuple[bytes, datetime]:
    try:
        return signer.unsign(token, return_timestamp=True)
    except BadSignature:
        raise BadToken from None


class _Signer(TimestampSigner):
    """A signer whose times are those of the store, so that servers agree about them."""

    age_s = 0.0

    def get_timestamp(self) -> int:
        return int(clock.now() - self.age_s)


def _signer(keys: tuple[str, ...], site_key: str, age_s: float = 0) -> TimestampSigner:
    """:param age_s: date what it signs back by so many seconds."""
    salt = f"readback.reader.{site_key}"
    signer = _Signer(list(keys), salt=salt, digest_method=hashlib.sha256)
    signer.age_s = age_s
    return signer


def reader_from_nonce(nonce: str) -> bytes:
    """Decode a nonce.

    :raise BadToken: not 16 bytes in base64url (22 characters, unpadded).
    """
    if len(nonce) != 22 or not nonce.isascii():
        raise BadToken
    return _decode(nonce)


def did_work(token: str) -> bool:
    """Say whether the reader of a verified token did a proof of work for it."""
    return token[22:23] == "w"


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
