"""The widget's script, for a tag on any site. It is the same for everyone and knows no reader."""

import hashlib
from pathlib import Path

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

DIST = Path(__file__).parent.parent.parent / "static" / "dist"
# embed.js moves with each release; embed.v1.js never changes once released, because
# pages hold its hash.
CACHE = {
    "embed.js": "public, max-age=300, stale-while-revalidate=86400",
    "embed.v1.js": "public, max-age=31536000, immutable",
}

blueprint = Blueprint("embed", __name__)

_files = {name: (DIST / name).read_bytes() for name in CACHE}
_etags = {name: hashlib.sha256(body).hexdigest()[:20] for name, body in _files.items()}


@blueprint.get("/embed.js")
def moving() -> AnyResponse:
    return _script("embed.js")


@blueprint.get("/embed.v1.js")
def frozen() -> AnyResponse:
    return _script("embed.v1.js")


def _script(name: str) -> AnyResponse:
    answer = Response(_files[name], mimetype="text/javascript")
    answer.headers["Cache-Control"] = CACHE[name]
    answer.headers["Access-Control-Allow-Origin"] = "*"  # SRI needs a readable answer
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # and COEP one that says so
    answer.set_etag(_etags[name])
    return answer.make_conditional(request)
