"""Reader tokens and marks: one vote for each reader, without knowing who. No Flask, no redis."""

import base64
import binascii
import hashlib
import hmac
import re
from functools import cache
from typing import NamedTuple

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

        @cache  # for each registered site: the signers of all keys, the newest first
        def signers(site_key: str) -> tuple[_Signer, ...]:
            return tuple(_Signer(key, site_key) for key in reversed(token_keys))

        self._signers = signers

    def token(self, site_key: str, reader: bytes, *, worked: bool = False, age_s: float = 0) -> str:
        """Sign a token for this reader on this site.

        :param worked: the reader's browser did a proof of work for it.
        :param age_s: date it back by so many seconds, at most a day: a reader who came earlier than
            the token does not become new again.
        """
        value = nonce_of(reader) + ("w" if worked else "")
        signed_s = int(clock.now() - min(max(0, age_s), NEW_S))
        return self._signers(site_key)[0].sign(value, signed_s)

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
        signed, _, signature = token.rpartition(".")
        newest, *older = self._signers(site_key)
        is_by_newest = newest.has_signed(signed, signature)
        if not is_by_newest and not any(one.has_signed(signed, signature) for one in older):
            raise BadToken
        value, _, signed_at = signed.partition(".")
        age_s = clock.now() - int.from_bytes(_bytes_of(signed_at))
        if not -MAX_CLOCK_SKEW_S <= age_s <= MAX_AGE_S:
            raise BadToken
        reader, is_new = _decode(value[:22]), age_s < NEW_S
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


class _Signer:
    """The signer of one key and site: as TimestampSigner of itsdangerous, with SHA-256.

    That one derives its key anew, and makes a datetime, for each token. A vote has no time for it.
    """

    def __init__(self, key: str, site_key: str) -> None:
        salted = f"readback.reader.{site_key}signer{key}"
        self._key = hashlib.sha256(salted.encode()).digest()

    def sign(self, value: str, signed_s: int) -> str:
        """:param signed_s: the store's time, so that servers agree about it."""
        length = -(-signed_s.bit_length() // 8)
        signed = f"{value}.{_text_of(signed_s.to_bytes(length))}"
        return f"{signed}.{self._signature(signed)}"

    def has_signed(self, signed: str, signature: str) -> bool:
        return hmac.compare_digest(self._signature(signed), signature)

    def _signature(self, signed: str) -> str:
        return _text_of(hmac.digest(self._key, signed.encode(), "sha256"))


def _text_of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


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
    return _text_of(reader)


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken from None
    if len(raw) != NONCE_BYTES:
        raise BadToken
    return raw
