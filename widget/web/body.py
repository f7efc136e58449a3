"""The body of a request: bounded, strict JSON. It knows no store."""

import json
from functools import lru_cache
from math import isfinite
from typing import Annotated, Any

import msgspec
from flask import Request
from werkzeug.http import parse_options_header

from widget.domain.errors import BadJson, BadType, TooLarge

MAX_BODY_BYTES = 16 * 1024
MAX_VOTE_BYTES = 4 * 1024
MAX_PAGE_BYTES = 3 * 1024 * 1024  # of a form with a page's source, the longest of all bodies
MAX_TYPE_CHARS = 100
MAX_LENGTH_CHARS = 18  # of a number of bytes
MAX_WHOLE_CHARS = 18  # of a whole number: any of them fits in 64 bits
_SmallWhole = Annotated[int, msgspec.Meta(ge=0, lt=10**MAX_WHOLE_CHARS)]
_Texts = dict[str, str | list[str]]
# As nearly all bodies are: a reader's vote or comment, and what their page says.
_USUAL = msgspec.json.Decoder(dict[str, str | _SmallWhole | bool | _Texts | None])
_TYPES = ("application/json", "text/plain")


def read_json(request: Request, *, max_bytes: int) -> dict[str, Any]:
    """Return :func:`json_object` of Flask's request."""
    return json_object(request.environ, max_bytes=max_bytes)


def json_object(environ: dict[str, Any], *, max_bytes: int) -> dict[str, Any]:
    """Return the one JSON object in the body of a WSGI request.

    :raise BadType: another content type or charset, or an encoded body; the body is not read.
    :raise TooLarge: longer than ``max_bytes``, or of no stated length.
    :raise BadJson: not strict JSON: UTF-8, an object, no key twice, nothing after it, every number
        finite and of 64 bits at most, no surrogate without its pair; or the body ends too soon.
    """
    content_type = environ.get("CONTENT_TYPE", "")
    if "HTTP_CONTENT_ENCODING" in environ or len(content_type) > MAX_TYPE_CHARS:
        raise BadType
    if not _is_json(content_type):
        raise BadType
    length = stated_length(environ)
    if length is None or length > max_bytes:
        raise TooLarge
    raw = environ["wsgi.input"].read(length)
    try:
        value = _read_back(raw) or _strictly_read(raw)
    except (ValueError, RecursionError):
        raise BadJson from None
    if not isinstance(value, dict) or len(raw) < length:
        raise BadJson
    return value


def _read_back(raw: bytes) -> Any:
    """Return what a body says if it is what msgspec writes for that; None for any other.

    Browsers write JSON in the same way. msgspec alone keeps the last of two equal keys, and writes
    it once, so a body that has a key twice is never what it writes.
    """
    try:
        value = _USUAL.decode(raw)
    except ValueError:
        return None
    return value if msgspec.json.encode(value) == raw else None


def _strictly_read(raw: bytes) -> Any:
    value = _DECODER.decode(raw.decode())
    if b"\\u" in raw:  # else every character came as UTF-8, which has no surrogates
        json.dumps(value, ensure_ascii=False).encode()
    return value


def stated_length(environ: dict[str, Any]) -> int | None:
    """Return the length of the body in bytes; None if it is not stated as one number."""
    length = environ.get("CONTENT_LENGTH", "")
    is_stated = "HTTP_TRANSFER_ENCODING" not in environ and len(length) <= MAX_LENGTH_CHARS
    return int(length) if is_stated and length.isascii() and length.isdecimal() else None


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


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("the number is too large")
    return number


def _of_64_bits(text: str) -> int:
    if len(text) > MAX_WHOLE_CHARS:
        raise ValueError("the number is too large")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_each_key_once,
    parse_constant=_no_constant,
    parse_float=_finite,
    parse_int=_of_64_bits,
)
