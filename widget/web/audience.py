"""Whom a request's answer is for: a program or a person, at the desk or elsewhere."""

from flask import request


def is_api() -> bool:
    """Say whether the address belongs to the API for other sites' pages."""
    return request.path.startswith(("/v1/", "/openheart/"))


def in_desk() -> bool:
    """Say whether the address belongs to the desk."""
    return request.path == "/desk" or request.path.startswith("/desk/")


def wants_json() -> bool:
    """Say whether the client prefers JSON to a page."""
    accepts = request.accept_mimetypes
    return request.path.endswith(".json") or (accepts["application/json"] > accepts["text/html"])
