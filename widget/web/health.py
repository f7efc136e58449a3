"""/healthz: for the load balancer, and for whoever is woken at night."""

from flask import Blueprint, Response

from widget.web.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while the store answers. :raise StoreUnavailable: it does not."""
    services().sites.all()
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
