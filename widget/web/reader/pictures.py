"""The pictures of Readback's own stories. Only those that were read at the start are served."""

from flask import Blueprint, request, send_file
from werkzeug.wrappers import Response

from widget.domain.errors import NotFound
from widget.web.reader.stories import story_or_404

_YEAR_S = 31_536_000
_MOMENT_S = 300  # of an address without the picture's version

blueprint = Blueprint("pictures", __name__)


@blueprint.get("/articles/<slug>/picture.<suffix>")
def picture(slug: str, suffix: str) -> Response:
    found = story_or_404(slug).picture
    if found is None or found.suffix != suffix:
        raise NotFound("This story has no such picture.")
    is_named = request.args.get("v") == found.version
    try:
        answer = send_file(found.path, found.media_type, max_age=_YEAR_S if is_named else _MOMENT_S)
    except OSError:
        raise NotFound("The picture is no longer there.") from None
    answer.cache_control.public = True
    if is_named:
        answer.cache_control.immutable = True
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # previews of a link show it
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
