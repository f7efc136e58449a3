"""The description of the interface as an OpenAPI 3.1 document."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from http import HTTPStatus
from typing import Any

import msgspec

from widget.domain.errors import ERRORS, Challenged, Closed, ReadbackError
from widget.web.api.openapi import shapes
from widget.web.api.openapi.operations import OPERATIONS, Operation

_REF = "#/components/schemas/{name}"
_KEY = "site_key"
# The headings under which an address is listed, by how it begins.
_TAGS = (
    ("/v1/comments", "comments"),
    ("/v1/desk", "figures"),
    ("/openheart", "Open Heart"),
    ("/v1/", "reactions"),
)


@cache
def document(server: str, version: str) -> dict[str, Any]:
    """Return the document.

    :param server: the address under which Readback is reached.
    :param version: of the release.
    """
    schemas, components = msgspec.json.schema_components(_shapes(), ref_template=_REF)
    by_shape = dict(zip(_shapes(), schemas, strict=True))
    components["Error"]["properties"]["code"]["enum"] = sorted(error.code for error in ERRORS)
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for operation in OPERATIONS:
        paths[operation.path][operation.method.lower()] = _operation(operation, by_shape)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Readback",
            "version": version,
            "description": "Reactions and comments of readers. docs/http-api.md explains it.",
        },
        "servers": [{"url": server}],
        "paths": dict(paths),
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


@cache
def _shapes() -> tuple[Any, ...]:
    found: dict[Any, None] = {shapes.Refusal: None, shapes.Challenge: None, shapes.Closed: None}
    for operation in OPERATIONS:
        found |= dict.fromkeys((operation.body,) if operation.body else ())
        found |= dict.fromkeys(operation.answers.values())
    return tuple(found)


def _operation(operation: Operation, by_shape: dict[Any, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _name(operation),
        "summary": operation.summary,
        "tags": [next(tag for start, tag in _TAGS if operation.path.startswith(start))],
        "parameters": list(_parameters(operation)),
        "responses": _responses(operation, by_shape),
    }
    if operation.body:
        described["requestBody"] = {
            "required": True,
            "content": {operation.media: {"schema": by_shape[operation.body]}},
        }
    if operation.by_key:
        described["security"] = [{"key": []}]
    return described


def _name(operation: Operation) -> str:
    """Return a name for a client's method: get_v1_comments_counts."""
    words = re.sub(r"[^a-z0-9]+", "_", operation.path.lower()).strip("_")
    return f"{operation.method.lower()}_{words}"


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", operation.path):
        pattern = {"pattern": shapes.KEY} if name == _KEY else {"minLength": 1}
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", **pattern},
        }
    for name, meaning in operation.query.items():
        one: dict[str, Any] = {"type": "string"}
        many = operation.is_list and name == "article"
        yield {
            "name": name,
            "in": "query",
            "required": name in operation.required,
            "description": meaning,
            "schema": {"type": "array", "items": one, "minItems": 1} if many else one,
        }
    if operation.body:
        yield {
            "name": "Origin",
            "in": "header",
            "required": operation.media != "text/plain",
            "description": "The origin of the page, registered for the site. Browsers send it.",
            "schema": {"type": "string"},
        }


def _responses(operation: Operation, by_shape: dict[Any, Any]) -> dict[str, Any]:
    responses = {
        str(status): _response(HTTPStatus(status).phrase, by_shape[shape])
        for status, shape in operation.answers.items()
    }
    by_status: dict[int, list[type[ReadbackError]]] = defaultdict(list)
    for refusal in dict.fromkeys(operation.refusals):
        by_status[refusal.status].append(refusal)
    for status, refusals in sorted(by_status.items()):
        codes = "; ".join(f"`{one.code}`: {one.message}" for one in refusals)
        responses[str(status)] = _response(codes, by_shape[_shape_of(refusals)])
    return responses


def _shape_of(refusals: list[type[ReadbackError]]) -> type:
    if Challenged in refusals:
        return shapes.Challenge
    return shapes.Closed if Closed in refusals else shapes.Refusal


def _response(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}
