"""Read-only links to a page of figures: made and revoked at the desk, opened without a session."""

import time

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound, ReadbackError, UnknownSite
from widget.domain.figures.period import period_from
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.store.desk.share_links import ShareLink
from widget.web.desk.figures.regions import article_parts, overview_parts
from widget.web.desk.figures.request import figures
from widget.web.desk.signin.access import log, signed_in, site_for_role_or_404
from widget.web.services import services

ENDS_DAYS = (1, 7, 30, 90)
MAX_LABEL_CHARS = 60
GONE = "This link shows nothing any more: it has ended, or was revoked."

blueprint = Blueprint("share_links", __name__)


@blueprint.get("/desk/<site_key>/links/")
def index(site_key: str) -> Response:
    return _page(site_for_role_or_404(site_key, Role.EDITOR))


@blueprint.post("/desk/<site_key>/links/")
def make(site_key: str) -> Response:
    """Make a link. The answer is the only place where it can be read."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    try:
        link = _asked_link(site)
        secret = figures().links.make(site, link)
    except ReadbackError as problem:
        return _page(site, str(problem), problem.status)
    log(site, "share link made", link.label)
    path = url_for(".show", site_key=site.key, secret=secret)
    return _page(site, made=f"{services().settings.public_url}{path}", label=link.label)


@blueprint.post("/desk/<site_key>/links/revoked")
def revoke(site_key: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    revoked = figures().links.revoke(site, request.form.get("link", ""))
    if revoked is None:
        raise NotFound("That link is revoked already.")
    log(site, "share link revoked", revoked.label)
    flash(f"The link \u201c{revoked.label}\u201d no longer shows anything.")
    return redirect(url_for(".index", site_key=site.key), 303)


@blueprint.get("/shared/<site_key>/<secret>")
def show(site_key: str, secret: str) -> Response:
    """The page a link shows, to whoever has it. A wrong link looks as one that has ended."""
    now_s = int(time.time())
    try:
        site = services().sites.get(site_key)
    except UnknownSite:
        raise NotFound(GONE) from None
    link = figures().links.find(site, secret, now_s=now_s)
    if link is None:
        raise NotFound(GONE)
    shown = {"site": site, "link": link, "now_s": now_s}
    if link.article_id:
        seen = figures().articles.figures(site, link.article_id)
        page = render_template(
            "desk/shared_article.html",
            regions=article_parts(site, seen, linked=False),
            headline=seen.detail.headline,
            question=seen.detail.headline.page.poll_key,
            **shown,
        )
    else:
        period = period_from(link.period, link.first, link.last, now_s=now_s)
        page = render_template(
            "desk/shared.html",
            regions=overview_parts(site, period, linked=False),
            period=period,
            **shown,
        )
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _asked_link(site: Site) -> ShareLink:
    """:raise ReadbackError: the form asks for what there is not."""
    form, now_s = request.form, int(time.time())
    label = clean_line(form.get("label", ""))
    if not 1 <= len(label) <= MAX_LABEL_CHARS:
        raise BadField(f"Say whom it is for, in 1 to {MAX_LABEL_CHARS} characters.")
    days = form.get("days", "")
    if days not in {str(one) for one in ENDS_DAYS}:
        raise BadField("A link ends after 1, 7, 30 or 90 days.")
    article_id = form.get("article", "")
    if article_id:
        figures().articles.figures(site, article_id)
    period, first, last = (form.get(name, "") for name in ("period", "from", "to"))
    period_from(period, first, last, now_s=now_s)
    ends_s = now_s + int(days) * 86400
    who = signed_in().editor.name
    return ShareLink("", label, article_id, period, first, last, who, now_s, ends_s)


def _page(site: Site, problem: str = "", status: int = 200, **shown: str) -> Response:
    named = ("article", "period", "from", "to")
    page = render_template(
        "desk/links.html",
        links=figures().links.of(site, now_s=int(time.time())),
        problem=problem,
        ends_days=ENDS_DAYS,
        typed=request.form.get("label", ""),
        asked={name: request.values.get(name, "") for name in named},
        **shown,
    )
    return make_response(page, status)
