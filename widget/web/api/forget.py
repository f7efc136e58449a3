"""POST /v1/forget: a reader takes back the votes that a page remembers, many articles at once."""

from typing import Any

from flask import Blueprint, Response, request

from widget.domain.errors import BadField
from widget.services.rates import Rate
from widget.web.api.crossorigin import caller, json_answer, poll_field, preflight_answer, writer_of
from widget.web.body import MAX_BODY_BYTES, read_json
from widget.web.services import services

MAX_ARTICLES = 100
FORGETS_A_MINUTE = 10

blueprint = Blueprint("forget", __name__, url_prefix="/v1/forget")


@blueprint.post("", provide_automatic_options=False)
def forget() -> Response:
    """Take the reader's votes on these articles back, and answer how many there were."""
    site, fields = caller().site_and_fields(
        services(), lambda: read_json(request, max_bytes=MAX_BODY_BYTES)
    )
    voting, names = services().voting, _names(fields)
    reader = writer_of(services(), caller(), site, {"token": fields.get("token")}).id
    Rate("forgets", FORGETS_A_MINUTE).count(f"{site.key}|{reader.hex()}")
    # All names are read before the first vote is touched, so a wrong one changes nothing. A hundred
    # long addresses take some ms, so the request is counted first.
    articles = {voting.article(site, name, poll_field(fields)) for name in names}
    removed = sum(voting.take_back(site, article, reader) for article in articles)
    return json_answer({"removed": removed})


@blueprint.route("", methods=["OPTIONS"])
def preflight() -> Response:
    return preflight_answer()


def _names(fields: dict[str, Any]) -> list[str]:
    """:raise BadField: not 1 to 100 names."""
    match fields.get("articles"):
        case [*names] if 1 <= len(names) <= MAX_ARTICLES and all(type(n) is str for n in names):
            return names
    raise BadField(f"articles is a list of 1 to {MAX_ARTICLES} articles, named as for a vote.")
