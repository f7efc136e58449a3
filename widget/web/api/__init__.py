"""The cookie-blind API under /v1 and /openheart, for pages of any registered origin."""

from flask import Flask

from widget.web.api import check, comments, crossorigin, forget, openheart
from widget.web.api.openapi import views as openapi

BLUEPRINTS = (
    check.blueprint,
    comments.blueprint,
    forget.blueprint,
    openapi.blueprint,
    openheart.blueprint,
)


def register(app: Flask) -> None:
    """Put CORS headers on every answer of /v1."""
    crossorigin.register(app)
