"""The reader behind a form: without JavaScript the token lives in a cookie that a POST sets."""

import secrets
from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from ..errors import BadToken
from ..model import Site
from ..reader import NONCE_BYTES
from .network import client_address
from .services import services

COOKIE_TTL_S = 400 * 86400


@dataclass(frozen=True, slots=True)
class FormReader:
    """``worked``: a proof of work was paid for this new reader."""

    id: bytes
    is_new: bool = False
    worked: bool = False


def is_https() -> bool:
    return services().settings.public_url.startswith("https:")


def cookie_name() -> str:
    return "__Host-readback" if is_https() else "readback"


def known_reader(site: Site) -> bytes | None:
    """Who the cookie says is reading, if it says so."""
    token = request.cookies.get(cookie_name())
    if not token:
        return None
    try:
        return services().readers.reader(site.key, token)
    except BadToken:
        return None


def reader_of_form(site: Site) -> FormReader:
    """The reader of the browser that posts a form; a new one where no valid cookie came.

    :raise Challenged: the network brought many new readers.
    """
    known = known_reader(site)
    if known:
        return FormReader(known)
    hops = services().settings.trusted_proxy_hops
    reader = secrets.token_bytes(NONCE_BYTES)
    worked = services().admit(site, reader, client_address(request.environ, hops), None)
    return FormReader(reader, is_new=True, worked=worked)


def remember(answer: AnyResponse, site: Site, reader: FormReader) -> None:
    """Give a new reader the cookie."""
    if reader.is_new:
        token = services().readers.token(site.key, reader.id, worked=reader.worked)
        answer.set_cookie(
            cookie_name(), token, max_age=COOKIE_TTL_S, httponly=True, samesite="Lax",
            secure=is_https(),
        )  # fmt: skip
