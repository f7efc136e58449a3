"""/healthz, for the load balancer and for the operator on call."""

from flask import Blueprint, Response

from widget.web.services import services

PATH = "/healthz"

blueprint = Blueprint("health", __name__)


@blueprint.get(PATH)
def healthz() -> Response:
    """Answer 200 while the store responds, and say whether it is nearly full; under any host name.

    :raise StoreUnavailable: it does not respond.
    """
    services().sites.all()
    room = services().room.fullness()
    text = f"ok, but the store is nearly full: {room}" if room.is_near else "ok"
    return Response(f"{text}\n", mimetype="text/plain", headers={"Cache-Control": "no-store"})
