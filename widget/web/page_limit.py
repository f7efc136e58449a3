"""The limit on pages: one that is rendered for a reader counts as a read of the reader's network.

A page costs more than a read of the API, so it must not be a way around the limit on reads. What
costs next to nothing is free: files, embeds, the health check. So are the desk's pages for editors
who have signed in, and addresses of the API, which count for themselves.
"""

from flask import Flask, request

from widget.web.audience import in_desk, is_api
from widget.web.services import request_address, services

FREE_BLUEPRINTS = ("embed", "health", "pictures")


def register(app: Flask) -> None:
    """Count every page, sent to whichever method, except the desk's: its guard counts those."""
    app.before_request(_count)


def count_page() -> None:
    """Count a page for the network of the request.

    :raise RateLimited: the network has reached its limit for this minute.
    """
    services().gate.count_read(request_address())


def _count() -> None:
    is_free = request.endpoint == "static" or request.blueprint in FREE_BLUEPRINTS
    if not (is_free or is_api() or in_desk()):
        count_page()
