"""/healthz, for the load balancer and for the operator on call."""

from flask import Blueprint, Response

from widget.web.services import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the store responds.

    :raise StoreUnavailable: it does not respond.
    """
    services().sites.all()
    return Response("ok\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
