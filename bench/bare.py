"""The yardsticks on gunicorn's threads: a Flask app that answers JSON, and no app."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, jsonify

from widget.web.api.wsgi import StartResponse

app = Flask(__name__)


@app.get("/")
def json_route() -> Response:
    return jsonify(article="a", choice="love", seq=1, total=1, open=True)


# As long as the cached bar and with as many headers: gunicorn checks and writes each of them.
_BODY = b'{"article":"a"}'.ljust(1000)
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Content-Length", str(len(_BODY))),
    ("ETag", '"a"'),
    ("Access-Control-Allow-Origin", "*"),
    ("Cache-Control", "public, max-age=5, stale-while-revalidate=30"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("X-Request-Id", "0123456789abcdef"),
]


def constant(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer the same bytes to every request: what gunicorn alone costs a cached read."""
    start_response("200 OK", _HEADERS)
    return (_BODY,)
