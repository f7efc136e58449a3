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
    if request.headers.get("Origin") is not None and not is_own_form():
        raise BadOrigin("This form was sent from another site. Nothing was changed.")
    if not _is_same_site():
        raise BadOrigin("This form was sent from another site. Nothing was changed.")


def is_own_form() -> bool:
    """Say whether the browser names a page of ours as the one that sent this form."""
    settings = services().settings
    own = own_origins(settings.public_url, settings.port)
    return request.headers.get("Origin") in own and _is_same_site()


def _is_same_site() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
