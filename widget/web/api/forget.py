"""POST /v1/forget: a reader takes back what a page remembers of them, many articles at once."""

from typing import Any

from flask import Blueprint, Response, request

from widget.domain.errors import BadField
from widget.services.voting import poll_or_error, services
from widget.web.api.crossorigin import (
    json_answer,
    key_field,
    preflight_answer,
    registered_origin,
    site_of,
    writer_of,
)
from widget.web.body import MAX_BODY_BYTES, read_json

MOST_ARTICLES = 100
FORGETS_A_MINUTE = 10

blueprint = Blueprint("forget", __name__, url_prefix="/v1/forget")


@blueprint.post("", provide_automatic_options=False)
def forget() -> Response:
    """Take the reader's votes on the named articles back, and answer how many there were."""
    origin = registered_origin(services(), request.environ)
    fields = read_json(request, max_bytes=MAX_BODY_BYTES)
    site = site_of(services(), fields, origin)
    poll_key = key_field(fields, "poll") if "poll" in fields else ""
    poll_or_error(site, poll_key)
    # All names are read before the first vote is touched: a wrong one leaves everything as it was.
    articles = {services().article(site, name, poll_key) for name in _names(fields)}
    reader = writer_of(services(), request.environ, site, {"token": fields.get("token")}).id
    services().limits.count_act(
        site.key,
        services().readers.mark_for("rate", site.key, "", reader).hex(),
        "forgets",
        most=FORGETS_A_MINUTE,
    )
    removed = sum(services().take_back(site, a, poll_key, reader) for a in articles)
    return json_answer({"removed": removed})


@blueprint.route("", methods=["OPTIONS"])
def preflight() -> Response:
    return preflight_answer()


def _names(fields: dict[str, Any]) -> list[str]:
    """:raise BadField: not 1 to 100 names."""
    match fields.get("articles"):
        case [*names] if 1 <= len(names) <= MOST_ARTICLES and all(type(n) is str for n in names):
            return names
    raise BadField(f"articles is a list of 1 to {MOST_ARTICLES} articles, named as for a vote.")
