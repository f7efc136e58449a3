"""The reader behind a form: without JavaScript the token lives in a cookie that a POST sets."""

import secrets
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from ..errors import BadToken
from ..model import Site
from ..reader import NONCE_BYTES
from .network import client_address
from .services import HOME, Admission, services

COOKIE_TTL_S = 400 * 86400


@dataclass(frozen=True, slots=True)
class FormReader:
    """``is_held``: what this new reader of a crowded network sends waits for an editor."""

    id: bytes
    is_new: bool = False
    is_held: bool = False


def cookie_name(site_key: str) -> str:
    """The cookie that holds a reader's token for one site."""
    name = "readback" if site_key == HOME else f"readback-{site_key}"
    return f"__Host-{name}" if _is_https() else name


def known_reader(site: Site) -> bytes | None:
    """Who the cookie says is reading, if it says so."""
    token = request.cookies.get(cookie_name(site.key))
    if not token:
        return None
    try:
        return services().readers.reader(site.key, token)
    except BadToken:
        return None  # a new one replaces it


def reader_of_form(site: Site) -> FormReader:
    """The reader of the browser that posts a form; a new one where no valid cookie came.

    A form cannot do a proof of work: in a crowded network what it brings waits for an editor.

    :raise RateLimited: the network brought too many of those as well.
    """
    known = known_reader(site)
    if known:
        return FormReader(known)
    reader = secrets.token_bytes(NONCE_BYTES)
    address = client_address(request.environ, services().settings.trusted_proxy_hops)
    admission = services().admit(site, reader, address, hold=True)
    return FormReader(reader, is_new=True, is_held=admission is Admission.HELD)


def remember(answer: AnyResponse, site: Site, reader: FormReader) -> None:
    """Give a new reader the cookie."""
    if reader.is_new:
        token = services().readers.token(site.key, reader.id)
        answer.set_cookie(
            cookie_name(site.key), token, max_age=COOKIE_TTL_S, httponly=True, samesite="Lax",
            secure=_is_https(),
        )  # fmt: skip


def _is_https() -> bool:
    return services().settings.public_url.startswith("https:")
