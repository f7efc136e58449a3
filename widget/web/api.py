"""/v1: cross-origin, cookie-blind, JSON. One write; the reads are answered by reads.py."""

from typing import Any

from flask import Blueprint, Response, request

from ..errors import BadField, Closed, ReadbackError
from ..page import page_from
from .body import MAX_VOTE_BYTES, read_json
from .crossorigin import (
    article_field,
    json_answer,
    key_field,
    preflight_answer,
    reader_of,
    registered_origin,
    site_of,
)
from .services import (
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
    origin = registered_origin()
    fields = read_json(request, max_bytes=MAX_VOTE_BYTES)
    site = site_of(fields, origin)
    poll_key = _poll_key(fields)
    poll_or_error(site, poll_key)
    named = article_field(fields)
    article = find(site, named, poll_key)
    page = services().page_of(site, named, page_from(fields.get("page"), site.origins))
    poll = poll_or_error(site, poll_key, services().section_of(site, article, page.section))
    if "reaction" not in fields:
        raise BadField("reaction is missing: a choice's key, or null to take the vote back.")
    choice = choice_number(site, poll_key, poll, fields["reaction"])
    seq = valid_seq(fields.get("seq"))
    reader, token, hold = reader_of(site, fields)
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
    return json_answer(answer)


@blueprint.route("/react", methods=["OPTIONS"])
def preflight() -> Response:
    return preflight_answer()


def _poll_key(fields: dict[str, Any]) -> str:
    return key_field(fields, "poll") if "poll" in fields else ""
