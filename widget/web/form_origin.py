"""Where a form may be sent from: a page of our own. The CSRF token is checked besides.

Our pages' Referrer-Policy lets a browser name their origin when it sends a form of theirs, so an
Origin of ``null`` is another's: a sandboxed frame, a file, or a redirect from elsewhere. A browser
that sends no Origin passes, as the token still has to be right.
"""

from flask import Flask, request

from widget.domain.errors import BadOrigin
from widget.services.home import own_origins
from widget.web.audience import is_api
from widget.web.services import services

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def register(app: Flask) -> None:
    """Check every form of readers and editors. The API's callers are other sites' pages."""
    app.before_request(_check)


def _check() -> None:
    """:raise BadOrigin: the form is another site's. Referer is not read, as it may be missing."""
    if request.method in SAFE_METHODS or is_api():
        return
    settings = services().settings
    origin = request.headers.get("Origin")
    if origin is not None and origin not in own_origins(settings.public_url, settings.port):
        raise BadOrigin("This form was sent from another site. Nothing was changed.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise BadOrigin("This form was sent from another site. Nothing was changed.")
