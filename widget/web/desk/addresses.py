"""The address of the current request, for links and forms that return to it."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import Flask, request


def register(app: Flask) -> None:
    app.jinja_env.globals.update(this_address=this_address, this_address_with=this_address_with)


def this_address() -> str:
    """Return the path and query of the request.

    The path is quoted: in that of a section called "What next?", the question mark begins no query.
    """
    query = request.query_string.decode(errors="replace")
    path = quote(request.path)
    return f"{path}?{query}" if query else path


def this_address_with(**changed: str) -> str:
    """Return the address of the request with some fields of its query replaced."""
    query: Mapping[str, str] = request.args.to_dict() | changed
    return f"{quote(request.path)}?{urlencode(query)}"
