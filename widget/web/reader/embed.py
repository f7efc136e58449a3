"""The embed's scripts, for tags on any site. They are the same for everyone and know no reader."""

import hashlib
from functools import partial

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from widget.assets import asset_folder

DIST = asset_folder("static") / "dist"
# One changes with each release. The others never change, because pages pin them by their hashes.
_MOVING = "public, max-age=300, stale-while-revalidate=86400"
_FROZEN = "public, max-age=31536000, immutable"
CACHE = {
    "embed.js": _MOVING,
    "embed.v1.js": _FROZEN,
    "embed.v2.js": _FROZEN,
    "embed.v3.js": _FROZEN,
    "comments.js": _MOVING,
    "comments.v1.js": _FROZEN,
    "comments.v2.js": _FROZEN,
    "comments.v3.js": _FROZEN,
    "commenting.v1.js": _FROZEN,
    "counts.js": _MOVING,
    "mistakes.v1.js": _FROZEN,
    "more.v1.js": _FROZEN,
    "solver.v1.js": _FROZEN,
}

blueprint = Blueprint("embed", __name__)

# `script/build` compresses each script. The smallest form is first.
_SUFFIXES = {"br": ".br", "gzip": ".gz", "identity": ""}
_files = {
    (name, coding): (DIST / f"{name}{suffix}").read_bytes()
    for name in CACHE
    for coding, suffix in _SUFFIXES.items()
}
_etags = {key: hashlib.sha256(body).hexdigest()[:20] for key, body in _files.items()}


def _script(name: str) -> AnyResponse:
    coding = request.accept_encodings.best_match(_SUFFIXES, "identity")
    answer = Response(_files[name, coding], mimetype="text/javascript")
    answer.vary.add("Accept-Encoding")
    if coding != "identity":
        answer.content_encoding = coding
    answer.headers["Cache-Control"] = CACHE[name]
    answer.headers["Access-Control-Allow-Origin"] = (
        "*"  # SRI needs a response that the page can read
    )
    answer.headers["Cross-Origin-Resource-Policy"] = (
        "cross-origin"  # and COEP one that permits embedding
    )
    answer.set_etag(_etags[name, coding])
    return answer.make_conditional(request)


for _name in CACHE:
    blueprint.add_url_rule(f"/{_name}", _name.replace(".", "_"), partial(_script, _name))
