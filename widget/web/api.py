"""/v1: cross-origin, cookie-blind, JSON. One write; the reads are answered by reads.py."""

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from ..errors import BadArticle, BadField, BadOrigin, BadToken, Closed, ReadbackError
from ..model import KEY_PATTERN, Site
from ..page import page_from
from ..reader import reader_from_nonce
from .body import MAX_VOTE_BYTES, read_json
from .network import client_address
from .services import (
    Admission,
    choice_key,
    choice_number,
    counts_by_key,
    find,
    poll_or_error,
    services,
    valid_seq,
)

blueprint = Blueprint("api", __name__, url_prefix="/v1")


@blueprint.post("/react", provide_automatic_options=False)
def react() -> Response:
    """Set a reader's choice on an article. docs/http-api.md describes the fields."""
    origin = _registered_origin()
    fields = read_json(request, max_bytes=MAX_VOTE_BYTES)
    site = services().sites.get(_text(fields, "site"))
    if origin not in site.origins:
        raise BadOrigin
    poll_key = _poll_key(fields)
    poll_or_error(site, poll_key)
    named = _article(fields)
    article = find(site, named, poll_key)
    page = services().page_of(site, named, page_from(fields.get("page"), site.origins))
    poll = poll_or_error(site, poll_key, services().section_of(site, article, page.section))
    if "reaction" not in fields:
        raise BadField("reaction is missing: a choice's key, or null to take the vote back.")
    choice = choice_number(site, poll_key, poll, fields["reaction"])
    seq = valid_seq(fields.get("seq"))
    reader, token, hold = _reader(site, fields)
    try:
        standing = services().cast(
            site, article, poll_key, reader, seq, choice, page=page, origin=origin, hold=hold
        )
    except ReadbackError as refusal:
        standing = refusal.extra.pop("standing", None)
        if standing is not None and isinstance(refusal, Closed):
            counts = counts_by_key(site, poll_key, poll, standing)
            refusal.extra.update(counts=counts, total=sum(counts.values()), open=False)
        raise
    counts = counts_by_key(site, poll_key, poll, standing)
    answer: dict[str, Any] = {
        "article": article.id,
        "choice": choice_key(site, poll_key, standing.choice),
        "seq": standing.seq,
        "counts": counts,
        "total": sum(counts.values()),
        "open": standing.is_open,
    }
    if standing.is_held:
        answer["held"] = True
    if token is not None:
        answer["token"] = token
    return _json(answer)


@blueprint.route("/react", methods=["OPTIONS"])
def preflight() -> Response:
    _registered_origin()
    answer = Response(status=204)
    answer.headers["Access-Control-Allow-Methods"] = "POST"
    answer.headers["Access-Control-Allow-Headers"] = "content-type"
    answer.headers["Access-Control-Max-Age"] = "7200"
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


def _registered_origin() -> str:
    """:raise BadOrigin: none, not registered anywhere, or not sent by a page's own script."""
    origin = request.headers.get("Origin", "")
    if request.method == "POST" and request.headers.get("Sec-Fetch-Mode", "cors") != "cors":
        raise BadOrigin
    if not services().sites.is_registered(origin):
        raise BadOrigin
    return origin


def _reader(site: Site, fields: dict[str, Any]) -> tuple[bytes, str | None, bool]:
    """The reader who votes, the token to hand out if this is the first time, and whether to hold.

    A held reader gets no token yet: the nonce names the same reader, and is admitted again.
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


def _json(value: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
