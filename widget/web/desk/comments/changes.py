"""What an act changed, for a page that does not reload: each comment as the list shows it now."""

import msgspec
from flask import Response, render_template
from flask_wtf.csrf import generate_csrf

from widget.domain.comments.comment import partition_of
from widget.domain.model import Site
from widget.store.comments.moderation import Outcome
from widget.web.desk.addresses import this_address
from widget.web.desk.comments import listing
from widget.web.desk.comments.notices import notice_of
from widget.web.services import services


def changed(site: Site, action: str, outcomes: list[Outcome]) -> Response:
    """Answer ``{"cases", "entries", "notice", "regions", "say", "token"}``.

    ``cases`` has the HTML of each comment by its id, or null if it left the list. One that the act
    could not change stays, so that the editor sees what it is now. ``entries`` undo what was done.
    """
    which, newest = listing.requested_filter(), listing.requested_comment("newest")
    result = {o.comment_id: o.result for o in outcomes if partition_of(o.comment_id) is not None}
    comments = services().comments.get_all(site, list(result))
    stays = [
        comment
        for comment in comments
        if comment and (which.has_state_of(comment) or result[comment.id] != "done")
    ]
    notice = notice_of(site, action, outcomes)
    body = {
        "cases": dict.fromkeys(result)
        | {
            case.comment.id: render_template(
                "desk/comments/_case.html", case=case, site=site, filter=which, **listing.NAMES
            )
            for case in listing.cases(site, stays)
        },
        "entries": notice.entries,
        "notice": render_template(
            "desk/comments/_notice.html",
            notice=notice,
            site=site,
            back=this_address(),
            is_live=True,
        ),
        "regions": {n: str(r) for n, r in listing.regions(site, which, newest).items()},
        "say": notice.said,
        "token": generate_csrf(),
    }
    return Response(msgspec.json.encode(body), mimetype="application/json")
