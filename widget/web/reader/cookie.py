"""The reader behind a form: without JavaScript the token lives in a cookie that a POST sets."""

import secrets
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.errors import BadToken
from widget.domain.model import Site
from widget.domain.readers.reader import NONCE_BYTES, nonce_of, reader_from_nonce
from widget.services.voting import HOME, Admission, services
from widget.web.network import client_address

COOKIE_TTL_S = 400 * 86400


@dataclass(frozen=True, slots=True)
class FormReader:
    """``is_new``: the cookie is to be set. ``hold``: the act waits for an editor."""

    id: bytes
    is_new: bool = False
    hold: bool = False


def is_https() -> bool:
    return services().settings.public_url.startswith("https:")


def cookie_name(site_key: str) -> str:
    """The cookie that holds a reader's token for one site."""
    name = "readback" if site_key == HOME else f"readback-{site_key}"
    return f"__Host-{name}" if is_https() else name


def known_reader(site: Site) -> bytes | None:
    """Who the cookie says is reading, if it says so."""
    value = request.cookies.get(cookie_name(site.key), "")
    return _admitted(site, value) or _held(value)


def reader_of_form(site: Site) -> FormReader:
    """The reader of the browser that posts a form; a new one where no valid cookie came.

    A form cannot do a proof of work: in a crowded network it is held instead. A held reader's
    cookie is the bare nonce, which is admitted again with every act and so counts nowhere yet.

    :raise RateLimited: the network has brought too many of those as well.
    """
    value = request.cookies.get(cookie_name(site.key), "")
    admitted = _admitted(site, value)
    if admitted:
        return FormReader(admitted)
    address = client_address(request.environ, services().settings.trusted_proxy_hops)
    reader = _held(value) or secrets.token_bytes(NONCE_BYTES)
    admission = services().admit(site, reader, address, hold=True)
    return FormReader(reader, is_new=True, hold=admission is Admission.HELD)


def remember(answer: AnyResponse, site: Site, reader: FormReader) -> None:
    """Give a new reader the cookie."""
    if reader.is_new:
        token = services().readers.token(site.key, reader.id)
        answer.set_cookie(
            cookie_name(site.key),
            nonce_of(reader.id) if reader.hold else token,
            max_age=COOKIE_TTL_S,
            httponly=True,
            samesite="Lax",
            secure=is_https(),
        )


def _admitted(site: Site, value: str) -> bytes | None:
    try:
        return services().readers.reader(site.key, value)
    except BadToken:
        return None


def _held(value: str) -> bytes | None:
    try:
        return reader_from_nonce(value)
    except BadToken:
        return None
