"""The way from a request to the desk's services."""

from widget.services.desk import ALL_SITES, Desk
from widget.web.services import services

__all__ = ["ALL_SITES", "desk"]


def desk() -> Desk:
    return services().desk
