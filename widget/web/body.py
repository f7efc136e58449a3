"""The body of a request: bounded, strict JSON. It knows no store."""

import json
from functools import lru_cache
from typing import Any

from flask import Request
from werkzeug.http import parse_options_header

from widget.domain.errors import BadJson, BadType, TooLarge

MAX_BODY_BYTES = 16 * 1024
MAX_VOTE_BYTES = 4 * 1024
_TYPES = ("application/json", "text/plain")


def read_json(request: Request, *, max_bytes: int) -> dict[str, Any]:
    """Return :func:`json_object` of Flask's request."""
    return json_object(request.environ, max_bytes=max_bytes)


def json_object(environ: dict[str, Any], *, max_bytes: int) -> dict[str, Any]:
    """Return the one JSON object in the body of a WSGI request.

    :raise BadType: another content type or charset, or an encoded body; the body is not read.
    :raise TooLarge: longer than ``max_bytes``, or of no stated length.
    :raise BadJson: not strict JSON: UTF-8, an object, no NaN, no key twice, nothing after it.
    """
    if "HTTP_CONTENT_ENCODING" in environ or not _is_json(environ.get("CONTENT_TYPE", "")):
        raise BadType
    length = environ.get("CONTENT_LENGTH", "")
    if "HTTP_TRANSFER_ENCODING" in environ or not length.isdecimal() or int(length) > max_bytes:
        raise TooLarge
    try:
        value = _DECODER.decode(environ["wsgi.input"].read(int(length)).decode())
    except (ValueError, RecursionError):
        raise BadJson from None
    if not isinstance(value, dict):
        raise BadJson
    return value


@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    mimetype, parameters = parse_options_header(content_type)
    return mimetype.lower() in _TYPES and parameters.get("charset", "utf-8").lower() == "utf-8"


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key appears twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# msgspec is faster, but it silently keeps the last of two equal keys.
_DECODER = json.JSONDecoder(object_pairs_hook=_each_key_once, parse_constant=_no_constant)
