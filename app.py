"""The WSGI entry point of a checkout: any server can run ``app:app``."""

from widget.wsgi import app

__all__ = ["app"]
