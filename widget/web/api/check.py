"""POST /v1/check: what is wrong with a publisher's tag, for the console of its page.

The bar asks only where something is wrong. A page of any origin may ask, as an origin that is not
registered is the commonest mistake. The settings of the site then list the origin.
"""

from typing import Any

from flask import Blueprint, Response, request

from widget.domain.errors import UnknownSite
from widget.domain.mistakes import Tag, mistakes
from widget.web.api.crossorigin import caller, json_answer
from widget.web.body import MAX_VOTE_BYTES, read_json
from widget.web.services import services

MAX_NAMES = 2  # the canonical link, and the page's address

blueprint = Blueprint("check", __name__, url_prefix="/v1/check")


@blueprint.post("")
def check() -> Response:
    """Answer ``{"mistakes": ["title\\nremedy", ...]}``, empty if nothing is wrong."""
    services().gate.count_read(caller().address)
    fields = read_json(request, max_bytes=MAX_VOTE_BYTES)
    site_key = _text(fields, "site")
    tag = Tag(
        site_key,
        _text(fields, "article"),
        _text(fields, "poll"),
        _text(fields, "layout"),
        _text(fields, "results"),
        names=_names(fields),
        origin=caller().origin,
    )
    try:
        site = services().sites.get(site_key)
        if caller().is_script and caller().origin not in site.origins:
            caller().note_refused(services(), site.key)  # its bar sends no vote that is refused
    except UnknownSite:
        site = None
    return json_answer({"mistakes": mistakes(tag, site, services().settings.public_url)})


@blueprint.after_request
def add_cors(answer: Response) -> Response:
    """Let a page of any origin read the answer, refusals too."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _names(fields: dict[str, Any]) -> list[str]:
    match fields.get("names"):
        case [*names]:
            return [name for name in names[:MAX_NAMES] if isinstance(name, str)]
    return []
