"""What every cross-origin write of /v1 does: origin, reader, fields, CORS. Cookies are not read."""

from typing import Any

import msgspec
from flask import Flask, Response, request

from ..errors import BadArticle, BadField, BadOrigin, BadToken
from ..model import KEY_PATTERN, Site
from ..reader import reader_from_nonce
from .network import client_address
from .services import Admission, services


def register(app: Flask) -> None:
    app.after_request(add_cors)


def add_cors(answer: Response) -> Response:
    """Every answer of /v1, refusals included, can be read by a registered origin's page."""
    if request.path.startswith("/v1/"):
        answer.headers["Vary"] = "Origin"
        answer.headers.setdefault("Cache-Control", "no-store")
        origin = request.headers.get("Origin")
        if origin and services().sites.is_registered(origin):
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Expose-Headers"] = "Retry-After"
    return answer


def preflight_answer() -> Response:
    """:raise BadOrigin: as :func:`registered_origin`."""
    registered_origin()
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "content-type"
    answer.headers["Access-Control-Max-Age"] = "7200"
    return answer


def registered_origin() -> str:
    """:raise BadOrigin: none, not registered anywhere, or not sent by a page's own script."""
    origin = request.headers.get("Origin", "")
    if request.method == "POST" and request.headers.get("Sec-Fetch-Mode", "cors") != "cors":
        raise BadOrigin
    if not services().sites.is_registered(origin):
        raise BadOrigin
    return origin


def site_of(fields: dict[str, Any], origin: str) -> Site:
    """The site a body names.

    :raise UnknownSite: no site has this key.
    :raise BadOrigin: the request came from an origin of another site.
    """
    site = services().sites.get(key_field(fields, "site"))
    if origin not in site.origins:
        raise BadOrigin
    return site


def reader_of(site: Site, fields: dict[str, Any]) -> tuple[bytes, str | None, bool]:
    """The reader who writes, the token to hand out if this is the first time, and whether to hold.

    A held reader gets no token yet: the nonce names the same reader, and is admitted again.

    :raise BadToken: neither a token of this site nor a nonce.
    :raise Challenged: the network brought many new readers.
    """
    token, nonce = fields.get("token"), fields.get("nonce")
    if isinstance(token, str):
        return services().readers.reader(site.key, token), None, False
    if token is not None or not isinstance(nonce, str):
        raise BadToken
    reader = reader_from_nonce(nonce)
    address = client_address(request.environ, services().settings.trusted_proxy_hops)
    proof, hold = fields.get("pow"), fields.get("hold") is True
    admission = services().admit(site, reader, address, proof=proof, hold=hold)
    if admission is Admission.HELD:
        return reader, None, True
    worked = admission is Admission.WORKED
    return reader, services().readers.token(site.key, reader, worked=worked), False


def key_field(fields: dict[str, Any], name: str) -> str:
    """:raise BadField: missing, or not a key."""
    value = fields.get(name)
    if not isinstance(value, str) or not KEY_PATTERN.fullmatch(value):
        raise BadField(f"{name} is missing or not a key.")
    return value


def article_field(fields: dict[str, Any]) -> str:
    """:raise BadArticle: missing, or not text."""
    value = fields.get("article")
    if not isinstance(value, str):
        raise BadArticle
    return value


def json_answer(value: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status=status, mimetype="application/json")
