"""/v1/comments: readers' comments from other sites' pages. Cookie-blind; reads are in reads.py.

Every write is a plain POST, so that a page's script sends it as text/plain without a preflight. As
with votes, the first one brings a nonce and is answered with a token.
"""

import re
from typing import Any

from flask import Blueprint, Response, request

from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.domain.page import page_from
from widget.services.commenting import Commenting, Submission
from widget.services.voting import services, valid_seq
from widget.web.api.comment_views import for_its_reader
from widget.web.api.crossorigin import (
    Writer,
    article_field,
    json_answer,
    preflight_answer,
    registered_origin,
    site_of,
    writer_of,
)
from widget.web.body import MAX_BODY_BYTES, read_json

_DRAFT = re.compile(r"[A-Za-z0-9_-]{16,40}")

blueprint = Blueprint("comments", __name__, url_prefix="/v1/comments")


@blueprint.post("", provide_automatic_options=False)
def create() -> Response:
    """Answer 201 for a published comment, 202 for one that waits for an editor."""
    site, fields = _site_and_fields()
    named = article_field(fields)
    article = services().article(site, named)
    page = services().page_of(site, named, page_from(fields.get("page"), site.origins))
    sent = Submission(
        _text(fields, "name"),
        _text(fields, "text"),
        _text(fields, "parent", optional=True),
        _text(fields, "website", optional=True),
        _spent_ms(fields),
        _draft(fields),
    )
    writer = writer_of(services(), request.environ, site, fields)
    commenting = Commenting(services(), site, writer.id)
    created = commenting.post(article, sent, page=page, is_held=writer.hold)
    leads_to = services().article(site, named)  # by now: it may just have been moved
    answer = {"article": leads_to.id, **for_its_reader(created.comment)}
    if writer.token is not None:
        answer["token"] = writer.token
    return json_answer(answer, 202 if created.comment.state == "held" else 201)


@blueprint.post("/<comment_id>/text", provide_automatic_options=False)
def edit(comment_id: str) -> Response:
    site, fields = _site_and_fields()
    text = _text(fields, "text")
    comment = _known_reader(site, fields).edit(comment_id, text)
    return json_answer(for_its_reader(comment), 202 if comment.state == "held" else 200)


@blueprint.post("/<comment_id>/removal", provide_automatic_options=False)
def delete(comment_id: str) -> Response:
    site, fields = _site_and_fields()
    _known_reader(site, fields).delete(comment_id)
    return json_answer({"id": comment_id, "state": "deleted"})


@blueprint.post("/<comment_id>/report", provide_automatic_options=False)
def report(comment_id: str) -> Response:
    site, fields = _site_and_fields()
    writer = _counted_writer(site, fields)
    Commenting(services(), site, writer.id).report(comment_id)
    answer: dict[str, Any] = {"id": comment_id, "reported": True}
    if writer.token is not None:
        answer["token"] = writer.token
    return json_answer(answer)


@blueprint.post("/<comment_id>/vote", provide_automatic_options=False)
def vote(comment_id: str) -> Response:
    site, fields = _site_and_fields()
    up, seq = fields.get("up"), valid_seq(fields.get("seq"))
    if not isinstance(up, bool):
        raise BadField("up is true, or false to take it back.")
    writer = _counted_writer(site, fields)
    stands = Commenting(services(), site, writer.id).vote(comment_id, seq=seq, up=up)
    answer = {"id": comment_id, "ups": stands.ups, "up": stands.up, "seq": stands.seq}
    if writer.token is not None:
        answer["token"] = writer.token
    return json_answer(answer)


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/<comment_id>/<act>", methods=["OPTIONS"])
def preflight(comment_id: str = "", act: str = "") -> Response:
    return preflight_answer()


def _site_and_fields() -> tuple[Site, dict[str, Any]]:
    origin = registered_origin(services(), request.environ)
    fields = read_json(request, max_bytes=MAX_BODY_BYTES)
    return site_of(services(), fields, origin), fields


def _counted_writer(site: Site, fields: dict[str, Any]) -> Writer:
    """Who votes or reports. A crowded network is asked for work: neither can wait for an editor."""
    return writer_of(services(), request.environ, site, {**fields, "hold": False})


def _known_reader(site: Site, fields: dict[str, Any]) -> Commenting:
    """:raise BadToken: without a token there is nothing that could be theirs."""
    token_only = {"token": fields.get("token")}
    writer = writer_of(services(), request.environ, site, token_only)
    return Commenting(services(), site, writer.id)


def _text(fields: dict[str, Any], name: str, *, optional: bool = False) -> str:
    value = fields.get(name)
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise BadField(f"{name} is text.")
    return value


def _spent_ms(fields: dict[str, Any]) -> int | None:
    value = fields.get("spent_ms")
    if value is not None and (type(value) is not int or value < 0):
        raise BadField("spent_ms is a whole number of milliseconds.")
    return value


def _draft(fields: dict[str, Any]) -> str:
    value = _text(fields, "draft", optional=True)
    if value and not _DRAFT.fullmatch(value):
        raise BadField("draft is 16 to 40 of A-Z a-z 0-9 _ -.")
    return value
