"""What every cross-origin write of /v1 does: origin, reader, fields, CORS. Cookies are not read.

It works on the WSGI environment, since the vote is answered ahead of Flask.
"""

from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Flask, Response, request

from widget.domain.errors import BadArticle, BadField, BadOrigin, BadToken, StoreUnavailable
from widget.domain.model import KEY_PATTERN, Site
from widget.domain.readers.reader import reader_from_nonce
from widget.services.voting import Admission, Services, services
from widget.web.network import client_address

PREFLIGHT_HEADERS = (
    ("Access-Control-Allow-Methods", "POST"),
    ("Access-Control-Allow-Headers", "content-type"),
    ("Access-Control-Max-Age", "7200"),
)


@dataclass(frozen=True, slots=True)
class Writer:
    """The reader who writes; ``token``: handed out the first time; ``hold``: see Admission."""

    id: bytes
    token: str | None = None
    hold: bool = False


def register(app: Flask) -> None:
    app.after_request(_add_cors)


def cors_headers(services: Services, origin: str | None) -> list[tuple[str, str]]:
    """Every answer of /v1, refusals included, can be read by a registered origin's page."""
    headers = [("Vary", "Origin")]
    if origin and _is_known(services, origin):
        headers.append(("Access-Control-Allow-Origin", origin))
        headers.append(("Access-Control-Expose-Headers", "Retry-After"))
    return headers


def _is_known(services: Services, origin: str) -> bool:
    """Whether an answer may be read there: while nobody can tell, not."""
    try:
        return services.sites.is_registered(origin)
    except StoreUnavailable:
        return False


def _add_cors(answer: Response) -> Response:
    if request.path.startswith("/v1/"):
        answer.headers.setdefault("Cache-Control", "no-store")
        for name, value in cors_headers(services(), request.headers.get("Origin")):
            answer.headers[name] = value
    return answer


def preflight_answer() -> Response:
    """:raise BadOrigin: as :func:`registered_origin`."""
    registered_origin(services(), request.environ)
    return Response(status=204, headers=list(PREFLIGHT_HEADERS))


def registered_origin(services: Services, environ: dict[str, Any]) -> str:
    """:raise BadOrigin: none, not registered anywhere, or not sent by a page's own script."""
    origin: str = environ.get("HTTP_ORIGIN", "")
    of_a_script = environ.get("HTTP_SEC_FETCH_MODE", "cors") == "cors"
    if environ["REQUEST_METHOD"] == "POST" and not of_a_script:
        raise BadOrigin
    if not services.sites.is_registered(origin):
        raise BadOrigin
    return origin


def site_of(services: Services, fields: dict[str, Any], origin: str) -> Site:
    """The site a body names.

    :raise UnknownSite: no site has this key.
    :raise BadOrigin: the request came from an origin of another site.
    """
    site = services.sites.get(key_field(fields, "site"))
    if origin not in site.origins:
        raise BadOrigin
    return site


def writer_of(
    services: Services, environ: dict[str, Any], site: Site, fields: dict[str, Any]
) -> Writer:
    """Who writes. A held reader gets no token yet: the nonce names the same reader again.

    :raise BadToken: neither a token of this site nor a nonce.
    :raise Challenged: the network brought many new readers.
    """
    token, nonce = fields.get("token"), fields.get("nonce")
    if isinstance(token, str):
        return Writer(services.readers.reader(site.key, token))
    if token is not None or not isinstance(nonce, str):
        raise BadToken
    reader = reader_from_nonce(nonce)
    address = client_address(environ, services.settings.trusted_proxy_hops)
    proof, hold = fields.get("pow"), fields.get("hold") is True
    admission = services.admit(site, reader, address, proof=proof, hold=hold)
    if admission is Admission.HELD:
        return Writer(reader, hold=True)
    worked = admission is Admission.WORKED
    return Writer(reader, services.readers.token(site.key, reader, worked=worked))


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
