"""The reader behind a form: without JavaScript the token lives in a cookie that a POST sets."""

import secrets
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.errors import BadToken
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.domain.readers.reader import NONCE_BYTES, KnownReader, nonce_of, reader_from_nonce
from widget.services.admission import Admission, Newcomer
from widget.services.home import HOME
from widget.web.services import is_https, request_address, services

COOKIE_TTL_S = 400 * 86400


@dataclass(frozen=True, slots=True)
class FormReader:
    """The reader behind a form.

    :param cookie: the cookie to set; None to leave it as it is.
    :param hold: what the reader does waits for an editor.
    :param kind: that of the reader's votes.
    """

    id: bytes
    cookie: str | None = None
    hold: bool = False
    kind: Kind = Kind.NEW


def cookie_name(site_key: str) -> str:
    """Return the name of the cookie that holds a reader's token for one site."""
    name = "readback" if site_key == HOME else f"readback-{site_key}"
    return f"__Host-{name}" if is_https() else name


def known_reader(site: Site) -> bytes | None:
    """Return the reader that the cookie names; None without a valid one."""
    value = request.cookies.get(cookie_name(site.key), "")
    admitted = _admitted(site, value)
    return admitted.id if admitted else _held(value)


def reader_of_form(site: Site) -> FormReader:
    """Return the reader of the browser that posts a form; a new one if it sent no valid cookie.

    A form cannot do a proof of work: in a crowded network it is held instead. A held reader's
    cookie is the bare nonce, which is admitted again with every act and so counts nowhere yet.

    :raise RateLimited: the network has brought too many held readers as well, or sends too much.
    """
    value = request.cookies.get(cookie_name(site.key), "")
    address = request_address()
    services().gate.count_write(address)
    admitted = _admitted(site, value)
    if admitted:
        return FormReader(admitted.id, admitted.renewed, kind=admitted.kind)
    reader = _held(value) or secrets.token_bytes(NONCE_BYTES)
    newcomer = Newcomer(reader, address, may_be_held=True)
    if services().gate.admit(site, newcomer) is Admission.HELD:
        return FormReader(reader, nonce_of(reader), hold=True)
    return FormReader(reader, services().readers.token(site.key, reader))


def remember(answer: AnyResponse, site: Site, reader: FormReader) -> None:
    """Give a new reader the cookie, and renew one that would end."""
    if reader.cookie is not None:
        answer.set_cookie(
            cookie_name(site.key),
            reader.cookie,
            max_age=COOKIE_TTL_S,
            httponly=True,
            samesite="Lax",
            secure=is_https(),
        )


def _admitted(site: Site, value: str) -> KnownReader | None:
    try:
        return services().readers.known(site.key, value)
    except BadToken:
        return None


def _held(value: str) -> bytes | None:
    try:
        return reader_from_nonce(value)
    except BadToken:
        return None
