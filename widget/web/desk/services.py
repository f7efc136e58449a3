"""The way from a request to the desk's services."""

from widget.services.desk import Desk
from widget.web.services import services


def desk() -> Desk:
    return services().desk
