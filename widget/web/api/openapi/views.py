"""GET /v1/openapi.json: the description of the interface, the same for everyone."""

from flask import Blueprint, Response

from widget.assets import release
from widget.web.api.crossorigin import caller, json_answer
from widget.web.api.openapi.document import document
from widget.web.services import services

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/v1/openapi.json")
def openapi() -> Response:
    """Answer the document."""
    services().gate.count_read(caller().address)
    answer = json_answer(document(services().settings.public_url, release()))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer
