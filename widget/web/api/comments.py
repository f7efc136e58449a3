"""/v1/comments: readers' comments from other sites' pages. It ignores cookies; reads.py reads.

Every write is a plain POST, so that a page's script sends it as text/plain without a preflight. As
with votes, the first one carries a nonce, and its answer a token.
"""

import re
from typing import Any

from flask import Blueprint, Response, request

from widget.domain.comments.comment import partition_of
from widget.domain.comments.reasons import ground_from
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.domain.page import page_from
from widget.services.commenting import Commenter, Submission
from widget.services.voting import valid_seq
from widget.web.api.comment_views import for_its_author, for_its_reader
from widget.web.api.crossorigin import (
    Writer,
    article_field,
    caller,
    json_answer,
    preflight_answer,
    writer_of,
)
from widget.web.body import MAX_BODY_BYTES, read_json
from widget.web.services import services

_DRAFT = re.compile(r"[A-Za-z0-9_-]{16,40}")

MOST_OWN = 20

blueprint = Blueprint("comments", __name__, url_prefix="/v1/comments")


@blueprint.post("", provide_automatic_options=False)
def create() -> Response:
    """Store a comment. Answer 201 if it is published, 202 if it waits for an editor."""
    site, fields = _site_and_fields()
    name, articles = article_field(fields), services().articles
    article = articles.find(site, name)
    page = articles.page(site, name, page_from(fields.get("page"), site))
    sent = Submission(
        _text(fields, "name"),
        _text(fields, "text"),
        _parent(fields),
        _text(fields, "website", optional=True),
        _spent_ms(fields),
        _draft(fields),
    )
    writer = writer_of(services(), caller(), site, fields)
    commenter = _commenter(site, writer)
    created = commenter.post(
        article,
        sent,
        page=page,
        may_name=not writer.is_worked,
        is_own=articles.story(site, name) is not None,
        is_held=writer.hold,
    )
    now_at = articles.find(site, name)  # the article may have been moved in the meantime
    answer = {"article": now_at.id, **for_its_reader(created.comment)}
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
    ground = ground_from(fields.get("reason"), fields.get("note"))
    writer = _counted_writer(site, fields)
    _commenter(site, writer).report(comment_id, ground)
    answer: dict[str, Any] = {"id": comment_id, "reported": True, "reason": ground.reason}
    if writer.token is not None:
        answer["token"] = writer.token
    return json_answer(answer)


@blueprint.post("/<comment_id>/look", provide_automatic_options=False)
def ask_for_look(comment_id: str) -> Response:
    """Ask an editor for a second look at the removal of one's own comment."""
    site, fields = _site_and_fields()
    own = _known_reader(site, fields).ask_for_look(comment_id)
    return json_answer(for_its_author(own))


@blueprint.post("/own", provide_automatic_options=False)
def own() -> Response:
    """Return those of the comments that the reader wrote. A POST, as no address has a token."""
    site, fields = _site_and_fields()
    ids = fields.get("ids")
    if not (isinstance(ids, list) and all(isinstance(one, str) for one in ids)):
        raise BadField("ids is a list of ids of comments.")
    if len(ids) > MOST_OWN or any(partition_of(one) is None for one in ids):
        raise BadField(f"ids has at most {MOST_OWN} ids of comments.")
    found = _known_reader(site, fields).own(list(dict.fromkeys(ids)))
    return json_answer({"comments": [for_its_author(one) for one in found]})


@blueprint.post("/<comment_id>/vote", provide_automatic_options=False)
def vote(comment_id: str) -> Response:
    site, fields = _site_and_fields()
    up, seq = fields.get("up"), valid_seq(fields.get("seq"))
    if not isinstance(up, bool):
        raise BadField("up is true, or false to take it back.")
    writer = _counted_writer(site, fields)
    voted = _commenter(site, writer).vote(comment_id, seq=seq, up=up)
    answer = {"id": comment_id, "ups": voted.ups, "up": voted.up, "seq": voted.seq}
    if writer.token is not None:
        answer["token"] = writer.token
    return json_answer(answer)


@blueprint.route("", methods=["OPTIONS"])
@blueprint.route("/own", methods=["OPTIONS"])
@blueprint.route("/<comment_id>/text", methods=["OPTIONS"])
@blueprint.route("/<comment_id>/removal", methods=["OPTIONS"])
@blueprint.route("/<comment_id>/report", methods=["OPTIONS"])
@blueprint.route("/<comment_id>/look", methods=["OPTIONS"])
@blueprint.route("/<comment_id>/vote", methods=["OPTIONS"])
def preflight(comment_id: str = "") -> Response:
    return preflight_answer()


def _site_and_fields() -> tuple[Site, dict[str, Any]]:
    return caller().site_and_fields(
        services(), lambda: read_json(request, max_bytes=MAX_BODY_BYTES)
    )


def _counted_writer(site: Site, fields: dict[str, Any]) -> Writer:
    """Return who votes or reports; neither can be held, so a crowded network must do the work."""
    return writer_of(services(), caller(), site, {**fields, "hold": False})


def _known_reader(site: Site, fields: dict[str, Any]) -> Commenter:
    """:raise BadToken: a reader without a token has written nothing yet."""
    writer = writer_of(services(), caller(), site, {"token": fields.get("token")})
    return _commenter(site, writer)


def _commenter(site: Site, writer: Writer) -> Commenter:
    return services().commenting.by(site, writer.id, caller().address)


def _text(fields: dict[str, Any], name: str, *, optional: bool = False) -> str:
    value = fields.get(name)
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise BadField(f"{name} is text.")
    return value


def _parent(fields: dict[str, Any]) -> str:
    parent = _text(fields, "parent", optional=True)
    if parent and partition_of(parent) is None:
        raise BadField("parent is the id of a comment.")
    return parent


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
