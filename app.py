"""The WSGI entry point of a checkout: any server can run ``app:app``."""

from widget.web.wsgi import app

__all__ = ["app"]
