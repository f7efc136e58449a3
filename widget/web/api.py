"""/v1: cross-origin, cookie-blind, JSON. votes.py answers the vote ahead of Flask."""

from typing import Any

from flask import Blueprint, Response, request

from ..errors import BadArticle, BadField, BadOrigin, BadToken, Closed, ReadbackError
from ..model import KEY_PATTERN, Site
from ..reader import reader_from_nonce
from .body import MAX_VOTE_BYTES, json_object
from .network import client_address
from .services import (
    Services,
    choice_key,
    choice_number,
    counts_by_key,
    find,
    poll_or_error,
    services,
    valid_seq,
)

blueprint = Blueprint("api", __name__, url_prefix="/v1")


def react(services: Services, environ: dict[str, Any]) -> dict[str, Any]:
    """Set a reader's choice on an article. docs/http-api.md describes the fields."""
    origin = registered_origin(services, environ)
    fields = json_object(environ, max_bytes=MAX_VOTE_BYTES)
    site = services.sites.get(_text(fields, "site"))
    if origin not in site.origins:
        raise BadOrigin
    poll_key = _poll_key(fields)
    poll_or_error(site, poll_key)
    article = find(site, _article(fields), poll_key)
    if "reaction" not in fields:
        raise BadField("reaction is missing: a choice's key, or null to take the vote back.")
    choice = choice_number(site, poll_key, fields["reaction"])
    seq = valid_seq(fields.get("seq"))
    reader, token = _reader(services, environ, site, fields)
    try:
        standing = services.cast(site, article, poll_key, reader, seq, choice)
    except ReadbackError as refusal:
        standing = refusal.extra.pop("standing", None)
        if standing is not None and isinstance(refusal, Closed):
            counts = counts_by_key(site, poll_key, standing)
            refusal.extra.update(counts=counts, total=sum(counts.values()), open=False)
        raise
    counts = counts_by_key(site, poll_key, standing)
    answer: dict[str, Any] = {
        "article": article.id,
        "choice": choice_key(site, poll_key, standing.choice),
        "seq": standing.seq,
        "counts": counts,
        "total": sum(counts.values()),
        "open": standing.is_open,
    }
    if token is not None:
        answer["token"] = token
    return answer


@blueprint.after_app_request
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


def registered_origin(services: Services, environ: dict[str, Any]) -> str:
    """:raise BadOrigin: none, not registered anywhere, or not sent by a page's own script."""
    origin: str = environ.get("HTTP_ORIGIN", "")
    of_a_script = environ.get("HTTP_SEC_FETCH_MODE", "cors") == "cors"
    if environ["REQUEST_METHOD"] == "POST" and not of_a_script:
        raise BadOrigin
    if not services.sites.is_registered(origin):
        raise BadOrigin
    return origin


def _reader(
    services: Services, environ: dict[str, Any], site: Site, fields: dict[str, Any]
) -> tuple[bytes, str | None]:
    """The reader who votes, and the token to hand out if this is the first time."""
    token, nonce = fields.get("token"), fields.get("nonce")
    if isinstance(token, str):
        return services.readers.reader(site.key, token), None
    if token is not None or not isinstance(nonce, str):
        raise BadToken
    reader = reader_from_nonce(nonce)
    address = client_address(environ, services.settings.trusted_proxy_hops)
    worked = services.admit(site, reader, address, fields.get("pow"))
    return reader, services.readers.token(site.key, reader, worked=worked)


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not KEY_PATTERN.fullmatch(value):
        raise BadField(f"{name} is missing or not a key.")
    return value


def _article(fields: dict[str, Any]) -> str:
    value = fields.get("article")
    if not isinstance(value, str):
        raise BadArticle
    return value


def _poll_key(fields: dict[str, Any]) -> str:
    return _text(fields, "poll") if "poll" in fields else ""
