"""Reading a request's body: bounded, strict JSON. No store here."""

import json
from typing import Any

from flask import Request

from ..errors import BadJson, BadType, TooLarge

MAX_BODY_BYTES = 16 * 1024
MAX_VOTE_BYTES = 4 * 1024
_TYPES = ("application/json", "text/plain")


def read_json(request: Request, *, max_bytes: int) -> dict[str, Any]:
    """The one JSON object in the body.

    :raise BadType: another content type or charset, or an encoded body; the body is not read.
    :raise TooLarge: longer than ``max_bytes``, or of no stated length.
    :raise BadJson: not strict JSON: UTF-8, an object, no NaN, no key twice, nothing after it.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    encoded = "Content-Encoding" in request.headers
    if request.mimetype not in _TYPES or charset != "utf-8" or encoded:
        raise BadType
    if request.content_length is None or request.content_length > max_bytes:
        raise TooLarge
    body = request.get_data(cache=False)
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError):
        raise BadJson from None
    if not isinstance(value, dict):
        raise BadJson
    return value


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key stands twice")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


# msgspec is faster but keeps the last of two equal keys without a word.
_DECODER = json.JSONDecoder(object_pairs_hook=_each_key_once, parse_constant=_no_constant)
