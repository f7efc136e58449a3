"""Whom a request's answer is for: a program or a person, at the desk or elsewhere."""

from flask import request


def is_api() -> bool:
    """Say whether the address belongs to the API for other sites' pages."""
    return request.path.startswith(("/v1/", "/openheart/"))


def in_desk() -> bool:
    """Say whether the address belongs to the desk."""
    return request.path == "/desk" or request.path.startswith("/desk/")


def wants_json() -> bool:
    """Say whether the client prefers JSON to a page.

    A program that fetches a table as CSV, and names no HTML, does too: it can read a refusal only
    if that is no page.
    """
    accepts, wanted = request.accept_mimetypes, request.args.get("format")
    if request.path.endswith(".json") or wanted == "json":
        return True
    if wanted == "csv" and "text/html" not in accepts.values():
        return True
    return accepts["application/json"] > accepts["text/html"]
