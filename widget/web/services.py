"""The way from a request to the services of its application."""

from typing import cast

from flask import Flask, current_app, request

from widget.services.registry import Services
from widget.web.network import client_address


def register(app: Flask, services: Services) -> None:
    app.extensions["readback"] = services


def services() -> Services:
    return cast(Services, current_app.extensions["readback"])


def request_address() -> str:
    """Return the network address of the client that sent Flask's current request."""
    return client_address(request.environ, services().settings.trusted_proxy_hops)


def is_https() -> bool:
    """Say whether readers reach Readback over https, so that cookies can be __Host- ones."""
    return services().settings.public_url.startswith("https:")
