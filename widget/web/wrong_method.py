"""A method that an address does not support is 405, also where another rule would take the address.

Without this, ``GET /desk/home/comments/acts`` asks for the comment "acts" and is 404, because only
POST has that address; and ``POST /desk/home`` is 404 where ``GET`` redirects to ``/desk/home/``.
"""

import re

from flask import Flask, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map

from widget.domain.errors import MethodNotAllowed

_Hidden = list[tuple[re.Pattern[str], set[str]]]


def register(app: Flask) -> None:
    """Refuse such requests before anything else sees them. All routes must be there by now."""
    hidden = _hidden(app.url_map)

    def refuse() -> None:
        for pattern, methods in hidden:
            if request.method not in methods and pattern.fullmatch(request.path):
                raise MethodNotAllowed(*methods)
        if isinstance(request.routing_exception, NotFound):
            methods = _methods_with_slash()
            if methods:
                raise MethodNotAllowed(*methods)

    app.before_request(refuse)


def _hidden(url_map: Map) -> _Hidden:
    """Return the addresses that a more general rule takes too, each with its own methods."""
    methods: dict[str, set[str]] = {}
    for rule in url_map.iter_rules():
        methods.setdefault(rule.rule, set()).update(rule.methods or ())
    patterns = {rule: _pattern(rule) for rule in methods}
    return [
        (patterns[rule], allowed)
        for rule, allowed in methods.items()
        if any(
            pattern.fullmatch(rule) or pattern.fullmatch(f"{rule}/")
            for other, pattern in patterns.items()
            if other != rule and other.count("<") > rule.count("<")
        )
    ]


def _pattern(rule: str) -> re.Pattern[str]:
    """Return what an address of the rule looks like."""
    texts = re.split(r"<(path:)?[^>]*>", rule)
    parts = [re.escape(texts[0])]
    for is_path, text in zip(texts[1::2], texts[2::2], strict=True):
        parts += [".+" if is_path else "[^/]+", re.escape(text)]
    return re.compile("".join(parts))


def _methods_with_slash() -> set[str]:
    adapter = current_app.create_url_adapter(request)
    if adapter is None or request.path.endswith("/"):
        return set()
    return set(adapter.allowed_methods(f"{request.path}/"))
